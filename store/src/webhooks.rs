//! Webhooks, and the messages that wait for them.

use super::Connection;
use super::StoreError;
use super::columns::{Id, Json, Moment, milliseconds, number};
use balcao_contract::id::UserId;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, TimeDelta, Utc};

/// A webhook as it is kept.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct WebhookRow {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where its messages go.
    pub endpoint: String,
    /// Of which types of events.
    #[sqlx(try_from = "Json<Vec<String>>")]
    pub subscriptions: Vec<String>,
    /// The sealed secret.
    pub secret: Vec<u8>,
    /// Whether it is told of anything.
    pub active: bool,
    /// Who made it.
    #[sqlx(try_from = "Id")]
    pub created_by: UserId,
    /// Who answers for it: who made or changed it last.
    #[sqlx(rename = "responsible_id", try_from = "Id")]
    pub responsible: UserId,
    /// The token that they did it by; none where an operator did.
    #[sqlx(rename = "token_id")]
    pub token: Option<i64>,
    /// Why it is off although it is switched on.
    #[sqlx(try_from = "EndedName")]
    pub ended: Option<Ended>,
    /// When.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// Last changed.
    #[sqlx(try_from = "Moment")]
    pub updated_at: Timestamp,
}

impl WebhookRow {
    /// Whether it is told of anything: switched on, and somebody answers for it.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.active && self.ended.is_none()
    }
}

/// Why nobody answers for a webhook any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ended {
    /// The person is switched off.
    Person,
    /// The person is no administrator.
    Role,
    /// The token was taken back, or is over.
    Token,
}

/// As [`ended`] says it.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
struct EndedName(String);

impl From<EndedName> for Option<Ended> {
    fn from(EndedName(name): EndedName) -> Self {
        match name.as_str() {
            "" => None,
            "role" => Some(Ended::Role),
            "token" => Some(Ended::Token),
            // What cannot be read is no reason to send anything.
            _ => Some(Ended::Person),
        }
    }
}

/// Why a webhook `w` is off at the moment that is bound as `now`, in the words of [`Ended`]; an empty text where somebody
/// answers for it. It is asked for at each delivery: nothing has to be remembered where people, roles and tokens end.
pub(super) fn ended(now: &str) -> String {
    format!(
        "coalesce((SELECT CASE WHEN u.disabled_at IS NOT NULL THEN 'person' \
             WHEN u.agent = 0 OR u.administrator = 0 THEN 'role' \
             WHEN t.revoked_at IS NOT NULL OR t.expires_at <= {now} THEN 'token' ELSE '' END \
         FROM users u LEFT JOIN api_tokens t ON t.id = w.token_id WHERE u.id = w.responsible_id), 'person')"
    )
}

/// A message that is due, with where it goes.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DueMessage {
    /// Its number.
    pub id: i64,
    /// The same at every attempt.
    pub message_id: String,
    /// Which webhook.
    #[sqlx(rename = "webhook_id")]
    pub webhook: String,
    /// Where it goes.
    pub endpoint: String,
    /// The sealed secret.
    pub secret: Vec<u8>,
    /// What is sent.
    pub body: String,
    /// Attempts, this one included.
    pub attempts: u32,
}

/// A message, for whoever looks after webhooks.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct MessageRow {
    /// The same at every attempt.
    pub message_id: String,
    /// Of which type.
    pub event_type: String,
    /// `waiting`, `delivered` or `dead`.
    pub state: String,
    /// Attempts so far.
    pub attempts: u32,
    /// What was wrong at the last one.
    pub last_fault: Option<String>,
    /// When it came to be.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
}

/// Webhooks `w`, with the moment bound as `?1`.
fn webhooks() -> String {
    let ended = ended("?1");
    format!(
        "SELECT w.id, w.name, w.endpoint, w.subscriptions, w.secret, w.active, w.created_by, w.responsible_id, \
             w.token_id, {ended} AS ended, w.created_at, w.updated_at FROM webhooks w"
    )
}

