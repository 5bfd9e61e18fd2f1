//! What an administrator can have done with webhooks. A command works on a write that its caller began, and the caller
//! commits it.

use super::{EVERYTHING, TYPES};
use crate::identity::Agent;
use balcao_contract::text;
use balcao_contract::validation::AnswerErrorKind;
use balcao_contract::wire::{Given, WebhookStatus, WebhookToWrite};
use balcao_outbound::{TargetFault, Targets};
use balcao_store::webhooks::{self, WebhookRow};
use balcao_store::{Connection, StoreError};
use chrono::{DateTime, Utc};

/// The longest name and the longest address, in characters.
const MAX_NAME: u32 = 255;
const MAX_ENDPOINT: u32 = 2_000;
/// More webhooks than these help nobody and slow every event down.
pub const MOST_WEBHOOKS: usize = 50;

/// Why a webhook was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// No such webhook.
    #[error("no such webhook")]
    NotFound,
    /// There are [`MOST_WEBHOOKS`] already.
    #[error("there are {MOST_WEBHOOKS} webhooks already")]
    TooMany,
    /// What was sent is wrong: every fault.
    #[error("{} faults in what was sent", .0.len())]
    Invalid(Vec<WebhookFieldError>),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookFieldError {
    /// As in any other body.
    Field(&'static str, AnswerErrorKind),
    /// Nothing is sent there.
    Endpoint(TargetFault),
}

/// What a body says; `None` says nothing about it.
#[derive(Debug, Default)]
pub struct WantedWebhook {
    name: Option<String>,
    endpoint: Option<String>,
    subscriptions: Option<Vec<String>>,
    is_active: Option<bool>,
    faults: Vec<WebhookFieldError>,
}

impl WantedWebhook {
    /// Reads a body.
    #[must_use]
    pub fn read(body: WebhookToWrite, targets: &Targets) -> Self {
        let mut faults = Vec::new();
        let name = line("name", body.name, MAX_NAME, &mut faults);
        let endpoint = line("endpoint", body.endpoint, MAX_ENDPOINT, &mut faults);
        if body.status == Given::Unreadable {
            faults.push(WebhookFieldError::Field("status", AnswerErrorKind::UnknownOption));
        }
        let subscriptions = subscriptions(body.subscriptions, &mut faults);
        // There is one way to send here; another one is refused rather than ignored.
        for (key, given, only) in
            [("http_method", &body.http_method, "POST"), ("request_format", &body.request_format, "json")]
        {
            let is_only = match given {
                Given::Nothing => true,
                Given::Value(value) => value == only,
                Given::Unreadable => false,
            };
            if !is_only {
                faults.push(WebhookFieldError::Field(key, AnswerErrorKind::UnknownOption));
            }
        }
        if let Some(endpoint) = &endpoint
            && let Err(refused) = targets.endpoint(endpoint)
        {
            faults.push(WebhookFieldError::Endpoint(refused));
        }
        let is_active = body.status.value().map(|status| status == WebhookStatus::Active);
        Self { name, endpoint, subscriptions, is_active, faults }
    }

    /// Says too what is missing of a new one.
    ///
    /// # Errors
    /// [`WebhookError::Invalid`] with every fault.
    pub fn whole(mut self) -> Result<NewWebhook, WebhookError> {
        for (key, is_missing) in [
            ("name", self.name.is_none()),
            ("endpoint", self.endpoint.is_none()),
            ("subscriptions", self.subscriptions.is_none()),
        ] {
            if is_missing && !self.faults.iter().any(|fault| fault.key() == key) {
                self.faults.push(WebhookFieldError::Field(key, AnswerErrorKind::Blank));
            }
        }
        match (self.name, self.endpoint, self.subscriptions) {
            (Some(name), Some(endpoint), Some(subscriptions)) if self.faults.is_empty() => {
                Ok(NewWebhook { name, endpoint, subscriptions, is_active: self.is_active.unwrap_or(true) })
            }
            _ => Err(WebhookError::Invalid(self.faults)),
        }
    }
}

impl WebhookFieldError {
    /// Its field.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Field(key, _) => key,
            Self::Endpoint(_) => "endpoint",
        }
    }
}

