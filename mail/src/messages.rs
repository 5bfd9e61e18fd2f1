//! The messages there are, each in the reader's language.

use super::templates::{MailTexts, TemplateError, render};
use super::{NewMessage, masked};
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_contract::text;
use chrono::{DateTime, Offset as _, Utc};
use chrono_tz::Tz;
use serde::Serialize;

/// Mails that only remind: whoever wants none gets none.
const REMINDERS: [&str; 2] = ["awaiting_reply_reminder", "closing_soon"];

/// Whether mails of a kind only remind, so that they can be switched off.
#[must_use]
pub fn is_reminder(kind: &str) -> bool {
    REMINDERS.contains(&kind)
}

/// The longest title in a subject line, in characters: what clients show, and well within a header's length.
const TITLE_IN_SUBJECT: usize = 100;

/// Who reads a message, and in which language.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// The address.
    pub email: &'a str,
    /// First and last name; may be empty.
    pub name: &'a str,
    /// The language.
    pub locale: Locale,
}

/// A one-time code.
#[derive(Clone, Copy)]
pub struct Code<'a> {
    /// Who asked for it.
    pub reader: Reader<'a>,
    /// The digits.
    pub code: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
    /// Until when it is valid; afterwards it is not sent any more either.
    pub expires_at: DateTime<Utc>,
    /// A second message of the same key is never sent: name the conversation and which sending it is.
    pub dedupe_key: &'a str,
}

#[derive(Serialize)]
struct CodeValues<'a> {
    hello: String,
    code: &'a str,
    lives: String,
}

/// The one-time code: what it is, how long it lives, that nobody will ask for it. The subject does not show it.
///
/// # Errors
/// A template of ours is broken; a test makes sure none is.
pub fn code(mail: &Code<'_>) -> Result<NewMessage, TemplateError> {
    let texts = MailTexts::of(mail.reader.locale)?;
    let values = CodeValues { hello: hello(texts, mail.reader.name)?, code: mail.code, lives: lives(texts, mail)? };
    let subject = texts.text("code.subject", &[])?;
    let message = write("code", mail.reader, &subject, values, mail.dedupe_key.to_owned())?;
    Ok(NewMessage { useful_until: Some(mail.expires_at), ..message })
}

/// The code that signs somebody in on the support site.
///
/// # Errors
/// A template of ours is broken; a test makes sure none is.
pub fn sign_in_code(mail: &Code<'_>) -> Result<NewMessage, TemplateError> {
    let texts = MailTexts::of(mail.reader.locale)?;
    let values = CodeValues { hello: hello(texts, mail.reader.name)?, code: mail.code, lives: lives(texts, mail)? };
    let subject = texts.text("sign_in_code.subject", &[])?;
    let message = write("sign_in_code", mail.reader, &subject, values, mail.dedupe_key.to_owned())?;
    Ok(NewMessage { useful_until: Some(mail.expires_at), ..message })
}

/// The code that lets somebody set a password.
///
/// # Errors
/// A template of ours is broken; a test makes sure none is.
pub fn password_code(mail: &Code<'_>) -> Result<NewMessage, TemplateError> {
    let texts = MailTexts::of(mail.reader.locale)?;
    let values = CodeValues { hello: hello(texts, mail.reader.name)?, code: mail.code, lives: lives(texts, mail)? };
    let subject = texts.text("password_code.subject", &[])?;
    let message = write("password_code", mail.reader, &subject, values, mail.dedupe_key.to_owned())?;
    Ok(NewMessage { useful_until: Some(mail.expires_at), ..message })
}

fn lives(texts: &MailTexts, mail: &Code<'_>) -> Result<String, TemplateError> {
    let minutes = (mail.expires_at - mail.now).num_minutes().max(1);
    match minutes {
        1 => texts.text("code.lives_one", &[]),
        _ => texts.text("code.lives", &[("minutes", &minutes.to_string())]),
    }
}

/// What somebody is told about their sign-in on the support site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The password was changed.
    PasswordChanged,
    /// A password and a second factor were set up.
    SecondFactorAdded,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// An operator took password and second factor away.
    SecondFactorReset,
}

impl Notice {
    /// The kind, and where its sentences are.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PasswordChanged => "password_changed",
            Self::SecondFactorAdded => "second_factor_added",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::SecondFactorReset => "second_factor_reset",
        }
    }
}

#[derive(Serialize)]
struct NoticeValues<'a> {
    hello: String,
    heading: String,
    what: String,
    open: String,
    not_you: String,
    link: &'a str,
}

/// What happened, a way on, and what to do if it was somebody else.
///
/// # Errors
/// A template of ours is broken; a test makes sure none is.
pub fn notice(reader: Reader<'_>, notice: Notice, link: &str, dedupe_key: &str) -> Result<NewMessage, TemplateError> {
    let texts = MailTexts::of(reader.locale)?;
    let text = |key: &str| texts.text(&format!("{}.{key}", notice.name()), &[]);
    let values = NoticeValues {
        hello: hello(texts, reader.name)?,
        heading: text("heading")?,
        what: text("what")?,
        open: text("open")?,
        not_you: text("not_you")?,
        link,
    };
    let message = write("notice", reader, &text("subject")?, values, dedupe_key.to_owned())?;
    Ok(NewMessage { kind: notice.name().to_owned(), ..message })
}

