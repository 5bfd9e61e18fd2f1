//! People and accounts as agents see them: all of them.

use super::StoreError;
use super::columns::{id, moment, number, optional_id};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeSet;

/// A person, with what an agent may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholePerson {
    /// The id.
    pub id: UserId,
    /// First and last name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// The language of mails.
    pub locale: Locale,
    /// Works for support.
    pub agent: bool,
    /// Switched off.
    pub disabled: bool,
    /// The store they have belonged to for longest, of those that are not switched off.
    pub account: Option<AccountId>,
    /// Since when known.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// Which part of a list in the order of ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// At most so many.
    pub limit: u32,
    /// So many are passed over.
    pub offset: u32,
}

const PEOPLE: &str = "SELECT u.id, u.name, u.email, u.locale, u.agent, u.disabled_at IS NOT NULL AS disabled, \
        (SELECT m.account_id FROM memberships m JOIN accounts a ON a.id = m.account_id \
         WHERE m.user_id = u.id AND a.disabled_at IS NULL ORDER BY m.id LIMIT 1) AS account_id, \
        u.created_at, u.updated_at \
    FROM users u";

/// Whether somebody works for support, and has not been switched off.
///
/// # Errors
/// The database cannot be read.
pub async fn is_agent(read: &mut SqliteConnection, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE id = ? AND agent = 1 AND disabled_at IS NULL)";
    Ok(sqlx::query_scalar(sql).bind(number(user)).fetch_one(read).await?)
}

/// People by their ids, in the order of the ids.
///
/// # Errors
/// The database cannot be read.
pub async fn by_ids(read: &mut SqliteConnection, wanted: &BTreeSet<UserId>) -> Result<Vec<WholePerson>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<u64> = wanted.iter().map(|id| id.get()).collect();
    let ids = serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = format!("{PEOPLE} WHERE u.id IN (SELECT value FROM json_each(?)) ORDER BY u.id");
    sqlx::query(&sql).bind(ids).fetch_all(read).await?.iter().map(person).collect()
}

/// The person with that id.
///
/// # Errors
/// The database cannot be read.
pub async fn by_id(read: &mut SqliteConnection, user: UserId) -> Result<Option<WholePerson>, StoreError> {
    Ok(by_ids(read, &BTreeSet::from([user])).await?.pop())
}

/// The person with that address.
///
/// # Errors
/// The database cannot be read.
pub async fn by_email(read: &mut SqliteConnection, email: &str) -> Result<Option<WholePerson>, StoreError> {
    let sql = format!("{PEOPLE} WHERE u.email = ?");
    let row = sqlx::query(&sql).bind(email).fetch_optional(read).await?;
    row.as_ref().map(person).transpose()
}

/// A store they belong to that is not switched off: that one, or else the one for longest.
///
/// # Errors
/// The database cannot be read.
pub async fn account_of(
    read: &mut SqliteConnection,
    user: UserId,
    wanted: Option<AccountId>,
) -> Result<Option<AccountId>, StoreError> {
    let row = sqlx::query(
        "SELECT m.account_id FROM memberships m JOIN accounts a ON a.id = m.account_id \
         WHERE m.user_id = ?1 AND a.disabled_at IS NULL AND (?2 IS NULL OR m.account_id = ?2) ORDER BY m.id LIMIT 1",
    )
    .bind(number(user))
    .bind(wanted.map(number))
    .fetch_optional(read)
    .await?;
    match row {
        Some(row) => optional_id(&row, "account_id"),
        None => Ok(None),
    }
}

fn person(row: &SqliteRow) -> Result<WholePerson, StoreError> {
    Ok(WholePerson {
        id: id(row, "id")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        locale: Locale::from_tag(&row.try_get::<String, _>("locale")?).unwrap_or_default(),
        agent: row.try_get("agent")?,
        disabled: row.try_get("disabled")?,
        account: optional_id(row, "account_id")?,
        created_at: moment(row, "created_at")?,
        updated_at: moment(row, "updated_at")?,
    })
}

/// The store, where there is one and no more.
///
/// # Errors
/// The database cannot be read.
pub async fn only_account(read: &mut SqliteConnection) -> Result<Option<AccountId>, StoreError> {
    let sql = "SELECT min(id) AS id FROM accounts WHERE disabled_at IS NULL HAVING count(*) = 1";
    let row = sqlx::query(sql).fetch_optional(read).await?;
    row.map(|row| id(&row, "id")).transpose()
}
