//! Comments, oldest or newest first. A requester reads the public ones.

use super::Connection;
use super::columns::{Id, Moment, id, milliseconds, number, optional_id};
use super::{StoreError, words};
use balcao_contract::id::{CommentId, RequestId, UserId};
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite};
use std::collections::{BTreeSet, HashMap};

/// A comment as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CommentRow {
    /// Its id.
    #[sqlx(try_from = "Id")]
    pub id: CommentId,
    /// The request.
    #[sqlx(rename = "request_id", try_from = "Id")]
    pub request: RequestId,
    /// Who wrote it.
    #[sqlx(rename = "author_id", try_from = "Id")]
    pub author: UserId,
    /// Whether the requester reads it.
    pub public: bool,
    /// How it came: `web`, `api`, `email`.
    pub channel: String,
    /// As it was written.
    pub body: String,
    /// When.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
}

/// Which comments of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comments {
    /// Of this request.
    pub request: RequestId,
    /// Written at or after.
    pub since: Option<DateTime<Utc>>,
    /// Newest first.
    pub descending: bool,
    /// At most so many.
    pub limit: u32,
    /// So many are passed over.
    pub offset: u32,
    /// Only what follows this position: milliseconds, then the id.
    pub after: Option<(i64, i64)>,
}

const COLUMNS: &str = "id, request_id, author_id, public, channel, body, created_at";

impl CommentRow {
    /// Its position in the thread: milliseconds, then the id.
    #[must_use]
    pub fn position(&self) -> (i64, i64) {
        (self.created_at.unix_milliseconds(), number(self.id))
    }
}

/// A comment's position in its thread, and who wrote it: what a page needs before any text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct CommentPosition {
    /// Its id.
    #[sqlx(try_from = "Id")]
    pub id: CommentId,
    /// Who wrote it.
    #[sqlx(rename = "author_id", try_from = "Id")]
    pub author: UserId,
    /// When.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
}

impl CommentPosition {
    /// Its position in the thread: milliseconds, then the id.
    #[must_use]
    pub fn position(&self) -> (i64, i64) {
        (self.created_at.unix_milliseconds(), number(self.id))
    }
}

/// Whether notes among agents are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notes {
    /// What the requester reads.
    LeftOut,
    /// Everything.
    Included,
}

/// Keeps a comment that the requester reads, and its words.
///
/// # Errors
/// The database refuses.
pub async fn insert(
    write: &mut Connection,
    request: RequestId,
    author: UserId,
    body: &str,
    channel: &str,
    now: DateTime<Utc>,
) -> Result<CommentId, StoreError> {
    insert_row(write, NewRow { request, author, public: true, body, channel, now }).await
}

/// Whether support has answered in public.
///
/// # Errors
/// The database cannot be read.
pub async fn is_answered(read: &mut Connection, request: RequestId) -> Result<bool, StoreError> {
    let statement = "SELECT EXISTS (SELECT 1 FROM comments c JOIN users u ON u.id = c.author_id \
                     JOIN requests r ON r.id = c.request_id \
                     WHERE c.request_id = ? AND c.public = 1 AND u.agent = 1 AND c.author_id <> r.requester_id)";
    Ok(sqlx::query_scalar(statement).bind(number(request)).fetch_one(read).await?)
}

/// Keeps a note among agents, and its words.
///
/// # Errors
/// The database refuses.
pub async fn insert_note(
    write: &mut Connection,
    request: RequestId,
    author: UserId,
    body: &str,
    channel: &str,
    now: DateTime<Utc>,
) -> Result<CommentId, StoreError> {
    insert_row(write, NewRow { request, author, public: false, body, channel, now }).await
}

struct NewRow<'a> {
    request: RequestId,
    author: UserId,
    public: bool,
    body: &'a str,
    channel: &'a str,
    now: DateTime<Utc>,
}

