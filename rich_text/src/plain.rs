//! The tree as plain text, for mails, snippets and the search index.

use balcao_contract::rich_text::{Block, Inline};
use balcao_steps as steps;

/// The blocks as text: paragraphs apart by a blank line, items with a dash or a number, addresses after their links.
#[must_use]
pub fn to_plain(blocks: &[Block]) -> String {
    let parts: Vec<String> = blocks.iter().map(block).filter(|part| !part.is_empty()).collect();
    steps::take(parts.iter().map(|part| part.len() + 1).sum());
    parts.join("\n\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading { content, .. } | Block::Paragraph { content } => inlines_to_plain(content),
        Block::List { ordered, items } => {
            let lines = items.iter().enumerate().map(|(index, item)| {
                let mark = if *ordered { format!("{}. ", index + 1) } else { "- ".to_owned() };
                let indent = " ".repeat(mark.len());
                let text = to_plain(item).replace("\n\n", "\n");
                steps::take(text.len());
                format!("{mark}{}", text.replace('\n', &format!("\n{indent}")))
            });
            lines.collect::<Vec<_>>().join("\n")
        }
        Block::Quote { blocks } => {
            let quoted: Vec<String> =
                to_plain(blocks).lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
            steps::take(quoted.iter().map(|line| line.len() + 1).sum());
            quoted.join("\n")
        }
        Block::Code { text } => text.trim_end_matches('\n').to_owned(),
        Block::Table { rows } => {
            let row = |cells: &Vec<Vec<Inline>>| {
                cells.iter().map(|cell| inlines_to_plain(cell)).collect::<Vec<_>>().join(" | ")
            };
            steps::take(rows.iter().map(|cells| cells.len() + 1).sum());
            rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
        Block::Rule => "---".to_owned(),
    }
}

/// A line's pieces as text.
#[must_use]
pub fn inlines_to_plain(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push(inlines, &mut text);
    text
}

fn push(inlines: &[Inline], into: &mut String) {
    steps::take(inlines.len());
    for inline in inlines {
        match inline {
            Inline::Text { text } | Inline::Code { text } => {
                steps::take(text.len());
                into.push_str(text);
            }
            Inline::Emphasis { content } | Inline::Strong { content } => push(content, into),
            Inline::Link { href, content } => {
                let label = inlines_to_plain(content);
                steps::take(label.len() + href.len());
                into.push_str(&label);
                let shown = href.trim_start_matches("mailto:").trim_end_matches('/');
                if !href.starts_with("/articles/") && label.trim_end_matches('/') != shown {
                    into.push_str(&format!(" ({href})"));
                }
            }
            Inline::Break => into.push('\n'),
        }
    }
}
