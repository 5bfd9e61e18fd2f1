//! What somebody is told whose reply did not become a comment, and what a comment says about files that stayed out.

use crate::messages::{Reader, hello, shortened, write};
use crate::{MailTexts, NewMessage, TemplateError};
use balcao_contract::file::{FileError, FileLimits};
use balcao_contract::locale::Locale;
use balcao_contract::text;
use balcao_store::mail_in::Correspondent;
use serde::Serialize;

/// So many files that stayed out are named; the rest is counted.
const MOST_NAMED: usize = 40;

/// Why a reply of somebody we know did not become a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returned {
    /// The request is closed.
    Closed,
    /// The request holds as much as one may.
    Full,
    /// There is nothing in it.
    Empty,
    /// It is larger than what is taken.
    TooLarge,
}

impl Returned {
    /// The kind of the mail that says so, and where its sentences are.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "reply_closed",
            Self::Full => "reply_full",
            Self::Empty => "reply_empty",
            Self::TooLarge => "reply_too_large",
        }
    }
}

#[derive(Serialize)]
struct Values<'a> {
    hello: String,
    heading: String,
    about: String,
    how: String,
    open: String,
    link: &'a str,
}

/// The mail that says so. `in_reply_to` is the identifier of theirs, `reply_to` where their next one goes.
pub(super) fn answer(
    why: Returned,
    whom: &Correspondent,
    link: &str,
    max_bytes: u64,
    in_reply_to: Option<&str>,
    reply_to: Option<&str>,
    dedupe_key: String,
) -> Result<NewMessage, TemplateError> {
    let texts = MailTexts::of(whom.locale)?;
    let kind = why.name();
    let (number, title, size) = (whom.request.to_string(), shortened(&whom.subject), megabytes(max_bytes));
    let parts = [("number", number.as_str()), ("title", &title), ("size", &size)];
    let sentence = |key: &str| texts.text(&format!("{kind}.{key}"), &parts);
    let values = Values {
        hello: hello(texts, &whom.name)?,
        heading: sentence("heading")?,
        about: sentence("about")?,
        how: sentence("how")?,
        open: sentence("open")?,
        link,
    };
    let reader = Reader { email: &whom.email, name: &whom.name, locale: whom.locale };
    let mut message = write("returned", reader, &sentence("subject")?, values, dedupe_key)?;
    kind.clone_into(&mut message.kind);
    let header = |name: &str, value: String| (name.to_owned(), value);
    let answered = in_reply_to.map(|id| ["In-Reply-To", "References"].map(|name| header(name, format!("<{id}>"))));
    message.headers = answered.into_iter().flatten().collect();
    message.headers.extend(reply_to.map(|address| header("Reply-To", address.to_owned())));
    Ok(message)
}

/// Why a file stayed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeftOut {
    Fault(FileError),
    /// Too many of theirs are waiting.
    Quota,
    /// They, their store or the disk have no room for more.
    NoRoom,
}

/// The lines of a comment about files that stayed out; none where all came along.
pub(super) fn left_out(
    files: &[(String, LeftOut)],
    limits: &FileLimits,
    locale: Locale,
) -> Result<Option<String>, TemplateError> {
    if files.is_empty() {
        return Ok(None);
    }
    let texts = MailTexts::of(locale)?;
    let mut lines = vec![texts.text("reply_note.left_out", &[])?, String::new()];
    for (name, why) in files.iter().take(MOST_NAMED) {
        let (size, count) = (megabytes(limits.max_bytes), limits.max_files.to_string());
        let key = match why {
            LeftOut::Fault(FileError::Empty) => "empty",
            LeftOut::Fault(FileError::TooLarge) => "too_large",
            LeftOut::Fault(FileError::TooMany) => "too_many",
            LeftOut::Fault(FileError::OtherContent) => "other_content",
            LeftOut::Fault(_) => "type_not_taken",
            LeftOut::Quota => "quota",
            LeftOut::NoRoom => "no_room",
        };
        let why = texts.text(&format!("reply_note.{key}"), &[("size", &size), ("count", &count)])?;
        // Between backticks a name is shown as it is.
        lines.push(format!("- `{}`: {why}", text::single_line(name).replace('`', "'")));
    }
    if files.len() > MOST_NAMED {
        let count = (files.len() - MOST_NAMED).to_string();
        lines.push(format!("- {}", texts.text("reply_note.more", &[("count", &count)])?));
    }
    Ok(Some(lines.join("\n")))
}

/// The line of a comment whose whole text is in a file.
pub(super) fn shortened_to(name: &str, locale: Locale) -> Result<String, TemplateError> {
    MailTexts::of(locale)?.text("reply_note.shortened", &[("name", name)])
}

fn megabytes(bytes: u64) -> String {
    (bytes / (1024 * 1024)).max(1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::status::Status;

    #[test]
    fn every_answer_says_which_request_and_leads_there_in_every_language() {
        for locale in Locale::ALL {
            let whom = Correspondent {
                user: 7.try_into().unwrap(),
                email: "ana@store.example".to_owned(),
                name: "Ana".to_owned(),
                locale,
                request: 1042.try_into().unwrap(),
                subject: "Orders <fail>\r\nBcc: x".to_owned(),
                status: Status::Closed,
                account: 1.try_into().unwrap(),
                account_name: "acme".to_owned(),
                shares_requests: false,
                is_active: true,
            };
            for why in [Returned::Closed, Returned::Full, Returned::Empty, Returned::TooLarge] {
                let mail =
                    answer(why, &whom, "https://x.example/7", 36 << 20, Some("a@b"), None, "k".to_owned()).unwrap();
                assert!(mail.subject.contains("#1042"), "{}", mail.subject);
                assert!(mail.text.contains("https://x.example/7") && mail.text.contains("#1042"), "{}", mail.text);
                assert!(!mail.text.contains(['{', '}']), "{}", mail.text);
                assert!(mail.html.contains("#1042") && mail.html.contains("href=\"https:"), "{}", mail.html);
                assert!(!mail.html.contains("<fail>"));
                assert_eq!(mail.kind, why.name());
            }
        }
    }

    #[test]
    fn files_that_stayed_out_are_named_and_beyond_that_counted() {
        let limits = FileLimits::default();
        assert_eq!(left_out(&[], &limits, Locale::En).unwrap(), None);
        let files: Vec<_> = (0..480).map(|n| (format!("a`{n}.exe"), LeftOut::Fault(FileError::TypeNotTaken))).collect();
        let note = left_out(&files, &limits, Locale::En).unwrap().unwrap();
        assert!(note.contains("- `a'0.exe`: we do not accept this type of file"), "{note}");
        assert!(note.ends_with("- and 440 more files"), "{note}");
    }
}
