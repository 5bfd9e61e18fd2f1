//! The tags of requests.

use super::Connection;
use super::StoreError;
use super::columns::number;
use balcao_contract::id::RequestId;
use std::collections::BTreeSet;

/// A request's tags.
///
/// # Errors
/// The database cannot be read.
pub async fn of_request(read: &mut Connection, request: RequestId) -> Result<BTreeSet<String>, StoreError> {
    let statement = "SELECT tag FROM request_tags WHERE request_id = ?";
    let tags: Vec<String> = sqlx::query_scalar(statement).bind(number(request)).fetch_all(read).await?;
    Ok(tags.into_iter().collect())
}

/// Gives a request these tags and no others.
///
/// # Errors
/// The database refuses.
pub async fn set(write: &mut Connection, request: RequestId, tags: &BTreeSet<String>) -> Result<(), StoreError> {
    let tags = serde_json::to_string(tags).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    sqlx::query("DELETE FROM request_tags WHERE request_id = ? AND tag NOT IN (SELECT value FROM json_each(?))")
        .bind(number(request))
        .bind(&tags)
        .execute(&mut *write)
        .await?;
    sqlx::query("INSERT OR IGNORE INTO request_tags (request_id, tag) SELECT ?, value FROM json_each(?)")
        .bind(number(request))
        .bind(&tags)
        .execute(write)
        .await?;
    Ok(())
}
