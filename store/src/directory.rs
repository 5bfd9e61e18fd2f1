//! People, accounts and memberships, as far as a requester may know of them.

use super::Connection;
use super::columns::{Id, LocaleOrEnglish, Moment, Name, id, number, read_id};
use super::{StoreError, Viewer};
use balcao_contract::id::{AccountId, MembershipId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::Account;
use balcao_contract::support::Region;
use balcao_contract::time::Timestamp;
use std::collections::BTreeSet;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PersonRow {
    /// The id.
    #[sqlx(try_from = "Id")]
    pub id: UserId,
    /// First and last name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// The language of mails.
    #[sqlx(try_from = "LocaleOrEnglish")]
    pub locale: Locale,
    /// Works for support.
    pub agent: bool,
    /// Since when known.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// Last changed.
    #[sqlx(try_from = "Moment")]
    pub updated_at: Timestamp,
}

/// Somebody's membership in an account.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MembershipRow {
    /// The id.
    #[sqlx(try_from = "Id")]
    pub id: MembershipId,
    /// Who.
    #[sqlx(rename = "user_id", try_from = "Id")]
    pub user: UserId,
    /// Where.
    #[sqlx(rename = "account_id", try_from = "Id")]
    pub account: AccountId,
    /// The account's name.
    #[sqlx(rename = "name")]
    pub account_name: String,
    /// Since when.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountRow {
    /// The id.
    #[sqlx(try_from = "Id")]
    pub id: AccountId,
    /// The name in addresses.
    pub name: String,
    /// Since when known.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
}

/// People by their ids, in that order: of rows that the reader may see, which is the caller's question.
///
/// # Errors
/// The database cannot be read.
pub async fn people(read: &mut Connection, wanted: &BTreeSet<UserId>) -> Result<Vec<PersonRow>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "SELECT id, name, email, locale, agent, created_at, updated_at FROM users \
               WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id";
    Ok(sqlx::query_as(sql).bind(listed(wanted)?).fetch_all(read).await?)
}

fn listed(wanted: &BTreeSet<UserId>) -> Result<String, StoreError> {
    let ids: Vec<u64> = wanted.iter().map(|id| id.get()).collect();
    serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Those of `wanted` whom this requester may know: themselves, and who opened, answers, wrote on or is in copy of
/// requests that they may see. In the order of their ids.
///
/// # Errors
/// The database cannot be read.
pub async fn known_people(
    read: &mut Connection,
    viewer: Viewer,
    wanted: &BTreeSet<UserId>,
) -> Result<Vec<PersonRow>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ids = listed(wanted)?;
    // Two statements rather than one with a switch in it: each has an index of its own to ask.
    let (requesters, of) = if viewer.sees_account {
        ("OR EXISTS (SELECT 1 FROM requests r WHERE r.requester_id = u.id AND r.account_id = ?2)", "?3 IS NOT NULL")
    } else {
        ("", "r.requester_id = ?3")
    };
    let sql = format!(
        "SELECT u.id, u.name, u.email, u.locale, u.agent, u.created_at, u.updated_at FROM users u \
         WHERE u.id IN (SELECT value FROM json_each(?1)) AND (u.id = ?3 {requesters} \
             OR EXISTS (SELECT 1 FROM requests r WHERE r.assignee_id = u.id AND {of} AND r.account_id = ?2) \
             OR EXISTS (SELECT 1 FROM comments c JOIN requests r ON r.id = c.request_id \
                        WHERE c.author_id = u.id AND c.public = 1 AND {of} AND r.account_id = ?2) \
             OR EXISTS (SELECT 1 FROM people_in_copy k JOIN requests r ON r.id = k.request_id \
                        WHERE k.user_id = u.id AND {of} AND r.account_id = ?2) \
             OR EXISTS (SELECT 1 FROM people_in_copy k JOIN requests r ON r.id = k.request_id \
                        WHERE k.user_id = ?3 AND k.account_id = ?2 AND (u.id IN (r.requester_id, r.assignee_id) \
                            OR EXISTS (SELECT 1 FROM comments c \
                                       WHERE c.request_id = r.id AND c.author_id = u.id AND c.public = 1) \
                            OR EXISTS (SELECT 1 FROM people_in_copy o \
                                       WHERE o.request_id = r.id AND o.user_id = u.id)))) \
         ORDER BY u.id"
    );
    let query = sqlx::query_as(&sql).bind(ids).bind(number(viewer.account)).bind(number(viewer.user));
    Ok(query.fetch_all(read).await?)
}

/// Somebody's memberships; a requester sees the one of the account they work in.
///
/// # Errors
/// The database cannot be read.
pub async fn memberships(
    read: &mut Connection,
    account: AccountId,
    user: UserId,
) -> Result<Vec<MembershipRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT m.id, m.user_id, m.account_id, a.name, m.created_at \
         FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.user_id = ? AND m.account_id = ?",
    )
    .bind(number(user))
    .bind(number(account))
    .fetch_all(read)
    .await?)
}

