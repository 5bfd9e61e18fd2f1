//! An article in the pieces that are found and quoted: the text under one heading.

use super::sentences;
use balcao_contract::rich_text::{Block, Inline};
use balcao_contract::text;
use balcao_rich_text::{inlines_to_plain, to_plain};

/// About how many characters of a section are quoted.
const EXCERPT: usize = 600;

/// The text under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// Empty for the beginning of an article.
    pub(crate) heading: String,
    pub(crate) content: Vec<Block>,
}

/// The sections of an article that have text, in order.
pub(crate) fn split(title: &str, blocks: Vec<Block>) -> Vec<Section> {
    let mut sections = vec![Section { heading: String::new(), content: Vec::new() }];
    for block in without_own_title(title, blocks) {
        match block {
            Block::Heading { content, .. } => {
                let heading = text::single_line(&inlines_to_plain(&content));
                sections.push(Section { heading, content: Vec::new() });
            }
            Block::Rule => {}
            block => {
                if let Some(section) = sections.last_mut() {
                    section.content.push(block);
                }
            }
        }
    }
    sections.retain(|section| !text::is_blank(&to_plain(&section.content)));
    sections
}

/// The blocks without a first heading that only says the title again.
pub(crate) fn without_own_title(title: &str, mut blocks: Vec<Block>) -> Vec<Block> {
    if let Some(Block::Heading { content, .. }) = blocks.first()
        && text::single_line(&inlines_to_plain(content)).eq_ignore_ascii_case(title)
    {
        blocks.remove(0);
    }
    blocks
}

/// The beginning of a section, about [`EXCERPT`] characters.
pub(crate) fn excerpt(blocks: &[Block]) -> Vec<Block> {
    beginning(blocks, EXCERPT)
}

/// About so many characters of a text, cut between blocks where that is possible, else between sentences.
pub(crate) fn beginning(blocks: &[Block], most: usize) -> Vec<Block> {
    let mut taken = Vec::new();
    let mut left = most;
    for block in blocks {
        let length = length(block);
        if length <= left {
            taken.push(block.clone());
            left -= length;
            continue;
        }
        // Half a block is better than a passage that hardly begins, and a list is no use without its items.
        if left > most / 2 || matches!(block, Block::List { .. }) {
            taken.extend(shortened(block, left.max(most / 4)));
        }
        break;
    }
    taken
}

fn length(block: &Block) -> usize {
    text::length(&to_plain(std::slice::from_ref(block)))
}

fn shortened(block: &Block, left: usize) -> Option<Block> {
    match block {
        Block::Paragraph { content } => {
            let (mut left, cut): (usize, Cut) = match sentences::whole(&as_counted(content), left) {
                Some(whole) => (whole, |text, left| text.chars().take(left).collect()),
                None => (left, cut_at_word),
            };
            let content = shortened_inlines(content, &mut left, cut);
            (!content.is_empty()).then_some(Block::Paragraph { content })
        }
        Block::List { ordered, items } => {
            let mut room = left;
            let mut kept = Vec::new();
            for item in items {
                let length = text::length(&to_plain(item));
                if length > room {
                    break;
                }
                room -= length;
                kept.push(item.clone());
            }
            if kept.is_empty() {
                // A single long item: its beginning.
                let first = items.first()?.first()?;
                kept.push(vec![shortened(first, left)?]);
            }
            Some(Block::List { ordered: *ordered, items: kept })
        }
        Block::Quote { blocks } => {
            let first = blocks.first()?;
            let first = if length(first) <= left { first.clone() } else { shortened(first, left)? };
            Some(Block::Quote { blocks: vec![first] })
        }
        Block::Code { text } => {
            let mut kept = String::new();
            for line in text.lines() {
                if !kept.is_empty() && kept.len() + line.len() > left {
                    break;
                }
                kept.extend(line.chars().take(left));
                kept.push('\n');
            }
            Some(Block::Code { text: kept })
        }
        Block::Table { rows } => {
            let mut room = left;
            let fits = |row: &&Vec<Vec<Inline>>| {
                let length: usize = row.iter().map(|cell| text::length(&inlines_to_plain(cell))).sum();
                let fits = length <= room;
                room = room.saturating_sub(length);
                fits
            };
            let rows: Vec<_> = rows.iter().take_while(fits).cloned().collect();
            (rows.len() > 1).then_some(Block::Table { rows })
        }
        Block::Heading { .. } | Block::Rule => None,
    }
}

/// The beginning of a text, at most so many characters.
type Cut = fn(&str, usize) -> String;

/// The characters of a line as [`shortened_inlines`] counts them.
fn as_counted(content: &[Inline]) -> String {
    let counted = |inline: &Inline| match inline {
        Inline::Text { text } | Inline::Code { text } => text.clone(),
        Inline::Emphasis { content } | Inline::Strong { content } | Inline::Link { content, .. } => as_counted(content),
        Inline::Break => String::new(),
    };
    content.iter().map(counted).collect()
}

