//! Browsers on their way in to the support site. The rules are `identity::site`'s.

use super::Connection;
use super::StoreError;
use super::columns::{MaybeId, number};
use balcao_contract::id::UserId;

/// How far a browser has come.
#[derive(Clone, sqlx::FromRow)]
pub struct FlowRow {
    /// The row.
    pub id: i64,
    /// Whom it leads to; nobody where no one has the address.
    #[sqlx(rename = "user_id", try_from = "MaybeId<UserId>")]
    pub user: Option<UserId>,
    /// The address that was typed.
    pub email: String,
    /// Where it goes on after the sign-in.
    pub return_to: String,
    /// Sealed.
    pub step: Vec<u8>,
    /// The code that was sent.
    #[sqlx(flatten, try_from = "CodeColumns")]
    pub code: Option<FlowCode>,
    /// Guesses at it so far.
    pub tries: u32,
}

/// A code as far as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct FlowCode {
    /// What the code follows from, together with the key.
    pub nonce: Vec<u8>,
    /// Keyed hash of the code.
    pub code_hash: Vec<u8>,
    /// Until when it can be used, in Unix milliseconds.
    pub expires_at: i64,
}

/// A flow that is to be kept.
#[derive(Clone, Copy)]
pub struct NewFlow<'a> {
    /// The hash of its cookie.
    pub token_hash: &'a [u8],
    /// See [`FlowRow::user`].
    pub user: Option<UserId>,
    /// See [`FlowRow::email`].
    pub email: &'a str,
    /// See [`FlowRow::return_to`].
    pub return_to: &'a str,
    /// See [`FlowRow::step`].
    pub step: &'a [u8],
    /// Unix milliseconds.
    pub now: i64,
    /// When it ends in any case.
    pub expires_at: i64,
}

/// Keeps a flow; its row.
///
/// # Errors
/// The write fails.
pub async fn insert(write: &mut Connection, new: NewFlow<'_>) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO sign_in_flows (token_hash, user_id, email, return_to, step, created_at, expires_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(new.token_hash)
    .bind(new.user.map(number))
    .bind(new.email)
    .bind(new.return_to)
    .bind(new.step)
    .bind(new.now)
    .bind(new.expires_at)
    .fetch_one(write)
    .await?)
}

/// The flow of a cookie, if it has not ended.
///
/// # Errors
/// The read fails.
pub async fn find(read: &mut Connection, token_hash: &[u8], now: i64) -> Result<Option<FlowRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, user_id, email, return_to, step, nonce, code_hash, code_expires_at, tries FROM sign_in_flows \
         WHERE token_hash = ? AND expires_at > ?",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(read)
    .await?)
}

/// The columns of a code, which are empty together.
#[derive(sqlx::FromRow)]
struct CodeColumns {
    nonce: Option<Vec<u8>>,
    code_hash: Option<Vec<u8>>,
    code_expires_at: Option<i64>,
}

impl From<CodeColumns> for Option<FlowCode> {
    fn from(CodeColumns { nonce, code_hash, code_expires_at }: CodeColumns) -> Self {
        let code = nonce.zip(code_hash).zip(code_expires_at);
        code.map(|((nonce, code_hash), expires_at)| FlowCode { nonce, code_hash, expires_at })
    }
}

/// Goes on to another step; a code of the step before works no more.
///
/// # Errors
/// The write fails.
pub async fn set_step(write: &mut Connection, flow: i64, step: &[u8]) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE sign_in_flows SET step = ?, nonce = NULL, code_hash = NULL, code_expires_at = NULL, tries = 0 \
         WHERE id = ?",
    )
    .bind(step)
    .bind(flow)
    .execute(write)
    .await?;
    Ok(())
}

/// Changes what is known of a step; its code stays good.
///
/// # Errors
/// The write fails.
pub async fn note_step(write: &mut Connection, flow: i64, step: &[u8]) -> Result<(), StoreError> {
    sqlx::query("UPDATE sign_in_flows SET step = ? WHERE id = ?").bind(step).bind(flow).execute(write).await?;
    Ok(())
}

/// Replaces the code; guesses begin anew.
///
/// # Errors
/// The write fails.
pub async fn set_code(write: &mut Connection, flow: i64, code: &FlowCode) -> Result<(), StoreError> {
    sqlx::query("UPDATE sign_in_flows SET nonce = ?, code_hash = ?, code_expires_at = ?, tries = 0 WHERE id = ?")
        .bind(&code.nonce)
        .bind(&code.code_hash)
        .bind(code.expires_at)
        .bind(flow)
        .execute(write)
        .await?;
    Ok(())
}

/// Counts a guess, where one is left. The guesses so far, this one included; `None` where none was left.
///
/// # Errors
/// The write fails.
pub async fn count_try(write: &mut Connection, flow: i64, most: u32) -> Result<Option<u32>, StoreError> {
    Ok(sqlx::query_scalar("UPDATE sign_in_flows SET tries = tries + 1 WHERE id = ? AND tries < ? RETURNING tries")
        .bind(flow)
        .bind(most)
        .fetch_optional(write)
        .await?)
}

/// Ends a flow. `false` where somebody was faster.
///
/// # Errors
/// The write fails.
pub async fn end(write: &mut Connection, flow: i64) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM sign_in_flows WHERE id = ?").bind(flow).execute(write).await?;
    Ok(done.rows_affected() == 1)
}

/// Ends everything of somebody that is under way.
///
/// # Errors
/// The write fails.
pub async fn end_all(write: &mut Connection, user: UserId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_in_flows WHERE user_id = ?").bind(number(user)).execute(write).await?;
    Ok(())
}

/// Sweeps away what has ended.
///
/// # Errors
/// The write fails.
pub async fn sweep(write: &mut Connection, now: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM sign_in_flows WHERE expires_at <= ?").bind(now).execute(write).await?;
    Ok(())
}
