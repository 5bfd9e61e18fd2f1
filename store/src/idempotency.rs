//! Answers to writes that carried an `Idempotency-Key`: the same write again gets the same answer, byte for byte.
//! The row is written in the transaction of the write itself, so there is never one without the other.

use super::Connection;
use super::StoreError;
use super::columns::{milliseconds, number};
use balcao_contract::id::{AccountId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(2);

/// The longest key that is taken, in bytes.
pub const MAX_KEY: usize = 255;

/// A key of one person in one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Who.
    pub user: UserId,
    /// In which account.
    pub account: AccountId,
    /// The header.
    pub key: String,
    /// See [`fingerprint`].
    pub fingerprint: Vec<u8>,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredAnswer {
    /// The status.
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// Nothing.
    Miss,
    /// The same write was answered with this.
    Hit(StoredAnswer),
    /// Another write was made with it.
    OtherWrite,
}

/// What makes two writes the same.
#[must_use]
pub fn fingerprint(method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for part in [method.as_bytes(), path.as_bytes()] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.update(body);
    hasher.finalize().to_vec()
}

/// Looks a key up.
///
/// # Errors
/// The database cannot be read.
pub async fn find(read: &mut Connection, key: &Key, now: DateTime<Utc>) -> Result<Lookup, StoreError> {
    let row: Option<KeyRow> = sqlx::query_as(
        "SELECT fingerprint, status, location, body FROM idempotency_keys \
         WHERE user_id = ? AND account_id = ? AND key = ? AND created_at > ?",
    )
    .bind(number(key.user))
    .bind(number(key.account))
    .bind(&key.key)
    .bind(milliseconds(now - KEPT))
    .fetch_optional(read)
    .await?;
    Ok(match row {
        None => Lookup::Miss,
        Some(row) if row.fingerprint != key.fingerprint => Lookup::OtherWrite,
        Some(row) => Lookup::Hit(row.answer),
    })
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    fingerprint: Vec<u8>,
    #[sqlx(flatten)]
    answer: StoredAnswer,
}

/// Keeps an answer, and forgets those that are too old.
///
/// # Errors
/// The database refuses; [`StoreError::Conflict`] where the key is there already.
pub async fn keep(
    write: &mut Connection,
    key: &Key,
    answer: &StoredAnswer,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM idempotency_keys WHERE created_at <= ?")
        .bind(milliseconds(now - KEPT))
        .execute(&mut *write)
        .await?;
    sqlx::query(
        "INSERT INTO idempotency_keys (user_id, account_id, key, fingerprint, status, location, body, created_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(number(key.user))
    .bind(number(key.account))
    .bind(&key.key)
    .bind(&key.fingerprint)
    .bind(answer.status)
    .bind(&answer.location)
    .bind(&answer.body)
    .bind(milliseconds(now))
    .execute(write)
    .await?;
    Ok(())
}
