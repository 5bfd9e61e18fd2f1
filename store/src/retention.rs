//! What is older than it may become, a small batch at a time. How old that is, is decided by the operator.

use super::Connection;
use super::columns::{milliseconds, read_id};
use super::{StoreError, words};
use chrono::{DateTime, Utc};

/// A kind of thing that may have a limited time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Closed tickets, since their last change.
    ClosedTickets,
    /// Conversations with Copilot, since their beginning.
    Conversations,
    /// Mails that were given up, and mails held for an operator.
    Mails,
    /// The operators' audit.
    Audit,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ClosedTickets, Self::Conversations, Self::Mails, Self::Audit];

    /// Its name in the audit and at the terminal.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClosedTickets => "closed_tickets",
            Self::Conversations => "conversations",
            Self::Mails => "mails",
            Self::Audit => "audit",
        }
    }
}

const CLOSED: &str =
    "FROM requests INDEXED BY requests_of_all_by_status_and_update WHERE status = 'closed' AND updated_at < ?1";

/// How many of a kind are older than `before`.
///
/// # Errors
/// The database cannot be read.
pub async fn count(read: &mut Connection, kind: Kind, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let sql = match kind {
        Kind::ClosedTickets => format!("SELECT count(*) {CLOSED}"),
        Kind::Conversations => "SELECT count(*) FROM conversations WHERE created_at < ?1".to_owned(),
        Kind::Mails => "SELECT (SELECT count(*) FROM outbox WHERE state = 'dead' AND settled_at < ?1) \
                            + (SELECT count(*) FROM mail_quarantine WHERE taken_at < ?1)"
            .to_owned(),
        Kind::Audit => "SELECT count(*) FROM audit_entries WHERE at < ?1".to_owned(),
    };
    let count: i64 = sqlx::query_scalar(&sql).bind(milliseconds(before)).fetch_one(read).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Deletes at most `limit` of a kind that are older than `before`, the oldest first. How many.
///
/// # Errors
/// The database refuses.
pub async fn delete_some(
    write: &mut Connection,
    kind: Kind,
    before: DateTime<Utc>,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let statements: &[&str] = match kind {
        Kind::ClosedTickets => return delete_tickets(write, before, limit, now).await,
        Kind::Conversations => &["DELETE FROM conversations WHERE id IN \
             (SELECT id FROM conversations WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)"],
        Kind::Mails => &[
            "DELETE FROM outbox WHERE id IN \
                 (SELECT id FROM outbox WHERE state = 'dead' AND settled_at < ?1 LIMIT ?2)",
            "DELETE FROM mail_quarantine WHERE id IN (SELECT id FROM mail_quarantine WHERE taken_at < ?1 LIMIT ?2)",
        ],
        Kind::Audit => {
            &["DELETE FROM audit_entries WHERE id IN (SELECT id FROM audit_entries WHERE at < ?1 ORDER BY at LIMIT ?2)"]
        }
    };
    let mut deleted = 0;
    for statement in statements {
        let done = sqlx::query(statement).bind(milliseconds(before)).bind(limit).execute(&mut *write).await?;
        deleted += done.rows_affected();
    }
    Ok(deleted)
}

/// Everything of a ticket, in the order in which nothing refers to what is gone. `?1` is a JSON list of numbers, `?2` now.
const OF_TICKETS: &[&str] = &[
    // By its index, which begins with the webhook.
    "DELETE FROM webhook_messages WHERE webhook_id IN (SELECT id FROM webhooks) AND event_id IN \
         (SELECT id FROM events WHERE request_id IN (SELECT value FROM json_each(?1)))",
    "DELETE FROM outbox WHERE request_id IN (SELECT value FROM json_each(?1))",
    "DELETE FROM mail_quarantine WHERE request_id IN (SELECT value FROM json_each(?1))",
    // That a mail was taken stays known: it is not taken once more.
    "UPDATE mail_taken SET request_id = NULL WHERE request_id IN (SELECT value FROM json_each(?1))",
    "UPDATE files SET state = 'doomed', comment_id = NULL, upload_id = NULL, lapses_at = ?2 WHERE comment_id IN \
         (SELECT id FROM comments WHERE request_id IN (SELECT value FROM json_each(?1)))",
    "DELETE FROM request_copies WHERE request_id IN (SELECT value FROM json_each(?1))",
    "DELETE FROM request_reads WHERE request_id IN (SELECT value FROM json_each(?1))",
    "DELETE FROM request_tags WHERE request_id IN (SELECT value FROM json_each(?1))",
    "DELETE FROM surveys WHERE request_id IN (SELECT value FROM json_each(?1))",
    "DELETE FROM events WHERE request_id IN (SELECT value FROM json_each(?1))",
    "DELETE FROM comments WHERE request_id IN (SELECT value FROM json_each(?1))",
    "UPDATE requests SET followup_source_id = NULL WHERE followup_source_id IN (SELECT value FROM json_each(?1))",
    "DELETE FROM requests WHERE id IN (SELECT value FROM json_each(?1))",
];

async fn delete_tickets(
    write: &mut Connection,
    before: DateTime<Utc>,
    limit: u32,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let sql = format!("SELECT id {CLOSED} ORDER BY updated_at LIMIT ?2");
    let ids: Vec<i64> = sqlx::query_scalar(&sql).bind(milliseconds(before)).bind(limit).fetch_all(&mut *write).await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let list = serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    for id in &ids {
        let id = read_id(*id).ok_or_else(|| StoreError::Corrupt("requests.id".to_owned()))?;
        words::remove(write, id).await?;
    }
    for statement in OF_TICKETS {
        sqlx::query(statement).bind(&list).bind(milliseconds(now)).execute(&mut *write).await?;
    }
    Ok(ids.len() as u64)
}
