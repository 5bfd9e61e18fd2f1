//! How much one person may send at once, and how much one request holds. Each is far above what anybody needs, and low
//! enough that nothing grows with what somebody makes up.

/// The most comments of a request, notes among agents included; as at Zendesk.
pub const MAX_COMMENTS: u32 = 5_000;

/// The most text of a request's comments, in bytes of UTF-8. A comment that begins below it is taken whole.
pub const MAX_TEXT_BYTES: u64 = 16 * 1024 * 1024;

/// Whether a request takes no more comments, so that it goes on in a follow-up.
#[must_use]
pub const fn is_full(comments: u64, text_bytes: u64) -> bool {
    comments >= MAX_COMMENTS as u64 || text_bytes >= MAX_TEXT_BYTES
}

/// The most answers of one write, and the most options of one answer.
pub const MOST_FIELDS: usize = 250;

/// The most tokens of uploads of one comment. How many files they may bring is the operator's to say.
pub const MOST_UPLOADS: usize = 1_000;

/// The most people in copy of one request. Each is one more mail of every answer.
pub const MOST_COPIES: usize = 10;

/// The most ids in one address, as in `show_many?ids=`.
pub const MOST_IDS: usize = 100;

/// At most so many faults of one write are told one by one; how many more there are is told as well.
pub const MOST_FAULTS: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_full_of_comments_or_of_text() {
        let cases = [
            (0, 0, false),
            (4_999, MAX_TEXT_BYTES - 1, false),
            (5_000, 0, true),
            (1, MAX_TEXT_BYTES, true),
            (u64::MAX, u64::MAX, true),
        ];
        for (comments, text_bytes, full) in cases {
            assert_eq!(is_full(comments, text_bytes), full, "{comments} {text_bytes}");
        }
    }
}
