//! Text messages, through whoever sends them: a provider over HTTP, or the development mailbox.

use balcao_config::{Config, Mode, Sms};
use balcao_runtime::durable;
use chrono::{DateTime, Utc};
use lettre::message::{Mailbox, Message};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The provider has so long for an answer: somebody waits for the page.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A text message did not leave. What the provider said is not repeated: it may name the number.
#[derive(Debug, thiserror::Error)]
#[error("text message: {0}")]
pub struct SmsError(&'static str);

/// Sends one text message.
#[async_trait::async_trait]
pub trait SmsSender: Send + Sync + std::fmt::Debug {
    /// Sends it to a number such as `+5511987654321`; returns once somebody else answers for it.
    ///
    /// # Errors
    /// It was not taken.
    async fn send(&self, to: &str, text: &str, now: DateTime<Utc>) -> Result<(), SmsError>;
}

/// The way of a configuration; `None` where there is none.
///
/// # Errors
/// TLS cannot be set up.
pub fn sender(config: &Config) -> std::io::Result<Option<Arc<dyn SmsSender>>> {
    Ok(match (&config.support_site.sms, config.mode) {
        (Some(sms), _) => Some(Arc::new(HttpSms::new(sms.clone(), TIMEOUT)?)),
        (None, Mode::Development) => Some(Arc::new(MailboxSms(config.mail.mailbox_dir.clone()))),
        (None, Mode::Production) => None,
    })
}

/// A provider that takes `{to, from, text}` as JSON and answers with a success.
#[derive(Debug)]
pub struct HttpSms {
    settings: Sms,
    http: reqwest::Client,
}

#[derive(Serialize)]
struct Posted<'a> {
    to: &'a str,
    from: &'a str,
    text: &'a str,
}

impl HttpSms {
    /// For these settings; an answer may take so long.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(settings: Sms, timeout: Duration) -> std::io::Result<Self> {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(timeout);
        Ok(Self { settings, http: client.build().map_err(std::io::Error::other)? })
    }

    /// One attempt; whether another one is worth it.
    async fn attempt(&self, to: &str, text: &str, key: &str) -> Result<(), (SmsError, bool)> {
        let posted = Posted { to, from: &self.settings.from, text };
        let mut request = self.http.post(self.settings.url.clone()).json(&posted).header("idempotency-key", key);
        if let Some(token) = &self.settings.token {
            request = request.bearer_auth(token);
        }
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) if answer.status().is_server_error() => Err((SmsError("the provider is out of order"), true)),
            Ok(_) => Err((SmsError("the provider refused it"), false)),
            Err(_) => Err((SmsError("the provider does not answer"), true)),
        }
    }
}

#[async_trait::async_trait]
impl SmsSender for HttpSms {
    /// Tried twice, at once, under the same `Idempotency-Key`: after that the person asks again, who waits for it.
    async fn send(&self, to: &str, text: &str, _now: DateTime<Utc>) -> Result<(), SmsError> {
        let key = uuid::Uuid::new_v4().to_string();
        match self.attempt(to, text, &key).await {
            Err((_, true)) => self.attempt(to, text, &key).await.map_err(|(error, _)| error),
            done => done.map_err(|(error, _)| error),
        }
    }
}

/// A message in the development mailbox, to `<number>@sms.localhost`.
#[derive(Debug)]
struct MailboxSms(PathBuf);

#[async_trait::async_trait]
impl SmsSender for MailboxSms {
    async fn send(&self, to: &str, text: &str, now: DateTime<Utc>) -> Result<(), SmsError> {
        let mailbox = |address: String| address.parse::<Mailbox>().map_err(|_| SmsError("not a number"));
        let message = Message::builder()
            .from(mailbox("SMS <sms@localhost>".to_owned())?)
            .to(mailbox(format!("{to}@sms.localhost"))?)
            .subject("SMS")
            .date(SystemTime::from(now))
            .body(text.to_owned())
            .map_err(|_| SmsError("not a message"))?;
        let name = format!("{}-{}-sms.eml", now.format("%Y%m%dT%H%M%S%3fZ"), uuid::Uuid::new_v4().simple());
        let folder = self.0.clone();
        let written = tokio::task::spawn_blocking(move || durable::write(&folder, &name, &message.formatted())).await;
        written.map_err(|_| SmsError("interrupted"))?.map_err(|_| SmsError("the mailbox cannot be written"))
    }
}

/// A number as providers want it, `+` and 8 to 15 digits (E.164); `None` for anything else. How people group the digits
/// does not count.
#[must_use]
pub fn number(typed: &str) -> Option<String> {
    let plain: String =
        typed.chars().filter(|c| !c.is_whitespace() && !"-.()/\u{2010}\u{2011}\u{2013}".contains(*c)).collect();
    let digits = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"))?;
    let is_number =
        (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    is_number.then(|| format!("+{digits}"))
}

/// A number shortened for the eye: `+55 ••• 21`.
#[must_use]
pub fn masked(number: &str) -> String {
    let (start, end) =
        (number.get(..3).unwrap_or_default(), number.get(number.len().saturating_sub(2)..).unwrap_or_default());
    format!("{start} ••• {end}")
}

#[cfg(test)]
#[path = "sms_tests.rs"]
mod tests;
