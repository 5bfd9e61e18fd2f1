//! Tokens of agents and integrations. Only a token's hash is kept.

use super::Connection;
use super::StoreError;
use super::columns::{Id, LocaleOrEnglish, MaybeId, MaybeMoment, Moment, number};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::time::Timestamp;
use serde::Serialize;

/// A token, without the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct TokenRecord {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub email: String,
    /// What it is for.
    pub description: String,
    /// Since when.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// Last used, to the minute.
    #[sqlx(try_from = "MaybeMoment<Timestamp>")]
    pub last_used_at: Option<Timestamp>,
    /// Good until then.
    #[sqlx(try_from = "MaybeMoment<Timestamp>")]
    pub expires_at: Option<Timestamp>,
    /// Taken back.
    #[sqlx(try_from = "MaybeMoment<Timestamp>")]
    pub revoked_at: Option<Timestamp>,
}

/// A token that is good, with whom it speaks for.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GoodToken {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    #[sqlx(rename = "user_id", try_from = "Id")]
    pub user: UserId,
    /// Their address.
    pub email: String,
    /// First and last name.
    pub name: String,
    /// The language of mails.
    #[sqlx(try_from = "LocaleOrEnglish")]
    pub locale: Locale,
    /// Works for support.
    pub agent: bool,
    /// Sees to what concerns every ticket.
    pub administrator: bool,
    /// The store they have belonged to for longest, of those that are not switched off; an agent needs none.
    #[sqlx(rename = "account_id", try_from = "MaybeId<AccountId>")]
    pub account: Option<AccountId>,
    /// Last used, in Unix milliseconds.
    pub last_used_at: Option<i64>,
}

/// Keeps a token. Its number.
///
/// # Errors
/// The database refuses.
pub async fn insert(
    write: &mut Connection,
    hash: &[u8],
    user: UserId,
    description: &str,
    expires_at: Option<i64>,
    now: i64,
) -> Result<i64, StoreError> {
    let sql = "INSERT INTO api_tokens (token_hash, user_id, description, created_at, expires_at) \
               VALUES (?, ?, ?, ?, ?) RETURNING id";
    let id = sqlx::query_scalar(sql).bind(hash).bind(number(user)).bind(description).bind(now).bind(expires_at);
    Ok(id.fetch_one(write).await?)
}

/// Every token, by number.
///
/// # Errors
/// The database cannot be read.
pub async fn list(read: &mut Connection) -> Result<Vec<TokenRecord>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT t.id, u.email, t.description, t.created_at, t.last_used_at, t.expires_at, t.revoked_at \
         FROM api_tokens t JOIN users u ON u.id = t.user_id ORDER BY t.id",
    )
    .fetch_all(read)
    .await?)
}

/// Takes a token back. False where there is none of that number that is good.
///
/// # Errors
/// The database refuses.
pub async fn revoke(write: &mut Connection, token: i64, now: i64) -> Result<bool, StoreError> {
    let sql = "UPDATE api_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL";
    Ok(sqlx::query(sql).bind(now).bind(token).execute(write).await?.rows_affected() == 1)
}

/// The token of that hash, if it is good now: neither taken back nor over, its user neither switched off nor, unless
/// they are an agent, without a store.
///
/// # Errors
/// The database cannot be read.
pub async fn good(read: &mut Connection, hash: &[u8], now: i64) -> Result<Option<GoodToken>, StoreError> {
    let token: Option<GoodToken> = sqlx::query_as(
        "SELECT t.id, t.user_id, u.email, u.name, u.locale, u.agent, u.administrator, t.last_used_at, \
             (SELECT m.account_id FROM memberships m JOIN accounts a ON a.id = m.account_id \
              WHERE m.user_id = u.id AND a.disabled_at IS NULL ORDER BY m.id LIMIT 1) AS account_id \
         FROM api_tokens t JOIN users u ON u.id = t.user_id \
         WHERE t.token_hash = ?1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?2) \
               AND u.disabled_at IS NULL",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(read)
    .await?;
    Ok(token.filter(|token| token.agent || token.account.is_some()))
}

/// Notes that a token was used.
///
/// # Errors
/// The database refuses.
pub async fn touch(write: &mut Connection, token: i64, now: i64) -> Result<(), StoreError> {
    let sql = "UPDATE api_tokens SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?";
    sqlx::query(sql).bind(now).bind(token).execute(write).await?;
    Ok(())
}
