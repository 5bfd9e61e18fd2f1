//! Which database this is, and how often a server opened and closed it. What it is compared with is `folder_mark`'s.

use super::Connection;
use super::StoreError;

/// A mark.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Mark {
    /// Random, made with the database.
    #[sqlx(rename = "database_id")]
    pub database: Vec<u8>,
    /// How often it was opened and closed.
    pub count: i64,
}

/// The mark.
///
/// # Errors
/// The read fails.
pub async fn read(read: &mut Connection) -> Result<Mark, StoreError> {
    Ok(sqlx::query_as("SELECT database_id, count FROM folder_mark WHERE id = 1").fetch_one(read).await?)
}

/// Counts on; the mark from now on.
///
/// # Errors
/// The write fails.
pub async fn count_on(write: &mut Connection) -> Result<Mark, StoreError> {
    sqlx::query("UPDATE folder_mark SET count = count + 1 WHERE id = 1").execute(&mut *write).await?;
    read(write).await
}
