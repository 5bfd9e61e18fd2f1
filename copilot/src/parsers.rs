//! The parsers of this room, for the tests that try all parsers; see `hostile`.

use super::{analysis, front_matter, sections, snippet};
use balcao_contract::locale::Locale;
use balcao_contract::rich_text::Block;

pub fn front_matter(text: &str) {
    let front = front_matter::split(text).map_or(text, |(front, _)| front);
    let _ = front_matter::parse(front);
}

pub fn sections(title: &str, blocks: Vec<Block>) {
    for section in sections::split(title, blocks) {
        let _ = sections::excerpt(&section.content);
    }
}

pub fn question(text: &str) {
    for locale in Locale::ALL {
        let _ = (analysis::terms(locale, text), snippet::snippet(locale, text, "checkout a"));
    }
}
