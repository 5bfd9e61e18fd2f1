//! A comment as a body brings it: its text in one of three spellings, and the tokens of its files.

use super::commands::NewComment;
use super::html_text::html_to_text;
use super::submission::{Given, InvalidField};
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::FieldKind;
use balcao_contract::limits::MOST_UPLOADS;
use balcao_contract::text;
use balcao_contract::validation::AnswerErrorKind;
use balcao_contract::wire::{self, CommentBody};

/// Where faults of files stand: the form's field for them.
pub const FILES: &str = "evidence";
/// Where faults of a comment's text stand.
pub const COMMENT: &str = "comment";
/// The longest comment, in characters.
const MAX_COMMENT: u32 = FieldKind::Description.default_max_length();

/// A comment whose text is known, and not checked yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GivenComment {
    /// The text.
    pub text: Given,
    /// Tokens of its files.
    pub uploads: wire::Given<Vec<String>>,
    /// Of an agent: whether the requester reads it.
    pub public: wire::Given<bool>,
}

impl GivenComment {
    /// `body`, its alias `value`, or the text of `html_body`: the first that says something. Reading HTML takes a while.
    #[must_use]
    pub fn read(comment: CommentBody) -> Self {
        let CommentBody { body, value, html_body, public, uploads } = comment;
        let html = match html_body {
            Given::Value(AnswerValue::Text(html)) => Given::Value(AnswerValue::Text(html_to_text(&html))),
            other => other,
        };
        let says = |given: &Given| match given {
            Given::Nothing => false,
            Given::Value(value) => !value.is_blank(),
            Given::Unreadable => true,
        };
        let text = [body, value, html].into_iter().find(says).unwrap_or_default();
        Self { text, uploads, public: public.unwrap_or_default() }
    }
}

/// How much HTML it holds: the one thing in it that takes work to read.
#[must_use]
pub fn html_bytes(comment: &CommentBody) -> usize {
    match &comment.html_body {
        Given::Value(AnswerValue::Text(html)) => html.len(),
        _ => 0,
    }
}

/// Checks a comment. Its text may be empty where there are files.
pub(super) fn checked(comment: GivenComment, faults: &mut Vec<InvalidField>) -> Option<NewComment> {
    let uploads = uploads(comment.uploads, faults);
    let body = match comment.text {
        Given::Nothing => Ok(String::new()),
        Given::Value(AnswerValue::Text(written)) => Ok(text::several_lines(&written)),
        Given::Value(_) | Given::Unreadable => Err(AnswerErrorKind::WrongType),
    };
    let checked = body.and_then(|body| {
        let actual = u32::try_from(text::length(&body)).unwrap_or(u32::MAX);
        match body {
            body if text::is_blank(&body) && uploads.is_empty() => Err(AnswerErrorKind::Blank),
            body if text::is_blank(&body) => Ok(String::new()),
            _ if actual > MAX_COMMENT => Err(AnswerErrorKind::TooLong { max: MAX_COMMENT, actual }),
            body => Ok(body),
        }
    });
    match checked {
        Ok(body) => Some(NewComment { body, uploads }),
        Err(kind) => {
            faults.push(InvalidField::base(COMMENT, kind));
            None
        }
    }
}

/// The tokens of a comment's files.
pub(super) fn uploads(given: wire::Given<Vec<String>>, faults: &mut Vec<InvalidField>) -> Vec<String> {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let kind = match given {
        wire::Given::Nothing => return Vec::new(),
        wire::Given::Value(tokens) if tokens.len() <= MOST_UPLOADS => return tokens,
        wire::Given::Value(tokens) => {
            AnswerErrorKind::TooManyEntries { max: number(MOST_UPLOADS), actual: number(tokens.len()) }
        }
        wire::Given::Unreadable => AnswerErrorKind::WrongType,
    };
    faults.push(InvalidField::base(FILES, kind));
    Vec::new()
}
