//! What requesters say about support: one row for each solving of a request. The rows themselves come and end with the
//! request's status, by triggers of the database (migration 0018); here they are answered and read.

use super::Connection;
use super::columns::{Id, MaybeId, MaybeName, Moment, Name, milliseconds, number};
use super::{StoreError, Viewer};
use balcao_contract::id::{GroupId, RequestId, UserId};
use balcao_contract::status::Status;
use balcao_contract::survey::{LowReason, Satisfaction, Score};
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};
use std::collections::HashMap;

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// Good or bad.
    pub score: Score,
    /// The step of the scale; `None` where a client rated that knows only the score.
    pub satisfaction: Option<Satisfaction>,
    /// Why it is bad.
    pub reason: Option<LowReason>,
    /// What was written.
    pub comment: Option<String>,
}

/// The survey of one solving.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SurveyRow {
    /// Its number: the id of Zendesk's satisfaction rating.
    #[sqlx(try_from = "i64")]
    pub id: u64,
    /// The request.
    #[sqlx(rename = "request_id", try_from = "Id")]
    pub request: RequestId,
    /// Who opened the request.
    #[sqlx(rename = "requester_id", try_from = "Id")]
    pub requester: UserId,
    /// Who answered it when it was rated.
    #[sqlx(rename = "assignee_id", try_from = "MaybeId<UserId>")]
    pub assignee: Option<UserId>,
    /// Which group of agents the request belongs to.
    #[sqlx(rename = "asked_group_id", try_from = "MaybeId<GroupId>")]
    pub group: Option<GroupId>,
    /// When it was solved.
    #[sqlx(try_from = "Moment")]
    pub solved_at: Timestamp,
    /// What was answered.
    #[sqlx(flatten, try_from = "AnswerColumns")]
    pub answer: Option<AnswerRow>,
    /// When it was rated; until then, when it was asked for.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// When it last changed.
    #[sqlx(try_from = "Moment")]
    pub updated_at: Timestamp,
}

/// Every column of a [`SurveyRow`].
pub(super) const COLUMNS: &str = "s.id, s.request_id, s.requester_id, s.assignee_id, s.solved_at, s.score, s.step, \
    s.reason_code, s.comment, s.created_at, s.updated_at, \
    (SELECT r.group_id FROM requests r WHERE r.id = s.request_id) AS asked_group_id";

/// A request of this person in this account, as far as its survey goes.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AskedRow {
    /// The request.
    #[sqlx(rename = "asked_id", try_from = "Id")]
    pub request: RequestId,
    /// Its title.
    pub subject: String,
    /// Where it stands.
    #[sqlx(try_from = "Name")]
    pub status: Status,
    /// Who answers it now.
    #[sqlx(rename = "answers_now", try_from = "MaybeId<UserId>")]
    pub assignee: Option<UserId>,
    /// The survey of its present solving; `None` while it is not solved.
    #[sqlx(flatten, try_from = "JoinedSurvey")]
    pub survey: Option<SurveyRow>,
}

/// A request that this person opened in this account, and its survey; `None` for every other, whether it exists or not,
/// also for those that the account shares: whoever opened a request says how it was.
///
/// # Errors
/// The database cannot be read.
pub async fn of_request(
    read: &mut Connection,
    viewer: Viewer,
    request: RequestId,
) -> Result<Option<AskedRow>, StoreError> {
    let sql = format!(
        "SELECT r.id AS asked_id, r.subject, r.status, r.assignee_id AS answers_now, {COLUMNS} FROM requests r \
         LEFT JOIN surveys s ON s.request_id = r.id AND s.ended IS NOT 'reopened' AND r.status IN ('solved', 'closed') \
         WHERE r.id = ? AND r.account_id = ? AND r.requester_id = ?"
    );
    Ok(sqlx::query_as(&sql)
        .bind(number(request))
        .bind(number(viewer.account))
        .bind(number(viewer.user))
        .fetch_optional(read)
        .await?)
}

