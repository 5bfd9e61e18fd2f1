//! Browsers that are signed in on the support site, and the people who can be. The rules are `identity::site`'s.

use super::Connection;
use super::StoreError;
use super::columns::{Id, LocaleOrEnglish, Name, id, number};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::DoorName;

/// Somebody whom the support site lets in: not switched off, and a member of a store that is not.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownUser {
    /// The id.
    #[sqlx(try_from = "Id")]
    pub id: UserId,
    /// Where mails go.
    pub email: String,
    /// First and last name.
    pub name: String,
    /// The language of mails.
    #[sqlx(try_from = "LocaleOrEnglish")]
    pub locale: Locale,
    /// Which browsers are known: those of this generation.
    pub device_generation: i64,
}

/// What makes somebody a [`KnownUser`].
const KNOWN: &str = "SELECT u.id, u.email, u.name, u.locale, u.device_generation FROM users u WHERE u.disabled_at IS NULL AND EXISTS \
    (SELECT 1 FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.user_id = u.id AND a.disabled_at IS NULL)";

/// The known user with that address.
///
/// # Errors
/// The read fails.
pub async fn known_by_email(read: &mut Connection, email: &str) -> Result<Option<KnownUser>, StoreError> {
    Ok(sqlx::query_as(&format!("{KNOWN} AND u.email = ?")).bind(email).fetch_optional(read).await?)
}

/// The known user with that id.
///
/// # Errors
/// The read fails.
pub async fn known_by_id(read: &mut Connection, user: UserId) -> Result<Option<KnownUser>, StoreError> {
    Ok(sqlx::query_as(&format!("{KNOWN} AND u.id = ?")).bind(number(user)).fetch_optional(read).await?)
}

/// A sign-in that is to be kept.
#[derive(Clone, Copy)]
pub struct NewSignIn<'a> {
    /// The hash of its token.
    pub token_hash: &'a [u8],
    /// Whose.
    pub user: UserId,
    /// How they came in.
    pub door: DoorName,
    /// What the browser calls itself.
    pub user_agent: &'a str,
    /// Unix milliseconds.
    pub now: i64,
    /// When it ends in any case.
    pub ends_at: i64,
}

/// A sign-in as it stands.
#[derive(Clone, sqlx::FromRow)]
pub struct SignInRow {
    /// The row.
    pub id: i64,
    /// Whose.
    #[sqlx(rename = "user_id", try_from = "Id")]
    pub user: UserId,
    /// How they came in.
    #[sqlx(try_from = "Name")]
    pub door: DoorName,
    /// First and last name.
    pub name: String,
    /// Last used.
    pub last_seen_at: i64,
}

/// Keeps a sign-in.
///
/// # Errors
/// The write fails.
pub async fn insert(write: &mut Connection, new: NewSignIn<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sign_ins (token_hash, user_id, door, user_agent, created_at, last_seen_at, ends_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
    )
    .bind(new.token_hash)
    .bind(number(new.user))
    .bind(new.door.name())
    .bind(new.user_agent)
    .bind(new.now)
    .bind(new.ends_at)
    .execute(write)
    .await?;
    Ok(())
}

/// The sign-in of a token, if it has not ended: used after `seen_after`, its end after `now`, its user known.
///
/// # Errors
/// The read fails.
pub async fn find(read: &mut Connection, token_hash: &[u8], now: i64) -> Result<Option<SignInRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT s.id, s.user_id, s.door, s.last_seen_at, u.name FROM sign_ins s JOIN users u ON u.id = s.user_id \
         WHERE s.token_hash = ? AND s.ends_at > ? AND u.disabled_at IS NULL",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(read)
    .await?)
}

/// Notes that a session was used, and the sign-in that it comes from: who works in the panel uses it, too.
///
/// # Errors
/// The write fails.
pub async fn touch_session(write: &mut Connection, session: i64, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE sessions SET last_seen_at = max(last_seen_at, ?) WHERE id = ?")
        .bind(now)
        .bind(session)
        .execute(&mut *write)
        .await?;
    sqlx::query(
        "UPDATE sign_ins SET last_seen_at = max(last_seen_at, ?1) \
         WHERE id = (SELECT sign_in_id FROM sessions WHERE id = ?2)",
    )
    .bind(now)
    .bind(session)
    .execute(write)
    .await?;
    Ok(())
}

/// Notes that a sign-in was used.
///
/// # Errors
/// The write fails.
pub async fn touch(write: &mut Connection, sign_in: i64, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE sign_ins SET last_seen_at = max(last_seen_at, ?) WHERE id = ?")
        .bind(now)
        .bind(sign_in)
        .execute(write)
        .await?;
    Ok(())
}

/// Ends a sign-in, and with it the sessions that come from it.
///
/// # Errors
/// The write fails.
pub async fn end(write: &mut Connection, sign_in: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_ins WHERE id = ?").bind(sign_in).execute(write).await?;
    Ok(())
}

/// Ends the sign-in of a token, whatever state it is in.
///
/// # Errors
/// The write fails.
pub async fn end_by_token(write: &mut Connection, token_hash: &[u8]) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_ins WHERE token_hash = ?").bind(token_hash).execute(write).await?;
    Ok(())
}

/// Ends every sign-in of somebody.
///
/// # Errors
/// The write fails.
pub async fn end_all(write: &mut Connection, user: UserId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_ins WHERE user_id = ?").bind(number(user)).execute(write).await?;
    Ok(())
}

/// Knows none of the browsers any more that somebody signed in with before.
///
/// # Errors
/// The write fails.
pub async fn forget_devices(write: &mut Connection, user: UserId) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET device_generation = device_generation + 1 WHERE id = ?")
        .bind(number(user))
        .execute(write)
        .await?;
    Ok(())
}

/// Sweeps away what has ended.
///
/// # Errors
/// The write fails.
pub async fn sweep(write: &mut Connection, now: i64, seen_before: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_ins WHERE ends_at <= ? OR last_seen_at <= ?")
        .bind(now)
        .bind(seen_before)
        .execute(write)
        .await?;
    Ok(())
}

/// The store that somebody works for, by name; without a name the one they chose last, or else their first by name.
/// `None` where they are no member of it, or it is switched off.
///
/// # Errors
/// The read fails.
pub async fn store_of(
    read: &mut Connection,
    user: UserId,
    name: Option<&str>,
) -> Result<Option<AccountId>, StoreError> {
    let row = sqlx::query(
        "SELECT a.id FROM memberships m JOIN accounts a ON a.id = m.account_id JOIN users u ON u.id = m.user_id \
         WHERE m.user_id = ?1 AND a.disabled_at IS NULL AND (?2 IS NULL OR a.name = ?2) \
         ORDER BY a.id IS u.last_account_id DESC, a.name LIMIT 1",
    )
    .bind(number(user))
    .bind(name)
    .fetch_optional(read)
    .await?;
    row.map(|row| id(&row, "id")).transpose()
}

/// Notes which store somebody chose.
///
/// # Errors
/// The write fails.
pub async fn note_store(write: &mut Connection, user: UserId, account: AccountId) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET last_account_id = ?1 WHERE id = ?2 AND last_account_id IS NOT ?1")
        .bind(number(account))
        .bind(number(user))
        .execute(write)
        .await?;
    Ok(())
}
