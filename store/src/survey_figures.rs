//! What the operator's figures of the survey are counted from.

use super::Connection;
use super::StoreError;
use super::columns::{Count, MaybeId, MaybeName, milliseconds};
use balcao_contract::id::FormId;
use balcao_contract::support::Region;
use balcao_contract::survey::{LowReason, Satisfaction, Score};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite};

/// Surveys are counted by quarters of an hour: every time zone's days begin at one.
const SLOT: i64 = 15 * 60 * 1000;

/// What became of a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Answered.
    Answered,
    /// Not answered, and there is time left.
    Waiting,
    /// Not answered in time.
    Expired,
    /// Reopened before it was answered.
    Reopened,
}

/// Surveys that are the same in everything that figures tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The quarter of an hour in which they were solved.
    pub solved_at: DateTime<Utc>,
    /// The form of their requests.
    pub form: Option<FormId>,
    /// What became of them.
    pub fate: Fate,
    /// Good or bad, where answered.
    pub score: Option<Score>,
    /// The step, where that is known.
    pub step: Option<Satisfaction>,
    /// The reason, where one was given.
    pub reason: Option<LowReason>,
    /// How many.
    pub count: u64,
}

/// Counts the surveys of requests solved at or after `from` and before `to`. `over_until` says for each region until
/// when whatever was solved takes no answers any more.
///
/// # Errors
/// The database cannot be read.
pub async fn count(
    read: &mut Connection,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    over_until: &[(Region, Option<DateTime<Utc>>)],
) -> Result<Vec<Alike>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT s.solved_at / ");
    query.push_bind(SLOT).push(" AS slot, r.form_id, s.score, s.step, s.reason_code, CASE ");
    query.push("WHEN s.score IS NOT NULL THEN 'answered' WHEN s.ended = 'reopened' THEN 'reopened' ");
    query.push("WHEN s.ended = 'closed' OR s.solved_at <= CASE a.region ");
    for (region, until) in over_until {
        query.push("WHEN ").push_bind(region.name()).push(" THEN ").push_bind(until.map_or(i64::MIN, milliseconds));
        query.push(" ");
    }
    query.push("END THEN 'expired' ELSE 'waiting' END AS fate, count(*) AS count FROM surveys s ");
    query.push("JOIN requests r ON r.id = s.request_id JOIN accounts a ON a.id = s.account_id WHERE s.solved_at >= ");
    query.push_bind(milliseconds(from)).push(" AND s.solved_at < ").push_bind(milliseconds(to));
    query.push(" GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 6, 3, 4, 5");
    let rows: Vec<FigureRow> = query.build_query_as().fetch_all(read).await?;
    rows.into_iter()
        .map(|row| {
            let corrupt = || StoreError::Corrupt("surveys.solved_at".to_owned());
            Ok(Alike {
                solved_at: row.slot.checked_mul(SLOT).and_then(DateTime::from_timestamp_millis).ok_or_else(corrupt)?,
                form: row.form_id,
                fate: match row.fate.as_str() {
                    "answered" => Fate::Answered,
                    "reopened" => Fate::Reopened,
                    "expired" => Fate::Expired,
                    _ => Fate::Waiting,
                },
                score: row.score,
                step: row.step.and_then(Satisfaction::from_number),
                reason: row.reason_code.and_then(|code| LowReason::try_from(code).ok()),
                count: row.count,
            })
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct FigureRow {
    slot: i64,
    #[sqlx(try_from = "MaybeId<FormId>")]
    form_id: Option<FormId>,
    fate: String,
    #[sqlx(try_from = "MaybeName<Score>")]
    score: Option<Score>,
    step: Option<u8>,
    reason_code: Option<u16>,
    #[sqlx(try_from = "Count")]
    count: u64,
}
