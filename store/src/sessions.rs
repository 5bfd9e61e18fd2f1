//! Sessions of the panel. When one ends for want of use is `identity`'s to say.

use super::columns::{Id, LocaleOrEnglish, Moment, Name, number};
use super::token::Hash;
use super::{Connection, StoreError};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::DoorName;
use balcao_contract::support::Region;
use balcao_contract::time::Timestamp;

/// What is read of whoever asks; the table or the select that says who it is comes between these two.
const COLUMNS: &str = "SELECT s.id, s.user_id, s.account_id, s.door, s.sign_in_id, s.last_seen_at, s.ends_at, \
    s.email_vouched, u.email_proved_at, u.name, u.email, u.locale, a.name AS account_name, a.region, a.shares_requests, \
    a.sponsor_id IS s.user_id AS is_sponsor, a.main_account_id IS NULL AS is_main_account, \
    m.support_resource, p.name AS sponsor FROM";
/// Who was switched off, or is no member any more, is nobody from that moment on.
const JOINS: &str = "s JOIN users u ON u.id = s.user_id JOIN accounts a ON a.id = s.account_id \
    JOIN memberships m ON m.user_id = s.user_id AND m.account_id = s.account_id \
    LEFT JOIN users p ON p.id = a.sponsor_id WHERE u.disabled_at IS NULL AND a.disabled_at IS NULL";

/// A session, and what is known of its user in its account.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionRecord {
    /// The row; of an API token, which has none, its number below zero.
    pub id: i64,
    /// Who.
    #[sqlx(rename = "user_id", try_from = "Id")]
    pub user: UserId,
    /// For which store.
    #[sqlx(rename = "account_id", try_from = "Id")]
    pub account: AccountId,
    /// How they came in.
    #[sqlx(try_from = "Name")]
    pub door: DoorName,
    /// The support site's sign-in that the session comes from.
    #[sqlx(rename = "sign_in_id")]
    pub sign_in: Option<i64>,
    /// In Unix milliseconds; written down only now and then.
    pub last_seen_at: i64,
    /// The absolute end.
    #[sqlx(try_from = "Moment")]
    pub ends_at: Timestamp,
    /// Whoever opened the door vouched for the address.
    pub email_vouched: bool,
    /// When the address was last proved by a code, in Unix milliseconds.
    pub email_proved_at: Option<i64>,
    /// First and last name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// The language of mails.
    #[sqlx(try_from = "LocaleOrEnglish")]
    pub locale: Locale,
    /// The account's name.
    pub account_name: String,
    /// Where the account's support sits.
    #[sqlx(try_from = "Name")]
    pub region: Region,
    /// Its members see one another's requests.
    pub shares_requests: bool,
    /// The account's sponsor is this user.
    pub is_sponsor: bool,
    /// The account belongs to no other one.
    pub is_main_account: bool,
    /// They were given the resource that technical requests need.
    pub support_resource: bool,
    /// The sponsor's name.
    pub sponsor: Option<String>,
}

/// A session that begins.
#[derive(Clone, Copy)]
pub struct NewSession<'a> {
    /// What is kept of its token.
    pub token_hash: &'a Hash,
    /// Who.
    pub user: UserId,
    /// For which store.
    pub account: AccountId,
    /// How they came in.
    pub door: DoorName,
    /// The support site's sign-in that it comes from; it ends no later than that.
    pub sign_in: Option<i64>,
    /// The browser's `User-Agent`.
    pub user_agent: &'a str,
    /// In Unix milliseconds.
    pub now: i64,
    /// The absolute end, in Unix milliseconds.
    pub ends_at: i64,
    /// Whoever opened the door vouched for the address.
    pub email_vouched: bool,
}

/// Keeps a session.
///
/// # Errors
/// The write fails.
pub async fn insert(write: &mut Connection, new: NewSession<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, user_id, account_id, door, sign_in_id, user_agent, created_at, \
             last_seen_at, ends_at, email_vouched) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, \
             min(?8, coalesce((SELECT ends_at FROM sign_ins WHERE id = ?5), ?8)), ?9)",
    )
    .bind(new.token_hash.as_slice())
    .bind(number(new.user))
    .bind(number(new.account))
    .bind(new.door.name())
    .bind(new.sign_in)
    .bind(new.user_agent)
    .bind(new.now)
    .bind(new.ends_at)
    .bind(new.email_vouched)
    .execute(write)
    .await?;
    Ok(())
}

/// Deletes what ended by `now`, and what was not used after `idle_since`. Both in Unix milliseconds.
///
/// # Errors
/// The write fails.
pub async fn sweep(write: &mut Connection, now: i64, idle_since: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE ends_at <= ? OR last_seen_at <= ?")
        .bind(now)
        .bind(idle_since)
        .execute(write)
        .await?;
    Ok(())
}

/// Ends a session.
///
/// # Errors
/// The write fails.
pub async fn end(write: &mut Connection, session: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sessions WHERE id = ?").bind(session).execute(write).await?;
    Ok(())
}

/// The session of a token that has not come to its absolute end by `now`.
///
/// # Errors
/// The read fails.
pub async fn by_token(read: &mut Connection, token_hash: &Hash, now: i64) -> Result<Option<SessionRecord>, StoreError> {
    let sql = format!("{COLUMNS} sessions {JOINS} AND s.token_hash = ? AND s.ends_at > ?");
    Ok(sqlx::query_as(&sql).bind(token_hash.as_slice()).bind(now).fetch_optional(read).await?)
}

/// What a session of that user in that account would hold, from `now` to `ends_at`, for an API token that speaks for them.
///
/// # Errors
/// The read fails.
pub async fn of_api_token(
    read: &mut Connection,
    token: i64,
    (user, account): (UserId, AccountId),
    now: i64,
    ends_at: i64,
) -> Result<Option<SessionRecord>, StoreError> {
    let sql = format!(
        "{COLUMNS} (SELECT -?1 AS id, ?2 AS user_id, ?3 AS account_id, 'host' AS door, NULL AS sign_in_id, \
             ?4 AS last_seen_at, ?5 AS ends_at, 0 AS email_vouched) {JOINS}"
    );
    Ok(sqlx::query_as(&sql)
        .bind(token)
        .bind(number(user))
        .bind(number(account))
        .bind(now)
        .bind(ends_at)
        .fetch_optional(read)
        .await?)
}