/// The beginning of a line.
fn shortened_inlines(content: &[Inline], left: &mut usize, cut: Cut) -> Vec<Inline> {
    let mut kept = Vec::new();
    for inline in content {
        if *left == 0 {
            break;
        }
        match inline {
            Inline::Text { text } => {
                let length = text::length(text);
                if length <= *left {
                    *left -= length;
                    kept.push(inline.clone());
                } else {
                    kept.push(Inline::Text { text: cut(text, *left) });
                    *left = 0;
                }
            }
            Inline::Code { text } => {
                let length = text::length(text);
                *left = left.saturating_sub(length);
                kept.push(inline.clone());
            }
            Inline::Emphasis { content } => {
                kept.push(Inline::Emphasis { content: shortened_inlines(content, left, cut) })
            }
            Inline::Strong { content } => kept.push(Inline::Strong { content: shortened_inlines(content, left, cut) }),
            Inline::Link { href, content } => {
                kept.push(Inline::Link { href: href.clone(), content: shortened_inlines(content, left, cut) });
            }
            Inline::Break => kept.push(Inline::Break),
        }
    }
    kept
}

/// At most `limit` characters, ended by an ellipsis between two words where the text is longer.
pub(crate) fn cut_at_word(text: &str, limit: usize) -> String {
    if text::length(text) <= limit {
        return text.to_owned();
    }
    let room: String = text.chars().take(limit.saturating_sub(1)).collect();
    let whole = text.chars().nth(limit.saturating_sub(1)).is_some_and(char::is_whitespace);
    let cut = match room.rfind(char::is_whitespace) {
        _ if whole => room.as_str(),
        Some(at) if at > 0 => &room[..at],
        _ => room.as_str(),
    };
    format!("{}…", cut.trim_end().trim_end_matches([',', ';', ':', '-', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_rich_text::parse;
    use proptest::prelude::*;

    #[test]
    fn sections_follow_the_headings() {
        let found = split(
            "The title",
            parse("# The Title\n\nBegin.\n\n## One\n\na\n\n### Two `x`\n\n---\n\nb\n\n## Empty\n\n## Three\n\n- c"),
        );
        let headings: Vec<&str> = found.iter().map(|section| section.heading.as_str()).collect();
        assert_eq!(headings, ["", "One", "Two x", "Three"]);
    }

    #[test]
    fn a_short_section_is_quoted_whole() {
        let blocks = parse("One.\n\n- a\n- b");
        assert_eq!(excerpt(&blocks), blocks);
    }

    #[test]
    fn a_long_section_is_cut_between_blocks_or_items() {
        let paragraph = "word ".repeat(80);
        let blocks = parse(&format!("{paragraph}\n\n{paragraph}\n\n{paragraph}"));
        assert_eq!(excerpt(&blocks).len(), 1);
        let list = parse(&format!("{paragraph}\n\n{}", "- an item of some length\n".repeat(60)));
        let Block::List { items, .. } = &excerpt(&list)[1] else { panic!("no list") };
        assert!((3..20).contains(&items.len()));
    }

    #[test]
    fn a_long_paragraph_is_cut_between_sentences_whatever_stands_in_them() {
        let sentence = "Open **Orders** and [look](https://example.com) for `status`. ";
        let text = to_plain(&excerpt(&parse(&sentence.repeat(30))));
        assert!(text.ends_with("for status."), "{text}");
        assert!(text.matches("Open").count() > 6 && !text.contains('…'), "{text}");
        let endless = to_plain(&excerpt(&parse(&"word ".repeat(300))));
        assert!(endless.ends_with("word…"), "{endless}");
    }

    #[test]
    fn a_text_is_cut_between_words() {
        assert_eq!(cut_at_word("one two three", 13), "one two three");
        assert_eq!(cut_at_word("one two three", 12), "one two…");
        assert_eq!(cut_at_word("one two three", 8), "one two…");
        assert_eq!(cut_at_word("onetwothree", 5), "onet…");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_never_much_longer_and_never_empty_for_text(words in proptest::collection::vec("[a-z]{1,12}", 1..600), list in any::<bool>()) {
            let separator = if list { "\n- " } else { " " };
            let blocks = parse(&format!("{}{}", separator.trim_start(), words.join(separator)));
            let plain = to_plain(&excerpt(&blocks));
            prop_assert!(!plain.is_empty());
            prop_assert!(text::length(&plain) <= EXCERPT * 2);
        }

        #[test]
        fn what_is_cut_keeps_its_limit(text in "\\PC{0,300}", limit in 1_usize..200) {
            prop_assert!(text::length(&cut_at_word(&text, limit)) <= limit);
        }
    }
}
