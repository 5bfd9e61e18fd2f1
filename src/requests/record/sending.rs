//! The rules of a reply: when it may go, and what a refusal means for what was written.

use crate::api::ApiError;
use balcao_contract::form::FieldKind;
use balcao_contract::text;
use balcao_contract::wire::error_name;

/// The longest reply, in characters: as long as a description.
pub const LIMIT: u32 = FieldKind::Description.default_max_length();

/// What is wrong with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing a reader could see.
    Blank,
    /// Longer than [`LIMIT`]; this many characters.
    TooLong(u32),
}

/// What keeps a message from being sent. Files may go without a word.
#[must_use]
pub fn fault(message: &str, has_files: bool) -> Option<Fault> {
    if text::is_blank(message) {
        return (!has_files).then_some(Fault::Blank);
    }
    let length = u32::try_from(text::length(message)).unwrap_or(u32::MAX);
    (length > LIMIT).then_some(Fault::TooLong(length))
}

/// What a refused reply means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The request is closed for good.
    Closed,
    /// The request holds as much as one may.
    Full,
    /// Somebody changed the request in the same moment.
    Changed,
    /// An earlier try, thought lost, had arrived after all; then the message was changed and sent again.
    Arrived,
    /// The backend no longer has the files.
    Files,
    /// Anything else; the error says what.
    NotSent,
}

/// What an error means for the reply.
#[must_use]
pub fn refusal(error: &ApiError) -> Refusal {
    if error.is_named(error_name::REQUEST_CLOSED) {
        return Refusal::Closed;
    }
    if error.is_named(error_name::REQUEST_FULL) {
        return Refusal::Full;
    }
    if error.is_named(error_name::IDEMPOTENT_REQUEST) {
        return Refusal::Arrived;
    }
    match error {
        ApiError::Conflict(_) => Refusal::Changed,
        ApiError::Invalid(body) if body.details.values().flatten().any(|fault| fault.error == "InvalidUpload") => {
            Refusal::Files
        }
        _ => Refusal::NotSent,
    }
}

/// Nobody knows whether the reply arrived: the next try must carry the same idempotency key, or it might be added twice.
/// After a plain refusal nothing was done, and a changed message needs a key of its own.
#[must_use]
pub const fn is_uncertain(error: &ApiError) -> bool {
    matches!(error, ApiError::Network | ApiError::Timeout | ApiError::Unavailable { .. } | ApiError::Unexpected(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> ApiError {
        ApiError::of_response(status, None, body)
    }

    #[test]
    fn a_message_says_something_and_has_an_end() {
        assert_eq!(fault("Hello", false), None);
        for blank in ["", "  \n\t ", "\u{200b}\u{feff}"] {
            assert_eq!(fault(blank, false), Some(Fault::Blank), "{blank:?}");
            assert_eq!(fault(blank, true), None, "{blank:?}");
        }
        let limit = LIMIT as usize;
        assert_eq!(fault(&"ã".repeat(limit), false), None);
        assert_eq!(fault(&"ã".repeat(limit + 1), true), Some(Fault::TooLong(LIMIT + 1)));
    }

    #[test]
    fn every_refusal_is_told_apart() {
        let upload = r#"{"error":"RecordInvalid","details":{"uploads":[{"description":"x","error":"InvalidUpload","field_key":"uploads"}]}}"#;
        let blank = r#"{"error":"RecordInvalid","details":{"comment":[{"description":"x","error":"BlankValue","field_key":"comment"}]}}"#;
        let cases = [
            (409, r#"{"error":"RequestClosed","description":"x"}"#, Refusal::Closed),
            (422, r#"{"error":"RequestClosed","description":"x"}"#, Refusal::Closed),
            (422, r#"{"error":"RequestFull","description":"x"}"#, Refusal::Full),
            (409, r#"{"error":"Conflict"}"#, Refusal::Changed),
            (409, "<html>", Refusal::Changed),
            (400, r#"{"error":"IdempotentRequestError"}"#, Refusal::Arrived),
            (422, upload, Refusal::Files),
            (422, blank, Refusal::NotSent),
            (404, "", Refusal::NotSent),
            (503, "", Refusal::NotSent),
        ];
        for (status, body, expected) in cases {
            assert_eq!(refusal(&error(status, body)), expected, "{status} {body}");
        }
        assert_eq!(refusal(&ApiError::Network), Refusal::NotSent);
    }

    #[test]
    fn only_an_unknown_outcome_keeps_the_key() {
        for unknown in [ApiError::Network, ApiError::Timeout, error(500, ""), error(503, ""), ApiError::Unexpected(200)]
        {
            assert!(is_uncertain(&unknown), "{unknown:?}");
        }
        for known in
            [error(409, ""), error(422, ""), error(404, ""), error(429, ""), error(507, ""), ApiError::SignedOut]
        {
            assert!(!is_uncertain(&known), "{known:?}");
        }
    }
}
