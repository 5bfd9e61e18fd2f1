//! The one-time code before a ticket (identity.md).

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How many digits a code has.
pub const CODE_DIGITS: usize = 6;

/// The answer to `POST /api/panel/conversations/{id}/code`: said only when a message went into the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeSent {
    /// The address, shortened for the eye: `a•••@example.com`.
    pub sent_to: String,
    /// Until when the code lives; asking again makes it no longer.
    pub expires_at: Timestamp,
    /// For so many whole minutes, as the message says it.
    pub minutes: u32,
    /// From when it can be asked for again.
    pub resend_at: Timestamp,
}

/// `POST /api/panel/conversations/{id}/code/check`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeCheck {
    /// What the user typed.
    pub code: String,
}

/// The digits of what was typed or pasted: spaces, dashes and invisible characters do not count; digits of other
/// scripts are read as what they are. `None` where anything else stands in it, or the number of digits is wrong.
#[must_use]
pub fn normalise_code(typed: &str) -> Option<String> {
    let mut digits = String::with_capacity(CODE_DIGITS);
    for character in typed.chars() {
        match character {
            '0'..='9' => digits.push(character),
            // Full-width digits, as Asian keyboards type them.
            '\u{ff10}'..='\u{ff19}' => digits.push(char::from(b'0' + (character as u32 - 0xff10) as u8)),
            '-' | '\u{2010}'..='\u{2014}' => {}
            other if crate::text::is_blank(other.encode_utf8(&mut [0; 4])) => {}
            _ => return None,
        }
    }
    (digits.len() == CODE_DIGITS).then_some(digits)
}
