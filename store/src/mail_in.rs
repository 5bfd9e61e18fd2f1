//! Mail that came in: what was taken, what an operator has to look at, and how far a mailbox was read.

use super::Connection;
use super::StoreError;
use super::columns::{Id, MaybeId, Moment, Name, milliseconds, number};
use super::token::Hash;
use balcao_contract::id::{AccountId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::status::Status;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};

/// Somebody who writes to a request by mail.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Correspondent {
    /// Who.
    #[sqlx(rename = "user_id", try_from = "Id")]
    pub user: UserId,
    /// Their address, in lower case.
    pub email: String,
    /// First and last name.
    pub name: String,
    /// The language of their mails.
    #[sqlx(try_from = "Name")]
    pub locale: Locale,
    /// The request.
    #[sqlx(rename = "request_id", try_from = "Id")]
    pub request: RequestId,
    /// Its title.
    pub subject: String,
    /// Where it stands.
    #[sqlx(try_from = "Name")]
    pub status: Status,
    /// Its account.
    #[sqlx(rename = "account_id", try_from = "Id")]
    pub account: AccountId,
    /// The account's name.
    pub account_name: String,
    /// Everybody in the account answers everybody's requests.
    pub shares_requests: bool,
    /// A member of the account who sees the request, neither of them switched off.
    pub is_active: bool,
}

/// Who and what a reply address names; `None` where one of them is gone.
///
/// # Errors
/// The database cannot be read.
pub async fn correspondent(
    read: &mut Connection,
    request: RequestId,
    user: UserId,
) -> Result<Option<Correspondent>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT u.id AS user_id, u.email, u.name, \
             CASE WHEN r.requester_id = u.id THEN coalesce(r.locale, u.locale) ELSE u.locale END AS locale, r.id AS request_id, r.subject, r.status, r.account_id, \
             a.name AS account_name, a.shares_requests, \
             u.disabled_at IS NULL AND a.disabled_at IS NULL AND EXISTS ( \
                 SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.account_id = r.account_id) \
                 AND (r.requester_id = u.id OR a.shares_requests OR EXISTS ( \
                     SELECT 1 FROM people_in_copy k WHERE k.request_id = r.id AND k.user_id = u.id)) AS is_active \
         FROM requests r JOIN accounts a ON a.id = r.account_id JOIN users u ON u.id = ? WHERE r.id = ?",
    )
    .bind(number(user))
    .bind(number(request))
    .fetch_optional(read)
    .await?)
}

/// What a message led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken<'a> {
    /// Which message, for which request.
    pub key: &'a Hash,
    /// `joined`, `automatic`, `quarantined` or `returned`.
    pub outcome: &'static str,
    /// Why, where it did not become a comment.
    pub reason: Option<&'static str>,
    /// The request.
    pub request: Option<RequestId>,
}

/// Notes that a message was taken. `None` where it was before: then nothing may come of it again.
///
/// # Errors
/// The database refuses.
pub async fn take(write: &mut Connection, taken: &Taken<'_>, now: DateTime<Utc>) -> Result<Option<i64>, StoreError> {
    let statement = "INSERT INTO mail_taken (key, outcome, reason, request_id, taken_at) VALUES (?, ?, ?, ?, ?) \
                     ON CONFLICT (key) DO NOTHING RETURNING id";
    let taken = sqlx::query_scalar(statement)
        .bind(taken.key.as_slice())
        .bind(taken.outcome)
        .bind(taken.reason)
        .bind(taken.request.map(number))
        .bind(milliseconds(now));
    Ok(taken.fetch_optional(write).await?)
}

/// Whether a message was taken before.
///
/// # Errors
/// The database cannot be read.
pub async fn is_taken(read: &mut Connection, key: &Hash) -> Result<bool, StoreError> {
    let statement = "SELECT EXISTS (SELECT 1 FROM mail_taken WHERE key = ?)";
    Ok(sqlx::query_scalar(statement).bind(key.as_slice()).fetch_one(read).await?)
}

/// Whether a message of ours has this identifier: the part before the at sign.
///
/// # Errors
/// The database cannot be read.
pub async fn is_own(read: &mut Connection, message_id: &str) -> Result<bool, StoreError> {
    let statement = "SELECT EXISTS (SELECT 1 FROM outbox WHERE message_id = ?)";
    Ok(sqlx::query_scalar(statement).bind(message_id).fetch_one(read).await?)
}

/// Forgets what was taken before that moment; what is in quarantine stays.
///
/// # Errors
/// The database refuses.
pub async fn forget(write: &mut Connection, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let statement = "DELETE FROM mail_taken WHERE taken_at < ? \
                     AND NOT EXISTS (SELECT 1 FROM mail_quarantine q WHERE q.taken_id = mail_taken.id)";
    Ok(sqlx::query(statement).bind(milliseconds(before)).execute(write).await?.rows_affected())
}

/// A message to be kept for an operator.
#[derive(Debug, Clone, Copy)]
pub struct Quarantined<'a> {
    /// Its note among those taken.
    pub taken: i64,
    /// Why.
    pub reason: &'static str,
    /// What its reply address names, where that is a true one.
    pub target: Option<(RequestId, UserId)>,
    /// Whom it says it is from.
    pub sender: &'a str,
    /// One line.
    pub subject: &'a str,
    /// In bytes, as it came.
    pub size: u64,
    /// `raw` is all of it.
    pub whole: bool,
    /// Its bytes, or their beginning.
    pub raw: &'a [u8],
}

