//! Idempotency keys of uploads. `idempotency` keeps whole answers; here the answer holds a token that must not stand
//! in the database, so what it is worked out from is kept instead.

use super::Connection;
use super::StoreError;
use super::columns::number;
use super::files::Owner;
use super::token::Hash;
use chrono::{DateTime, Utc};

/// What an idempotency key led to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownKey {
    /// Of the request it came with.
    pub fingerprint: Vec<u8>,
    /// What the token is worked out from, with the key.
    pub salt: Vec<u8>,
    /// The file.
    #[sqlx(rename = "file_id")]
    pub file: i64,
}

/// What this key led to before, if its file still exists and it came after `since`.
///
/// # Errors
/// The read fails.
pub async fn known_key(
    read: &mut Connection,
    owner: Owner,
    key_hash: &Hash,
    since: DateTime<Utc>,
) -> Result<Option<KnownKey>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT k.fingerprint, k.salt, k.file_id FROM upload_keys k JOIN files f ON f.id = k.file_id \
         WHERE k.user_id = ? AND k.key_hash = ? AND k.created_at > ? AND f.state = 'ready'",
    )
    .bind(number(owner.user))
    .bind(key_hash.as_slice())
    .bind(since.timestamp_millis())
    .fetch_optional(read)
    .await?)
}

/// Remembers what a key led to, instead of what it may have led to long ago.
///
/// # Errors
/// The write fails.
pub async fn remember_key(
    tx: &mut Connection,
    owner: Owner,
    key_hash: &Hash,
    known: &KnownKey,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT OR REPLACE INTO upload_keys (user_id, key_hash, fingerprint, file_id, salt, created_at) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(number(owner.user))
    .bind(key_hash.as_slice())
    .bind(&known.fingerprint)
    .bind(known.file)
    .bind(&known.salt)
    .bind(now.timestamp_millis())
    .execute(tx)
    .await?;
    Ok(())
}
