//! The whole directory, as operators see and change it. What may be changed is decided in `directory`.

use super::Connection;
use super::StoreError;
use super::columns::{Id, Json, LocaleOrEnglish, MaybeMoment, Name, number};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use balcao_contract::time::Timestamp;
use serde::Serialize;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct AccountRecord {
    /// The id.
    #[sqlx(try_from = "Id")]
    pub id: AccountId,
    /// The name in addresses.
    pub name: String,
    /// Where its support sits.
    #[sqlx(try_from = "Name")]
    pub region: Region,
    /// The main account it belongs to.
    pub main_account: Option<String>,
    /// The sponsor's address.
    pub sponsor: Option<String>,
    /// How many people belong to it.
    pub members: i64,
    /// Everybody in it reads and answers everybody's requests.
    pub shares_requests: bool,
    /// Since when it is switched off.
    #[sqlx(try_from = "MaybeMoment<Timestamp>")]
    pub disabled_at: Option<Timestamp>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct UserRecord {
    /// The id.
    #[sqlx(try_from = "Id")]
    pub id: UserId,
    /// The address.
    pub email: String,
    /// First and last name.
    pub name: String,
    /// The language of mails.
    #[sqlx(try_from = "LocaleOrEnglish")]
    pub locale: Locale,
    /// Works for support.
    pub agent: bool,
    /// Sees to what concerns every ticket; an agent as well.
    pub administrator: bool,
    /// The accounts they belong to, in the order of their names.
    #[sqlx(try_from = "Json<Vec<String>>")]
    pub accounts: Vec<String>,
    /// Those of which they are the sponsor.
    #[sqlx(try_from = "Json<Vec<String>>")]
    pub sponsor_of: Vec<String>,
    /// Since when they are switched off.
    #[sqlx(try_from = "MaybeMoment<Timestamp>")]
    pub disabled_at: Option<Timestamp>,
}

impl UserRecord {
    /// What they are for support.
    #[must_use]
    pub fn role(&self) -> Role {
        match (self.administrator, self.agent) {
            (true, _) => Role::Administrator,
            (false, true) => Role::Agent,
            (false, false) => Role::Requester,
        }
    }
}

const ACCOUNTS: &str = "SELECT a.id, a.name, a.region, b.name AS main_account, p.email AS sponsor, a.shares_requests, \
    a.disabled_at, (SELECT count(*) FROM memberships m WHERE m.account_id = a.id) AS members \
    FROM accounts a LEFT JOIN accounts b ON b.id = a.main_account_id LEFT JOIN users p ON p.id = a.sponsor_id";

const USERS: &str = "SELECT u.id, u.email, u.name, u.locale, u.agent, u.administrator, u.disabled_at, \
    (SELECT json_group_array(name) FROM (SELECT a.name FROM memberships m JOIN accounts a ON a.id = m.account_id \
     WHERE m.user_id = u.id ORDER BY a.name)) AS accounts, \
    (SELECT json_group_array(name) FROM (SELECT a.name FROM accounts a WHERE a.sponsor_id = u.id ORDER BY a.name)) \
        AS sponsor_of \
    FROM users u";

/// Every account, by name.
///
/// # Errors
/// The database cannot be read.
pub async fn accounts(read: &mut Connection) -> Result<Vec<AccountRecord>, StoreError> {
    Ok(sqlx::query_as(&format!("{ACCOUNTS} ORDER BY a.name")).fetch_all(read).await?)
}

/// The account of that name.
///
/// # Errors
/// The database cannot be read.
pub async fn account(read: &mut Connection, name: &str) -> Result<Option<AccountRecord>, StoreError> {
    Ok(sqlx::query_as(&format!("{ACCOUNTS} WHERE a.name = ?")).bind(name).fetch_optional(read).await?)
}

/// Every person, by address; those of one account where it is given.
///
/// # Errors
/// The database cannot be read.
pub async fn users(read: &mut Connection, account: Option<AccountId>) -> Result<Vec<UserRecord>, StoreError> {
    let sql = format!(
        "{USERS} WHERE ?1 IS NULL OR EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.account_id = ?1) \
         ORDER BY u.email"
    );
    Ok(sqlx::query_as(&sql).bind(account.map(number)).fetch_all(read).await?)
}

/// The person with that address.
///
/// # Errors
/// The database cannot be read.
pub async fn user(read: &mut Connection, email: &str) -> Result<Option<UserRecord>, StoreError> {
    Ok(sqlx::query_as(&format!("{USERS} WHERE u.email = ?")).bind(email).fetch_optional(read).await?)
}

/// What there is to say about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountFacts {
    /// Where its support sits.
    pub region: Region,
    /// The main account it belongs to.
    pub main_account: Option<AccountId>,
    /// Everybody in it reads and answers everybody's requests.
    pub shares_requests: bool,
}

/// Makes an account.
///
/// # Errors
/// There is one of that name, or the database refuses.
pub async fn insert_account(
    write: &mut Connection,
    name: &str,
    facts: AccountFacts,
    now: i64,
) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO accounts (name, region, main_account_id, shares_requests, created_at) VALUES (?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(name)
        .bind(facts.region.name())
        .bind(facts.main_account.map(number))
        .bind(facts.shares_requests)
        .bind(now)
        .execute(write)
        .await?;
    Ok(())
}

