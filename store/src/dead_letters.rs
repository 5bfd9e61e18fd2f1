//! Mail for an operator's eyes: what waits, what was given up, and sending that again.

use super::Connection;
use super::StoreError;
use super::columns::{MaybeId, Moment};
use balcao_contract::id::RequestId;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A mail that has not been sent.
#[derive(Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct UnsentMail {
    /// Its number.
    pub id: i64,
    /// `created`, `reply`…
    pub kind: String,
    /// Where it is to go.
    #[sqlx(rename = "to_address")]
    pub to: String,
    /// One line.
    pub subject: String,
    /// The request it is about.
    #[sqlx(rename = "request_id", try_from = "MaybeId<RequestId>")]
    pub request: Option<RequestId>,
    /// Whether it was given up; it waits otherwise.
    pub given_up: bool,
    /// How often it was tried.
    pub attempts: u32,
    /// What was said the last time.
    pub last_fault: Option<String>,
    /// When it was written.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// The plain text; empty where it is sealed.
    #[sqlx(rename = "text_body")]
    pub text: String,
    /// Whether it holds a code, which nobody but its reader is to see.
    #[sqlx(rename = "is_sealed")]
    pub sealed: bool,
}

const UNSENT: &str = "SELECT id, kind, to_address, subject, request_id, state = 'dead' AS given_up, attempts, last_fault, \
        created_at, text_body, sealed IS NOT NULL AS is_sealed FROM outbox WHERE state IN ('dead', 'waiting')";

/// At most `limit` mails that were not sent, the oldest first; with `given_up` only those.
///
/// # Errors
/// The database cannot be read.
pub async fn list(read: &mut Connection, given_up: bool, limit: u32) -> Result<Vec<UnsentMail>, StoreError> {
    let statement = format!("{UNSENT} AND (state = 'dead' OR NOT ?) ORDER BY id LIMIT ?");
    Ok(sqlx::query_as(&statement).bind(given_up).bind(limit).fetch_all(read).await?)
}

/// One of them.
///
/// # Errors
/// The database cannot be read.
pub async fn find(read: &mut Connection, id: i64) -> Result<Option<UnsentMail>, StoreError> {
    let statement = format!("{UNSENT} AND id = ?");
    Ok(sqlx::query_as(&statement).bind(id).fetch_optional(read).await?)
}

/// Has mails that were given up tried again from the beginning: one, or all. How many.
///
/// # Errors
/// The database refuses.
pub async fn revive(write: &mut Connection, id: Option<i64>, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let statement = "UPDATE outbox SET state = 'waiting', attempts = 0, due_at = ?1, settled_at = NULL \
                     WHERE state = 'dead' AND (id = ?2 OR ?2 IS NULL)";
    let done = sqlx::query(statement).bind(now.timestamp_millis()).bind(id).execute(write).await?;
    Ok(done.rows_affected())
}

/// Forgets a mail that was given up. Its row stays without what it said, so that the same is never written again.
///
/// # Errors
/// The database refuses.
pub async fn drop(write: &mut Connection, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let statement = "UPDATE outbox SET state = 'late', settled_at = ?, subject = '', text_body = '', html_body = '', \
                     headers = '[]', sealed = NULL WHERE id = ? AND state = 'dead'";
    let done = sqlx::query(statement).bind(now.timestamp_millis()).bind(id).execute(write).await?;
    Ok(done.rows_affected() == 1)
}
