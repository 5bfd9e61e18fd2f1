//! Tags: words that agents put on tickets. As at Zendesk, they are written small, and a space ends one.

use super::commands::DeskError;
use super::submission::InvalidField;
use balcao_contract::text;
use balcao_contract::validation::AnswerErrorKind;
use balcao_contract::wire::{Given, TagsToWrite};
use std::collections::BTreeSet;

/// The longest tag, in characters.
pub const MAX_TAG: u32 = 255;
/// The most tags of one ticket.
pub const MOST_TAGS: u32 = 100;

/// A set of tags, in their own order.
pub type Tags = BTreeSet<String>;

/// Why something is no tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagError {
    /// Longer than [`MAX_TAG`]; its length.
    TooLong(u32),
    /// It holds a character that a search could not name.
    Sign,
}

/// What is done to a ticket's tags: first set, then added, then taken away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagChange {
    /// These instead of all that were there.
    pub set: Option<Tags>,
    /// These as well.
    pub add: Tags,
    /// These no longer.
    pub remove: Tags,
}

impl TagChange {
    /// The tags afterwards.
    ///
    /// # Errors
    /// There would be more than [`MOST_TAGS`].
    pub fn apply(&self, before: &Tags) -> Result<Tags, DeskError> {
        let kept = self.set.as_ref().unwrap_or(before);
        let after: Tags = kept.union(&self.add).filter(|tag| !self.remove.contains(*tag)).cloned().collect();
        if after.len() > MOST_TAGS as usize { Err(DeskError::TooManyTags { count: after.len() }) } else { Ok(after) }
    }
}

/// Reads tags out of a text: spaces and commas part them.
///
/// # Errors
/// One of them is none.
pub fn read(written: &str) -> Result<Tags, TagError> {
    let parted = written.split(|sign: char| sign.is_whitespace() || sign == ',');
    parted.filter(|tag| !tag.is_empty()).map(one).collect()
}

/// The tags under a key of a body; `None` where it says nothing, or what is wrong with them.
pub fn of_body(key: &str, given: Given<TagsToWrite>, faults: &mut Vec<InvalidField>) -> Option<Tags> {
    let written = match given {
        Given::Nothing => return None,
        Given::Value(TagsToWrite::Text(written)) => Some(written),
        Given::Value(TagsToWrite::List(tags)) => Some(tags.join(" ")),
        Given::Unreadable => None,
    };
    let kind = match written.as_deref().map(read) {
        Some(Ok(tags)) if tags.len() > MOST_TAGS as usize => {
            let actual = u32::try_from(tags.len()).unwrap_or(u32::MAX);
            AnswerErrorKind::TooManyEntries { max: MOST_TAGS, actual }
        }
        Some(Ok(tags)) => return Some(tags),
        Some(Err(TagError::TooLong(actual))) => AnswerErrorKind::TooLong { max: MAX_TAG, actual },
        Some(Err(TagError::Sign)) | None => AnswerErrorKind::WrongType,
    };
    faults.push(InvalidField::base(key, kind));
    None
}

/// The tags that a body is about.
///
/// # Errors
/// [`DeskError::Invalid`]; also where it names none.
pub fn named(given: Given<TagsToWrite>) -> Result<Tags, DeskError> {
    let mut faults = Vec::new();
    let tags = of_body("tags", given, &mut faults);
    if tags.is_none() && faults.is_empty() {
        faults.push(InvalidField::base("tags", AnswerErrorKind::Blank));
    }
    tags.ok_or(DeskError::Invalid { faults, form: None })
}

fn one(written: &str) -> Result<String, TagError> {
    let tag = written.to_lowercase();
    let length = u32::try_from(text::length(&tag)).unwrap_or(u32::MAX);
    if length > MAX_TAG {
        return Err(TagError::TooLong(length));
    }
    let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '-' | ':' | '/' | '.' | '+');
    if tag.chars().all(fits) { Ok(tag) } else { Err(TagError::Sign) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(names: &[&str]) -> Tags {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn tags_are_small_words_each_once() {
        assert_eq!(read("VIP  black_friday,vip\tplano:a/b"), Ok(tags(&["vip", "black_friday", "plano:a/b"])));
        assert_eq!(read("Ação"), Ok(tags(&["ação"])));
        assert_eq!(read(" , "), Ok(Tags::new()));
        assert_eq!(read("a\"b"), Err(TagError::Sign));
        assert_eq!(read("a\u{202e}b"), Err(TagError::Sign));
        assert_eq!(read(&"x".repeat(256)), Err(TagError::TooLong(256)));
    }

    #[test]
    fn a_change_sets_adds_and_takes_away_in_this_order() {
        let before = tags(&["a", "b"]);
        assert_eq!(TagChange::default().apply(&before).unwrap(), before);
        let change = TagChange { add: tags(&["c"]), remove: tags(&["a", "c", "x"]), ..TagChange::default() };
        assert_eq!(change.apply(&before).unwrap(), tags(&["b"]));
        let change = TagChange { set: Some(tags(&["z"])), add: tags(&["c"]), ..TagChange::default() };
        assert_eq!(change.apply(&before).unwrap(), tags(&["c", "z"]));
        let many: Tags = (0..=MOST_TAGS).map(|number| number.to_string()).collect();
        let change = TagChange { set: Some(many), ..TagChange::default() };
        assert!(matches!(change.apply(&before), Err(DeskError::TooManyTags { count: 101 })));
    }
}
