//! What a mail about a request needs to know, and requests whose requester owes an answer.

use super::Connection;
use super::StoreError;
use super::columns::{Id, LocaleOrEnglish, Moment, Name, id, milliseconds, number};
use balcao_contract::id::{CommentId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use chrono::{DateTime, Utc};

/// A request and who is written to about it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Addressee {
    /// The number.
    #[sqlx(rename = "id", try_from = "Id")]
    pub request: RequestId,
    /// The title.
    pub subject: String,
    /// Who is written to.
    #[sqlx(rename = "reader_id", try_from = "Id")]
    pub reader: UserId,
    /// The account's name.
    pub account_name: String,
    /// Whose working hours count.
    #[sqlx(try_from = "Name")]
    pub region: Region,
    /// First and last name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// The language of mails about the request.
    #[sqlx(try_from = "LocaleOrEnglish")]
    pub locale: Locale,
    /// They are in copy; otherwise it is their request.
    pub in_copy: bool,
}

const ADDRESSEE: &str = "SELECT r.id, u.id AS reader_id, r.subject, r.pending_at, a.name AS account_name, a.region, u.name, u.email, \
        coalesce(r.locale, u.locale) AS locale, 0 AS in_copy \
    FROM requests r JOIN accounts a ON a.id = r.account_id JOIN users u ON u.id = r.requester_id";

/// Who is written to about a request; nobody where they or the store are switched off.
///
/// # Errors
/// The database cannot be read.
pub async fn addressee(read: &mut Connection, request: RequestId) -> Result<Option<Addressee>, StoreError> {
    let statement = format!("{ADDRESSEE} WHERE r.id = ? AND a.disabled_at IS NULL AND u.disabled_at IS NULL");
    Ok(sqlx::query_as(&statement).bind(number(request)).fetch_optional(read).await?)
}

/// Whoever is in copy of a request, each in their own language; nobody where the store is switched off.
///
/// # Errors
/// The database cannot be read.
pub async fn in_copy(read: &mut Connection, request: RequestId) -> Result<Vec<Addressee>, StoreError> {
    let statement = "SELECT r.id, u.id AS reader_id, r.subject, a.name AS account_name, a.region, u.name, u.email, \
            u.locale, 1 AS in_copy \
        FROM people_in_copy k JOIN requests r ON r.id = k.request_id JOIN accounts a ON a.id = r.account_id \
             JOIN users u ON u.id = k.user_id \
        WHERE k.request_id = ? AND a.disabled_at IS NULL ORDER BY k.added_at, k.user_id";
    Ok(sqlx::query_as(statement).bind(number(request)).fetch_all(read).await?)
}

/// A public comment as a mail shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotedComment {
    /// Who wrote it.
    pub author: String,
    /// As it was written.
    pub body: String,
    /// The names of its files.
    pub files: Vec<String>,
}

/// A public comment with its author's name and its files' names; `None` for an internal one.
///
/// # Errors
/// The database cannot be read.
pub async fn quoted_comment(read: &mut Connection, comment: CommentId) -> Result<Option<QuotedComment>, StoreError> {
    let statement = "SELECT c.body, u.name FROM comments c JOIN users u ON u.id = c.author_id \
                     WHERE c.id = ? AND c.public = 1";
    let row: Option<(String, String)> =
        sqlx::query_as(statement).bind(number(comment)).fetch_optional(&mut *read).await?;
    let Some((body, author)) = row else { return Ok(None) };
    let statement = "SELECT file_name FROM files WHERE comment_id = ? AND state = 'ready' ORDER BY id";
    let files = sqlx::query_scalar(statement).bind(number(comment)).fetch_all(read).await?;
    Ok(Some(QuotedComment { author, body, files }))
}

/// A request whose requester owes an answer.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PendingRow {
    /// Who is to be reminded.
    #[sqlx(flatten)]
    pub addressee: Addressee,
    /// Since when.
    #[sqlx(try_from = "Moment")]
    pub pending_at: DateTime<Utc>,
    /// The agent's last word, which says what is owed; an agent may have asked without one.
    #[sqlx(skip)]
    pub comment: Option<CommentId>,
}

/// At most `limit` requests of a region that have waited for their requester since then or longer, and whose requester
/// was not reminded for that yet. The oldest first.
///
/// # Errors
/// The database cannot be read.
pub async fn pending_until(
    write: &mut Connection,
    region: Region,
    until: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<PendingRow>, StoreError> {
    let statement = format!(
        "{ADDRESSEE} WHERE r.status = 'pending' AND r.pending_at <= ? AND r.pending_reminded_for IS NOT r.pending_at \
             AND a.region = ? AND a.disabled_at IS NULL AND u.disabled_at IS NULL \
         ORDER BY r.pending_at, r.id LIMIT ?"
    );
    let query = sqlx::query_as(&statement).bind(milliseconds(until)).bind(region.name()).bind(limit);
    let mut pending: Vec<PendingRow> = query.fetch_all(&mut *write).await?;
    for row in &mut pending {
        let statement = "SELECT c.id FROM comments c JOIN users u ON u.id = c.author_id \
                         WHERE c.request_id = ? AND c.public = 1 AND u.agent = 1 ORDER BY c.created_at DESC, c.id DESC LIMIT 1";
        let comment = sqlx::query(statement).bind(number(row.addressee.request)).fetch_optional(&mut *write).await?;
        row.comment = comment.as_ref().map(|row| id(row, "id")).transpose()?;
    }
    Ok(pending)
}

/// Notes that the requester was reminded of this waiting.
///
/// # Errors
/// The database refuses.
pub async fn mark_pending_reminded(write: &mut Connection, row: &PendingRow) -> Result<(), StoreError> {
    sqlx::query("UPDATE requests SET pending_reminded_for = ? WHERE id = ?")
        .bind(milliseconds(row.pending_at))
        .bind(number(row.addressee.request))
        .execute(write)
        .await?;
    Ok(())
}
