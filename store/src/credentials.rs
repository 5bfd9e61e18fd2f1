//! Passwords, second factors, recovery codes, and who somebody is elsewhere. The rules are `identity::site`'s.

use super::Connection;
use super::StoreError;
use super::columns::{number, read_id};
use balcao_contract::id::UserId;

/// A second factor as it is kept.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FactorRow {
    /// The row.
    pub id: i64,
    /// `app` or `phone`.
    pub kind: String,
    /// Sealed.
    pub secret: Vec<u8>,
}

/// Somebody's password, as a hash.
///
/// # Errors
/// The read fails.
pub async fn password(read: &mut Connection, user: UserId) -> Result<Option<String>, StoreError> {
    let hash = sqlx::query_scalar("SELECT hash FROM passwords WHERE user_id = ?").bind(number(user));
    Ok(hash.fetch_optional(read).await?)
}

/// Sets somebody's password.
///
/// # Errors
/// The write fails.
pub async fn set_password(write: &mut Connection, user: UserId, hash: &str, now: i64) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO passwords (user_id, hash, changed_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (user_id) DO UPDATE SET hash = ?2, changed_at = ?3",
    )
    .bind(number(user))
    .bind(hash)
    .bind(now)
    .execute(write)
    .await?;
    Ok(())
}

/// Keeps the same password under another hash, unless it was changed meanwhile.
///
/// # Errors
/// The write fails.
pub async fn rehash(write: &mut Connection, user: UserId, before: &str, hash: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE passwords SET hash = ? WHERE user_id = ? AND hash = ?")
        .bind(hash)
        .bind(number(user))
        .bind(before)
        .execute(write)
        .await?;
    Ok(())
}

/// Somebody's second factors, the oldest first.
///
/// # Errors
/// The read fails.
pub async fn factors(read: &mut Connection, user: UserId) -> Result<Vec<FactorRow>, StoreError> {
    let factors = sqlx::query_as("SELECT id, kind, secret FROM second_factors WHERE user_id = ? ORDER BY id");
    Ok(factors.bind(number(user)).fetch_all(read).await?)
}

/// Keeps a second factor; `step` is that of the code it was proved with.
///
/// # Errors
/// The write fails.
pub async fn set_factor(
    write: &mut Connection,
    user: UserId,
    kind: &str,
    secret: &[u8],
    step: i64,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO second_factors (user_id, kind, secret, last_step, created_at) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (user_id, kind) DO UPDATE SET secret = ?3, last_step = ?4, created_at = ?5",
    )
    .bind(number(user))
    .bind(kind)
    .bind(secret)
    .bind(step)
    .bind(now)
    .execute(write)
    .await?;
    Ok(())
}

/// Uses up the code of a time step. `false` where it, or a later one, was used before.
///
/// # Errors
/// The write fails.
pub async fn spend_step(write: &mut Connection, factor: i64, step: i64) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE second_factors SET last_step = ?1 WHERE id = ?2 AND last_step < ?1")
        .bind(step)
        .bind(factor)
        .execute(write)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Replaces somebody's recovery codes; `key` is what tells the key that hashed them.
///
/// # Errors
/// The write fails.
pub async fn set_recovery_codes(
    write: &mut Connection,
    user: UserId,
    hashes: &[[u8; 32]],
    key: &[u8],
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = ?").bind(number(user)).execute(&mut *write).await?;
    for hash in hashes {
        sqlx::query("INSERT INTO recovery_codes (user_id, code_hash, key_id) VALUES (?, ?, ?)")
            .bind(number(user))
            .bind(hash.as_slice())
            .bind(key)
            .execute(&mut *write)
            .await?;
    }
    Ok(())
}

/// Uses up a recovery code. `false` where there is none, or it was used before.
///
/// # Errors
/// The write fails.
pub async fn spend_recovery_code(
    write: &mut Connection,
    user: UserId,
    hash: &[u8],
    now: i64,
) -> Result<bool, StoreError> {
    let done =
        sqlx::query("UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL")
            .bind(now)
            .bind(number(user))
            .bind(hash)
            .execute(write)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes password, second factors and recovery codes away. Whether there was a password or a factor.
///
/// # Errors
/// The write fails.
pub async fn remove_all(write: &mut Connection, user: UserId) -> Result<bool, StoreError> {
    let mut removed = 0;
    for table in ["passwords", "second_factors"] {
        let sql = format!("DELETE FROM {table} WHERE user_id = ?");
        removed += sqlx::query(&sql).bind(number(user)).execute(&mut *write).await?.rows_affected();
    }
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = ?").bind(number(user)).execute(&mut *write).await?;
    Ok(removed > 0)
}

/// Who that is at a provider, if they came in by it before.
///
/// # Errors
/// The read fails.
pub async fn outer_identity(read: &mut Connection, issuer: &str, subject: &str) -> Result<Option<UserId>, StoreError> {
    let user: Option<i64> = sqlx::query_scalar("SELECT user_id FROM outer_identities WHERE issuer = ? AND subject = ?")
        .bind(issuer)
        .bind(subject)
        .fetch_optional(read)
        .await?;
    Ok(user.and_then(read_id))
}

/// Remembers who that is at a provider.
///
/// # Errors
/// The write fails.
pub async fn bind_outer_identity(
    write: &mut Connection,
    issuer: &str,
    subject: &str,
    user: UserId,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO outer_identities (issuer, subject, user_id, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(issuer)
    .bind(subject)
    .bind(number(user))
    .bind(now)
    .execute(write)
    .await?;
    Ok(())
}
