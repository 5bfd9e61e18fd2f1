//! With which keys the database was written, and how much depends on each. The keys themselves lie in files; what may be
//! done with them is `keys`'s.

use super::Connection;
use super::StoreError;

/// A key that rows may depend on.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownKey {
    /// What tells it from others.
    #[sqlx(rename = "key_id")]
    pub id: Vec<u8>,
    /// Since when it is used, in Unix milliseconds.
    pub since: i64,
}

/// Something sealed, to be sealed anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Where: a second factor's row, or a webhook.
    pub location: SecretLocation,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

/// Where something sealed is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretLocation {
    /// A second factor: its row, whose it is, its kind.
    Factor {
        /// The row.
        id: i64,
        /// Whose.
        user: i64,
        /// `app` or `phone`.
        kind: String,
    },
    /// A webhook's secret.
    Webhook(String),
}

/// The keys of a kind that rows may depend on, the oldest first.
///
/// # Errors
/// The read fails.
pub async fn of(read: &mut Connection, name: &str) -> Result<Vec<KnownKey>, StoreError> {
    let keys = sqlx::query_as("SELECT key_id, since FROM known_keys WHERE name = ? ORDER BY since, key_id").bind(name);
    Ok(keys.fetch_all(read).await?)
}

/// Notes that a key is used from now on, where it is not known yet.
///
/// # Errors
/// The write fails.
pub async fn note(write: &mut Connection, name: &str, id: &[u8], now: i64) -> Result<(), StoreError> {
    let noted = sqlx::query("INSERT INTO known_keys (name, key_id, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    noted.bind(name).bind(id).bind(now).execute(write).await?;
    Ok(())
}

/// Nothing depends on a key any more.
///
/// # Errors
/// The write fails.
pub async fn forget(write: &mut Connection, name: &str, id: &[u8]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM known_keys WHERE name = ? AND key_id = ?").bind(name).bind(id).execute(write).await?;
    Ok(())
}

/// Whether anything is kept that the key of sign-ins made.
///
/// # Errors
/// The read fails.
pub async fn has_sign_in_secrets(read: &mut Connection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM passwords) OR EXISTS (SELECT 1 FROM second_factors) \
         OR EXISTS (SELECT 1 FROM recovery_codes WHERE used_at IS NULL) OR EXISTS (SELECT 1 FROM webhooks)",
    )
    .fetch_one(read)
    .await?)
}

/// Whether there is a request whose mails could be answered.
///
/// # Errors
/// The read fails.
pub async fn has_requests(read: &mut Connection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM requests)").fetch_one(read).await?)
}

/// How many requests that have not closed were there before a moment.
///
/// # Errors
/// The read fails.
pub async fn open_requests_before(read: &mut Connection, moment: i64) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM requests WHERE status <> 'closed' AND created_at < ?");
    Ok(count.bind(moment).fetch_one(read).await?)
}

/// Every hash of a password, and whose it is.
///
/// # Errors
/// The read fails.
pub async fn passwords(read: &mut Connection) -> Result<Vec<(i64, String)>, StoreError> {
    Ok(sqlx::query_as("SELECT user_id, hash FROM passwords ORDER BY user_id").fetch_all(read).await?)
}

/// Forgets a password that no key opens any more.
///
/// # Errors
/// The write fails.
pub async fn remove_password(write: &mut Connection, user: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM passwords WHERE user_id = ?").bind(user).execute(write).await?;
    Ok(())
}

/// How many people have recovery codes, not used yet, that another key than this one made.
///
/// # Errors
/// The read fails.
pub async fn people_with_older_recovery_codes(read: &mut Connection, key: &[u8]) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar(
        "SELECT COUNT(DISTINCT user_id) FROM recovery_codes WHERE used_at IS NULL AND key_id IS NOT ?",
    );
    Ok(count.bind(key).fetch_one(read).await?)
}

/// Forgets recovery codes that another key than this one made.
///
/// # Errors
/// The write fails.
pub async fn remove_older_recovery_codes(write: &mut Connection, key: &[u8]) -> Result<u64, StoreError> {
    let removed = sqlx::query("DELETE FROM recovery_codes WHERE key_id IS NOT ?").bind(key).execute(write).await?;
    Ok(removed.rows_affected())
}

/// Everything that is kept sealed for longer than a sign-in takes.
///
/// # Errors
/// The read fails.
pub async fn sealed(read: &mut Connection) -> Result<Vec<Sealed>, StoreError> {
    let factors: Vec<(i64, i64, String, Vec<u8>)> =
        sqlx::query_as("SELECT id, user_id, kind, secret FROM second_factors").fetch_all(&mut *read).await?;
    let webhooks: Vec<(String, Vec<u8>)> = sqlx::query_as("SELECT id, secret FROM webhooks").fetch_all(read).await?;
    let factors = factors.into_iter().map(|(id, user, kind, bytes)| (SecretLocation::Factor { id, user, kind }, bytes));
    let webhooks = webhooks.into_iter().map(|(id, bytes)| (SecretLocation::Webhook(id), bytes));
    Ok(factors.chain(webhooks).map(|(location, bytes)| Sealed { location, bytes }).collect())
}

/// Keeps something sealed anew.
///
/// # Errors
/// The write fails.
pub async fn reseal(write: &mut Connection, location: &SecretLocation, bytes: &[u8]) -> Result<(), StoreError> {
    match location {
        SecretLocation::Factor { id, .. } => {
            sqlx::query("UPDATE second_factors SET secret = ? WHERE id = ?").bind(bytes).bind(id).execute(write).await?
        }
        SecretLocation::Webhook(id) => {
            sqlx::query("UPDATE webhooks SET secret = ? WHERE id = ?").bind(bytes).bind(id).execute(write).await?
        }
    };
    Ok(())
}

/// Gives up what no key opens any more: a second factor goes, a webhook is switched off.
///
/// # Errors
/// The write fails.
pub async fn give_up(write: &mut Connection, location: &SecretLocation) -> Result<(), StoreError> {
    match location {
        SecretLocation::Factor { id, .. } => {
            sqlx::query("DELETE FROM second_factors WHERE id = ?").bind(id).execute(write).await?
        }
        SecretLocation::Webhook(id) => {
            sqlx::query("UPDATE webhooks SET active = 0 WHERE id = ?").bind(id).execute(write).await?
        }
    };
    Ok(())
}
