//! Requests: one row each, and the ways to write it. How many and which is asked in `request_list`.

use super::Connection;
use super::columns::{id, milliseconds, moment, named, number, optional_id};
use super::viewer::SEES;
use super::{StoreError, Viewer};
use balcao_contract::answers::Answers;
use balcao_contract::id::{AccountId, FormId, GroupId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

/// A request as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// The number.
    pub id: RequestId,
    /// The account.
    pub account: AccountId,
    /// Who asked.
    pub requester: UserId,
    /// Who answers.
    pub assignee: Option<UserId>,
    /// Which group of agents it belongs to.
    pub group: Option<GroupId>,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`.
    pub kind: Option<String>,
    /// `web`, `api`, `email`.
    pub channel: String,
    /// The language that it was opened in, where it is known: mails about it are in it.
    pub locale: Option<Locale>,
    /// Which form.
    pub form: Option<FormId>,
    /// The closed request that it goes on from.
    pub followup_source: Option<RequestId>,
    /// Counts changes.
    pub version: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything last changed.
    pub updated_at: Timestamp,
    /// The title.
    pub subject: String,
    /// The answers, by field.
    pub answers: Answers,
    /// The first comment's text.
    pub description: String,
    /// Who is in copy of it at this moment, in the order in which they were put there.
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
    let row = viewer.bind(sqlx::query(&sql)).bind(number(request)).fetch_optional(read).await?;
    row.as_ref().map(request_row).transpose()
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
    let row = sqlx::query(
        "SELECT answers FROM (SELECT id, created_at, form_id, answers FROM requests \
             WHERE account_id = ? AND requester_id = ? ORDER BY created_at DESC, id DESC LIMIT 100) \
         WHERE form_id = ? AND answers <> '{}' ORDER BY created_at DESC, id DESC LIMIT 1",
    )
    .bind(number(account))
    .bind(number(requester))
    .bind(number(form))
    .fetch_optional(read)
    .await?;
    row.map_or_else(|| Ok(Answers::default()), |row| answers(&row))
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

fn answers(row: &SqliteRow) -> Result<Answers, StoreError> {
    let answers: String = row.try_get("answers")?;
    serde_json::from_str(&answers).map_err(|error| StoreError::Corrupt(format!("requests.answers: {error}")))
}

pub(super) fn request_row(row: &SqliteRow) -> Result<RequestRow, StoreError> {
    Ok(RequestRow {
        id: id(row, "id")?,
        account: id(row, "account_id")?,
        requester: id(row, "requester_id")?,
        assignee: optional_id(row, "assignee_id")?,
        group: optional_id(row, "group_id")?,
        status: named(row, "status", Status::from_name)?.ok_or_else(|| StoreError::Corrupt("status".to_owned()))?,
        priority: named(row, "priority", Priority::from_name)?,
        kind: row.try_get("kind")?,
        channel: row.try_get("channel")?,
        locale: named(row, "locale", Locale::from_tag)?,
        form: optional_id(row, "form_id")?,
        followup_source: optional_id(row, "followup_source_id")?,
        version: row.try_get("version")?,
        created_at: moment(row, "created_at")?,
        updated_at: moment(row, "updated_at")?,
        subject: row.try_get("subject")?,
        answers: answers(row)?,
        description: row.try_get("description")?,
        copies: people(&row.try_get::<String, _>("copies")?)?,
    })
}

fn people(ids: &str) -> Result<Vec<UserId>, StoreError> {
    serde_json::from_str(ids).map_err(|error| StoreError::Corrupt(format!("copies: {error}")))
}
