//! What happened to requests, in order. Written with the change itself, or not at all. There is one writer, so the order
//! of the ids is the order of the commits: who has read until an id has missed nothing before it.

use super::Connection;
use super::columns::{Id, Json, MaybeId, Moment, milliseconds, number};
use super::{Store, StoreError};
use balcao_contract::id::{AccountId, CommentId, RequestId, UserId};
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often new events are looked for. One small query for the whole process; other processes (a terminal command, a
/// second backend) write events too, so nobody could call instead.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct EventRow {
    /// Counts up over all requests.
    pub id: i64,
    /// The first event of the same command.
    #[sqlx(flatten, try_from = "AuditColumns")]
    pub audit: i64,
    /// The request.
    #[sqlx(rename = "request_id", try_from = "Id")]
    pub request: RequestId,
    /// The request's account.
    #[sqlx(rename = "account_id", try_from = "Id")]
    pub account: AccountId,
    /// Whose request it is.
    #[sqlx(rename = "requester_id", try_from = "Id")]
    pub requester: UserId,
    /// Who did it; nobody where the clock did.
    #[sqlx(rename = "actor_id", try_from = "MaybeId<UserId>")]
    pub actor: Option<UserId>,
    /// Whether that is an agent.
    pub by_agent: bool,
    /// What happened: a name of `desk::Event`.
    pub kind: String,
    /// What is kept of it, as JSON.
    #[sqlx(try_from = "Json<Value>")]
    pub data: Value,
    /// When.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
}

/// Appends the events of one command, each a kind and its JSON. They share the id of the first one: their audit.
///
/// # Errors
/// The database refuses.
pub async fn append(
    write: &mut Connection,
    request: RequestId,
    actor: Option<UserId>,
    events: &[(&str, Value)],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut audit = None;
    for (kind, data) in events {
        let statement = "INSERT INTO events (request_id, actor_id, kind, data, created_at, audit_id) \
                         VALUES (?, ?, ?, ?, ?, ?) RETURNING id";
        let event: i64 = sqlx::query_scalar(statement)
            .bind(number(request))
            .bind(actor.map(number))
            .bind(kind)
            .bind(data.to_string())
            .bind(milliseconds(now))
            .bind(audit)
            .fetch_one(&mut *write)
            .await?;
        if audit.is_none() {
            sqlx::query("UPDATE events SET audit_id = id WHERE id = ?").bind(event).execute(&mut *write).await?;
            audit = Some(event);
        }
    }
    Ok(())
}

pub(super) const EVENTS: &str = "SELECT e.id, e.audit_id, e.request_id, r.account_id, r.requester_id, e.actor_id, \
        coalesce(u.agent, 0) AS by_agent, e.kind, e.data, e.created_at \
    FROM events e JOIN requests r ON r.id = e.request_id LEFT JOIN users u ON u.id = e.actor_id";

/// At most `limit` events after that one, in order.
///
/// # Errors
/// The database cannot be read.
pub async fn after(read: &mut Connection, event: i64, limit: u32) -> Result<Vec<EventRow>, StoreError> {
    let statement = format!("{EVENTS} WHERE e.id > ? ORDER BY e.id LIMIT ?");
    Ok(sqlx::query_as(&statement).bind(event).bind(limit).fetch_all(read).await?)
}

/// Which of a request's audits: the ids of their first events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audits {
    /// Of this request.
    pub request: RequestId,
    /// Newest first.
    pub descending: bool,
    /// At most so many.
    pub limit: u32,
    /// So many are passed over.
    pub offset: u32,
    /// Only what follows this one.
    pub after: Option<i64>,
}

/// The ids of audits, in order.
///
/// # Errors
/// The database cannot be read.
pub async fn audits(read: &mut Connection, wanted: &Audits) -> Result<Vec<i64>, StoreError> {
    let (direction, beyond) = if wanted.descending { ("DESC", "<") } else { ("ASC", ">") };
    let statement = format!(
        "SELECT id FROM events WHERE request_id = ?1 AND coalesce(audit_id, id) = id AND (?2 IS NULL OR id {beyond} ?2) \
         ORDER BY id {direction} LIMIT ?3 OFFSET ?4"
    );
    let query = sqlx::query_scalar(&statement).bind(number(wanted.request)).bind(wanted.after);
    Ok(query.bind(wanted.limit).bind(wanted.offset).fetch_all(read).await?)
}