/// Keeps a new webhook; it is told of what happens from now on.
///
/// # Errors
/// The database refuses.
pub async fn insert(write: &mut Connection, row: &WebhookRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO webhooks (id, name, endpoint, subscriptions, secret, active, created_by, responsible_id, token_id, \
             created_at, updated_at, after_event) \
         SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(max(id), 0) FROM events",
    )
    .bind(&row.id)
    .bind(&row.name)
    .bind(&row.endpoint)
    .bind(names(&row.subscriptions)?)
    .bind(&row.secret)
    .bind(row.active)
    .bind(number(row.created_by))
    .bind(number(row.responsible))
    .bind(row.token)
    .bind(row.created_at.unix_milliseconds())
    .bind(row.updated_at.unix_milliseconds())
    .execute(write)
    .await?;
    Ok(())
}

/// Keeps a changed webhook; it gets another chance at once.
///
/// # Errors
/// The database refuses.
pub async fn update(write: &mut Connection, row: &WebhookRow) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE webhooks SET name = ?, endpoint = ?, subscriptions = ?, secret = ?, active = ?, responsible_id = ?, \
             token_id = ?, updated_at = ?, failures = 0, rests_until = 0 WHERE id = ?",
    )
    .bind(&row.name)
    .bind(&row.endpoint)
    .bind(names(&row.subscriptions)?)
    .bind(&row.secret)
    .bind(row.active)
    .bind(number(row.responsible))
    .bind(row.token)
    .bind(row.updated_at.unix_milliseconds())
    .bind(&row.id)
    .execute(write)
    .await?;
    Ok(())
}

/// Every webhook, oldest first.
///
/// # Errors
/// The database cannot be read.
pub async fn list(read: &mut Connection, now: DateTime<Utc>) -> Result<Vec<WebhookRow>, StoreError> {
    let sql = format!("{} ORDER BY w.created_at, w.id", webhooks());
    Ok(sqlx::query_as(&sql).bind(milliseconds(now)).fetch_all(read).await?)
}

/// The webhooks that are on and told of an event.
///
/// # Errors
/// The database cannot be read.
pub async fn listening(read: &mut Connection, event: i64, now: DateTime<Utc>) -> Result<Vec<WebhookRow>, StoreError> {
    let sql = format!("{} WHERE w.active = 1 AND w.after_event < ?2 ORDER BY w.created_at, w.id", webhooks());
    let mut all: Vec<WebhookRow> = sqlx::query_as(&sql).bind(milliseconds(now)).bind(event).fetch_all(read).await?;
    all.retain(WebhookRow::is_on);
    Ok(all)
}

/// The webhook of that id.
///
/// # Errors
/// The database cannot be read.
pub async fn find(
    read: &mut Connection,
    webhook_id: &str,
    now: DateTime<Utc>,
) -> Result<Option<WebhookRow>, StoreError> {
    let sql = format!("{} WHERE w.id = ?2", webhooks());
    Ok(sqlx::query_as(&sql).bind(milliseconds(now)).bind(webhook_id).fetch_optional(read).await?)
}

/// Takes a webhook away, with its messages. False where there is none.
///
/// # Errors
/// The database refuses.
pub async fn delete(write: &mut Connection, webhook_id: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM webhooks WHERE id = ?").bind(webhook_id).execute(write).await?;
    Ok(done.rows_affected() == 1)
}

/// A message to be sent.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// The same at every attempt.
    pub message_id: &'a str,
    /// To which webhook.
    pub webhook: &'a str,
    /// About which event.
    pub event: i64,
    /// Of which type.
    pub event_type: &'a str,
    /// What is sent.
    pub body: &'a str,
}

/// Keeps a message, once for each webhook and event.
///
/// # Errors
/// The database refuses.
pub async fn enqueue(write: &mut Connection, new: NewMessage<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO webhook_messages (message_id, webhook_id, event_id, event_type, body, state, due_at, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', ?6, ?6) ON CONFLICT (webhook_id, event_id) DO NOTHING",
    )
    .bind(new.message_id)
    .bind(new.webhook)
    .bind(new.event)
    .bind(new.event_type)
    .bind(new.body)
    .bind(milliseconds(now))
    .execute(write)
    .await?;
    Ok(())
}

