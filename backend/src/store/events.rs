//! What happened to requests, in order. Written with the change itself, or not at all.

use super::StoreError;
use super::columns::{milliseconds, number};
use balcao_contract::id::{RequestId, UserId};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

/// Appends an event; `data` is JSON.
///
/// # Errors
/// The database refuses.
pub async fn append(
    write: &mut SqliteConnection,
    request: RequestId,
    actor: Option<UserId>,
    kind: &str,
    data: &serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO events (request_id, actor_id, kind, data, created_at) VALUES (?, ?, ?, ?, ?)")
        .bind(number(request))
        .bind(actor.map(number))
        .bind(kind)
        .bind(data.to_string())
        .bind(milliseconds(now))
        .execute(write)
        .await?;
    Ok(())
}
