//! Mail that waits to be sent: written in the transaction of what it tells about, taken by the worker afterwards.

use super::Connection;
use super::StoreError;
use super::columns::{Json, MaybeId, MaybeMoment, Moment, Name, number};
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use chrono::{DateTime, TimeDelta, Utc};
use std::fmt;
use uuid::Uuid;

/// Earlier messages that one message names.
const MOST_REFERENCES: usize = 10;

/// A message for the outbox.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NewMessage {
    /// The address.
    #[sqlx(rename = "to_address")]
    pub to: String,
    /// The reader's name; may be empty.
    pub to_name: String,
    /// The language it is written in.
    #[sqlx(try_from = "Name")]
    pub locale: Locale,
    /// `code`, `created`…: for figures and logs.
    pub kind: String,
    /// One line.
    pub subject: String,
    /// The plain text.
    #[sqlx(rename = "text_body")]
    pub text: String,
    /// The same as HTML.
    #[sqlx(rename = "html_body")]
    pub html: String,
    /// A second message of the same key is never sent.
    pub dedupe_key: String,
    /// The request it is about: its mails follow one another.
    #[sqlx(rename = "request_id", try_from = "MaybeId<RequestId>")]
    pub request: Option<RequestId>,
    /// Written by a person; robots are told of every other that a program wrote it.
    pub by_person: bool,
    /// More headers, by name.
    #[sqlx(try_from = "Json<Vec<(String, String)>>")]
    pub headers: Vec<(String, String)>,
    /// Not sent any more after this moment.
    #[sqlx(try_from = "MaybeMoment<DateTime<Utc>>")]
    pub useful_until: Option<DateTime<Utc>>,
    /// Text and HTML, which are empty then, under a key that the store does not know.
    pub sealed: Option<Vec<u8>>,
}

impl NewMessage {
    /// About a request, and answered at that address, where mail is read.
    #[must_use]
    pub fn about(self, request: RequestId, reply_to: Option<&str>) -> Self {
        let header = reply_to.map(|address| ("Reply-To".to_owned(), address.to_owned()));
        Self { request: Some(request), headers: header.into_iter().collect(), ..self }
    }
}

/// Neither the reader nor what is said: a message may hold a code.
impl fmt::Debug for NewMessage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NewMessage")
            .field("kind", &self.kind)
            .field("locale", &self.locale)
            .finish_non_exhaustive()
    }
}

/// A message on its way out.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct QueuedMessage {
    /// The row.
    pub id: i64,
    /// What is to be sent.
    #[sqlx(flatten)]
    pub message: NewMessage,
    /// The part of `Message-ID` before the at sign: the same at every attempt, so that a receiver can tell a repeat.
    pub message_id: String,
    /// When it was written; its `Date`.
    #[sqlx(try_from = "Moment")]
    pub created_at: DateTime<Utc>,
    /// How often it was taken, this time included.
    pub attempts: u32,
    /// The `message_id`s of earlier mails about the same request to the same reader, the first one and the newest.
    #[sqlx(skip)]
    pub follows: Vec<String>,
}

/// How many messages are where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxDepth {
    /// To be sent.
    pub waiting: u64,
    /// Refused for good; kept for the operator.
    pub dead: u64,
}