/// How many audits a request has.
///
/// # Errors
/// The database cannot be read.
pub async fn count_audits(read: &mut Connection, request: RequestId) -> Result<u64, StoreError> {
    let statement = "SELECT count(*) FROM events WHERE request_id = ? AND coalesce(audit_id, id) = id";
    let count: i64 = sqlx::query_scalar(statement).bind(number(request)).fetch_one(read).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// The events of some of a request's audits, in order.
///
/// # Errors
/// The database cannot be read.
pub async fn of_audits(read: &mut Connection, request: RequestId, audits: &[i64]) -> Result<Vec<EventRow>, StoreError> {
    let listed = serde_json::to_string(audits).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    // No event of an audit comes before its first one.
    let first = audits.iter().min().copied().unwrap_or_default();
    let statement = format!(
        "{EVENTS} WHERE e.request_id = ? AND e.id >= ? \
             AND coalesce(e.audit_id, e.id) IN (SELECT value FROM json_each(?)) ORDER BY e.id"
    );
    let query = sqlx::query_as(&statement).bind(number(request)).bind(first).bind(listed);
    Ok(query.fetch_all(read).await?)
}

/// Which audits some of a request's comments were part of.
///
/// # Errors
/// The database cannot be read.
pub async fn audits_of_comments(
    read: &mut Connection,
    request: RequestId,
    comments: &[CommentId],
) -> Result<HashMap<CommentId, i64>, StoreError> {
    let listed: Vec<u64> = comments.iter().map(|id| id.get()).collect();
    let listed = serde_json::to_string(&listed).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let statement = "SELECT data ->> 'comment_id' AS comment, coalesce(audit_id, id) AS audit FROM events \
                     WHERE request_id = ? AND kind IN ('opened', 'commented') \
                         AND data ->> 'comment_id' IN (SELECT value FROM json_each(?))";
    let rows: Vec<AuditOfComment> =
        sqlx::query_as(statement).bind(number(request)).bind(listed).fetch_all(read).await?;
    Ok(rows.into_iter().map(|row| (row.comment, row.audit)).collect())
}

#[derive(sqlx::FromRow)]
struct AuditOfComment {
    #[sqlx(try_from = "Id")]
    comment: CommentId,
    audit: i64,
}

/// The newest event; 0 where nothing has happened yet.
///
/// # Errors
/// The database cannot be read.
pub async fn newest(read: &mut Connection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM events").fetch_one(read).await?)
}

/// How far a listener has read; 0 where it never did.
///
/// # Errors
/// The database cannot be read.
pub async fn read_until(read: &mut Connection, reader: &str) -> Result<i64, StoreError> {
    let statement = "SELECT read_until FROM event_readers WHERE name = ?";
    Ok(sqlx::query_scalar(statement).bind(reader).fetch_optional(read).await?.unwrap_or_default())
}

/// Notes how far a listener has read, in the transaction of what it did with it.
///
/// # Errors
/// The database refuses.
pub async fn note_read(write: &mut Connection, reader: &str, event: i64) -> Result<(), StoreError> {
    let statement = "INSERT INTO event_readers (name, read_until) VALUES (?, ?) \
                     ON CONFLICT (name) DO UPDATE SET read_until = max(read_until, excluded.read_until)";
    sqlx::query(statement).bind(reader).bind(event).execute(write).await?;
    Ok(())
}

/// Tells listeners that something happened: the newest event's id, whichever process wrote it.
#[derive(Debug, Clone)]
pub struct Tail(watch::Receiver<i64>);

impl Tail {
    /// A tail, and where it is told.
    #[must_use]
    pub fn new() -> (watch::Sender<i64>, Self) {
        let (sender, receiver) = watch::channel(0);
        (sender, Self(receiver))
    }

    /// The newest event that was noticed.
    #[must_use]
    pub fn newest(&self) -> i64 {
        *self.0.borrow()
    }

    /// Waits until there is an event after that one, and says which is the newest then; `None` once nobody looks any
    /// more, which is the end of the process.
    pub async fn after(&mut self, event: i64) -> Option<i64> {
        self.0.wait_for(|newest| *newest > event).await.ok().map(|newest| *newest)
    }
}

/// Looks for new events until `stop` is cancelled.
pub fn spawn_tail(store: Store, tell: watch::Sender<i64>, workers: &TaskTracker, stop: CancellationToken) {
    workers.spawn(async move {
        while !stop.is_cancelled() {
            if let Err(error) = look(&store, &tell).await {
                tracing::warn!(%error, "new events could not be looked for, will be tried again");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
}

async fn look(store: &Store, tell: &watch::Sender<i64>) -> Result<(), StoreError> {
    let mut read = store.read().await?;
    let newest = newest(&mut read).await?;
    tell.send_if_modified(|known| {
        let is_new = newest > *known;
        *known = newest.max(*known);
        is_new
    });
    Ok(())
}

/// The columns that say to which audit an event belongs. Those of older versions have no other event with them.
#[derive(sqlx::FromRow)]
struct AuditColumns {
    id: i64,
    audit_id: Option<i64>,
}

impl From<AuditColumns> for i64 {
    fn from(AuditColumns { id, audit_id }: AuditColumns) -> Self {
        audit_id.unwrap_or(id)
    }
}
