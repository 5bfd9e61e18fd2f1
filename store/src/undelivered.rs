//! Messages of webhooks for an operator's eyes: what waits, what was given up, and sending that again.

use super::Connection;
use super::StoreError;
use super::columns::{MaybeId, Moment, milliseconds};
use super::webhooks::ended;
use balcao_contract::id::RequestId;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A message that has not arrived.
#[derive(Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct UndeliveredMessage {
    /// Its number.
    pub id: i64,
    /// What the receiver knows it by: the same at every attempt.
    pub message_id: String,
    /// The webhook's id.
    pub webhook_id: String,
    /// What the webhook is called.
    #[sqlx(rename = "name")]
    pub webhook: String,
    /// Where it is to go.
    pub endpoint: String,
    /// Whether the webhook is on: switched on, and somebody answers for it.
    pub active: bool,
    /// `zen:event-type:…`.
    pub event_type: String,
    /// The request it is about.
    #[sqlx(rename = "request_id", try_from = "MaybeId<RequestId>")]
    pub request: Option<RequestId>,
    /// Whether it was given up; it waits otherwise.
    pub given_up: bool,
    /// How often it was tried.
    pub attempts: u32,
    /// What was wrong the last time.
    pub last_fault: Option<String>,
    /// When it was written.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// What is sent: JSON.
    pub body: String,
}

/// What has not arrived, with the moment bound as `?1`.
fn undelivered_messages() -> String {
    let ended = ended("?1");
    format!(
        "SELECT m.id, m.message_id, m.webhook_id, w.name, w.endpoint, w.active = 1 AND {ended} = '' AS active, \
             m.event_type, e.request_id, m.state = 'dead' AS given_up, m.attempts, m.last_fault, m.created_at, m.body \
         FROM webhook_messages m JOIN webhooks w ON w.id = m.webhook_id LEFT JOIN events e ON e.id = m.event_id \
         WHERE m.state IN ('dead', 'waiting')"
    )
}

/// At most `limit` messages that have not arrived, the oldest first; with `given_up` only those.
///
/// # Errors
/// The database cannot be read.
pub async fn list(
    read: &mut Connection,
    given_up: bool,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<Vec<UndeliveredMessage>, StoreError> {
    let statement = format!("{} AND (m.state = 'dead' OR NOT ?2) ORDER BY m.id LIMIT ?3", undelivered_messages());
    Ok(sqlx::query_as(&statement).bind(milliseconds(now)).bind(given_up).bind(limit).fetch_all(read).await?)
}

/// One of them.
///
/// # Errors
/// The database cannot be read.
pub async fn find(
    read: &mut Connection,
    id: i64,
    now: DateTime<Utc>,
) -> Result<Option<UndeliveredMessage>, StoreError> {
    let statement = format!("{} AND m.id = ?2", undelivered_messages());
    Ok(sqlx::query_as(&statement).bind(milliseconds(now)).bind(id).fetch_optional(read).await?)
}

/// What came of having messages tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revived {
    /// So many wait again…
    pub messages: u64,
    /// …and so many of them until their webhook is switched on.
    pub held: u64,
}

/// Has messages that were given up tried again from the beginning: one, or all. Their webhooks rest no longer.
///
/// # Errors
/// The database refuses.
pub async fn revive(write: &mut Connection, id: Option<i64>, now: DateTime<Utc>) -> Result<Revived, StoreError> {
    let given_up = "m.state = 'dead' AND (m.id = ?1 OR ?1 IS NULL)";
    let statement = format!(
        "SELECT count(*) FROM webhook_messages m JOIN webhooks w ON w.id = m.webhook_id \
         WHERE (w.active = 0 OR {} <> '') AND {given_up}",
        ended("?2")
    );
    let held = sqlx::query_scalar(&statement).bind(id).bind(milliseconds(now));
    let held: i64 = held.fetch_one(&mut *write).await?;
    let statement = format!(
        "UPDATE webhooks SET failures = 0, rests_until = 0 \
         WHERE id IN (SELECT m.webhook_id FROM webhook_messages m WHERE {given_up})"
    );
    sqlx::query(&statement).bind(id).execute(&mut *write).await?;
    let statement = format!(
        "UPDATE webhook_messages AS m SET state = 'waiting', attempts = 0, due_at = ?2, settled_at = NULL \
         WHERE {given_up}"
    );
    let done = sqlx::query(&statement).bind(id).bind(now.timestamp_millis()).execute(write).await?;
    Ok(Revived { messages: done.rows_affected(), held: u64::try_from(held).unwrap_or_default() })
}

/// Forgets a message that was given up. Its event has been read, so it is never written again.
///
/// # Errors
/// The database refuses.
pub async fn drop(write: &mut Connection, id: i64) -> Result<bool, StoreError> {
    let done =
        sqlx::query("DELETE FROM webhook_messages WHERE id = ? AND state = 'dead'").bind(id).execute(write).await?;
    Ok(done.rows_affected() == 1)
}
