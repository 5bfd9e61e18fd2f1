//! What happened to a request, told to its requester and to whoever is in copy: a reply, a question, the solution.

use super::messages::{Reader, hello, moment_in, shortened, write};
use super::templates::{MailTexts, TemplateError};
use super::{NewMessage, masked};
use balcao_contract::id::RequestId;
use balcao_contract::text;
use balcao_rich_text as rich_text;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use minijinja::Value;
use serde::Serialize;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// The agent wrote.
    Reply,
    /// The requester owes an answer.
    AwaitingReply,
    /// The requester has owed it for a while.
    AwaitingReplyReminder,
    /// It is solved.
    Solved,
}

impl Occasion {
    /// The kind of the message, and where its sentences are.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::AwaitingReply => "awaiting_reply",
            Self::AwaitingReplyReminder => "awaiting_reply_reminder",
            Self::Solved => "solved",
        }
    }
}

/// A message about what an agent did.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// What happened.
    pub occasion: Occasion,
    /// Who opened the request, or is in copy of it.
    pub reader: Reader<'a>,
    /// They are in copy: it is said so, and nobody asks them how the support was.
    pub in_copy: bool,
    /// Its number.
    pub number: RequestId,
    /// Its title.
    pub title: &'a str,
    /// Who said what; an agent may act without a word.
    pub said: Option<Words<'a>>,
    /// Until when a solved request can be reopened.
    pub reopen_until: Option<DateTime<Utc>>,
    /// Whose clocks the moment is read from.
    pub zone: Tz,
    /// Where the request is shown.
    pub link: &'a str,
    /// Where a solved one is rated.
    pub survey_link: &'a str,
    /// The address that an answer by mail goes to, where mail is read.
    pub reply_to: Option<&'a str>,
    /// A second message of the same key is never sent: name the event.
    pub dedupe_key: &'a str,
}

/// What somebody wrote.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The agent's name; may be empty.
    pub author: &'a str,
    /// The text, as it was written.
    pub body: &'a str,
    /// The names of its files.
    pub files: &'a [String],
}

#[derive(Serialize)]
struct Values<'a> {
    hello: String,
    heading: String,
    about: String,
    author: String,
    body: String,
    body_html: Value,
    files: String,
    hidden: String,
    until: String,
    answer: String,
    open: String,
    link: &'a str,
    rate: String,
    survey_link: &'a str,
    footer: String,
}

/// The message: who wrote what, what is owed or until when it can be reopened, and how to answer.
///
/// # Errors
/// A template of ours is broken; a test makes sure none is.
pub fn answer(mail: &Answer<'_>) -> Result<NewMessage, TemplateError> {
    let texts = MailTexts::of(mail.reader.locale)?;
    let kind = mail.occasion.name();
    let (own, footer) =
        if mail.in_copy { (format!("copy_{kind}"), "copy.footer") } else { (kind.to_owned(), "thread.footer") };
    let number = mail.number.to_string();
    let about = [("number", number.as_str()), ("title", &shortened(mail.title))];
    let body = mail.said.map(|said| masked::numbers(said.body)).unwrap_or_default();
    let is_hidden = mail.said.is_some_and(|said| said.body != body);
    let blocks = rich_text::parse_comment(&body);
    let files = mail.said.map(|said| said.files.join(", ")).unwrap_or_default();
    let until = match mail.reopen_until.filter(|_| mail.occasion == Occasion::Solved) {
        Some(moment) => {
            let moment = moment_in(mail.reader.locale, moment, mail.zone);
            texts.text("solved.until", &[("moment", &moment)])?
        }
        None => String::new(),
    };
    let is_rated = mail.occasion == Occasion::Solved && !mail.in_copy;
    let values = Values {
        hello: hello(texts, mail.reader.name)?,
        heading: texts.text(&format!("{own}.heading"), &[])?,
        about: texts.text(&format!("{own}.about"), &about)?,
        author: mail.said.map(|said| text::single_line(said.author)).unwrap_or_default(),
        body: rich_text::to_plain(&blocks),
        body_html: Value::from_safe_string(rich_text::to_html(&blocks)),
        files: if files.is_empty() { files } else { texts.text("thread.files", &[("files", &files)])? },
        hidden: if is_hidden { texts.text("thread.hidden", &[])? } else { String::new() },
        until,
        answer: texts.text(if mail.reply_to.is_some() { "thread.answer_by_mail" } else { "thread.answer" }, &[])?,
        open: texts.text("thread.open", &[])?,
        link: mail.link,
        rate: if is_rated { texts.text("solved.rate", &[])? } else { String::new() },
        survey_link: mail.survey_link,
        footer: texts.text(footer, &[])?,
    };
    let subject = texts.text(&format!("{own}.subject"), &about)?;
    let message = write("answer", mail.reader, &subject, values, mail.dedupe_key.to_owned())?;
    Ok(NewMessage {
        kind: kind.to_owned(),
        by_person: mail.said.is_some() && mail.occasion != Occasion::AwaitingReplyReminder,
        ..message.about(mail.number, mail.reply_to)
    })
}

#[cfg(test)]
#[path = "answers_tests.rs"]
mod tests;
