//! Formatted text, drawn from the backend's tree as views: no HTML string is ever injected (docs/decisions/rich-text.md).

use crate::text::{Language, Text};
use crate::view::view;
use balcao_contract::rich_text::{Block, Inline};
use leptos::prelude::*;

/// A tree that is deeper was made to break something; what lies deeper is not drawn.
const DEEPEST: u8 = 16;

/// Where a link may lead.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    /// Within the panel.
    Inside(String),
    /// Another site, in a tab of its own.
    Outside(String),
    /// The reader's mail program.
    Mail(String),
}

/// The backend lets through only these; what is anything else is drawn as its text.
fn target(href: &str) -> Option<Target> {
    let is_clean = !href.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
    if !is_clean {
        return None;
    }
    if href.starts_with("/articles/") {
        return Some(Target::Inside(format!("/panel{href}")));
    }
    let (scheme, _) = href.split_once(':')?;
    match scheme.to_ascii_lowercase().as_str() {
        "https" | "http" => Some(Target::Outside(href.to_owned())),
        "mailto" => Some(Target::Mail(href.to_owned())),
        _ => None,
    }
}

/// A document.
#[component]
pub fn RichText(blocks: Vec<Block>) -> impl IntoView {
    let language = Language::here();
    view! { <div class="rich-text" dir="auto">{draw_blocks(language, &blocks, 0)}</div> }.into_any()
}

fn draw_blocks(language: Language, blocks: &[Block], depth: u8) -> Vec<AnyView> {
    if depth > DEEPEST {
        return Vec::new();
    }
    blocks.iter().map(|block| draw_block(language, block, depth + 1)).collect()
}

fn draw_block(language: Language, block: &Block, depth: u8) -> AnyView {
    match block {
        Block::Heading { level, content } => {
            let content = draw_line(language, content, depth);
            match level {
                ..=2 => view! { <h2 dir="auto">{content}</h2> }.into_any(),
                3 => view! { <h3 dir="auto">{content}</h3> }.into_any(),
                _ => view! { <h4 dir="auto">{content}</h4> }.into_any(),
            }
        }
        Block::Paragraph { content } => view! { <p dir="auto">{draw_line(language, content, depth)}</p> }.into_any(),
        Block::List { ordered, items } => {
            let items: Vec<AnyView> = items
                .iter()
                .map(|item| view! { <li dir="auto">{draw_item(language, item, depth)}</li> }.into_any())
                .collect();
            if *ordered { view! { <ol>{items}</ol> }.into_any() } else { view! { <ul>{items}</ul> }.into_any() }
        }
        Block::Quote { blocks } => view! { <blockquote>{draw_blocks(language, blocks, depth)}</blockquote> }.into_any(),
        // Wide code scrolls, and what scrolls must be reachable by keyboard.
        Block::Code { text } => view! { <pre tabindex="0" dir="ltr"><code>{text.clone()}</code></pre> }.into_any(),
        Block::Table { rows } => draw_table(language, rows, depth),
        Block::Rule => view! { <hr /> }.into_any(),
    }
}

/// An item of one paragraph is a line, without a paragraph's distance.
fn draw_item(language: Language, item: &[Block], depth: u8) -> Vec<AnyView> {
    match item {
        [Block::Paragraph { content }] => draw_line(language, content, depth),
        [Block::Paragraph { content }, rest @ ..] => {
            let mut views = draw_line(language, content, depth);
            views.extend(draw_blocks(language, rest, depth));
            views
        }
        blocks => draw_blocks(language, blocks, depth),
    }
}

fn draw_table(language: Language, rows: &[Vec<Vec<Inline>>], depth: u8) -> AnyView {
    let Some((head, body)) = rows.split_first() else { return ().into_any() };
    let head: Vec<AnyView> =
        head.iter().map(|cell| view! { <th scope="col">{draw_line(language, cell, depth)}</th> }.into_any()).collect();
    let body: Vec<AnyView> = body
        .iter()
        .map(|row| {
            let cells: Vec<AnyView> =
                row.iter().map(|cell| view! { <td>{draw_line(language, cell, depth)}</td> }.into_any()).collect();
            view! { <tr>{cells}</tr> }.into_any()
        })
        .collect();
    view! {
        <div class="table-scroll" tabindex="0" role="group">
            <table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>
        </div>
    }
    .into_any()
}

fn draw_line(language: Language, line: &[Inline], depth: u8) -> Vec<AnyView> {
    if depth > DEEPEST {
        return Vec::new();
    }
    line.iter().map(|piece| draw_piece(language, piece, depth + 1)).collect()
}

fn draw_piece(language: Language, piece: &Inline, depth: u8) -> AnyView {
    match piece {
        Inline::Text { text } => text.clone().into_any(),
        Inline::Emphasis { content } => view! { <em>{draw_line(language, content, depth)}</em> }.into_any(),
        Inline::Strong { content } => view! { <strong>{draw_line(language, content, depth)}</strong> }.into_any(),
        Inline::Code { text } => view! { <code dir="ltr">{text.clone()}</code> }.into_any(),
        Inline::Break => view! { <br /> }.into_any(),
        Inline::Link { href, content } => {
            let content = draw_line(language, content, depth);
            match target(href) {
                None => content.into_any(),
                Some(Target::Inside(href)) => view! { <a href=href>{content}</a> }.into_any(),
                Some(Target::Mail(href)) => view! { <a href=href rel="external">{content}</a> }.into_any(),
                Some(Target::Outside(href)) => {
                    let note = move || format!(" ({})", language.text(Text::CommonNewWindow));
                    view! {
                        <a href=href target="_blank" rel="noopener noreferrer nofollow">
                            {content}<span class="visually-hidden">{note}</span>
                        </a>
                    }
                    .into_any()
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_only_where_they_may() {
        assert_eq!(target("/articles/a-b"), Some(Target::Inside("/panel/articles/a-b".to_owned())));
        assert_eq!(target("https://a.example/x"), Some(Target::Outside("https://a.example/x".to_owned())));
        assert_eq!(target("MAILTO:a@b.example"), Some(Target::Mail("MAILTO:a@b.example".to_owned())));
        for href in [
            "",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            " https://a.example",
            "data:text/html,x",
            "//evil.example",
            "/admin",
            "articles/x",
            "/articles/\\evil",
            "blob:https://a.example/1",
        ] {
            assert_eq!(target(href), None, "{href}");
        }
    }
}