/// Puts a message into the outbox. `false` where one of the same `dedupe_key` went in before: nothing is done then.
/// Wake the worker (`mail::Outbox::wake`) after the commit.
///
/// # Errors
/// The write fails.
pub async fn enqueue(tx: &mut Connection, message: &NewMessage, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let headers = serde_json::to_string(&message.headers).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let done = sqlx::query(
        "INSERT INTO outbox (dedupe_key, kind, message_id, to_address, to_name, locale, subject, text_body, html_body, \
         headers, request_id, by_person, state, created_at, due_at, useful_until, sealed) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?) ON CONFLICT (dedupe_key) DO NOTHING",
    )
    .bind(&message.dedupe_key)
    .bind(&message.kind)
    .bind(Uuid::new_v4().to_string())
    .bind(&message.to)
    .bind(&message.to_name)
    .bind(message.locale.code())
    .bind(&message.subject)
    .bind(&message.text)
    .bind(&message.html)
    .bind(headers)
    .bind(message.request.map(number))
    .bind(message.by_person)
    .bind(now.timestamp_millis())
    .bind(now.timestamp_millis())
    .bind(message.useful_until.map(|moment| moment.timestamp_millis()))
    .bind(&message.sealed)
    .execute(tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a message back within the write that put it in.
///
/// # Errors
/// The write fails.
pub async fn take_back(tx: &mut Connection, dedupe_key: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM outbox WHERE dedupe_key = ?").bind(dedupe_key).execute(tx).await?;
    Ok(())
}

/// How many messages of a kind went into the outbox for an address since then.
///
/// # Errors
/// The read fails.
pub async fn count_since(read: &mut Connection, to: &str, kind: &str, since: DateTime<Utc>) -> Result<u64, StoreError> {
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE to_address = ? AND kind = ? AND created_at > ?")
            .bind(to)
            .bind(kind)
            .bind(since.timestamp_millis())
            .fetch_one(read)
            .await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Takes a message that is due, for the length of the lease: should the process die meanwhile, it is due again afterwards.
/// Commit before sending. The oldest of those that are soon of no use goes first: somebody waits for a code, and ten
/// thousand requests that were closed may have been written about before. Then the oldest.
///
/// # Errors
/// The write fails, or a row cannot be read.
pub async fn claim(
    tx: &mut Connection,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<Option<QueuedMessage>, StoreError> {
    let queued: Option<QueuedMessage> = sqlx::query_as(
        "UPDATE outbox SET attempts = attempts + 1, due_at = ?1 WHERE id = \
         coalesce((SELECT id FROM outbox INDEXED BY outbox_urgent WHERE state = 'waiting' AND useful_until IS NOT NULL \
                   AND due_at <= ?2 ORDER BY due_at, id LIMIT 1), \
                  (SELECT id FROM outbox WHERE state = 'waiting' AND due_at <= ?2 ORDER BY due_at, id LIMIT 1)) \
         RETURNING id, dedupe_key, kind, message_id, to_address, to_name, locale, subject, text_body, html_body, \
         headers, request_id, by_person, created_at, attempts, useful_until, sealed",
    )
    .bind((now + lease).timestamp_millis())
    .bind(now.timestamp_millis())
    .fetch_optional(&mut *tx)
    .await?;
    let Some(mut queued) = queued else { return Ok(None) };
    if let Some(request) = queued.message.request {
        queued.follows = earlier(tx, request, &queued).await?;
    }
    Ok(Some(queued))
}

/// As many as a header holds in a reasonable length: the first names the thread, the newest are its end.
async fn earlier(read: &mut Connection, request: RequestId, queued: &QueuedMessage) -> Result<Vec<String>, StoreError> {
    let mut ids: Vec<String> = sqlx::query_scalar(
        "SELECT message_id FROM outbox WHERE request_id = ? AND to_address = ? AND id < ? ORDER BY id",
    )
    .bind(number(request))
    .bind(&queued.message.to)
    .bind(queued.id)
    .fetch_all(read)
    .await?;
    if ids.len() > MOST_REFERENCES {
        ids.drain(1..=ids.len() - MOST_REFERENCES);
    }
    Ok(ids)
}

/// Sent: what it said is forgotten, that it was sent is kept.
///
/// # Errors
/// The write fails; it will then be sent once more, under the same `Message-ID`.
pub async fn mark_sent(tx: &mut Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    settle(tx, id, "sent", now).await
}

/// Too late to be of use (a code that is no longer valid): never sent, forgotten like a sent one.
///
/// # Errors
/// The write fails.
pub async fn mark_late(tx: &mut Connection, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    settle(tx, id, "late", now).await
}

async fn settle(tx: &mut Connection, id: i64, state: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET state = ?, settled_at = ?, subject = '', text_body = '', html_body = '', headers = '[]', \
         sealed = NULL, last_fault = NULL WHERE id = ? AND state = 'waiting'",
    )
    .bind(state)
    .bind(now.timestamp_millis())
    .bind(id)
    .execute(tx)
    .await?;
    Ok(())
}

/// Not sent this time; due again at `due_at`. `fault` must not name an address.
///
/// # Errors
/// The write fails.
pub async fn mark_failed(tx: &mut Connection, id: i64, fault: &str, due_at: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("UPDATE outbox SET due_at = ?, last_fault = ? WHERE id = ? AND state = 'waiting'")
        .bind(due_at.timestamp_millis())
        .bind(fault)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Refused for good. It stays as it is, for the operator to see.
///
/// # Errors
/// The write fails.
pub async fn mark_dead(tx: &mut Connection, id: i64, fault: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("UPDATE outbox SET state = 'dead', settled_at = ?, last_fault = ? WHERE id = ? AND state = 'waiting'")
        .bind(now.timestamp_millis())
        .bind(fault)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// When the next message is due; `None` where none waits.
///
/// # Errors
/// The read fails.
pub async fn next_due(read: &mut Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let due: Option<i64> =
        sqlx::query_scalar("SELECT MIN(due_at) FROM outbox WHERE state = 'waiting'").fetch_one(read).await?;
    due.map(moment).transpose()
}

/// How many wait and how many were given up.
///
/// # Errors
/// The read fails.
pub async fn depth(read: &mut Connection) -> Result<OutboxDepth, StoreError> {
    let (waiting, dead): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM outbox WHERE state = 'waiting'), \
         (SELECT COUNT(*) FROM outbox WHERE state = 'dead')",
    )
    .fetch_one(read)
    .await?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(OutboxDepth { waiting: count(waiting), dead: count(dead) })
}

/// Forgets what was sent before `before`. How many rows went.
///
/// # Errors
/// The write fails.
pub async fn prune(tx: &mut Connection, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = sqlx::query("DELETE FROM outbox WHERE settled_at < ? AND state IN ('sent', 'late')")
        .bind(before.timestamp_millis())
        .execute(tx)
        .await?;
    Ok(done.rows_affected())
}

fn moment(milliseconds: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(milliseconds)
        .ok_or_else(|| StoreError::Corrupt(format!("outbox: no moment: {milliseconds}")))
}
