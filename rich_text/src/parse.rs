//! From the Markdown parser's events to the tree. The walk keeps its own stack, so that no nesting can overflow ours.

use super::link;
use balcao_contract::rich_text::{Block, Inline};
use balcao_steps as steps;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Lists, quotations, links and emphases within each other; what is deeper is drawn at this depth. The tree is walked
/// recursively by its readers, JSON parsers among them.
const MAX_DEPTH: usize = 16;
/// Longer texts are cut; a comment's own limit is well below.
const MAX_BYTES: usize = 1 << 20;
/// Parsing stops here: a few bytes of a table can stand for many cells. A short text stops earlier.
const MAX_EVENTS: usize = 300_000;
const MAX_EVENTS_A_BYTE: usize = 16;

/// The blocks of an article. Raw HTML goes, its text stays; images leave their alternative text.
#[must_use]
pub fn parse(markdown: &str) -> Vec<Block> {
    Builder::new(Source::Article).run(markdown)
}

/// The blocks of what a person wrote: as [`parse`], but line breaks stay, tags are shown as they were typed, and bare
/// addresses become links.
#[must_use]
pub fn parse_comment(markdown: &str) -> Vec<Block> {
    Builder::new(Source::Comment).run(markdown)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    Article,
    Comment,
}

enum Kind {
    Document,
    Paragraph,
    Heading(u8),
    List { ordered: bool, items: Vec<Vec<Block>> },
    Item,
    Quote,
    Code,
    Html,
    Table(Vec<Vec<Vec<Inline>>>),
    Row(Vec<Vec<Inline>>),
    Cell,
    Emphasis,
    Strong,
    Link(String),
}

impl Kind {
    fn is_container(&self) -> bool {
        matches!(self, Self::List { .. } | Self::Quote | Self::Emphasis | Self::Strong | Self::Link(_))
    }

    fn holds_blocks(&self) -> bool {
        matches!(self, Self::Document | Self::Item | Self::Quote)
    }
}

struct Frame {
    kind: Kind,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
}

impl Frame {
    fn new(kind: Kind) -> Self {
        Self { kind, blocks: Vec::new(), inlines: Vec::new() }
    }

    /// Text that stands in a block container without a paragraph, as in tight lists, becomes one.
    fn flush(&mut self) {
        if self.kind.holds_blocks() && !self.inlines.is_empty() {
            let content = trimmed(std::mem::take(&mut self.inlines));
            if !content.is_empty() {
                self.blocks.push(Block::Paragraph { content });
            }
        }
    }
}

struct Builder {
    source: Source,
    stack: Vec<Frame>,
    /// For each open tag whether a frame was opened for it; others pass their content on.
    open: Vec<bool>,
    depth: usize,
}

impl Builder {
    fn new(source: Source) -> Self {
        Self { source, stack: vec![Frame::new(Kind::Document)], open: Vec::new(), depth: 0 }
    }

    fn run(mut self, markdown: &str) -> Vec<Block> {
        let mut end = markdown.len().min(MAX_BYTES);
        while !markdown.is_char_boundary(end) {
            end -= 1;
        }
        let most = MAX_EVENTS.min(end * MAX_EVENTS_A_BYTE + 1_000);
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for event in Parser::new_ext(&markdown[..end], options).take(most) {
            self.event(event);
        }
        while self.stack.len() > 1 {
            self.close();
        }
        let Some(mut document) = self.stack.pop() else { return Vec::new() };
        document.flush();
        document.blocks
    }

