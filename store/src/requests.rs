//! Requests: one row each, and the ways to write it. How many and which is asked in `request_list`.

use super::Connection;
use super::columns::{Id, Json, MaybeId, MaybeName, Moment, Name, id, milliseconds, number};
use super::viewer::SEES;
use super::{StoreError, Viewer};
use balcao_contract::answers::Answers;
use balcao_contract::id::{AccountId, FormId, GroupId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};

/// A request as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RequestRow {
    /// The number.
    #[sqlx(try_from = "Id")]
    pub id: RequestId,
    /// The account.
    #[sqlx(rename = "account_id", try_from = "Id")]
    pub account: AccountId,
    /// Who asked.
    #[sqlx(rename = "requester_id", try_from = "Id")]
    pub requester: UserId,
    /// Who answers.
    #[sqlx(rename = "assignee_id", try_from = "MaybeId<UserId>")]
    pub assignee: Option<UserId>,
    /// Which group of agents it belongs to.
    #[sqlx(rename = "group_id", try_from = "MaybeId<GroupId>")]
    pub group: Option<GroupId>,
    /// Where it stands.
    #[sqlx(try_from = "Name")]
    pub status: Status,
    /// How urgent it is.
    #[sqlx(try_from = "MaybeName<Priority>")]
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`.
    pub kind: Option<String>,
    /// `web`, `api`, `email`.
    pub channel: String,
    /// The language that it was opened in, where it is known: mails about it are in it.
    #[sqlx(try_from = "MaybeName<Locale>")]
    pub locale: Option<Locale>,
    /// Which form.
    #[sqlx(rename = "form_id", try_from = "MaybeId<FormId>")]
    pub form: Option<FormId>,
    /// The closed request that it goes on from.
    #[sqlx(rename = "followup_source_id", try_from = "MaybeId<RequestId>")]
    pub followup_source: Option<RequestId>,
    /// Counts changes.
    pub version: i64,
    /// When it was opened.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// When anything last changed.
    #[sqlx(try_from = "Moment")]
    pub updated_at: Timestamp,
    /// The title.
    pub subject: String,
    /// The answers, by field.
    #[sqlx(try_from = "Json<Answers>")]
    pub answers: Answers,
    /// The first comment's text.
    pub description: String,
    /// Who is in copy of it at this moment, in the order in which they were put there.
    #[sqlx(try_from = "Json<Vec<UserId>>")]
    pub copies: Vec<UserId>,
}

/// A request that is to be kept.
#[derive(Debug, Clone)]
pub struct NewRequestRow<'a> {
    /// The account.
    pub account: AccountId,
    /// Who asks.
    pub requester: UserId,
    /// Who answers, where that is known already.
    pub assignee: Option<UserId>,
    /// Which group of agents it belongs to.
    pub group: Option<GroupId>,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`.
    pub kind: Option<&'a str>,
    /// `web`, `api`, `email`.
    pub channel: &'a str,
    /// The language that it is opened in, where that is known.
    pub locale: Option<Locale>,
    /// Which form.
    pub form: Option<FormId>,
    /// The closed request that it goes on from.
    pub followup_source: Option<RequestId>,
    /// The title.
    pub subject: &'a str,
    /// The answers, by field.
    pub answers: &'a Answers,
    /// The first comment's text.
    pub description: &'a str,
    /// When.
    pub created_at: DateTime<Utc>,
    /// The last change; later than `created_at` for imported ones only.
    pub updated_at: DateTime<Utc>,
}

/// Every column, in the order of the table, and who is in copy.
pub(super) const COLUMNS: &str = "r.id, r.account_id, r.requester_id, r.assignee_id, r.group_id, r.status, r.priority, r.kind, \
    r.channel, r.locale, r.form_id, r.followup_source_id, r.version, r.created_at, r.updated_at, r.subject, r.answers, \
    r.description, (SELECT json_group_array(k.user_id ORDER BY k.added_at, k.user_id) FROM people_in_copy k \
        WHERE k.request_id = r.id) AS copies";

