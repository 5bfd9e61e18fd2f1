//! Files on their way in: a place is reserved, the bytes come, a token is given out, and what nobody attached is
//! swept away. The transaction is the caller's.

use super::Connection;
use super::StoreError;
use super::columns::number;
use super::file_totals;
use super::files::{Owner, StoredFile, moment, signed, unsigned};
use super::token::Hash;
use chrono::{DateTime, Utc};

/// How much there may be of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The most bytes one person may have waiting, what is still being sent included.
    pub waiting_bytes: u64,
    /// The most files one person may have waiting.
    pub waiting_files: u32,
    /// The most bytes of one person, waiting and attached; 0 for no limit.
    pub user_bytes: u64,
    /// The most bytes of one store, waiting and attached; 0 for no limit.
    pub account_bytes: u64,
}

/// A file about to be written.
#[derive(Debug, Clone)]
pub struct NewFile<'a> {
    /// Whose.
    pub owner: Owner,
    /// Where its bytes will be.
    pub object_key: &'a str,
    /// Already made safe.
    pub file_name: &'a str,
    /// The most it may become, in bytes.
    pub at_most: u64,
    /// When the sweeper may take it if it never becomes whole.
    pub lapses_at: DateTime<Utc>,
    /// It is written by a command, and not by the server.
    pub by_command: bool,
}

/// Why there is no place for a file.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// Too much is waiting already; some of it lapses at that moment.
    #[error("the quota is used up")]
    QuotaUsedUp(Option<DateTime<Utc>>),
    /// The person keeps as much as one may already.
    #[error("the person's total is used up")]
    UserFull,
    /// The store keeps as much as one may already.
    #[error("the store's total is used up")]
    AccountFull,
    /// The token to join is unknown, somebody else's, expired or spent.
    #[error("no such token")]
    UnknownToken,
    /// As many files as a comment takes are under the token already.
    #[error("too many files under one token")]
    TooManyFiles,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ReserveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Makes a place for a file, counted against its owner's quota and totals. `join` is the hash of a token that it shall join,
/// where it then is the one file more that a comment of `most` files still takes.
///
/// # Errors
/// See [`ReserveError`].
pub async fn reserve(
    tx: &mut Connection,
    file: &NewFile<'_>,
    join: Option<&Hash>,
    most: u32,
    quota: Quota,
    now: DateTime<Utc>,
) -> Result<i64, ReserveError> {
    if let Some(token_hash) = join {
        let upload = open_upload(tx, token_hash, file.owner, now).await?.ok_or(ReserveError::UnknownToken)?;
        if count_of_upload(tx, upload).await? >= u64::from(most) {
            return Err(ReserveError::TooManyFiles);
        }
    }
    let (bytes, files, lapses_at): (i64, i64, Option<i64>) = sqlx::query_as(
        "SELECT COALESCE(SUM(size), 0), COUNT(*), MIN(lapses_at) FROM files \
         WHERE user_id = ? AND comment_id IS NULL AND state <> 'doomed' AND lapses_at > ?",
    )
    .bind(number(file.owner.user))
    .bind(now.timestamp_millis())
    .fetch_one(&mut *tx)
    .await?;
    let bytes = unsigned(bytes).saturating_add(file.at_most);
    if bytes > quota.waiting_bytes || unsigned(files) >= u64::from(quota.waiting_files) {
        return Err(ReserveError::QuotaUsedUp(lapses_at.and_then(DateTime::from_timestamp_millis)));
    }
    let kept = file_totals::kept(tx, file.owner).await?;
    let is_beyond = |kept: u64, most: u64| most > 0 && kept.saturating_add(file.at_most) > most;
    if !kept.is_agent && is_beyond(kept.user, quota.user_bytes) {
        return Err(ReserveError::UserFull);
    }
    if !kept.is_agent && is_beyond(kept.account, quota.account_bytes) {
        return Err(ReserveError::AccountFull);
    }
    let done = sqlx::query(
        "INSERT INTO files (object_key, state, user_id, account_id, file_name, size, created_at, lapses_at, by_command) \
         VALUES (?, 'writing', ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(file.object_key)
    .bind(number(file.owner.user))
    .bind(number(file.owner.account))
    .bind(file.file_name)
    .bind(signed(file.at_most))
    .bind(now.timestamp_millis())
    .bind(file.lapses_at.timestamp_millis())
    .bind(file.by_command)
    .execute(tx)
    .await?;
    Ok(done.last_insert_rowid())
}

/// What was found out about a file while it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// In bytes.
    pub size: u64,
    /// Of its bytes.
    pub sha256: Hash,
    /// From its content.
    pub media_type: &'static str,
    /// In pixels.
    pub width: Option<u32>,
    /// In pixels.
    pub height: Option<u32>,
}