/// A webhook to be made, without a fault.
#[derive(Debug)]
pub struct NewWebhook {
    name: String,
    endpoint: String,
    subscriptions: Vec<String>,
    is_active: bool,
}

/// Makes a webhook; it is told of what happens from now on.
///
/// # Errors
/// See [`WebhookError`].
pub async fn make(
    write: &mut Connection,
    agent: &Agent,
    new: NewWebhook,
    sealed_secret: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<WebhookRow, WebhookError> {
    if webhooks::list(write, now).await?.len() >= MOST_WEBHOOKS {
        return Err(WebhookError::TooMany);
    }
    let row = WebhookRow {
        id: uuid::Uuid::new_v4().simple().to_string(),
        name: new.name,
        endpoint: new.endpoint,
        subscriptions: new.subscriptions,
        secret: sealed_secret,
        active: new.is_active,
        created_by: agent.user,
        responsible: agent.user,
        token: Some(agent.token),
        ended: None,
        created_at: now.into(),
        updated_at: now.into(),
    };
    webhooks::insert(write, &row).await?;
    Ok(row)
}

/// Changes a webhook; what is left out stays. Whoever changes it answers for it from now on.
///
/// # Errors
/// See [`WebhookError`].
pub async fn change(
    write: &mut Connection,
    agent: &Agent,
    id: &str,
    wanted: WantedWebhook,
    now: DateTime<Utc>,
) -> Result<(), WebhookError> {
    if !wanted.faults.is_empty() {
        return Err(WebhookError::Invalid(wanted.faults));
    }
    let row = webhooks::find(write, id, now).await?.ok_or(WebhookError::NotFound)?;
    let row = WebhookRow {
        responsible: agent.user,
        token: Some(agent.token),
        name: wanted.name.unwrap_or(row.name),
        endpoint: wanted.endpoint.unwrap_or(row.endpoint),
        subscriptions: wanted.subscriptions.unwrap_or(row.subscriptions),
        active: wanted.is_active.unwrap_or(row.active),
        updated_at: now.into(),
        ..row
    };
    Ok(webhooks::update(write, &row).await?)
}

/// Gives a webhook another secret. Whoever does answers for it from now on.
///
/// # Errors
/// See [`WebhookError`].
pub async fn renew_secret(
    write: &mut Connection,
    agent: &Agent,
    id: &str,
    sealed_secret: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(), WebhookError> {
    let row = webhooks::find(write, id, now).await?.ok_or(WebhookError::NotFound)?;
    let row = WebhookRow {
        secret: sealed_secret,
        responsible: agent.user,
        token: Some(agent.token),
        updated_at: now.into(),
        ..row
    };
    Ok(webhooks::update(write, &row).await?)
}

fn line(key: &'static str, given: Given<String>, max: u32, faults: &mut Vec<WebhookFieldError>) -> Option<String> {
    let kind = match given {
        Given::Nothing => return None,
        Given::Value(written) => {
            let line = text::single_line(&written);
            let actual = u32::try_from(text::length(&line)).unwrap_or(u32::MAX);
            if text::is_blank(&line) {
                AnswerErrorKind::Blank
            } else if actual > max {
                AnswerErrorKind::TooLong { max, actual }
            } else {
                return Some(line);
            }
        }
        Given::Unreadable => AnswerErrorKind::WrongType,
    };
    faults.push(WebhookFieldError::Field(key, kind));
    None
}

fn subscriptions(given: Given<Vec<String>>, faults: &mut Vec<WebhookFieldError>) -> Option<Vec<String>> {
    let kind = match given {
        Given::Nothing => return None,
        Given::Value(names) if names.is_empty() => AnswerErrorKind::Blank,
        Given::Value(names) => {
            // Each once: there are ten, and a megabyte of one of them is one.
            let mut kept: Vec<String> = Vec::new();
            let known = names.iter().all(|name| {
                let known = TYPES.into_iter().chain([EVERYTHING]).find(|known| known == name);
                if let Some(known) = known
                    && !kept.iter().any(|kept| kept == known)
                {
                    kept.push(known.to_owned());
                }
                known.is_some()
            });
            if known {
                return Some(kept);
            }
            AnswerErrorKind::UnknownOption
        }
        Given::Unreadable => AnswerErrorKind::WrongType,
    };
    faults.push(WebhookFieldError::Field("subscriptions", kind));
    None
}
