//! A person's name as they give it: the first and the last, on one line.

use crate::text;

/// The longest name, in characters.
pub const LONGEST_NAME: u32 = 200;

/// A first and a last name on one clean line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameError {
    /// Nothing a reader could see.
    Blank,
    /// One word, or no words at all: the first or the last name is missing.
    Incomplete,
    /// Longer than [`LONGEST_NAME`]; the characters that were given.
    TooLong(u32),
}

impl PersonName {
    /// Reads a name. White space is put right, characters that turn the text around are left out.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(given: &str) -> Result<Self, NameError> {
        let kept: String = given.chars().filter(|c| !turns(*c)).collect();
        let name = text::single_line(&kept);
        if text::is_blank(&name) {
            return Err(NameError::Blank);
        }
        let length = u32::try_from(text::length(&name)).unwrap_or(u32::MAX);
        if length > LONGEST_NAME {
            return Err(NameError::TooLong(length));
        }
        // Initials count ("J. Silva"), and so do names in any script; an address does not.
        let words = name.split(' ').filter(|word| word.chars().any(char::is_alphabetic) && !word.contains('@'));
        if words.count() < 2 { Err(NameError::Incomplete) } else { Ok(Self(name)) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Direction marks and overrides: a name with one would rearrange the line that it stands in.
const fn turns(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}
