//! Who wants no reminders. A mail's own id, which nobody can guess, is what its reader shows; it is forgotten with the
//! mail.

use super::Connection;
use super::StoreError;
use chrono::{DateTime, Utc};

/// The address that the mail of this `message_id` went to.
///
/// # Errors
/// The database cannot be read.
pub async fn reader_of(read: &mut Connection, message_id: &str) -> Result<Option<String>, StoreError> {
    let statement = "SELECT lower(to_address) FROM outbox WHERE message_id = ?";
    Ok(sqlx::query_scalar(statement).bind(message_id).fetch_optional(read).await?)
}

/// Whether an address wants reminders.
///
/// # Errors
/// The database cannot be read.
pub async fn are_wanted(read: &mut Connection, address: &str) -> Result<bool, StoreError> {
    let statement = "SELECT NOT EXISTS (SELECT 1 FROM no_reminders WHERE address = lower(?))";
    Ok(sqlx::query_scalar(statement).bind(address).fetch_one(read).await?)
}

/// Notes whether an address wants reminders.
///
/// # Errors
/// The database refuses.
pub async fn set(write: &mut Connection, address: &str, wanted: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
    let statement = if wanted {
        "DELETE FROM no_reminders WHERE address = lower(?1)"
    } else {
        "INSERT INTO no_reminders (address, since) VALUES (lower(?1), ?2) ON CONFLICT (address) DO NOTHING"
    };
    sqlx::query(statement).bind(address).bind(now.timestamp_millis()).execute(write).await?;
    Ok(())
}