/// A solved request that closes soon, or has closed.
#[derive(Clone, Copy)]
pub struct Ending<'a> {
    /// Who opened it.
    pub reader: Reader<'a>,
    /// Its number.
    pub number: RequestId,
    /// Its title.
    pub title: &'a str,
    /// When it was solved: solved again, it is told again.
    pub solved_at: DateTime<Utc>,
    /// Until when it can be reopened.
    pub closes_at: Option<DateTime<Utc>>,
    /// Whose clocks the moment is read from.
    pub zone: Tz,
    /// Where the request is shown.
    pub link: &'a str,
    /// Where it is rated; `None` where that was done.
    pub survey_link: Option<&'a str>,
    /// The address that an answer by mail goes to, where mail is read.
    pub reply_to: Option<&'a str>,
}

#[derive(Serialize)]
struct EndingValues<'a> {
    hello: String,
    about: String,
    until: String,
    how: String,
    link: &'a str,
    survey_link: &'a str,
}

/// The request closes soon: until when it can be reopened, and how; and that it can be rated until then, where it was
/// not. Sent once for each solving.
///
/// # Errors
/// A template of ours is broken; a test makes sure none is.
pub fn closing_soon(mail: &Ending<'_>) -> Result<NewMessage, TemplateError> {
    let message = ending("closing_soon", mail)?;
    Ok(NewMessage { useful_until: mail.closes_at, ..message })
}

/// The request has closed: how to open a follow-up.
///
/// # Errors
/// A template of ours is broken; a test makes sure none is.
pub fn closed(mail: &Ending<'_>) -> Result<NewMessage, TemplateError> {
    ending("closed", mail)
}

fn ending(kind: &str, mail: &Ending<'_>) -> Result<NewMessage, TemplateError> {
    let texts = MailTexts::of(mail.reader.locale)?;
    let number = mail.number.to_string();
    let about = [("number", number.as_str()), ("title", &shortened(mail.title))];
    let until = mail.closes_at.map(|moment| moment_in(mail.reader.locale, moment, mail.zone)).unwrap_or_default();
    let values = EndingValues {
        hello: hello(texts, mail.reader.name)?,
        about: texts.text(&format!("{kind}.about"), &about)?,
        until: if until.is_empty() { until } else { texts.text(&format!("{kind}.until"), &[("moment", &until)])? },
        how: texts.text(way(mail.reply_to, &format!("{kind}.how"), &format!("{kind}.how_by_mail")), &[])?,
        link: mail.link,
        survey_link: mail.survey_link.unwrap_or_default(),
    };
    let subject = texts.text(&format!("{kind}.subject"), &about)?;
    let key = format!("{kind}:{number}:{}", mail.solved_at.timestamp_millis());
    let message = write(kind, mail.reader, &subject, values, key)?;
    Ok(message.about(mail.number, mail.reply_to))
}

/// Which of two sentences says how to answer: on the page alone, or by mail as well.
pub(super) const fn way<'a>(reply_to: Option<&str>, on_the_page: &'a str, by_mail: &'a str) -> &'a str {
    if reply_to.is_some() { by_mail } else { on_the_page }
}

/// A moment as people of that language write it, with the zone whose clocks show it: a mail does not know its reader's.
pub fn moment_in(locale: Locale, moment: DateTime<Utc>, zone: Tz) -> String {
    let (language, format) = match locale {
        Locale::En => (chrono::Locale::en_US, "%A, %B %-d, %Y at %-I:%M %p"),
        Locale::Pt => (chrono::Locale::pt_BR, "%A, %-d de %B de %Y, %H:%M"),
        Locale::Es => (chrono::Locale::es_ES, "%A %-d de %B de %Y, %H:%M"),
    };
    let local = moment.with_timezone(&zone);
    let zone = zone_name(locale, &local);
    format!("{} ({zone})", local.format_localized(format, language))
}

/// What a time zone is called where mails are read: by the capital's clocks in Brazil, by its distance elsewhere.
fn zone_name(locale: Locale, local: &DateTime<Tz>) -> String {
    if local.timezone() == Tz::America__Sao_Paulo {
        return match locale {
            Locale::En => "Brasília time",
            Locale::Pt => "horário de Brasília",
            Locale::Es => "hora de Brasilia",
        }
        .to_owned();
    }
    let minutes = local.offset().fix().local_minus_utc() / 60;
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let sign = if minutes < 0 { "-" } else { "+" };
    match (hours, rest) {
        (0, 0) => "GMT".to_owned(),
        (hours, 0) => format!("GMT{sign}{hours}"),
        (hours, rest) => format!("GMT{sign}{hours}:{rest:02}"),
    }
}

pub(super) fn write(
    kind: &str,
    reader: Reader<'_>,
    subject: &str,
    values: impl Serialize,
    dedupe_key: String,
) -> Result<NewMessage, TemplateError> {
    let subject = text::single_line(subject);
    let (plain, html) = render(kind, reader.locale, &subject, values)?;
    Ok(NewMessage {
        to: reader.email.to_owned(),
        to_name: text::single_line(reader.name),
        locale: reader.locale,
        kind: kind.to_owned(),
        subject,
        text: plain,
        html,
        dedupe_key,
        request: None,
        by_person: false,
        headers: Vec::new(),
        useful_until: None,
        sealed: None,
    })
}

pub(super) fn hello(texts: &MailTexts, name: &str) -> Result<String, TemplateError> {
    let name = text::single_line(name);
    if name.is_empty() { texts.text("hello_nobody", &[]) } else { texts.text("hello", &[("name", &name)]) }
}

pub(super) fn shortened(title: &str) -> String {
    let title = masked::numbers(&text::single_line(title));
    if text::length(&title) <= TITLE_IN_SUBJECT {
        return title;
    }
    let kept: String = title.chars().take(TITLE_IN_SUBJECT - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;
