//! Solved requests whose time is up, or soon will be.

use super::Connection;
use super::columns::{Id, LocaleOrEnglish, Moment, milliseconds, number};
use super::viewer::SEES;
use super::{StoreError, Viewer};
use balcao_contract::id::{AccountId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use chrono::{DateTime, Utc};

/// A solved request, and who is to be told.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SolvedRow {
    /// The number.
    #[sqlx(try_from = "Id")]
    pub id: RequestId,
    /// The account.
    #[sqlx(rename = "account_id", try_from = "Id")]
    pub account: AccountId,
    /// The account's name.
    pub account_name: String,
    /// When it was solved.
    #[sqlx(try_from = "Moment")]
    pub solved_at: DateTime<Utc>,
    /// The title.
    pub subject: String,
    /// Who asked.
    #[sqlx(rename = "requester_id", try_from = "Id")]
    pub requester: UserId,
    /// First and last name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// The language of mails.
    #[sqlx(try_from = "LocaleOrEnglish")]
    pub locale: Locale,
    /// The survey of this solving is answered.
    pub rated: bool,
}

const SOLVED: &str = "SELECT r.id, r.account_id, a.name AS account_name, r.solved_at, r.subject, r.requester_id, \
        u.name, u.email, coalesce(r.locale, u.locale) AS locale, \
        EXISTS (SELECT 1 FROM surveys s WHERE s.request_id = r.id AND s.ended IS NULL AND s.score IS NOT NULL) AS rated \
    FROM requests r INDEXED BY requests_solved \
         JOIN accounts a ON a.id = r.account_id JOIN users u ON u.id = r.requester_id \
    WHERE r.status = 'solved' AND r.solved_at <= ? AND a.region = ?";

/// At most `limit` solved requests of a region that were solved then or before, the oldest first.
///
/// # Errors
/// The database cannot be read.
pub async fn solved_until(
    write: &mut Connection,
    region: Region,
    until: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<SolvedRow>, StoreError> {
    let statement = format!("{SOLVED} ORDER BY r.solved_at, r.id LIMIT ?");
    let query = sqlx::query_as(&statement).bind(milliseconds(until)).bind(region.name()).bind(limit);
    Ok(query.fetch_all(write).await?)
}

/// The same, but only those whose requester has not been told yet that this solving closes soon.
///
/// # Errors
/// The database cannot be read.
pub async fn not_reminded_until(
    write: &mut Connection,
    region: Region,
    until: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<SolvedRow>, StoreError> {
    let statement = format!("{SOLVED} AND r.reminded_for IS NOT r.solved_at ORDER BY r.solved_at, r.id LIMIT ?");
    let query = sqlx::query_as(&statement).bind(milliseconds(until)).bind(region.name()).bind(limit);
    Ok(query.fetch_all(write).await?)
}

/// Closes a request, if it still is solved, and since that moment: whoever reopened it meanwhile has won. Its last
/// change is when its time was up, not when somebody got round to it.
///
/// # Errors
/// The database refuses.
pub async fn close(write: &mut Connection, row: &SolvedRow, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE requests SET status = 'closed', version = version + 1, updated_at = max(updated_at, ?1) \
         WHERE id = ?2 AND status = 'solved' AND solved_at = ?3",
    )
    .bind(milliseconds(at))
    .bind(number(row.id))
    .bind(milliseconds(row.solved_at))
    .execute(write)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that the requester has been told about this solving.
///
/// # Errors
/// The database refuses.
pub async fn mark_reminded(write: &mut Connection, row: &SolvedRow) -> Result<(), StoreError> {
    sqlx::query("UPDATE requests SET reminded_for = ? WHERE id = ?")
        .bind(milliseconds(row.solved_at))
        .bind(number(row.id))
        .execute(write)
        .await?;
    Ok(())
}

/// When a request was solved; `None` where it is not solved now, or is none that this person may see.
///
/// # Errors
/// The database cannot be read.
pub async fn solved_at(
    read: &mut Connection,
    viewer: Viewer,
    request: RequestId,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let sql = format!(
        "SELECT CASE WHEN r.status = 'solved' THEN r.solved_at END AS solved_at FROM requests r WHERE r.id = ?4 AND {SEES}"
    );
    let row: Option<(Option<i64>,)> =
        viewer.bind_as(sqlx::query_as(&sql)).bind(number(request)).fetch_optional(read).await?;
    Ok(row.and_then(|(moment,)| moment).and_then(DateTime::from_timestamp_millis))
}

/// When a solved request was solved, and who supports its account; `None` where it is not solved now.
///
/// # Errors
/// The database cannot be read.
pub async fn solving(read: &mut Connection, request: RequestId) -> Result<Option<(DateTime<Utc>, Region)>, StoreError> {
    let sql = "SELECT r.solved_at, a.region FROM requests r JOIN accounts a ON a.id = r.account_id \
               WHERE r.id = ? AND r.status = 'solved' AND r.solved_at IS NOT NULL";
    let row: Option<(i64, String)> = sqlx::query_as(sql).bind(number(request)).fetch_optional(read).await?;
    let Some((solved_at, region)) = row else { return Ok(None) };
    let corrupt = |column: &str| StoreError::Corrupt(column.to_owned());
    let solved_at = DateTime::from_timestamp_millis(solved_at).ok_or_else(|| corrupt("requests.solved_at"))?;
    let region = Region::from_name(&region).ok_or_else(|| corrupt("accounts.region"))?;
    Ok(Some((solved_at, region)))
}
