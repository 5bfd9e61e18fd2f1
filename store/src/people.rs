//! People and accounts as agents see them: all of them.

use super::Connection;
use super::StoreError;
use super::columns::{Id, LocaleOrEnglish, MaybeId, Moment, id, number, optional_id};
use super::directory::AccountRow;
use super::request_list::Window;
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::time::Timestamp;
use sqlx::{QueryBuilder, Sqlite};
use std::collections::BTreeSet;

/// A person, with what an agent may know.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WholePerson {
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
    /// Sees to what concerns every ticket; an agent as well.
    pub administrator: bool,
    /// Switched off.
    pub disabled: bool,
    /// The store they have belonged to for longest, of those that are not switched off.
    #[sqlx(rename = "account_id", try_from = "MaybeId<AccountId>")]
    pub account: Option<AccountId>,
    /// Since when known.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// Last changed.
    #[sqlx(try_from = "Moment")]
    pub updated_at: Timestamp,
}

const PEOPLE: &str = "SELECT u.id, u.name, u.email, u.locale, u.agent, u.administrator, u.disabled_at IS NOT NULL AS disabled, \
        (SELECT m.account_id FROM memberships m JOIN accounts a ON a.id = m.account_id \
         WHERE m.user_id = u.id AND a.disabled_at IS NULL ORDER BY m.id LIMIT 1) AS account_id, \
        u.created_at, u.updated_at \
    FROM users u";

/// Whether somebody works for support, and has not been switched off.
///
/// # Errors
/// The database cannot be read.
pub async fn is_agent(read: &mut Connection, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM users WHERE id = ? AND agent = 1 AND disabled_at IS NULL)";
    Ok(sqlx::query_scalar(sql).bind(number(user)).fetch_one(read).await?)
}

/// People by their ids, in the order of the ids.
///
/// # Errors
/// The database cannot be read.
pub async fn by_ids(read: &mut Connection, wanted: &BTreeSet<UserId>) -> Result<Vec<WholePerson>, StoreError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<u64> = wanted.iter().map(|id| id.get()).collect();
    let ids = serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = format!("{PEOPLE} WHERE u.id IN (SELECT value FROM json_each(?)) ORDER BY u.id");
    Ok(sqlx::query_as(&sql).bind(ids).fetch_all(read).await?)
}

/// The person with that id.
///
/// # Errors
/// The database cannot be read.
pub async fn by_id(read: &mut Connection, user: UserId) -> Result<Option<WholePerson>, StoreError> {
    Ok(by_ids(read, &BTreeSet::from([user])).await?.pop())
}

/// The person with that address.
///
/// # Errors
/// The database cannot be read.
pub async fn by_email(read: &mut Connection, email: &str) -> Result<Option<WholePerson>, StoreError> {
    let sql = format!("{PEOPLE} WHERE u.email = ?");
    Ok(sqlx::query_as(&sql).bind(email).fetch_optional(read).await?)
}

/// A store they belong to that is not switched off: that one, or else the one for longest.
///
/// # Errors
/// The database cannot be read.
pub async fn account_of(
    read: &mut Connection,
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

/// The store, where there is one and no more.
///
/// # Errors
/// The database cannot be read.
pub async fn only_account(read: &mut Connection) -> Result<Option<AccountId>, StoreError> {
    let sql = "SELECT min(id) AS id FROM accounts WHERE disabled_at IS NULL HAVING count(*) = 1";
    let row = sqlx::query(sql).fetch_optional(read).await?;
    row.map(|row| id(&row, "id")).transpose()
}

/// Which people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// Whose name or address holds this; everybody where it is empty.
    pub text: String,
    /// Agents, or those who are none.
    pub agents: Option<bool>,
    /// Administrators, or those who are none.
    pub administrators: Option<bool>,
    /// Members of this account.
    pub account: Option<AccountId>,
}

/// A page of people, in the order in which they became known.
///
/// # Errors
/// The database cannot be read.
pub async fn page(
    read: &mut Connection,
    filter: &PeopleFilter,
    window: Window,
    descending: bool,
) -> Result<Vec<WholePerson>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new(PEOPLE);
    push_people(&mut query, filter);
    push_window(&mut query, "u", window, descending);
    Ok(query.build_query_as().fetch_all(read).await?)
}