/// Changes what is said about an account.
///
/// # Errors
/// The database refuses.
pub async fn update_account(write: &mut Connection, account: AccountId, facts: AccountFacts) -> Result<(), StoreError> {
    sqlx::query("UPDATE accounts SET region = ?, main_account_id = ?, shares_requests = ? WHERE id = ?")
        .bind(facts.region.name())
        .bind(facts.main_account.map(number))
        .bind(facts.shares_requests)
        .bind(number(account))
        .execute(write)
        .await?;
    Ok(())
}

/// Switches an account off at a moment, or on again.
///
/// # Errors
/// The database refuses.
pub async fn set_account_disabled(
    write: &mut Connection,
    account: AccountId,
    at: Option<i64>,
) -> Result<(), StoreError> {
    let sql = "UPDATE accounts SET disabled_at = ? WHERE id = ?";
    sqlx::query(sql).bind(at).bind(number(account)).execute(write).await?;
    Ok(())
}

/// Names an account's sponsor.
///
/// # Errors
/// They are no member, or the database refuses.
pub async fn set_sponsor(write: &mut Connection, account: AccountId, user: UserId) -> Result<(), StoreError> {
    let sql = "UPDATE accounts SET sponsor_id = ? WHERE id = ?";
    sqlx::query(sql).bind(number(user)).bind(number(account)).execute(write).await?;
    Ok(())
}

/// Makes a person.
///
/// # Errors
/// There is one with that address, or the database refuses.
pub async fn insert_user(
    write: &mut Connection,
    email: &str,
    name: &str,
    locale: Locale,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO users (email, name, locale, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)")
        .bind(email)
        .bind(name)
        .bind(locale.code())
        .bind(now)
        .execute(write)
        .await?;
    Ok(())
}

/// Changes what is said about a person.
///
/// # Errors
/// The database refuses.
pub async fn update_user(
    write: &mut Connection,
    user: UserId,
    name: &str,
    locale: Locale,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET name = ?, locale = ?, updated_at = ? WHERE id = ?")
        .bind(name)
        .bind(locale.code())
        .bind(now)
        .bind(number(user))
        .execute(write)
        .await?;
    Ok(())
}

/// Switches a person off at a moment, or on again.
///
/// # Errors
/// The database refuses.
pub async fn set_user_disabled(write: &mut Connection, user: UserId, at: Option<i64>) -> Result<(), StoreError> {
    let sql = "UPDATE users SET disabled_at = ? WHERE id = ?";
    sqlx::query(sql).bind(at).bind(number(user)).execute(write).await?;
    Ok(())
}

/// What somebody is for support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Asks support.
    Requester,
    /// Works for support.
    Agent,
    /// Works for support, and sees to what concerns every ticket.
    Administrator,
}

/// Makes somebody a requester, an agent or an administrator.
///
/// # Errors
/// The database refuses.
pub async fn set_user_role(write: &mut Connection, user: UserId, role: Role, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE users SET agent = ?, administrator = ?, updated_at = ? WHERE id = ?")
        .bind(role != Role::Requester)
        .bind(role == Role::Administrator)
        .bind(now)
        .bind(number(user))
        .execute(write)
        .await?;
    Ok(())
}

/// Whether a member has the License Manager's resource; `None` for who is no member.
///
/// # Errors
/// The database cannot be read.
pub async fn membership(read: &mut Connection, account: AccountId, user: UserId) -> Result<Option<bool>, StoreError> {
    let sql = "SELECT support_resource FROM memberships WHERE account_id = ? AND user_id = ?";
    Ok(sqlx::query_scalar(sql).bind(number(account)).bind(number(user)).fetch_optional(read).await?)
}

/// Makes somebody a member, or changes whether they have the resource.
///
/// # Errors
/// The database refuses.
pub async fn set_membership(
    write: &mut Connection,
    account: AccountId,
    user: UserId,
    support_resource: bool,
    now: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO memberships (user_id, account_id, support_resource, created_at) VALUES (?, ?, ?, ?) \
         ON CONFLICT (user_id, account_id) DO UPDATE SET support_resource = excluded.support_resource",
    )
    .bind(number(user))
    .bind(number(account))
    .bind(support_resource)
    .bind(now)
    .execute(write)
    .await?;
    Ok(())
}

/// Takes a membership away.
///
/// # Errors
/// It is the sponsor's, or the database refuses.
pub async fn remove_membership(write: &mut Connection, account: AccountId, user: UserId) -> Result<(), StoreError> {
    let sql = "DELETE FROM memberships WHERE account_id = ? AND user_id = ?";
    sqlx::query(sql).bind(number(account)).bind(number(user)).execute(&mut *write).await?;
    let sql = "DELETE FROM sessions WHERE account_id = ? AND user_id = ?";
    sqlx::query(sql).bind(number(account)).bind(number(user)).execute(write).await?;
    Ok(())
}
