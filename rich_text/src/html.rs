//! The tree as HTML. Every text and attribute goes through [`escape`]; tags come from this file alone.

use balcao_contract::rich_text::{Block, Inline};
use balcao_steps as steps;

/// The blocks as HTML without script, style, image or attribute but `href` and `rel`.
#[must_use]
pub fn to_html(blocks: &[Block]) -> String {
    let mut html = String::new();
    blocks.iter().for_each(|block| push_block(block, &mut html));
    html
}

fn push_block(block: &Block, html: &mut String) {
    steps::take(1);
    match block {
        Block::Heading { level, content } => {
            let tag = match level {
                0..=2 => "h2",
                3 => "h3",
                _ => "h4",
            };
            push_element(tag, html, |html| push_inlines(content, html));
        }
        Block::Paragraph { content } => push_element("p", html, |html| push_inlines(content, html)),
        Block::List { ordered, items } => push_element(if *ordered { "ol" } else { "ul" }, html, |html| {
            for item in items {
                push_element("li", html, |html| push_item(item, html));
            }
        }),
        Block::Quote { blocks } => {
            push_element("blockquote", html, |html| blocks.iter().for_each(|block| push_block(block, html)));
        }
        Block::Code { text } => push_element("pre", html, |html| push_element("code", html, |html| escape(text, html))),
        Block::Table { rows } => push_table(rows, html),
        Block::Rule => html.push_str("<hr>"),
    }
}

/// A list item of a single paragraph is written without `<p>`, as people expect it to look.
fn push_item(item: &[Block], html: &mut String) {
    steps::take(item.len());
    match item.split_first() {
        Some((Block::Paragraph { content }, rest)) if !rest.iter().any(|b| matches!(b, Block::Paragraph { .. })) => {
            push_inlines(content, html);
            rest.iter().for_each(|block| push_block(block, html));
        }
        _ => item.iter().for_each(|block| push_block(block, html)),
    }
}

fn push_table(rows: &[Vec<Vec<Inline>>], html: &mut String) {
    let Some((head, body)) = rows.split_first() else { return };
    let push_row = |tag: &str, cells: &[Vec<Inline>], html: &mut String| {
        push_element("tr", html, |html| {
            cells.iter().for_each(|cell| push_element(tag, html, |html| push_inlines(cell, html)));
        });
    };
    push_element("table", html, |html| {
        push_element("thead", html, |html| push_row("th", head, html));
        if !body.is_empty() {
            push_element("tbody", html, |html| body.iter().for_each(|cells| push_row("td", cells, html)));
        }
    });
}

fn push_inlines(inlines: &[Inline], html: &mut String) {
    steps::take(inlines.len());
    for inline in inlines {
        match inline {
            Inline::Text { text } => escape(text, html),
            Inline::Emphasis { content } => push_element("em", html, |html| push_inlines(content, html)),
            Inline::Strong { content } => push_element("strong", html, |html| push_inlines(content, html)),
            Inline::Code { text } => push_element("code", html, |html| escape(text, html)),
            Inline::Link { href, content } => {
                html.push_str("<a href=\"");
                escape(href, html);
                html.push_str("\" rel=\"nofollow noopener noreferrer\">");
                push_inlines(content, html);
                html.push_str("</a>");
            }
            Inline::Break => html.push_str("<br>"),
        }
    }
}

fn push_element(tag: &str, html: &mut String, content: impl FnOnce(&mut String)) {
    html.push('<');
    html.push_str(tag);
    html.push('>');
    content(html);
    html.push_str("</");
    html.push_str(tag);
    html.push('>');
}

fn escape(text: &str, html: &mut String) {
    steps::take(text.len());
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\0' => {}
            other => html.push(other),
        }
    }
}