/// Takes the message that has been due for longest, and holds it for a while: whoever dies with it lets it go. Those of
/// a webhook that rests, is switched off, or that nobody answers for any more, wait.
///
/// # Errors
/// The database refuses.
pub async fn claim(
    write: &mut Connection,
    now: DateTime<Utc>,
    lease: TimeDelta,
) -> Result<Option<DueMessage>, StoreError> {
    let sql = format!(
        "UPDATE webhook_messages SET attempts = attempts + 1, due_at = ?2 WHERE id = ( \
             SELECT m.id FROM webhook_messages m JOIN webhooks w ON w.id = m.webhook_id \
             WHERE m.state = 'waiting' AND m.due_at <= ?1 AND w.active = 1 AND w.rests_until <= ?1 AND {} = '' \
             ORDER BY m.due_at, m.id LIMIT 1) \
         RETURNING id, message_id, webhook_id, body, attempts, \
             (SELECT endpoint FROM webhooks w WHERE w.id = webhook_id) AS endpoint, \
             (SELECT secret FROM webhooks w WHERE w.id = webhook_id) AS secret",
        ended("?1")
    );
    let due = sqlx::query_as(&sql).bind(milliseconds(now)).bind(milliseconds(now + lease));
    Ok(due.fetch_optional(write).await?)
}

/// Notes that a message arrived: its body goes, its webhook is well.
///
/// # Errors
/// The database refuses.
pub async fn delivered(write: &mut Connection, message: &DueMessage, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE webhook_messages SET state = 'delivered', body = '', last_fault = NULL, settled_at = ? WHERE id = ?",
    )
    .bind(milliseconds(now))
    .bind(message.id)
    .execute(&mut *write)
    .await?;
    sqlx::query("UPDATE webhooks SET failures = 0, rests_until = 0 WHERE id = ?")
        .bind(&message.webhook)
        .execute(write)
        .await?;
    Ok(())
}

/// A failed attempt, and what comes of it.
#[derive(Debug, Clone, Copy)]
pub struct Failure<'a> {
    /// What was wrong.
    pub fault: &'a str,
    /// When it is tried again; `None` for never.
    pub due_at: Option<DateTime<Utc>>,
    /// After so many failures in a row the webhook rests…
    pub most: u32,
    /// …until then.
    pub rests_until: DateTime<Utc>,
}

/// Notes a failed attempt.
///
/// # Errors
/// The database refuses.
pub async fn failed(
    write: &mut Connection,
    message: &DueMessage,
    failure: Failure<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let dead = failure.due_at.is_none();
    sqlx::query("UPDATE webhook_messages SET state = ?1, due_at = ?2, last_fault = ?3, settled_at = ?4 WHERE id = ?5")
        .bind(if dead { "dead" } else { "waiting" })
        .bind(milliseconds(failure.due_at.unwrap_or(now)))
        .bind(failure.fault)
        .bind(dead.then(|| milliseconds(now)))
        .bind(message.id)
        .execute(&mut *write)
        .await?;
    sqlx::query(
        "UPDATE webhooks SET failures = failures + 1, \
             rests_until = CASE WHEN failures + 1 >= ?1 THEN ?2 ELSE rests_until END WHERE id = ?3",
    )
    .bind(failure.most)
    .bind(milliseconds(failure.rests_until))
    .bind(&message.webhook)
    .execute(write)
    .await?;
    Ok(())
}

/// The latest messages of a webhook, newest first; of one state where it is given.
///
/// # Errors
/// The database cannot be read.
pub async fn messages(
    read: &mut Connection,
    webhook_id: &str,
    state: Option<&str>,
    limit: u32,
) -> Result<Vec<MessageRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT message_id, event_type, state, attempts, last_fault, created_at FROM webhook_messages \
         WHERE webhook_id = ?1 AND (?2 IS NULL OR state = ?2) ORDER BY id DESC LIMIT ?3",
    )
    .bind(webhook_id)
    .bind(state)
    .bind(limit)
    .fetch_all(read)
    .await?)
}

/// Forgets what arrived long ago; what was given up stays for whoever looks after it.
///
/// # Errors
/// The database refuses.
pub async fn prune(write: &mut Connection, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let sql = "DELETE FROM webhook_messages WHERE state = 'delivered' AND settled_at < ?";
    Ok(sqlx::query(sql).bind(milliseconds(before)).execute(write).await?.rows_affected())
}

fn names(subscriptions: &[String]) -> Result<String, StoreError> {
    serde_json::to_string(subscriptions).map_err(|error| StoreError::Corrupt(error.to_string()))
}
