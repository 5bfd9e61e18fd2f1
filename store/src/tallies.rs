//! How often something was tried in vain, and how many messages went out. The rules are `identity::site`'s.

use super::Connection;
use super::StoreError;

/// How often something was tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: u32,
    /// The last time, in Unix milliseconds.
    pub last_at: i64,
}

/// What was tried since then.
///
/// # Errors
/// The read fails.
pub async fn read(read: &mut Connection, key: &[u8], since: i64) -> Result<Tally, StoreError> {
    let row: Option<(u32, i64)> =
        sqlx::query_as("SELECT count, last_at FROM sign_in_tallies WHERE key = ? AND last_at > ?")
            .bind(key)
            .bind(since)
            .fetch_optional(read)
            .await?;
    Ok(row.map_or_else(Tally::default, |(count, last_at)| Tally { count, last_at }))
}

/// One more; what is older than `since` is forgotten.
///
/// # Errors
/// The write fails.
pub async fn add(write: &mut Connection, key: &[u8], now: i64, since: i64) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sign_in_tallies (key, count, last_at) VALUES (?1, 1, ?2) ON CONFLICT (key) DO UPDATE \
         SET count = CASE WHEN last_at > ?3 THEN count + 1 ELSE 1 END, last_at = ?2",
    )
    .bind(key)
    .bind(now)
    .bind(since)
    .execute(write)
    .await?;
    Ok(())
}

/// One fewer: it was not in vain.
///
/// # Errors
/// The write fails.
pub async fn take_back(write: &mut Connection, key: &[u8]) -> Result<(), StoreError> {
    sqlx::query("UPDATE sign_in_tallies SET count = max(0, count - 1) WHERE key = ?").bind(key).execute(write).await?;
    Ok(())
}

/// Begins anew.
///
/// # Errors
/// The write fails.
pub async fn clear(write: &mut Connection, key: &[u8]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_in_tallies WHERE key = ?").bind(key).execute(write).await?;
    Ok(())
}

/// When messages of a key went out since then, oldest first.
///
/// # Errors
/// The read fails.
pub async fn messages(read: &mut Connection, key: &[u8], since: i64) -> Result<Vec<i64>, StoreError> {
    let moments = sqlx::query_scalar("SELECT sent_at FROM sign_in_messages WHERE key = ? AND sent_at > ? ORDER BY id");
    Ok(moments.bind(key).bind(since).fetch_all(read).await?)
}

/// Notes that a message goes out.
///
/// # Errors
/// The write fails.
pub async fn note_message(write: &mut Connection, key: &[u8], now: i64) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO sign_in_messages (key, sent_at) VALUES (?, ?)").bind(key).bind(now).execute(write).await?;
    Ok(())
}

/// Sweeps away what counts no more.
///
/// # Errors
/// The write fails.
pub async fn sweep(write: &mut Connection, tried: i64, sent: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_in_tallies WHERE last_at <= ?").bind(tried).execute(&mut *write).await?;
    sqlx::query("DELETE FROM sign_in_messages WHERE sent_at <= ?").bind(sent).execute(write).await?;
    Ok(())
}
