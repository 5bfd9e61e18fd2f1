//! What people have read of the answers to their requests. That there is an answer is noted by the database itself, with
//! the comment.

use super::Connection;
use super::StoreError;
use super::columns::{id, milliseconds, number, read_id};
use balcao_contract::id::{AccountId, CommentId, RequestId, UserId};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// How many requests of a person have an answer that they have not read.
///
/// # Errors
/// The database cannot be read.
pub async fn count_unread(read: &mut Connection, account: AccountId, user: UserId) -> Result<u64, StoreError> {
    let statement = "SELECT count(*) FROM request_reads \
                     WHERE account_id = ? AND user_id = ? AND answer_comment_id > read_comment_id";
    let count: i64 = sqlx::query_scalar(statement).bind(number(account)).bind(number(user)).fetch_one(read).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// The same of the member of an account whom an address and the account's name mean; `None` where there is none, or they
/// were switched off.
///
/// # Errors
/// The database cannot be read.
pub async fn count_unread_by_name(
    read: &mut Connection,
    email: &str,
    account: &str,
) -> Result<Option<(AccountId, UserId, u64)>, StoreError> {
    let statement = "SELECT m.account_id, m.user_id FROM users u JOIN memberships m ON m.user_id = u.id \
                     JOIN accounts a ON a.id = m.account_id \
                     WHERE u.email = ? AND a.name = ? AND u.disabled_at IS NULL AND a.disabled_at IS NULL";
    let row = sqlx::query(statement).bind(email).bind(account).fetch_optional(&mut *read).await?;
    let Some(row) = row else { return Ok(None) };
    let (account, user) = (id(&row, "account_id")?, id(&row, "user_id")?);
    Ok(Some((account, user, count_unread(read, account, user).await?)))
}

/// The same of many people at once; who has none is left out.
///
/// # Errors
/// The database cannot be read.
pub async fn count_unread_of(
    read: &mut Connection,
    people: impl Iterator<Item = (AccountId, UserId)>,
) -> Result<HashMap<(AccountId, UserId), u64>, StoreError> {
    let people: Vec<[u64; 2]> = people.map(|(account, user)| [account.get(), user.get()]).collect();
    let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
        "SELECT u.account_id, u.user_id, count(*) FROM json_each(?) j \
         JOIN request_reads u ON u.account_id = j.value ->> 0 AND u.user_id = j.value ->> 1 \
         WHERE u.answer_comment_id > u.read_comment_id GROUP BY 1, 2",
    )
    .bind(serde_json::json!(people).to_string())
    .fetch_all(read)
    .await?;
    let counted =
        |(account, user, count)| Some(((read_id(account)?, read_id(user)?), u64::try_from(count).unwrap_or_default()));
    Ok(rows.into_iter().filter_map(counted).collect())
}

/// Those requests, the last answered first, at most `limit`.
///
/// # Errors
/// The database cannot be read.
pub async fn unread(
    read: &mut Connection,
    account: AccountId,
    user: UserId,
    limit: u32,
) -> Result<Vec<RequestId>, StoreError> {
    let statement = "SELECT request_id FROM request_reads \
                     WHERE account_id = ? AND user_id = ? AND answer_comment_id > read_comment_id \
                     ORDER BY answer_comment_id DESC LIMIT ?";
    let rows = sqlx::query(statement).bind(number(account)).bind(number(user)).bind(limit).fetch_all(read).await?;
    rows.iter().map(|row| id(row, "request_id")).collect()
}

/// Notes that a person has read a request until that comment. False where they had already.
///
/// # Errors
/// The database refuses.
pub async fn note_read(
    write: &mut Connection,
    account: AccountId,
    user: UserId,
    request: RequestId,
    comment: CommentId,
) -> Result<bool, StoreError> {
    // What is not written yet has not been read, whatever number is given.
    let statement = "UPDATE request_reads SET read_comment_id = min(?1, answer_comment_id) \
                     WHERE account_id = ?2 AND user_id = ?3 AND request_id = ?4 \
                         AND read_comment_id < min(?1, answer_comment_id)";
    let done = sqlx::query(statement)
        .bind(number(comment))
        .bind(number(account))
        .bind(number(user))
        .bind(number(request))
        .execute(write)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes every answer from before a moment as read, for everybody: made-up requests of years are no news.
///
/// # Errors
/// The database refuses.
pub async fn note_all_read_before(write: &mut Connection, moment: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE request_reads SET read_comment_id = answer_comment_id \
         WHERE read_comment_id < answer_comment_id \
             AND (SELECT c.created_at FROM comments c WHERE c.id = answer_comment_id) < ?",
    )
    .bind(milliseconds(moment))
    .execute(write)
    .await?;
    Ok(())
}