/// Keeps a message for an operator.
///
/// # Errors
/// The database refuses.
pub async fn quarantine(
    write: &mut Connection,
    message: &Quarantined<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO mail_quarantine (taken_id, reason, request_id, user_id, sender, subject, size, whole, taken_at, raw) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(message.taken)
    .bind(message.reason)
    .bind(message.target.map(|(request, _)| number(request)))
    .bind(message.target.map(|(_, user)| number(user)))
    .bind(message.sender)
    .bind(message.subject)
    .bind(i64::try_from(message.size).unwrap_or(i64::MAX))
    .bind(message.whole)
    .bind(milliseconds(now))
    .bind(message.raw)
    .execute(write)
    .await?;
    Ok(())
}

/// How much there is in quarantine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount {
    /// Messages.
    pub mails: u64,
    /// Of their content that is kept.
    pub bytes: u64,
}

/// How much is in quarantine: all of it, and what of it names no request of ours.
///
/// # Errors
/// The database cannot be read.
pub async fn quarantine_amount(read: &mut Connection) -> Result<(Amount, Amount), StoreError> {
    let (mails, bytes, mails_of_strangers, bytes_of_strangers): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT count(*), coalesce(sum(kept), 0), count(*) FILTER (WHERE request_id IS NULL), \
             coalesce(sum(kept) FILTER (WHERE request_id IS NULL), 0) FROM mail_quarantine",
    )
    .fetch_one(read)
    .await?;
    let amount = |mails: i64, bytes: i64| Amount { mails: mails.unsigned_abs(), bytes: bytes.unsigned_abs() };
    Ok((amount(mails, bytes), amount(mails_of_strangers, bytes_of_strangers)))
}

/// A message in quarantine, without its content.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct QuarantineRow {
    /// Its number there.
    pub id: i64,
    /// Why.
    pub reason: String,
    /// What its reply address names.
    #[sqlx(rename = "request_id", try_from = "MaybeId<RequestId>")]
    pub request: Option<RequestId>,
    /// Whom its reply address names.
    #[sqlx(rename = "user_id", try_from = "MaybeId<UserId>")]
    pub user: Option<UserId>,
    /// Whom it says it is from.
    pub sender: String,
    /// One line.
    pub subject: String,
    /// In bytes, as it came.
    pub size: i64,
    /// All of it is kept.
    pub whole: bool,
    /// When it came.
    #[sqlx(try_from = "Moment")]
    pub taken_at: Timestamp,
}

const QUARANTINE: &str =
    "SELECT id, reason, request_id, user_id, sender, subject, size, whole, taken_at FROM mail_quarantine";

/// At most `limit` messages in quarantine, the newest first.
///
/// # Errors
/// The database cannot be read.
pub async fn quarantined(read: &mut Connection, limit: u32) -> Result<Vec<QuarantineRow>, StoreError> {
    Ok(sqlx::query_as(&format!("{QUARANTINE} ORDER BY id DESC LIMIT ?")).bind(limit).fetch_all(read).await?)
}

/// A message in quarantine and its bytes.
///
/// # Errors
/// The database cannot be read.
pub async fn find_quarantined(
    read: &mut Connection,
    quarantined: i64,
) -> Result<Option<(QuarantineRow, Vec<u8>)>, StoreError> {
    let statement = QUARANTINE.replace(" FROM ", ", raw FROM ") + " WHERE id = ?";
    let found: Option<WholeQuarantineRow> = sqlx::query_as(&statement).bind(quarantined).fetch_optional(read).await?;
    Ok(found.map(|found| (found.row, found.raw)))
}

#[derive(sqlx::FromRow)]
struct WholeQuarantineRow {
    #[sqlx(flatten)]
    row: QuarantineRow,
    raw: Vec<u8>,
}

/// Takes a message out of quarantine. `false` where it is there no more.
///
/// # Errors
/// The database refuses.
pub async fn end_quarantine(write: &mut Connection, quarantined: i64) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM mail_quarantine WHERE id = ?").bind(quarantined).execute(write).await?;
    Ok(done.rows_affected() == 1)
}

/// Drops everything that names no request of ours. How many messages that were.
///
/// # Errors
/// The database refuses.
pub async fn end_quarantine_of_strangers(write: &mut Connection) -> Result<u64, StoreError> {
    let statement = "DELETE FROM mail_quarantine WHERE request_id IS NULL";
    Ok(sqlx::query(statement).execute(write).await?.rows_affected())
}

/// Drops what nobody looked at since that moment.
///
/// # Errors
/// The database refuses.
pub async fn prune_quarantine(write: &mut Connection, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let statement = "DELETE FROM mail_quarantine WHERE taken_at < ?";
    Ok(sqlx::query(statement).bind(milliseconds(before)).execute(write).await?.rows_affected())
}

/// How far a mailbox was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct MailboxPosition {
    /// Under which validity its numbers count.
    pub uid_validity: u32,
    /// The last message that was taken.
    pub last_uid: u32,
}

/// How far a mailbox was read; `None` where it never was.
///
/// # Errors
/// The database cannot be read.
pub async fn position(read: &mut Connection, mailbox: &str) -> Result<Option<MailboxPosition>, StoreError> {
    let statement = "SELECT uid_validity, last_uid FROM mail_places WHERE mailbox = ?";
    Ok(sqlx::query_as(statement).bind(mailbox).fetch_optional(read).await?)
}

/// Notes how far a mailbox was read.
///
/// # Errors
/// The database refuses.
pub async fn set_position(write: &mut Connection, mailbox: &str, position: MailboxPosition) -> Result<(), StoreError> {
    let statement = "INSERT INTO mail_places (mailbox, uid_validity, last_uid) VALUES (?1, ?2, ?3) \
                     ON CONFLICT (mailbox) DO UPDATE SET uid_validity = ?2, last_uid = ?3";
    sqlx::query(statement).bind(mailbox).bind(position.uid_validity).bind(position.last_uid).execute(write).await?;
    Ok(())
}