async fn insert_row(write: &mut Connection, new: NewRow<'_>) -> Result<CommentId, StoreError> {
    let row = sqlx::query(
        "INSERT INTO comments (request_id, author_id, public, body, channel, created_at) \
         VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(number(new.request))
    .bind(number(new.author))
    .bind(new.public)
    .bind(new.body)
    .bind(new.channel)
    .bind(milliseconds(new.now))
    .fetch_one(&mut *write)
    .await?;
    let comment = id(&row, "id")?;
    words::add(write, comment).await?;
    Ok(comment)
}

/// Public comments of a request. Whether the reader may see the request is the caller's question.
///
/// # Errors
/// The database cannot be read.
pub async fn list(read: &mut Connection, wanted: &Comments) -> Result<Vec<CommentRow>, StoreError> {
    list_of(read, wanted, Notes::LeftOut).await
}

/// Comments of a request with the notes among agents.
///
/// # Errors
/// The database cannot be read.
pub async fn list_with_notes(read: &mut Connection, wanted: &Comments) -> Result<Vec<CommentRow>, StoreError> {
    list_of(read, wanted, Notes::Included).await
}

async fn list_of(read: &mut Connection, wanted: &Comments, notes: Notes) -> Result<Vec<CommentRow>, StoreError> {
    Ok(page(COLUMNS, wanted, notes).build_query_as().fetch_all(read).await?)
}

/// The positions of the same comments, in the same order.
///
/// # Errors
/// The database cannot be read.
pub async fn positions(
    read: &mut Connection,
    wanted: &Comments,
    notes: Notes,
) -> Result<Vec<CommentPosition>, StoreError> {
    Ok(page("id, author_id, created_at", wanted, notes).build_query_as().fetch_all(read).await?)
}

/// Comments of a request by their ids, in that order; those that are not there are left out.
///
/// # Errors
/// The database cannot be read.
pub async fn of_ids(
    read: &mut Connection,
    request: RequestId,
    ids: &[CommentId],
    notes: Notes,
) -> Result<Vec<CommentRow>, StoreError> {
    let listed: Vec<u64> = ids.iter().map(|id| id.get()).collect();
    let listed = serde_json::to_string(&listed).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = format!(
        "SELECT {COLUMNS} FROM comments WHERE id IN (SELECT value FROM json_each(?)) AND +request_id = ? \
         AND (public = 1 OR ?)"
    );
    let query = sqlx::query_as(&sql).bind(listed).bind(number(request)).bind(notes == Notes::Included);
    let rows: Vec<CommentRow> = query.fetch_all(read).await?;
    let mut found: HashMap<CommentId, CommentRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The first and the newest public comment of a request; `None` where there is none.
///
/// # Errors
/// The database cannot be read.
pub async fn ends(read: &mut Connection, request: RequestId) -> Result<Option<(CommentId, CommentId)>, StoreError> {
    let sql = "SELECT (SELECT id FROM comments WHERE request_id = ?1 AND public = 1 ORDER BY created_at, id LIMIT 1) AS first, \
               (SELECT max(id) FROM comments WHERE request_id = ?1 AND public = 1) AS newest";
    let row = sqlx::query(sql).bind(number(request)).fetch_one(read).await?;
    Ok(optional_id(&row, "first")?.zip(optional_id(&row, "newest")?))
}

/// Who wrote the public comments of a request.
///
/// # Errors
/// The database cannot be read.
pub async fn authors(read: &mut Connection, request: RequestId) -> Result<BTreeSet<UserId>, StoreError> {
    let sql = "SELECT DISTINCT author_id FROM comments WHERE request_id = ? AND public = 1";
    let rows = sqlx::query(sql).bind(number(request)).fetch_all(read).await?;
    rows.iter().map(|row| id(row, "author_id")).collect()
}

fn page<'a>(columns: &str, wanted: &Comments, notes: Notes) -> QueryBuilder<'a, Sqlite> {
    let (direction, beyond) = if wanted.descending { ("DESC", "<") } else { ("ASC", ">") };
    let mut query = QueryBuilder::<Sqlite>::new(format!("SELECT {columns} FROM comments WHERE "));
    push_conditions(&mut query, wanted, notes);
    if let Some((place, id)) = wanted.after {
        query.push(format!(" AND (created_at, id) {beyond} ("));
        query.push_bind(place).push(", ").push_bind(id).push(")");
    }
    query.push(format!(" ORDER BY created_at {direction}, id {direction} LIMIT "));
    query.push_bind(i64::from(wanted.limit)).push(" OFFSET ").push_bind(i64::from(wanted.offset));
    query
}

/// How many there are, pages left aside.
///
/// # Errors
/// The database cannot be read.
pub async fn count(read: &mut Connection, wanted: &Comments) -> Result<u64, StoreError> {
    count_of(read, wanted, Notes::LeftOut).await
}

/// How many there are with the notes among agents, pages left aside.
///
/// # Errors
/// The database cannot be read.
pub async fn count_with_notes(read: &mut Connection, wanted: &Comments) -> Result<u64, StoreError> {
    count_of(read, wanted, Notes::Included).await
}

async fn count_of(read: &mut Connection, wanted: &Comments, notes: Notes) -> Result<u64, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM comments WHERE ");
    push_conditions(&mut query, wanted, notes);
    let count: i64 = query.build_query_scalar().fetch_one(read).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// One public comment of a request.
///
/// # Errors
/// The database cannot be read.
pub async fn find(
    read: &mut Connection,
    request: RequestId,
    comment: CommentId,
) -> Result<Option<CommentRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM comments WHERE id = ? AND request_id = ? AND public = 1");
    Ok(sqlx::query_as(&sql).bind(number(comment)).bind(number(request)).fetch_optional(read).await?)
}

/// One comment of a request, also a note among agents.
///
/// # Errors
/// The database cannot be read.
pub async fn find_with_notes(
    read: &mut Connection,
    request: RequestId,
    comment: CommentId,
) -> Result<Option<CommentRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM comments WHERE id = ? AND request_id = ?");
    Ok(sqlx::query_as(&sql).bind(number(comment)).bind(number(request)).fetch_optional(read).await?)
}

/// How much a request holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Its comments, notes included.
    pub comments: u64,
    /// The bytes of their texts.
    pub text_bytes: u64,
}

/// How much a request holds: noted by the database itself, with each comment.
///
/// # Errors
/// The database cannot be read.
pub async fn size(read: &mut Connection, request: RequestId) -> Result<Size, StoreError> {
    let sql = "SELECT comments, text_bytes FROM request_sizes WHERE request_id = ?";
    let row: Option<(i64, i64)> = sqlx::query_as(sql).bind(number(request)).fetch_optional(read).await?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(row.map(|(comments, bytes)| Size { comments: count(comments), text_bytes: count(bytes) }).unwrap_or_default())
}

fn push_conditions(query: &mut QueryBuilder<'_, Sqlite>, wanted: &Comments, notes: Notes) {
    query.push("request_id = ").push_bind(number(wanted.request));
    if notes == Notes::LeftOut {
        query.push(" AND public = 1");
    }
    if let Some(since) = wanted.since {
        query.push(" AND created_at >= ").push_bind(milliseconds(since));
    }
}
