//! Who saw which ticket: written in batches, read by operators, forgotten after a while.

use super::Connection;
use super::StoreError;
use super::columns::{Moment, milliseconds, number};
use balcao_contract::id::{RequestId, UserId};
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use serde::Serialize;

const HOUR_IN_MILLISECONDS: i64 = 60 * 60 * 1000;
/// So many rows are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: i64 = 5_000;

/// How a ticket was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By itself.
    Ticket,
    /// Its comments.
    Comments,
    /// Its audits.
    Audits,
    /// One of its files.
    Attachment,
    /// Its tags.
    Tags,
    /// What its requester said about support.
    Rating,
    /// In a list.
    List,
    /// Among the results of a search.
    Search,
    /// In an export.
    Export,
    /// At the terminal.
    Terminal,
}

impl Way {
    /// The name in the database and for operators.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Comments => "comments",
            Self::Audits => "audits",
            Self::Attachment => "attachment",
            Self::Tags => "tags",
            Self::Rating => "rating",
            Self::List => "list",
            Self::Search => "search",
            Self::Export => "export",
            Self::Terminal => "terminal",
        }
    }
}

/// Who reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reader {
    /// An agent.
    Agent(UserId),
    /// Whoever runs the program: `operator:<system user>`.
    Operator(String),
}

impl Reader {
    fn written(&self) -> String {
        match self {
            Self::Agent(user) => format!("user:{user}"),
            Self::Operator(actor) => actor.clone(),
        }
    }
}

/// That somebody saw a ticket in one way, within one hour.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Access {
    /// Which ticket.
    pub ticket: RequestId,
    /// The hours since the epoch.
    hour: i64,
    /// Who.
    pub reader: Reader,
    /// How.
    pub way: Way,
}

impl Access {
    /// At this moment.
    #[must_use]
    pub fn new(ticket: RequestId, reader: Reader, way: Way, now: DateTime<Utc>) -> Self {
        Self { ticket, hour: milliseconds(now).div_euclid(HOUR_IN_MILLISECONDS), reader, way }
    }
}

/// When, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// For the first time within the hour.
    pub first: DateTime<Utc>,
    /// For the last time.
    pub last: DateTime<Utc>,
    /// So often.
    pub count: u32,
}

/// Who saw a ticket, for operators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct ReaderRecord {
    /// `user:<id>`, `operator:<system user>`.
    pub reader: String,
    /// The person's address.
    pub email: Option<String>,
    /// How.
    pub way: String,
    /// For the first time within the hour.
    #[sqlx(try_from = "Moment")]
    pub first_at: Timestamp,
    /// For the last time within the hour.
    #[sqlx(try_from = "Moment")]
    pub last_at: Timestamp,
    /// How often within the hour.
    pub times: i64,
}

/// Adds what was seen to what is known.
///
/// # Errors
/// The database refuses.
pub async fn note(
    write: &mut Connection,
    access: impl IntoIterator<Item = (&Access, &Times)>,
) -> Result<(), StoreError> {
    for (access, times) in access {
        sqlx::query(
            "INSERT INTO ticket_readers (request_id, hour, reader, way, first_at, last_at, times) \
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (request_id, hour, reader, way) DO UPDATE SET \
                 first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at), \
                 times = times + excluded.times",
        )
        .bind(number(access.ticket))
        .bind(access.hour)
        .bind(access.reader.written())
        .bind(access.way.name())
        .bind(milliseconds(times.first))
        .bind(milliseconds(times.last))
        .bind(times.count)
        .execute(&mut *write)
        .await?;
    }
    Ok(())
}

/// Who saw a ticket, the latest first.
///
/// # Errors
/// The database cannot be read.
pub async fn of_ticket(read: &mut Connection, ticket: RequestId, limit: u32) -> Result<Vec<ReaderRecord>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT t.reader, u.email, t.way, t.first_at, t.last_at, t.times FROM ticket_readers t \
             LEFT JOIN users u ON t.reader = 'user:' || u.id \
         WHERE t.request_id = ? ORDER BY t.last_at DESC, t.reader, t.way LIMIT ?",
    )
    .bind(number(ticket))
    .bind(limit)
    .fetch_all(read)
    .await?)
}

/// Forgets a part of what was seen before a moment. How much it was; nothing once all of it is gone.
///
/// # Errors
/// The database refuses.
pub async fn forget(write: &mut Connection, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let sql = "DELETE FROM ticket_readers WHERE (request_id, hour, reader, way) IN \
               (SELECT request_id, hour, reader, way FROM ticket_readers WHERE hour < ? LIMIT ?)";
    let hour = milliseconds(before).div_euclid(HOUR_IN_MILLISECONDS);
    Ok(sqlx::query(sql).bind(hour).bind(FORGOTTEN_AT_ONCE).execute(write).await?.rows_affected())
}