/// Keeps a new request. Its first comment, which brings the words of both, and its event are written by
/// the caller, in the same transaction.
///
/// # Errors
/// The database refuses.
pub async fn insert(write: &mut Connection, new: &NewRequestRow<'_>) -> Result<RequestId, StoreError> {
    let answers =
        serde_json::to_string(new.answers).map_err(|error| StoreError::Corrupt(format!("answers: {error}")))?;
    let solved_at = matches!(new.status, Status::Solved | Status::Closed).then(|| milliseconds(new.updated_at));
    let row = sqlx::query(
        "INSERT INTO requests (account_id, requester_id, assignee_id, status, priority, kind, channel, form_id, \
             followup_source_id, created_at, updated_at, solved_at, subject, answers, description, group_id, locale) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
    )
    .bind(number(new.account))
    .bind(number(new.requester))
    .bind(new.assignee.map(number))
    .bind(new.status.name())
    .bind(new.priority.map(Priority::name))
    .bind(new.kind)
    .bind(new.channel)
    .bind(new.form.map(number))
    .bind(new.followup_source.map(number))
    .bind(milliseconds(new.created_at))
    .bind(milliseconds(new.updated_at))
    .bind(solved_at)
    .bind(new.subject)
    .bind(answers)
    .bind(new.description)
    .bind(new.group.map(number))
    .bind(new.locale.map(Locale::code))
    .fetch_one(write)
    .await?;
    id(&row, "id")
}

/// A request that this person may see; `None` for every other, whether it exists or not. Both go the same way through
/// one index, so that the time does not tell them apart.
///
/// # Errors
/// The database cannot be read.
pub async fn find(read: &mut Connection, viewer: Viewer, request: RequestId) -> Result<Option<RequestRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM requests r WHERE r.id = ?4 AND {SEES}");
    Ok(viewer.bind_as(sqlx::query_as(&sql)).bind(number(request)).fetch_optional(read).await?)
}

/// What somebody answered last in a form, asking from that account; nothing where they never did. Looked for among
/// their newest requests only, so that it takes no longer for whoever has thousands.
///
/// # Errors
/// The database cannot be read.
pub async fn last_answers(
    read: &mut Connection,
    account: AccountId,
    requester: UserId,
    form: FormId,
) -> Result<Answers, StoreError> {
    let answers: Option<Json<Answers>> = sqlx::query_scalar(
        "SELECT answers FROM (SELECT id, created_at, form_id, answers FROM requests \
             WHERE account_id = ? AND requester_id = ? ORDER BY created_at DESC, id DESC LIMIT 100) \
         WHERE form_id = ? AND answers <> '{}' ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(number(account))
    .bind(number(requester))
    .bind(number(form))
    .fetch_optional(read)
    .await?;
    Ok(answers.map(|Json(answers)| answers).unwrap_or_default())
}

/// The requests that go on from this one and that this person may see, the first one first.
///
/// # Errors
/// The database cannot be read.
pub async fn followups(read: &mut Connection, viewer: Viewer, source: RequestId) -> Result<Vec<RequestId>, StoreError> {
    let sql = format!("SELECT r.id FROM requests r WHERE r.followup_source_id = ?4 AND {SEES} ORDER BY r.id");
    let rows = viewer.bind(sqlx::query(&sql)).bind(number(source)).fetch_all(read).await?;
    rows.iter().map(|row| id(row, "id")).collect()
}

/// Notes a change: the new status, the moment, the next version. False where somebody else changed it since
/// `version` was read: nothing was written then.
///
/// # Errors
/// The database refuses.
pub async fn update(
    write: &mut Connection,
    request: RequestId,
    version: i64,
    status: Status,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE requests SET status = ?1, version = version + 1, updated_at = max(updated_at, ?2), \
             solved_at = CASE WHEN ?1 NOT IN ('solved', 'closed') THEN NULL \
                              WHEN status IN ('solved', 'closed') THEN solved_at ELSE ?2 END \
         WHERE id = ?3 AND version = ?4",
    )
    .bind(status.name())
    .bind(milliseconds(now))
    .bind(number(request))
    .bind(version)
    .execute(write)
    .await?;
    Ok(done.rows_affected() == 1)
}