/// An account.
///
/// # Errors
/// The database cannot be read.
pub async fn account(read: &mut Connection, account: AccountId) -> Result<Option<AccountRow>, StoreError> {
    Ok(sqlx::query_as("SELECT id, name, created_at FROM accounts WHERE id = ?")
        .bind(number(account))
        .fetch_optional(read)
        .await?)
}

/// The store that has been known for longest.
///
/// # Errors
/// The database cannot be read.
pub async fn first_account(read: &mut Connection) -> Result<Option<AccountId>, StoreError> {
    let first: Option<i64> = sqlx::query_scalar("SELECT min(id) FROM accounts").fetch_one(read).await?;
    Ok(first.and_then(read_id))
}

/// The stores that somebody can ask for, by name: those they are a member of and that are not switched off.
///
/// # Errors
/// The database cannot be read.
pub async fn accounts_of(read: &mut Connection, user: UserId) -> Result<Vec<Account>, StoreError> {
    let rows: Vec<AccountOfPerson> = sqlx::query_as(
        "SELECT a.id, a.name, a.region FROM memberships m JOIN accounts a ON a.id = m.account_id \
         WHERE m.user_id = ? AND a.disabled_at IS NULL ORDER BY a.name",
    )
    .bind(number(user))
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|AccountOfPerson { id, name, region }| Account { id, name, region }).collect())
}

#[derive(sqlx::FromRow)]
struct AccountOfPerson {
    #[sqlx(try_from = "Id")]
    id: AccountId,
    name: String,
    #[sqlx(try_from = "Name")]
    region: Region,
}

/// The person with that address, and the account they have been in for longest.
///
/// # Errors
/// The database cannot be read.
pub async fn find_by_email(read: &mut Connection, email: &str) -> Result<Option<(UserId, AccountId)>, StoreError> {
    let row = sqlx::query(
        "SELECT u.id, m.account_id FROM users u JOIN memberships m ON m.user_id = u.id WHERE u.email = ? \
         ORDER BY m.id LIMIT 1",
    )
    .bind(email)
    .fetch_optional(read)
    .await?;
    row.map(|row| Ok((id(&row, "id")?, id(&row, "account_id")?))).transpose()
}

/// Whether nobody has been here yet.
///
/// # Errors
/// The database cannot be read.
pub async fn is_empty(read: &mut Connection) -> Result<bool, StoreError> {
    let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users) OR EXISTS (SELECT 1 FROM accounts)")
        .fetch_one(read)
        .await?;
    Ok(!known)
}

/// Makes an account, or finds it by its name.
///
/// # Errors
/// The database refuses.
pub async fn ensure_account(
    write: &mut Connection,
    name: &str,
    region: &str,
    now: i64,
) -> Result<AccountId, StoreError> {
    let raw: i64 = sqlx::query_scalar(
        "INSERT INTO accounts (name, region, created_at) VALUES (?, ?, ?) \
         ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id",
    )
    .bind(name)
    .bind(region)
    .bind(now)
    .fetch_one(write)
    .await?;
    read_id(raw).ok_or_else(|| StoreError::Corrupt("accounts.id".to_owned()))
}

/// Where an account's support sits.
///
/// # Errors
/// The database cannot be read.
pub async fn region(read: &mut Connection, account: AccountId) -> Result<Option<Region>, StoreError> {
    let sql = "SELECT region FROM accounts WHERE id = ?";
    let name: Option<String> = sqlx::query_scalar(sql).bind(number(account)).fetch_optional(read).await?;
    Ok(name.as_deref().and_then(Region::from_name))
}

/// Makes a person, or finds them by their address.
///
/// # Errors
/// The database refuses.
pub async fn ensure_person(
    write: &mut Connection,
    email: &str,
    name: &str,
    locale: Locale,
    agent: bool,
    now: i64,
) -> Result<UserId, StoreError> {
    let raw: i64 = sqlx::query_scalar(
        "INSERT INTO users (email, name, locale, agent, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5) \
         ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id",
    )
    .bind(email)
    .bind(name)
    .bind(locale.code())
    .bind(agent)
    .bind(now)
    .fetch_one(write)
    .await?;
    read_id(raw).ok_or_else(|| StoreError::Corrupt("users.id".to_owned()))
}

/// Makes somebody a member of an account.
///
/// # Errors
/// The database refuses.
pub async fn ensure_membership(
    write: &mut Connection,
    user: UserId,
    account: AccountId,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO memberships (user_id, account_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(number(user))
        .bind(number(account))
        .bind(now)
        .execute(write)
        .await?;
    Ok(())
}

/// Calls a person by another name. Nothing changes where it is the same.
///
/// # Errors
/// The database refuses.
pub async fn rename(write: &mut Connection, user: UserId, name: &str, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET name = ?2, updated_at = ?3 WHERE id = ?1 AND name <> ?2")
        .bind(number(user))
        .bind(name)
        .bind(now)
        .execute(write)
        .await?;
    Ok(())
}
