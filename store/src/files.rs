//! Files: who may see them, and how they come to belong to a comment. How they come in is told in `uploads`.

use super::Connection;
use super::columns::{BytesOrNone, Count, Id, MaybeId, number, read_id};
use super::uploads::open_upload;
use super::viewer::SEES;
use super::{Reach, StoreError, Viewer, token};
use balcao_contract::id::{AccountId, AttachmentId, CommentId, GroupId, RequestId, UserId};
use balcao_contract::text::path_segment;
use balcao_contract::wire::Attachment;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};

/// Whose file it is until it is attached. A person has separate files in each account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The person.
    pub user: UserId,
    /// The account the person is working in.
    pub account: AccountId,
}

/// A file that is whole.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredFile {
    /// Its id on the wire.
    #[sqlx(try_from = "Id")]
    pub id: AttachmentId,
    /// Where its bytes are.
    pub object_key: String,
    /// The name it is offered under.
    pub file_name: String,
    /// Worked out from its content.
    pub media_type: String,
    /// In bytes.
    #[sqlx(try_from = "Count")]
    pub size: u64,
    /// Of its bytes.
    #[sqlx(try_from = "BytesOrNone")]
    pub sha256: Vec<u8>,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
}

impl StoredFile {
    /// The wire's shape; `origin` is ours, without a slash at the end.
    #[must_use]
    pub fn to_wire(&self, origin: &str) -> Attachment {
        let url = format!("{origin}/api/v2/attachments/{}", self.id);
        let content_url = format!("{url}/content/{}", path_segment(&self.file_name));
        Attachment {
            id: self.id,
            url: format!("{url}.json"),
            file_name: self.file_name.clone(),
            mapped_content_url: content_url.clone(),
            content_url,
            content_type: self.media_type.clone(),
            size: self.size,
            width: self.width,
            height: self.height,
            inline: false,
            deleted: false,
            malware_access_override: false,
            malware_scan_result: "not_scanned".to_owned(),
            thumbnails: Vec::new(),
        }
    }
}

