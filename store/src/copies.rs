//! Who is in copy of which request. Whether they count at this moment is the view's to say: whoever is no active member
//! of the request's account is not there. Who may put whom there is a rule of `desk`.

use super::Connection;
use super::StoreError;
use super::columns::{milliseconds, number, read_id};
use balcao_contract::id::{AccountId, RequestId, UserId};
use chrono::{DateTime, Utc};

/// Whether somebody is in copy of anything in an account.
///
/// # Errors
/// The database cannot be read.
pub async fn is_anywhere(read: &mut Connection, account: AccountId, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM people_in_copy WHERE user_id = ? AND account_id = ?)";
    Ok(sqlx::query_scalar(sql).bind(number(user)).bind(number(account)).fetch_one(read).await?)
}

/// The active member of an account with that id.
///
/// # Errors
/// The database cannot be read.
pub async fn member(read: &mut Connection, account: AccountId, user: UserId) -> Result<Option<UserId>, StoreError> {
    let sql = format!("{MEMBER} AND u.id = ?");
    let found: Option<i64> =
        sqlx::query_scalar(&sql).bind(number(account)).bind(number(user)).fetch_optional(read).await?;
    Ok(found.and_then(read_id))
}

/// The active member of an account with that address, which is in lower case.
///
/// # Errors
/// The database cannot be read.
pub async fn member_by_email(
    read: &mut Connection,
    account: AccountId,
    email: &str,
) -> Result<Option<UserId>, StoreError> {
    let sql = format!("{MEMBER} AND u.email = ?");
    let found: Option<i64> = sqlx::query_scalar(&sql).bind(number(account)).bind(email).fetch_optional(read).await?;
    Ok(found.and_then(read_id))
}

const MEMBER: &str = "SELECT u.id FROM users u JOIN memberships m ON m.user_id = u.id \
    WHERE m.account_id = ? AND u.disabled_at IS NULL";

/// Puts exactly these people in copy. Whoever stays, stays as they were; whoever did not count any more goes, too.
///
/// # Errors
/// The database refuses.
pub async fn set(
    write: &mut Connection,
    request: RequestId,
    people: &[UserId],
    by: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let ids: Vec<u64> = people.iter().map(|person| person.get()).collect();
    let ids = serde_json::json!(ids).to_string();
    let sql = "DELETE FROM request_copies WHERE request_id = ? AND user_id NOT IN (SELECT value FROM json_each(?))";
    sqlx::query(sql).bind(number(request)).bind(&ids).execute(&mut *write).await?;
    let sql = "INSERT INTO request_copies (request_id, user_id, added_by, added_at) \
               SELECT ?1, value, ?3, ?4 FROM json_each(?2) WHERE true ON CONFLICT (request_id, user_id) DO NOTHING";
    let query = sqlx::query(sql).bind(number(request)).bind(&ids).bind(number(by));
    query.bind(milliseconds(now)).execute(write).await?;
    Ok(())
}