    fn event(&mut self, event: Event<'_>) {
        steps::take(1);
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.inline(Inline::Code { text: text.into_string() });
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html(&html),
            Event::SoftBreak if self.source == Source::Article => self.text(" "),
            Event::SoftBreak | Event::HardBreak => self.inline(Inline::Break),
            Event::Rule => self.block(Block::Rule),
            Event::FootnoteReference(name) => self.text(&name),
            Event::TaskListMarker(done) => self.text(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        let parent = self.stack.last().map(|frame| &frame.kind);
        let kind = match tag {
            Tag::Paragraph => Some(Kind::Paragraph),
            Tag::Heading { level, .. } => Some(Kind::Heading(clamped(level))),
            Tag::BlockQuote(_) => Some(Kind::Quote),
            Tag::CodeBlock(_) => Some(Kind::Code),
            Tag::HtmlBlock => Some(Kind::Html),
            Tag::List(first) => Some(Kind::List { ordered: first.is_some(), items: Vec::new() }),
            Tag::Item => matches!(parent, Some(Kind::List { .. })).then_some(Kind::Item),
            Tag::Table(_) => Some(Kind::Table(Vec::new())),
            Tag::TableHead | Tag::TableRow => matches!(parent, Some(Kind::Table(_))).then_some(Kind::Row(Vec::new())),
            Tag::TableCell => matches!(parent, Some(Kind::Row(_))).then_some(Kind::Cell),
            Tag::Emphasis => Some(Kind::Emphasis),
            Tag::Strong => Some(Kind::Strong),
            Tag::Link { dest_url, .. } => link::allowed(&dest_url).map(Kind::Link),
            _ => None,
        };
        let kind = kind.filter(|kind| !kind.is_container() || self.depth < MAX_DEPTH);
        let is_block = !matches!(kind, None | Some(Kind::Emphasis | Kind::Strong | Kind::Link(_)));
        if is_block && let Some(parent) = self.stack.last_mut() {
            parent.flush();
        }
        self.open.push(kind.is_some());
        if let Some(kind) = kind {
            self.depth += usize::from(kind.is_container());
            self.stack.push(Frame::new(kind));
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if self.open.pop() == Some(true) {
            self.close();
        } else if matches!(tag, TagEnd::Item | TagEnd::List(_) | TagEnd::BlockQuote(_)) {
            // A list or quotation that is drawn flat still parts its lines.
            if let Some(frame) = self.stack.last_mut() {
                frame.flush();
            }
        }
    }

    /// Ends the innermost frame and gives what it holds to the one around it.
    fn close(&mut self) {
        let Some(mut frame) = self.stack.pop() else { return };
        frame.flush();
        let Frame { kind, blocks, inlines } = frame;
        self.depth -= usize::from(kind.is_container());
        match kind {
            Kind::Document => {}
            Kind::Paragraph => self.lines(inlines, |content| Block::Paragraph { content }),
            Kind::Heading(level) => self.lines(inlines, |content| Block::Heading { level, content }),
            Kind::List { ordered, items } => {
                if !items.is_empty() {
                    self.block(Block::List { ordered, items });
                }
            }
            Kind::Item => {
                if let Some(Frame { kind: Kind::List { items, .. }, .. }) = self.stack.last_mut() {
                    items.push(blocks);
                }
            }
            Kind::Quote => {
                if !blocks.is_empty() {
                    self.block(Block::Quote { blocks });
                }
            }
            Kind::Code => self.block(Block::Code { text: raw_text(inlines) }),
            Kind::Html => self.html_block(&raw_text(inlines)),
            Kind::Table(rows) => self.block(Block::Table { rows }),
            Kind::Row(cells) => {
                if let Some(Frame { kind: Kind::Table(rows), .. }) = self.stack.last_mut() {
                    rows.push(cells);
                }
            }
            Kind::Cell => {
                let content = self.finished(inlines);
                if let Some(Frame { kind: Kind::Row(cells), .. }) = self.stack.last_mut() {
                    cells.push(content);
                }
            }
            Kind::Emphasis => self.inline_of(inlines, |content| Inline::Emphasis { content }),
            Kind::Strong => self.inline_of(inlines, |content| Inline::Strong { content }),
            Kind::Link(href) => {
                let content = if inlines.is_empty() { vec![Inline::Text { text: href.clone() }] } else { inlines };
                self.inline(Inline::Link { href, content });
            }
        }
    }

    fn html(&mut self, html: &str) {
        let in_block = matches!(self.stack.last(), Some(Frame { kind: Kind::Html, .. }));
        if in_block || self.source == Source::Comment {
            self.text(html);
        } else if html.trim_start_matches('<').trim_start().get(..2).is_some_and(|tag| tag.eq_ignore_ascii_case("br")) {
            self.inline(Inline::Break);
        }
    }

    /// A block of HTML: in a comment as it was typed, in an article what a reader would have seen of it.
    fn html_block(&mut self, html: &str) {
        if self.source == Source::Comment {
            let mut content = Vec::new();
            for line in html.trim_end().lines() {
                if !content.is_empty() {
                    content.push(Inline::Break);
                }
                content.push(Inline::Text { text: line.to_owned() });
            }
            self.lines(content, |content| Block::Paragraph { content });
        } else {
            let text = balcao_contract::text::single_line(&without_tags(html));
            self.lines(vec![Inline::Text { text }], |content| Block::Paragraph { content });
        }
    }

    fn text(&mut self, text: &str) {
        steps::take(text.len());
        if let Some(frame) = self.stack.last_mut() {
            match frame.inlines.last_mut() {
                Some(Inline::Text { text: last }) => last.push_str(text),
                _ => frame.inlines.push(Inline::Text { text: text.to_owned() }),
            }
        }
    }

    fn inline(&mut self, inline: Inline) {
        if let Some(frame) = self.stack.last_mut() {
            frame.inlines.push(inline);
        }
    }

    fn inline_of(&mut self, content: Vec<Inline>, wrap: impl FnOnce(Vec<Inline>) -> Inline) {
        if !content.is_empty() {
            let content = self.finished(content);
            self.inline(wrap(content));
        }
    }

    fn lines(&mut self, content: Vec<Inline>, wrap: impl FnOnce(Vec<Inline>) -> Block) {
        let content = trimmed(self.finished(content));
        if !content.is_empty() {
            self.block(wrap(content));
        }
    }

    fn block(&mut self, block: Block) {
        let Some(frame) = self.stack.last_mut() else { return };
        frame.flush();
        if let Kind::List { items, .. } = &mut frame.kind {
            items.push(vec![block]);
        } else {
            frame.blocks.push(block);
        }
    }

    /// Bare addresses in a comment become links, but never within a link.
    fn finished(&self, content: Vec<Inline>) -> Vec<Inline> {
        steps::take(content.len() + self.stack.len());
        let in_link = self.stack.iter().any(|frame| matches!(frame.kind, Kind::Link(_)));
        if self.source == Source::Article || in_link {
            return content;
        }
        let mut linked = Vec::with_capacity(content.len());
        for inline in content {
            match inline {
                Inline::Text { text } => link::push_linked(&text, &mut linked),
                other => linked.push(other),
            }
        }
        linked
    }
}

fn clamped(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        _ => 4,
    }
}

/// Without blank text and breaks at both ends.
fn trimmed(mut content: Vec<Inline>) -> Vec<Inline> {
    let is_blank = |inline: &Inline| match inline {
        Inline::Break => true,
        Inline::Text { text } => text.trim().is_empty(),
        _ => false,
    };
    steps::take(content.len());
    while content.last().is_some_and(is_blank) {
        content.pop();
    }
    let start = content.iter().take_while(|inline| is_blank(inline)).count();
    content.drain(..start);
    content
}

fn raw_text(inlines: Vec<Inline>) -> String {
    let mut raw = String::new();
    for inline in inlines {
        steps::take(1);
        match inline {
            Inline::Text { text } | Inline::Code { text } => raw.push_str(&text),
            Inline::Break => raw.push('\n'),
            _ => {}
        }
    }
    raw
}

/// What stands between tags; nothing of scripts, styles and comments.
fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some(start) = steps::found(rest.len(), rest.find('<')) {
        text.push_str(&rest[..start]);
        let tag = &rest[start..];
        let lower = tag.get(..8).unwrap_or(tag).to_ascii_lowercase();
        let end = if lower.starts_with("<!--") {
            steps::found(tag.len(), tag.find("-->")).map(|at| at + 3)
        } else if lower.starts_with("<script") || lower.starts_with("<style") {
            let close = steps::found(tag.len(), tag.find("</"));
            close.and_then(|close| steps::found(tag.len() - close, tag[close..].find('>')).map(|at| close + at + 1))
        } else {
            steps::found(tag.len(), tag.find('>')).map(|at| at + 1)
        };
        text.push(' ');
        let Some(end) = end else { return text };
        rest = &tag[end..];
    }
    text.push_str(rest);
    text
}