/// Why uploads cannot join a comment. In both cases nothing is attached: roll back.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// A token is unknown, somebody else's, expired or spent: the same answer for each.
    #[error("no such token")]
    UnknownToken,
    /// Together more files than a comment takes.
    #[error("too many files")]
    TooManyFiles {
        /// The most.
        most: u32,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for AttachError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Moves the files under `tokens` to a comment, in the caller's transaction: with it they are attached, or not at
/// all. Spends the tokens. `most` is `FileLimits::max_files`. The files' ids, in the order they came.
///
/// # Errors
/// See [`AttachError`]; roll the transaction back.
pub async fn attach_uploads(
    tx: &mut Connection,
    owner: Owner,
    tokens: &[String],
    comment: CommentId,
    most: u32,
    now: DateTime<Utc>,
) -> Result<Vec<AttachmentId>, AttachError> {
    let mut attached: Vec<AttachmentId> = Vec::new();
    let mut known = HashSet::with_capacity(tokens.len());
    for token in tokens {
        if !known.insert(token) {
            continue;
        }
        let hash = token::hash(token);
        let upload = open_upload(tx, &hash, owner, now).await?.ok_or(AttachError::UnknownToken)?;
        let ids: Vec<i64> = sqlx::query_scalar(
            // From now on they are the request's account's, whichever the one who sent them works in.
            "UPDATE files SET comment_id = ?1, lapses_at = NULL, created_at = ?2, position = ?4, account_id = \
                 (SELECT r.account_id FROM comments c JOIN requests r ON r.id = c.request_id WHERE c.id = ?1) \
             WHERE upload_id = ?3 AND state = 'ready' RETURNING id",
        )
        .bind(number(comment))
        .bind(now.timestamp_millis())
        .bind(upload)
        .bind(known.len() as i64)
        .fetch_all(&mut *tx)
        .await?;
        sqlx::query("UPDATE uploads SET attached_at = ? WHERE id = ?")
            .bind(now.timestamp_millis())
            .bind(upload)
            .execute(&mut *tx)
            .await
            .map_err(StoreError::from)?;
        let mut ids = ids.into_iter().map(file_id).collect::<Result<Vec<_>, _>>()?;
        ids.sort_unstable();
        attached.append(&mut ids);
        if attached.len() as u64 > u64::from(most) {
            return Err(AttachError::TooManyFiles { most });
        }
    }
    Ok(attached)
}

/// The files of comments. A comment without files has no entry. Whether the reader may see the comments is the
/// caller's question.
///
/// # Errors
/// The read fails.
pub async fn attachments_of_comments(
    read: &mut Connection,
    comments: &[CommentId],
) -> Result<HashMap<CommentId, Vec<StoredFile>>, StoreError> {
    let mut found: HashMap<CommentId, Vec<StoredFile>> = HashMap::new();
    if comments.is_empty() {
        return Ok(found);
    }
    let ids: Vec<u64> = comments.iter().map(|id| id.get()).collect();
    let ids = serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let rows: Vec<FileOfComment> = sqlx::query_as(
        "SELECT * FROM files WHERE comment_id IN (SELECT value FROM json_each(?)) AND state = 'ready' \
         ORDER BY position, id",
    )
    .bind(ids)
    .fetch_all(read)
    .await?;
    for row in rows {
        found.entry(row.comment_id).or_default().push(row.file);
    }
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct FileOfComment {
    #[sqlx(try_from = "Id")]
    comment_id: CommentId,
    #[sqlx(flatten)]
    file: StoredFile,
}

/// A file that this person may see: their own while it waits, and those on public comments of requests that they may
/// see. `None` for all others, whether they exist or not.
///
/// # Errors
/// The read fails.
pub async fn visible_file(
    read: &mut Connection,
    id: AttachmentId,
    viewer: Viewer,
    now: DateTime<Utc>,
) -> Result<Option<StoredFile>, StoreError> {
    let sql = format!(
        "SELECT f.* FROM files f LEFT JOIN comments c ON c.id = f.comment_id LEFT JOIN requests r ON r.id = c.request_id \
         WHERE f.id = ?4 AND f.state = 'ready' AND f.account_id = ?2 AND ( \
         (f.comment_id IS NULL AND f.user_id = ?1 AND f.lapses_at > ?5) OR (c.public = 1 AND {SEES}))"
    );
    let query = viewer.bind_as(sqlx::query_as(&sql)).bind(number(id)).bind(now.timestamp_millis());
    Ok(query.fetch_optional(read).await?)
}

/// A file that an agent may see: their own while it waits, and those on the comments of tickets that they reach; with
/// the ticket.
///
/// # Errors
/// The read fails.
pub async fn file_for_agent(
    read: &mut Connection,
    id: AttachmentId,
    agent: UserId,
    reach: &Reach,
    now: DateTime<Utc>,
) -> Result<Option<(StoredFile, Option<RequestId>)>, StoreError> {
    let row: Option<FileOfTicket> = sqlx::query_as(
        "SELECT f.*, r.id AS request_id, r.group_id FROM files f \
             LEFT JOIN comments c ON c.id = f.comment_id LEFT JOIN requests r ON r.id = c.request_id \
         WHERE f.id = ?1 AND f.state = 'ready' AND (r.id IS NOT NULL OR (f.user_id = ?2 AND f.lapses_at > ?3))",
    )
    .bind(number(id))
    .bind(number(agent))
    .bind(now.timestamp_millis())
    .fetch_optional(read)
    .await?;
    Ok(row.filter(|row| reach.covers(row.group_id)).map(|row| (row.file, row.request_id)))
}

#[derive(sqlx::FromRow)]
struct FileOfTicket {
    #[sqlx(try_from = "MaybeId<RequestId>")]
    request_id: Option<RequestId>,
    #[sqlx(try_from = "MaybeId<GroupId>")]
    group_id: Option<GroupId>,
    #[sqlx(flatten)]
    file: StoredFile,
}

fn file_id(raw: i64) -> Result<AttachmentId, StoreError> {
    read_id(raw).ok_or_else(|| StoreError::Corrupt("files.id".to_owned()))
}

pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

pub(super) fn moment(milliseconds: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(milliseconds)
        .ok_or_else(|| StoreError::Corrupt(format!("files: no moment: {milliseconds}")))
}
