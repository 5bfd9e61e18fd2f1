//! The confirmation that a request was opened: its number, what was promised, what was answered.

use super::messages::{Reader, hello, moment_in, shortened, way, write};
use super::templates::{MailTexts, TemplateError};
use super::{NewMessage, masked};
use balcao_contract::answers::Answers;
use balcao_contract::form::{FieldKind, Form};
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_contract::support::{FirstResponse, ResponseUnit};
use balcao_contract::text;
use balcao_contract::visibility::visible_fields;
use balcao_desk::forms::worded;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;

/// The kind of this mail.
pub const CREATED: &str = "created";

/// A request was opened.
#[derive(Clone)]
pub struct Created<'a> {
    /// Who opened it.
    pub reader: Reader<'a>,
    /// Its number.
    pub number: RequestId,
    /// Its title.
    pub title: &'a str,
    /// What was answered; see [`answer_lines`].
    pub answers: Vec<AnswerLine>,
    /// What is promised, if anything.
    pub first_response: Option<FirstResponse>,
    /// When it is that this has passed; `None` for a calendar that hardly ever works.
    pub first_response_by: Option<DateTime<Utc>>,
    /// Whose clocks the moment is read from.
    pub zone: Tz,
    /// Where the request is shown.
    pub link: &'a str,
    /// The address that an answer by mail goes to, where mail is read.
    pub reply_to: Option<&'a str>,
}

/// An answer with its label, both in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerLine {
    /// The field's label.
    pub label: String,
    /// What was answered.
    pub value: String,
    /// Mails hide it.
    #[serde(skip)]
    pub sensitive: bool,
}

#[derive(Serialize)]
struct CreatedValues<'a> {
    hello: String,
    number: String,
    promise: String,
    follow: String,
    link: &'a str,
    answers: &'a [AnswerLine],
    hidden: String,
}

/// The confirmation: number, promised first response, link, answers. Sent once for each request.
///
/// # Errors
/// A template of ours is broken; a test makes sure none is.
pub fn created(mail: &Created<'_>) -> Result<NewMessage, TemplateError> {
    let texts = MailTexts::of(mail.reader.locale)?;
    let number = mail.number.to_string();
    let promise = match mail.first_response {
        Some(promised) => promise(texts, mail, promised)?,
        None => String::new(),
    };
    let answers = without_what_is_hidden(&mail.answers);
    let hidden = if answers == mail.answers { String::new() } else { texts.text("thread.hidden", &[])? };
    let values = CreatedValues {
        hello: hello(texts, mail.reader.name)?,
        number: texts.text("created.number", &[("number", &number)])?,
        promise,
        follow: texts.text(way(mail.reply_to, "created.follow", "created.follow_by_mail"), &[])?,
        link: mail.link,
        answers: &answers,
        hidden,
    };
    let subject = texts.text("created.subject", &[("number", &number), ("title", &shortened(mail.title))])?;
    let message = write(CREATED, mail.reader, &subject, values, format!("{CREATED}:{number}"))?;
    Ok(message.about(mail.number, mail.reply_to))
}

fn promise(texts: &MailTexts, mail: &Created<'_>, promised: FirstResponse) -> Result<String, TemplateError> {
    let time = time(texts, promised)?;
    match mail.first_response_by {
        Some(moment) => {
            let moment = moment_in(mail.reader.locale, moment, mail.zone);
            texts.text("created.promise_by", &[("moment", &moment), ("time", &time)])
        }
        None => texts.text("created.promise", &[("time", &time)]),
    }
}

/// Sensitive answers without all but their ends, also where another answer repeats them, as a first comment does that
/// nobody wrote.
fn without_what_is_hidden(answers: &[AnswerLine]) -> Vec<AnswerLine> {
    let sensitive = answers.iter().filter(|line| line.sensitive).map(|line| line.value.as_str());
    // A sign or two stand in any text.
    let sensitive: Vec<&str> = sensitive.filter(|value| text::length(value) > 4).collect();
    let hide = |line: &AnswerLine| {
        let value = match line.sensitive {
            true => masked::answer(&line.value),
            false => {
                let repeated = |text: String, value: &&str| text.replace(*value, &masked::answer(value));
                masked::numbers(&sensitive.iter().fold(line.value.clone(), repeated))
            }
        };
        AnswerLine { value, ..line.clone() }
    };
    answers.iter().map(hide).collect()
}

/// The answers of a request as its form words them, in its order; `files` are the names of what is attached.
/// The form is in the reader's language already.
#[must_use]
pub fn answer_lines(
    form: &Form,
    locale: Locale,
    subject: &str,
    description: &str,
    answers: &Answers,
    files: &[String],
) -> Vec<AnswerLine> {
    let lines = visible_fields(form, answers).into_iter().filter_map(|shown| {
        let field = shown.field;
        let value = match field.kind {
            FieldKind::Subject => subject.to_owned(),
            FieldKind::Description => description.to_owned(),
            FieldKind::Evidence => files.join("\n"),
            _ => worded(field, answers.get(field.key.as_str())?, locale),
        };
        let sensitive = field.sensitive;
        (!text::is_blank(&value)).then(|| AnswerLine { label: field.title.clone(), value, sensitive })
    });
    lines.collect()
}

fn time(texts: &MailTexts, promised: FirstResponse) -> Result<String, TemplateError> {
    let unit = match promised.unit {
        ResponseUnit::Minutes => "minutes",
        ResponseUnit::Hours => "hours",
        ResponseUnit::WorkingHours => "working_hours",
    };
    let form = match (promised.min, promised.max) {
        (_, 1) => "_one",
        (min, max) if min < max => "_range",
        _ => "",
    };
    let (min, max) = (promised.min.to_string(), promised.max.to_string());
    texts.text(&format!("time.{unit}{form}"), &[("min", &min), ("max", &max)])
}

#[cfg(test)]
#[path = "created_tests.rs"]
mod tests;
