//! One-time codes and the messages they went out with. The rules are `identity::code`'s.

use super::Connection;
use super::StoreError;
use super::columns::{IsSet, Moment, number};
use balcao_contract::id::UserId;
use chrono::{DateTime, Utc};

/// A code, as far as it is kept.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CodeRow {
    /// The row.
    pub id: i64,
    /// What the code follows from, together with the key.
    pub nonce: Vec<u8>,
    /// Keyed hash of the code.
    pub code_hash: Vec<u8>,
    /// Guesses so far.
    pub tries: u32,
    /// Until when it can be used.
    #[sqlx(try_from = "Moment")]
    pub expires_at: DateTime<Utc>,
    /// It was used.
    #[sqlx(rename = "used_at", try_from = "IsSet")]
    pub used: bool,
}

/// What a code belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CodeScope<'a> {
    /// The conversation.
    pub conversation: &'a str,
    /// The session.
    pub session: i64,
    /// The address that it proves.
    pub email: &'a str,
}

/// A code that is to be kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NewCode<'a> {
    /// See [`CodeRow::nonce`].
    pub nonce: &'a [u8],
    /// See [`CodeRow::code_hash`].
    pub code_hash: &'a [u8],
    /// Until when it can be used.
    pub expires_at: DateTime<Utc>,
}

/// The newest code of a conversation, session and address.
///
/// # Errors
/// The read fails.
pub async fn newest(read: &mut Connection, scope: CodeScope<'_>) -> Result<Option<CodeRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, nonce, code_hash, tries, expires_at, used_at FROM codes \
         WHERE conversation_id = ? AND session_id = ? AND email = ? ORDER BY id DESC LIMIT 1",
    )
    .bind(scope.conversation)
    .bind(scope.session)
    .bind(scope.email)
    .fetch_optional(read)
    .await?)
}

/// Keeps a code; its row.
///
/// # Errors
/// The write fails.
pub async fn insert(
    write: &mut Connection,
    scope: CodeScope<'_>,
    new: NewCode<'_>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO codes (conversation_id, session_id, email, nonce, code_hash, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(scope.conversation)
    .bind(scope.session)
    .bind(scope.email)
    .bind(new.nonce)
    .bind(new.code_hash)
    .bind(now.timestamp_millis())
    .bind(new.expires_at.timestamp_millis())
    .fetch_one(write)
    .await?)
}

/// Counts a guess, where the code still takes one. The guesses so far, this one included; `None` where it takes none.
///
/// # Errors
/// The write fails.
pub async fn count_try(
    write: &mut Connection,
    id: i64,
    most: u32,
    now: DateTime<Utc>,
) -> Result<Option<u32>, StoreError> {
    Ok(sqlx::query_scalar(
        "UPDATE codes SET tries = tries + 1 WHERE id = ? AND tries < ? AND used_at IS NULL AND expires_at > ? RETURNING tries",
    )
    .bind(id)
    .bind(most)
    .bind(now.timestamp_millis())
    .fetch_optional(write)
    .await?)
}

/// Uses a code up. `false` where somebody was faster.
///
/// # Errors
/// The write fails.
pub async fn spend(write: &mut Connection, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE codes SET used_at = ?1 WHERE id = ?2 AND used_at IS NULL AND expires_at > ?1")
        .bind(now.timestamp_millis())
        .bind(id)
        .execute(write)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// When messages with codes went to an address since a moment, oldest first.
///
/// # Errors
/// The read fails.
pub async fn messages_since(
    read: &mut Connection,
    email: &str,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, StoreError> {
    let moments: Vec<i64> =
        sqlx::query_scalar("SELECT sent_at FROM code_messages WHERE email = ? AND sent_at > ? ORDER BY sent_at")
            .bind(email)
            .bind(since.timestamp_millis())
            .fetch_all(read)
            .await?;
    moments.into_iter().map(|moment| read_moment(moment, "code_messages.sent_at")).collect()
}

/// Notes that a message with a code goes to an address; its number.
///
/// # Errors
/// The write fails.
pub async fn note_message(write: &mut Connection, email: &str, now: DateTime<Utc>) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("INSERT INTO code_messages (email, sent_at) VALUES (?, ?) RETURNING id")
        .bind(email)
        .bind(now.timestamp_millis())
        .fetch_one(write)
        .await?)
}

/// Notes that somebody typed a code that was mailed to their address.
///
/// # Errors
/// The write fails.
pub async fn note_proved(write: &mut Connection, user: UserId, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET email_proved_at = ? WHERE id = ?")
        .bind(now.timestamp_millis())
        .bind(number(user))
        .execute(write)
        .await?;
    Ok(())
}

/// Sweeps away codes that ended, and messages that count no more.
///
/// # Errors
/// The write fails.
pub async fn sweep(
    write: &mut Connection,
    codes_before: DateTime<Utc>,
    messages_before: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM codes WHERE expires_at < ?")
        .bind(codes_before.timestamp_millis())
        .execute(&mut *write)
        .await?;
    sqlx::query("DELETE FROM code_messages WHERE sent_at < ?")
        .bind(messages_before.timestamp_millis())
        .execute(write)
        .await?;
    Ok(())
}

fn read_moment(milliseconds: i64, column: &str) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(milliseconds).ok_or_else(|| StoreError::Corrupt(column.to_owned()))
}