/// How many people there are.
///
/// # Errors
/// The database cannot be read.
pub async fn count(read: &mut Connection, filter: &PeopleFilter) -> Result<u64, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM users u");
    push_people(&mut query, filter);
    let count: i64 = query.build_query_scalar().fetch_one(read).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// A page of accounts whose name holds a text, in the order in which they became known.
///
/// # Errors
/// The database cannot be read.
pub async fn accounts(
    read: &mut Connection,
    text: &str,
    window: Window,
    descending: bool,
) -> Result<Vec<AccountRow>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT a.id, a.name, a.created_at FROM accounts a WHERE 1");
    push_text(&mut query, &["a.name"], text);
    push_window(&mut query, "a", window, descending);
    Ok(query.build_query_as().fetch_all(read).await?)
}

/// How many accounts there are whose name holds a text.
///
/// # Errors
/// The database cannot be read.
pub async fn count_accounts(read: &mut Connection, text: &str) -> Result<u64, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM accounts a WHERE 1");
    push_text(&mut query, &["a.name"], text);
    let count: i64 = query.build_query_scalar().fetch_one(read).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Accounts by their ids or names, whichever a text is.
///
/// # Errors
/// The database cannot be read.
pub async fn accounts_named(read: &mut Connection, texts: &[String]) -> Result<Vec<AccountId>, StoreError> {
    let texts = serde_json::to_string(texts).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = "SELECT a.id FROM accounts a JOIN json_each(?) n ON n.value = a.name OR n.value = CAST(a.id AS TEXT)";
    sqlx::query(sql).bind(texts).fetch_all(read).await?.iter().map(|row| id(row, "id")).collect()
}

/// People by their ids, addresses or whole names, whichever a text is.
///
/// # Errors
/// The database cannot be read.
pub async fn people_named(read: &mut Connection, texts: &[String]) -> Result<Vec<UserId>, StoreError> {
    let texts = serde_json::to_string(texts).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let sql = "SELECT u.id FROM users u JOIN json_each(?) n \
               ON lower(n.value) = u.email OR n.value = u.name OR n.value = CAST(u.id AS TEXT)";
    sqlx::query(sql).bind(texts).fetch_all(read).await?.iter().map(|row| id(row, "id")).collect()
}

fn push_people(query: &mut QueryBuilder<'_, Sqlite>, filter: &PeopleFilter) {
    query.push(" WHERE 1");
    push_text(query, &["u.name", "u.email"], &filter.text);
    if let Some(agents) = filter.agents {
        query.push(" AND u.agent = ").push_bind(agents);
    }
    if let Some(administrators) = filter.administrators {
        query.push(" AND u.administrator = ").push_bind(administrators);
    }
    if let Some(account) = filter.account {
        query.push(" AND EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.account_id = ");
        query.push_bind(number(account)).push(")");
    }
}

fn push_text(query: &mut QueryBuilder<'_, Sqlite>, columns: &[&str], text: &str) {
    if text.is_empty() {
        return;
    }
    query.push(" AND (0");
    for column in columns {
        // Not LIKE: what people type may hold its signs.
        query.push(format!(" OR instr(lower({column}), ")).push_bind(text.to_lowercase()).push(") > 0");
    }
    query.push(")");
}

fn push_window(query: &mut QueryBuilder<'_, Sqlite>, table: &str, window: Window, descending: bool) {
    let (direction, beyond) = if descending { ("DESC", "<") } else { ("ASC", ">") };
    if let Some((place, id)) = window.after {
        query.push(format!(" AND ({table}.created_at, {table}.id) {beyond} ("));
        query.push_bind(place).push(", ").push_bind(id).push(")");
    }
    query.push(format!(" ORDER BY {table}.created_at {direction}, {table}.id {direction} LIMIT "));
    query.push_bind(i64::from(window.limit)).push(" OFFSET ").push_bind(i64::from(window.offset));
}
