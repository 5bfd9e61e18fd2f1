//! The piece of a text around what was searched for, as Zendesk shows it in search results.

use super::analysis;
use balcao_contract::locale::Locale;
use balcao_contract::rich_text::Inline;
use std::collections::HashSet;
use std::ops::Range;

/// About how many characters of the text are shown.
const LENGTH: usize = 200;

/// The text to show of an article's: that of the section that was found, or, where only the title was meant, the first
/// that says anything of what was searched for.
pub(crate) fn best<'a>(locale: Locale, texts: &'a [String], found: usize, query: &str) -> Option<&'a str> {
    let wanted = wanted(locale, query);
    let says = |text: &&String| analysis::terms(locale, text).iter().any(|(term, _)| wanted.contains(term));
    let found = texts.get(found);
    found.filter(says).or_else(|| texts.iter().find(says)).or(found).or(texts.first()).map(String::as_str)
}

fn wanted(locale: Locale, query: &str) -> HashSet<String> {
    analysis::terms(locale, query).into_iter().map(|(term, _)| term).collect()
}

/// The piece as HTML: the text escaped, what was searched for in `<em>`.
pub(crate) fn snippet(locale: Locale, text: &str, query: &str) -> String {
    let mut html = String::new();
    for (piece, is_match) in pieces(locale, text, query) {
        html.push_str(if is_match { "<em>" } else { "" });
        escape(&piece, &mut html);
        html.push_str(if is_match { "</em>" } else { "" });
    }
    html
}

/// The same as words of the contract's: what was searched for is strong.
pub(crate) fn excerpt(locale: Locale, text: &str, query: &str) -> Vec<Inline> {
    let inline = |(text, is_match)| match (Inline::Text { text }, is_match) {
        (text, true) => Inline::Strong { content: vec![text] },
        (text, false) => text,
    };
    pieces(locale, text, query).into_iter().map(inline).collect()
}

/// The piece, cut where what was searched for begins and ends, and whether each is that.
fn pieces(locale: Locale, text: &str, query: &str) -> Vec<(String, bool)> {
    let text = balcao_contract::text::single_line(text);
    let wanted = wanted(locale, query);
    let matches: Vec<Range<usize>> = analysis::terms(locale, &text)
        .into_iter()
        .filter(|(term, _)| wanted.contains(term))
        .map(|(_, place)| place)
        .collect();
    let first = matches.first().map_or(0, |place| place.start);
    let start = if first < LENGTH { 0 } else { word_start(&text, first - LENGTH / 4) };
    let end = word_end(&text, start, start + LENGTH);
    let mut pieces = Vec::new();
    let mut push = |piece: &str, is_match: bool| {
        if !piece.is_empty() {
            pieces.push((piece.to_owned(), is_match));
        }
    };
    push(if start > 0 { "…" } else { "" }, false);
    let mut at = start;
    for place in matches.into_iter().filter(|place| place.start >= start && place.end <= end) {
        // A compound and its parts stand in one place.
        if place.start < at {
            continue;
        }
        push(&text[at..place.start], false);
        push(&text[place.clone()], true);
        at = place.end;
    }
    push(&text[at..end], false);
    push(if end < text.len() { "…" } else { "" }, false);
    pieces
}

/// The beginning of the word at or after a place.
fn word_start(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    text[at..].find(' ').map_or(at, |space| at + space + 1)
}

/// The end of the last word before a place that begins after `start`.
fn word_end(text: &str, start: usize, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let mut end = at;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[start..end].rfind(' ').map_or(end, |space| start + space)
}

fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_searched_for_stands_out() {
        assert_eq!(
            snippet(Locale::En, "Orders & <payments>\nwait.", "order payment"),
            "<em>Orders</em> &amp; &lt;<em>payments</em>&gt; wait."
        );
    }

    #[test]
    fn a_long_text_is_shown_around_the_first_match() {
        let text = format!("{}the freight table{}", "filler ".repeat(100), " filler".repeat(100));
        let html = snippet(Locale::En, &text, "freight");
        assert!(html.starts_with('…') && html.ends_with('…') && html.contains("<em>freight</em>"), "{html}");
        assert!(html.len() < 300);
    }

    proptest! {
        #[test]
        fn any_text_can_be_shown(text in "\\PC{0,600}", query in "\\PC{0,30}") {
            let html = snippet(Locale::Pt, &text, &query).replace("<em>", "").replace("</em>", "");
            prop_assert!(!html.contains(['<', '>', '"']));
        }
    }
}
