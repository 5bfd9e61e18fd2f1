//! Requests as agents see them: in every account, as far as they reach. Which and how many is asked in `ticket_list`.

use super::Connection;
use super::StoreError;
use super::columns::{Count, Id, Json, milliseconds, number};
use super::requests::{COLUMNS, RequestRow};
use balcao_contract::answers::Answers;
use balcao_contract::id::{GroupId, RequestId, UserId};
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// What an agent may change about a request: all of it, as it is to stand afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketState {
    /// Where it stands.
    pub status: Status,
    /// Who answers.
    pub assignee: Option<UserId>,
    /// Which group of agents it belongs to.
    pub group: Option<GroupId>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`.
    pub kind: Option<String>,
    /// The title.
    pub subject: String,
    /// The answers, by field.
    pub answers: Answers,
}

impl TicketState {
    /// As it stands now.
    #[must_use]
    pub fn of(row: &RequestRow) -> Self {
        Self {
            status: row.status,
            assignee: row.assignee,
            group: row.group,
            priority: row.priority,
            kind: row.kind.clone(),
            subject: row.subject.clone(),
            answers: row.answers.clone(),
        }
    }
}

/// A request, whoever opened it. Whether the reader is an agent, and reaches so far, is the caller's question.
///
/// # Errors
/// The database cannot be read.
pub async fn find(read: &mut Connection, request: RequestId) -> Result<Option<RequestRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM requests r WHERE r.id = ?");
    Ok(sqlx::query_as(&sql).bind(number(request)).fetch_optional(read).await?)
}

/// Requests by their numbers, in that order; one that is gone is left out. As with [`find`], who may read them is the
/// caller's question.
///
/// # Errors
/// The database cannot be read.
pub async fn by_ids(read: &mut Connection, requests: &[RequestId]) -> Result<Vec<RequestRow>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM json_each(?) wanted JOIN requests r ON r.id = wanted.value ORDER BY wanted.key");
    Ok(sqlx::query_as(&sql).bind(json(requests)?).fetch_all(read).await?)
}

fn json(requests: &[RequestId]) -> Result<String, StoreError> {
    let ids: Vec<u64> = requests.iter().map(|id| id.get()).collect();
    serde_json::to_string(&ids).map_err(|error| StoreError::Corrupt(error.to_string()))
}

/// Notes a change: the new state, the moment, the next version. False where somebody else changed it since `version`
/// was read: nothing was written then.
///
/// # Errors
/// The database refuses.
pub async fn update(
    write: &mut Connection,
    request: RequestId,
    version: i64,
    state: &TicketState,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let answers =
        serde_json::to_string(&state.answers).map_err(|error| StoreError::Corrupt(format!("answers: {error}")))?;
    let done = sqlx::query(
        "UPDATE requests SET status = ?1, version = version + 1, updated_at = max(updated_at, ?2), \
             solved_at = CASE WHEN ?1 NOT IN ('solved', 'closed') THEN NULL \
                              WHEN status IN ('solved', 'closed') THEN solved_at ELSE ?2 END, \
             assignee_id = ?5, priority = ?6, kind = ?7, subject = ?8, answers = ?9, group_id = ?10 \
         WHERE id = ?3 AND version = ?4",
    )
    .bind(state.status.name())
    .bind(milliseconds(now))
    .bind(number(request))
    .bind(version)
    .bind(state.assignee.map(number))
    .bind(state.priority.map(Priority::name))
    .bind(&state.kind)
    .bind(&state.subject)
    .bind(answers)
    .bind(state.group.map(number))
    .execute(write)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What belongs to a request without standing in its row.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Facts {
    /// Who wrote its first comment.
    #[sqlx(rename = "author_id", try_from = "Id")]
    pub submitter: UserId,
    /// The first comment's text, also where it is a note among agents.
    #[sqlx(rename = "body")]
    pub description: String,
    /// Whether the requester can read any of it.
    pub public: bool,
    /// How many comments there are, notes included.
    #[sqlx(try_from = "Count")]
    pub comments: u64,
    /// The requests that go on from it.
    #[sqlx(try_from = "Json<Vec<RequestId>>")]
    pub followups: Vec<RequestId>,
    /// The words agents find it by.
    #[sqlx(try_from = "Json<Vec<String>>")]
    pub tags: Vec<String>,
}

/// The facts of requests.
///
/// # Errors
/// The database cannot be read.
pub async fn facts(read: &mut Connection, requests: &[RequestId]) -> Result<HashMap<RequestId, Facts>, StoreError> {
    let rows: Vec<FactsOfTicket> = sqlx::query_as(
        "SELECT r.id, f.author_id, f.body, \
             (SELECT count(*) FROM comments c WHERE c.request_id = r.id) AS comments, \
             EXISTS (SELECT 1 FROM comments c WHERE c.request_id = r.id AND c.public = 1) AS public, \
             (SELECT json_group_array(n.id) FROM requests n WHERE n.followup_source_id = r.id) AS followups, \
             (SELECT json_group_array(t.tag) FROM request_tags t WHERE t.request_id = r.id) AS tags \
         FROM requests r JOIN comments f ON f.id = \
             (SELECT c.id FROM comments c WHERE c.request_id = r.id ORDER BY c.created_at, c.id LIMIT 1) \
         WHERE r.id IN (SELECT value FROM json_each(?))",
    )
    .bind(json(requests)?)
    .fetch_all(read)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.facts)).collect())
}

#[derive(sqlx::FromRow)]
struct FactsOfTicket {
    #[sqlx(try_from = "Id")]
    id: RequestId,
    #[sqlx(flatten)]
    facts: Facts,
}