/// What was answered about earlier solvings of a request, the latest first.
///
/// # Errors
/// The database cannot be read.
pub async fn earlier(read: &mut Connection, request: RequestId) -> Result<Vec<SurveyRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM surveys s \
         WHERE s.request_id = ? AND s.ended = 'reopened' AND s.score IS NOT NULL ORDER BY s.id DESC"
    );
    Ok(sqlx::query_as(&sql).bind(number(request)).fetch_all(read).await?)
}

/// Keeps an answer. Its first one is when it was rated; later ones change it.
///
/// # Errors
/// The database refuses.
pub async fn answer(
    write: &mut Connection,
    survey: u64,
    answer: &AnswerRow,
    assignee: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE surveys SET created_at = CASE WHEN score IS NULL THEN ?1 ELSE created_at END, \
             updated_at = max(updated_at, ?1), score = ?2, step = ?3, reason_code = ?4, comment = ?5, assignee_id = ?6 \
         WHERE id = ?7",
    )
    .bind(milliseconds(now))
    .bind(answer.score.name())
    .bind(answer.satisfaction.map(Satisfaction::number))
    .bind(answer.reason.map(LowReason::code))
    .bind(answer.comment.as_deref())
    .bind(assignee.map(number))
    .bind(number(survey))
    .execute(write)
    .await?;
    Ok(())
}

/// The survey of that number, if there is one.
///
/// # Errors
/// The database cannot be read.
pub async fn find(read: &mut Connection, survey: u64) -> Result<Option<SurveyRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM surveys s WHERE s.id = ?");
    Ok(sqlx::query_as(&sql).bind(number(survey)).fetch_optional(read).await?)
}

/// The survey of each request's last solving: what a ticket says about it. Reopened before it was answered, it is none.
///
/// # Errors
/// The database cannot be read.
pub async fn of_requests(
    read: &mut Connection,
    requests: &[RequestId],
) -> Result<HashMap<RequestId, SurveyRow>, StoreError> {
    let ids: Vec<u64> = requests.iter().map(|request| request.get()).collect();
    let ids = serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(format!("ids: {error}")))?;
    let sql = format!(
        "SELECT {COLUMNS} FROM json_each(?) asked JOIN surveys s ON s.id = \
             (SELECT max(l.id) FROM surveys l WHERE l.request_id = asked.value) \
         WHERE s.ended IS NOT 'reopened' OR s.score IS NOT NULL"
    );
    let rows: Vec<SurveyRow> = sqlx::query_as(&sql).bind(ids).fetch_all(read).await?;
    Ok(rows.into_iter().map(|row| (row.request, row)).collect())
}

/// The columns of an answer, which is there where a score is.
#[derive(sqlx::FromRow)]
struct AnswerColumns {
    #[sqlx(try_from = "MaybeName<Score>")]
    score: Option<Score>,
    step: Option<u8>,
    reason_code: Option<u16>,
    comment: Option<String>,
}

impl From<AnswerColumns> for Option<AnswerRow> {
    fn from(AnswerColumns { score, step, reason_code, comment }: AnswerColumns) -> Self {
        score.map(|score| AnswerRow {
            score,
            satisfaction: step.and_then(Satisfaction::from_number),
            reason: reason_code.and_then(|code| LowReason::try_from(code).ok()),
            comment,
        })
    }
}

/// A survey of a `LEFT JOIN`.
struct JoinedSurvey(Option<SurveyRow>);

impl<'r> FromRow<'r, SqliteRow> for JoinedSurvey {
    fn from_row(row: &'r SqliteRow) -> sqlx::Result<Self> {
        let id: Option<i64> = row.try_get("id")?;
        id.map(|_| SurveyRow::from_row(row)).transpose().map(Self)
    }
}

impl From<JoinedSurvey> for Option<SurveyRow> {
    fn from(JoinedSurvey(survey): JoinedSurvey) -> Self {
        survey
    }
}