/// The token that a whole file goes under.
#[derive(Debug, Clone, Copy)]
pub struct Under<'a> {
    /// Of the token.
    pub token_hash: &'a Hash,
    /// An existing token is joined; otherwise it is new.
    pub join: bool,
    /// The most files a comment takes.
    pub most: u32,
    /// Until when the token can be used from now on.
    pub expires_at: DateTime<Utc>,
}

/// Why a whole file was not taken after all.
#[derive(Debug, thiserror::Error)]
pub enum FinishError {
    /// The place was swept, or the token was spent or taken back, while the bytes came in.
    #[error("the token is gone")]
    UnknownToken,
    /// Others under the same token were faster.
    #[error("too many files under one token")]
    TooManyFiles,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for FinishError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The file is whole: it can be downloaded by its owner, and attached. Until when its token can be used.
///
/// # Errors
/// See [`FinishError`].
pub async fn finish(
    tx: &mut Connection,
    id: i64,
    owner: Owner,
    written: &Written,
    under: Under<'_>,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, FinishError> {
    let upload = if under.join {
        let upload = open_upload(tx, under.token_hash, owner, now).await?.ok_or(FinishError::UnknownToken)?;
        if count_of_upload(tx, upload).await? >= u64::from(under.most) {
            return Err(FinishError::TooManyFiles);
        }
        sqlx::query("UPDATE uploads SET expires_at = MAX(expires_at, ?) WHERE id = ?")
            .bind(under.expires_at.timestamp_millis())
            .bind(upload)
            .execute(&mut *tx)
            .await?;
        upload
    } else {
        sqlx::query(
            "INSERT INTO uploads (token_hash, user_id, account_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(under.token_hash.as_slice())
        .bind(number(owner.user))
        .bind(number(owner.account))
        .bind(now.timestamp_millis())
        .bind(under.expires_at.timestamp_millis())
        .execute(&mut *tx)
        .await?
        .last_insert_rowid()
    };
    let done = sqlx::query(
        "UPDATE files SET state = 'ready', upload_id = ?, media_type = ?, size = ?, sha256 = ?, width = ?, height = ? \
         WHERE id = ? AND state = 'writing'",
    )
    .bind(upload)
    .bind(written.media_type)
    .bind(signed(written.size))
    .bind(written.sha256.as_slice())
    .bind(written.width)
    .bind(written.height)
    .bind(id)
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(FinishError::UnknownToken);
    }
    sqlx::query("UPDATE files SET lapses_at = (SELECT expires_at FROM uploads WHERE id = ?1) WHERE upload_id = ?1")
        .bind(upload)
        .execute(&mut *tx)
        .await?;
    let expires_at: i64 =
        sqlx::query_scalar("SELECT expires_at FROM uploads WHERE id = ?").bind(upload).fetch_one(tx).await?;
    Ok(moment(expires_at)?)
}

/// Every whole file under a token, in the order they came.
///
/// # Errors
/// The read fails.
pub async fn files_of_token(
    read: &mut Connection,
    token_hash: &Hash,
    owner: Owner,
) -> Result<Vec<StoredFile>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT f.* FROM files f JOIN uploads u ON u.id = f.upload_id \
         WHERE u.token_hash = ? AND u.user_id = ? AND u.account_id = ? AND f.state = 'ready' ORDER BY f.id",
    )
    .bind(token_hash.as_slice())
    .bind(number(owner.user))
    .bind(number(owner.account))
    .fetch_all(read)
    .await?)
}

/// Until when a token can be used.
///
/// # Errors
/// The read fails.
pub async fn token_expiry(read: &mut Connection, token_hash: &Hash) -> Result<Option<DateTime<Utc>>, StoreError> {
    let expires_at: Option<i64> = sqlx::query_scalar("SELECT expires_at FROM uploads WHERE token_hash = ?")
        .bind(token_hash.as_slice())
        .fetch_optional(read)
        .await?;
    expires_at.map(moment).transpose()
}

