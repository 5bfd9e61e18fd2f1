//! Who changed what in the directory. Written with the change itself; never changed afterwards.

use super::Connection;
use super::StoreError;
use super::columns::{Json, Moment};
use balcao_contract::time::Timestamp;
use serde_json::Value;

/// A line to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// `operator:<system user>`, `host`, `user:<id>`.
    pub actor: &'a str,
    /// What was done: `account.sponsor`.
    pub action: &'a str,
    /// To what: `account:<name>`, `user:<id>`. No addresses.
    pub subject: &'a str,
    /// What changed.
    pub data: Value,
}

/// A line that was written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, sqlx::FromRow)]
pub struct Written {
    /// Its number.
    pub id: i64,
    /// When.
    #[sqlx(try_from = "Moment")]
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub subject: String,
    /// What changed.
    #[sqlx(try_from = "Json<Value>")]
    pub data: Value,
}

/// Writes a line.
///
/// # Errors
/// The database refuses.
pub async fn append(write: &mut Connection, entry: Entry<'_>, now: i64) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO audit_entries (at, actor, action, subject, data) VALUES (?, ?, ?, ?, ?)")
        .bind(now)
        .bind(entry.actor)
        .bind(entry.action)
        .bind(entry.subject)
        .bind(entry.data.to_string())
        .execute(write)
        .await?;
    Ok(())
}

/// The latest lines, newest first; of one subject where it is given.
///
/// # Errors
/// The database cannot be read.
pub async fn latest(read: &mut Connection, subject: Option<&str>, limit: u32) -> Result<Vec<Written>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, at, actor, action, subject, data FROM audit_entries WHERE ?1 IS NULL OR subject = ?1 \
         ORDER BY id DESC LIMIT ?2",
    )
    .bind(subject)
    .bind(limit)
    .fetch_all(read)
    .await?)
}
