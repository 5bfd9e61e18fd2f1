//! An article in the pieces that are turned into vectors: its title and about a thousand characters of its text.

use balcao_contract::rich_text::Block;
use balcao_contract::text;
use balcao_rich_text::to_plain;

/// A piece has so many characters beside the title, or fewer.
const MOST: usize = 1_000;

/// The pieces of an article, about equally long: a last line alone, such as "no work-around", would be like any question.
pub(crate) fn passages(title: &str, blocks: &[Block]) -> Vec<String> {
    let plain = to_plain(blocks);
    let plain = plain.trim();
    let count = text::length(plain).div_ceil(MOST).max(1);
    let room = (text::length(plain) / count + MOST / 10).min(MOST);
    let mut pieces = vec![String::new()];
    let mut length = 0;
    let mut add = |part: &str, separator: &str| {
        let long = text::length(part);
        if length > 0 && length + separator.len() + long > room {
            pieces.push(String::new());
            length = 0;
        }
        if let Some(piece) = pieces.last_mut() {
            if length > 0 {
                piece.push_str(separator);
                length += separator.len();
            }
            piece.push_str(part);
            length += long;
        }
    };
    for paragraph in plain.split("\n\n") {
        if text::length(paragraph) <= room {
            add(paragraph, "\n\n");
            continue;
        }
        for word in paragraph.split_whitespace() {
            if text::length(word) <= room {
                add(word, " ");
                continue;
            }
            let letters: Vec<char> = word.chars().collect();
            letters.chunks(room).for_each(|part| add(&part.iter().collect::<String>(), " "));
        }
    }
    pieces.into_iter().map(|piece| format!("{title}\n{piece}").trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_rich_text::parse;
    use proptest::prelude::*;

    #[test]
    fn a_short_article_is_one_piece_and_a_long_one_is_cut_evenly_between_paragraphs() {
        assert_eq!(passages("Title", &parse("One.\n\n- a\n- b")), ["Title\nOne.\n\n- a\n- b"]);
        assert_eq!(passages("Title", &[]), ["Title"]);
        let long = format!("{}\n\n{}\n\n{}\n\nN/A", "one ".repeat(130), "two ".repeat(130), "three ".repeat(20));
        let pieces = passages("T", &parse(&long));
        assert_eq!(pieces.len(), 2);
        assert!(pieces[1].starts_with("T\ntwo") && pieces[1].ends_with("N/A"));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_piece_is_too_long(words in proptest::collection::vec("[a-zç]{1,9}", 0..900), every in 1_usize..200) {
            let separated = |(at, word): (usize, &String)| format!("{word}{}", if at % every == 0 { "\n\n" } else { " " });
            let pieces = passages("T", &parse(&words.iter().enumerate().map(separated).collect::<String>()));
            prop_assert!(pieces.iter().all(|piece| text::length(piece) <= MOST + 2));
            let again: Vec<String> = pieces.iter().flat_map(|piece| piece[1..].split_whitespace().map(str::to_owned)).collect();
            prop_assert_eq!(again, words);
        }
    }
}