/// Takes a token back before it is used; its files are doomed. `false` where there is no such token (any more).
///
/// # Errors
/// The write fails.
pub async fn withdraw(
    tx: &mut Connection,
    token_hash: &Hash,
    owner: Owner,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let Some(upload) = open_upload(tx, token_hash, owner, now).await? else { return Ok(false) };
    sqlx::query("UPDATE files SET state = 'doomed', upload_id = NULL WHERE upload_id = ?")
        .bind(upload)
        .execute(&mut *tx)
        .await?;
    sqlx::query("DELETE FROM uploads WHERE id = ?").bind(upload).execute(tx).await?;
    Ok(true)
}

/// A token that its owner can still use.
pub(super) async fn open_upload(
    tx: &mut Connection,
    token_hash: &Hash,
    owner: Owner,
    now: DateTime<Utc>,
) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT id FROM uploads WHERE token_hash = ? AND user_id = ? AND account_id = ? AND attached_at IS NULL \
         AND expires_at > ?",
    )
    .bind(token_hash.as_slice())
    .bind(number(owner.user))
    .bind(number(owner.account))
    .bind(now.timestamp_millis())
    .fetch_optional(tx)
    .await?)
}

async fn count_of_upload(tx: &mut Connection, upload: i64) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM files WHERE upload_id = ? AND state = 'ready'")
        .bind(upload)
        .fetch_one(tx)
        .await?;
    Ok(unsigned(count))
}

/// Gives a reserved place back; its bytes, if any, are to be removed by the sweeper.
///
/// # Errors
/// The write fails.
pub async fn doom(tx: &mut Connection, id: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE files SET state = 'doomed' WHERE id = ? AND comment_id IS NULL").bind(id).execute(tx).await?;
    Ok(())
}

/// Gives back the places of files that a server was writing when it ended; to be called before it takes any. How many.
///
/// # Errors
/// The write fails.
pub async fn doom_interrupted(tx: &mut Connection) -> Result<u64, StoreError> {
    let doomed =
        sqlx::query("UPDATE files SET state = 'doomed' WHERE state = 'writing' AND by_command = 0").execute(tx).await?;
    Ok(doomed.rows_affected())
}

/// Dooms what nobody attached in time, and forgets keys and tokens that are past use. How many files were doomed.
///
/// # Errors
/// The write fails.
pub async fn doom_lapsed(
    tx: &mut Connection,
    now: DateTime<Utc>,
    keys_before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let doomed = sqlx::query(
        "UPDATE files SET state = 'doomed', upload_id = NULL \
         WHERE comment_id IS NULL AND state <> 'doomed' AND lapses_at <= ?",
    )
    .bind(now.timestamp_millis())
    .execute(&mut *tx)
    .await?;
    sqlx::query("DELETE FROM upload_keys WHERE created_at <= ?")
        .bind(keys_before.timestamp_millis())
        .execute(&mut *tx)
        .await?;
    // An attached upload stays while an idempotency key may still ask for its answer.
    sqlx::query("UPDATE files SET upload_id = NULL WHERE upload_id IN (SELECT id FROM uploads WHERE expires_at <= ?)")
        .bind(keys_before.timestamp_millis())
        .execute(&mut *tx)
        .await?;
    sqlx::query(
        "DELETE FROM uploads WHERE expires_at <= ? AND NOT EXISTS (SELECT 1 FROM files WHERE upload_id = uploads.id)",
    )
    .bind(now.timestamp_millis())
    .execute(tx)
    .await?;
    Ok(doomed.rows_affected())
}

/// A file whose bytes are to be removed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DoomedFile {
    /// The row.
    pub id: i64,
    /// Where its bytes are, or may be.
    pub object_key: String,
}

/// Doomed files beyond `after`, oldest first, at most `limit`.
///
/// # Errors
/// The read fails.
pub async fn doomed(read: &mut Connection, after: i64, limit: u32) -> Result<Vec<DoomedFile>, StoreError> {
    let sql = "SELECT id, object_key FROM files WHERE state = 'doomed' AND id > ? ORDER BY id LIMIT ?";
    Ok(sqlx::query_as(sql).bind(after).bind(limit).fetch_all(read).await?)
}

/// The bytes are gone: so goes the row.
///
/// # Errors
/// The write fails.
pub async fn forget(tx: &mut Connection, id: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM files WHERE id = ? AND state = 'doomed'").bind(id).execute(tx).await?;
    Ok(())
}
