//! Everything that is kept about one person, as rows with names: what they may ask for, and what goes when they are
//! erased. [`ANSWERS`] has a line for every table, so that a new one is not forgotten; a test compares them.

use super::Connection;
use super::StoreError;
use super::columns::number;
use balcao_contract::id::UserId;
use chrono::DateTime;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use serde_json::{Map, Value};
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

/// Who is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub user: UserId,
    /// The address.
    pub email: String,
    /// First and last name.
    pub name: String,
}

/// A part of what is kept.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// The file's name.
    pub name: &'static str,
    /// What it is, for whoever reads it.
    pub about: &'static str,
    /// `?1` is the person's id, `?2` the address.
    sql: &'static str,
    /// It shows what agents wrote to each other.
    pub is_internal: bool,
}

const fn section(name: &'static str, about: &'static str, sql: &'static str) -> Section {
    Section { name, about, sql, is_internal: false }
}

/// Everything, part by part. Hashes, keys and what is sealed stay out: they say nothing about anybody, and open doors.
pub const SECTIONS: &[Section] = &[
    section(
        "profile",
        "Name, address, language",
        "SELECT id, email, email_proved_at, name, locale, agent, created_at, updated_at, disabled_at FROM users WHERE id = ?1",
    ),
    section(
        "memberships",
        "Stores you belong to",
        "SELECT a.name AS account, m.support_resource, a.sponsor_id IS ?1 AS sponsor, m.created_at \
         FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE m.user_id = ?1 ORDER BY m.id",
    ),
    section(
        "sign_ins",
        "Where you are signed in",
        "SELECT 'support site' AS place, door, user_agent, NULL AS account, created_at, last_seen_at, ends_at FROM sign_ins \
             WHERE user_id = ?1 \
         UNION ALL SELECT 'panel', s.door, s.user_agent, a.name, s.created_at, s.last_seen_at, s.ends_at \
             FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.user_id = ?1",
    ),
    section(
        "credentials",
        "Passwords, second factors, tokens and other ways in: that they are there, and since when",
        "SELECT 'password' AS kind, NULL AS detail, changed_at AS created_at, NULL AS used_at FROM passwords WHERE user_id = ?1 \
         UNION ALL SELECT 'second factor', kind, created_at, NULL FROM second_factors WHERE user_id = ?1 \
         UNION ALL SELECT 'recovery code', NULL, NULL, used_at FROM recovery_codes WHERE user_id = ?1 \
         UNION ALL SELECT 'link for a password', NULL, expires_at, NULL FROM password_links WHERE user_id = ?1 \
         UNION ALL SELECT 'identity at ' || issuer, subject, created_at, NULL FROM outer_identities WHERE user_id = ?1 \
         UNION ALL SELECT 'token', description, created_at, last_used_at FROM api_tokens WHERE user_id = ?1 \
         UNION ALL SELECT 'webhook', name || ' ' || endpoint, created_at, NULL FROM webhooks WHERE created_by = ?1 OR responsible_id = ?1 \
         UNION ALL SELECT 'sign-in under way', email, created_at, NULL FROM sign_in_flows WHERE user_id = ?1 OR email = ?2 \
         UNION ALL SELECT 'code by mail', email, sent_at, NULL FROM code_messages WHERE email = ?2",
    ),
    section(
        "tickets",
        "Tickets you opened",
        "SELECT r.id, a.name AS account, r.status, r.priority, r.kind, r.channel, r.locale, r.form_id, r.followup_source_id, \
             r.subject, r.description, r.answers, r.created_at, r.updated_at, r.solved_at \
         FROM requests r JOIN accounts a ON a.id = r.account_id WHERE r.requester_id = ?1 ORDER BY r.id",
    ),
    section(
        "comments",
        "What was written in them, and what you wrote elsewhere",
        "SELECT c.request_id AS ticket, c.id, u.name AS author, c.author_id IS ?1 AS yours, c.channel, c.created_at, c.body \
         FROM comments c JOIN users u ON u.id = c.author_id \
         WHERE (c.public = 1 AND c.request_id IN (SELECT id FROM requests WHERE requester_id = ?1)) OR c.author_id = ?1 \
         ORDER BY c.request_id, c.id",
    ),
    Section {
        is_internal: true,
        ..section(
            "notes",
            "What agents noted in your tickets, and the tags they put on them",
            "SELECT c.request_id AS ticket, 'note' AS kind, u.name AS author, c.created_at, c.body AS text \
                 FROM comments c JOIN users u ON u.id = c.author_id \
                 WHERE c.public = 0 AND c.request_id IN (SELECT id FROM requests WHERE requester_id = ?1) \
             UNION ALL SELECT t.request_id, 'tag', NULL, NULL, t.tag FROM request_tags t \
                 WHERE t.request_id IN (SELECT id FROM requests WHERE requester_id = ?1) ORDER BY 1",
        )
    },
    section(
        "history",
        "What happened to your tickets, and what you did",
        "SELECT e.request_id AS ticket, e.kind, e.actor_id IS ?1 AS by_you, e.created_at, e.data FROM events e \
         WHERE (e.request_id IN (SELECT id FROM requests WHERE requester_id = ?1) OR e.actor_id = ?1) \
             AND NOT (e.kind = 'commented' AND coalesce(json_extract(e.data, '$.public'), 1) = 0) \
             AND NOT (e.kind = 'field_changed' AND json_extract(e.data, '$.field') = 'tags') ORDER BY e.id",
    ),
    section(
        "ratings",
        "How you rated answers",
        "SELECT request_id AS ticket, solved_at, score, step, reason_code, comment, created_at, updated_at FROM surveys \
         WHERE requester_id = ?1 AND score IS NOT NULL ORDER BY id",
    ),
    section(
        "files",
        "Files you sent, and files in your tickets; the files themselves are in `files`",
        "SELECT f.id, c.request_id AS ticket, f.file_name, f.media_type, f.size, f.user_id IS ?1 AS yours, f.created_at \
         FROM files f LEFT JOIN comments c ON c.id = f.comment_id \
         WHERE f.state = 'ready' AND (f.user_id = ?1 OR f.comment_id IN (SELECT o.id FROM comments o WHERE o.public = 1 \
             AND o.request_id IN (SELECT id FROM requests WHERE requester_id = ?1))) ORDER BY f.id",
    ),
    section(
        "read",
        "How far you have read the answers",
        "SELECT request_id AS ticket, answer_comment_id, read_comment_id FROM request_reads WHERE user_id = ?1",
    ),
    section(
        "copies",
        "Tickets you are in copy of, and since when",
        "SELECT request_id AS ticket, added_by IS ?1 AS by_you, added_at FROM request_copies WHERE user_id = ?1 \
         ORDER BY request_id",
    ),
    section(
        "conversations",
        "Conversations with Copilot",
        "SELECT c.id AS conversation, a.name AS account, c.locale, c.scenario, c.created_at AS begun_at, \
             t.number, t.question, t.answer, t.helped, t.created_at \
         FROM conversations c JOIN accounts a ON a.id = c.account_id \
             LEFT JOIN conversation_turns t ON t.conversation_id = c.id \
         WHERE c.user_id = ?1 ORDER BY c.created_at, c.id, t.number",
    ),
    section(
        "votes",
        "Articles you voted on",
        "SELECT article_id, value, created_at, updated_at FROM article_votes WHERE user_id = ?1 ORDER BY id",
    ),
    section(
        "mails",
        "Mails to you; the text of what was sent is not kept",
        "SELECT kind, request_id AS ticket, to_address, to_name, subject, text_body AS text, state, created_at, settled_at \
             FROM outbox WHERE to_address = ?2 \
         UNION ALL SELECT 'wants no reminders', NULL, address, NULL, NULL, NULL, NULL, since, NULL FROM no_reminders \
             WHERE address = ?2",
    ),
    section(
        "mails_held",
        "Mails from you that an operator has to look at",
        "SELECT reason, request_id AS ticket, sender, subject, size, taken_at, CAST(raw AS TEXT) AS text FROM mail_quarantine \
         WHERE user_id = ?1 OR lower(sender) = ?2 ORDER BY id",
    ),
    section(
        "changes",
        "What operators and you changed about you",
        "SELECT at, actor, action, subject, data FROM audit_entries \
         WHERE subject = 'user:' || ?1 OR actor = 'user:' || ?1 OR json_extract(data, '$.user') = ?1 \
             OR json_extract(data, '$.sponsor') = ?1 OR json_extract(data, '$.before') = ?1 ORDER BY id",
    ),
];

/// What an erasure does to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Rows of the person go, or lose what is theirs.
    Erased,
    /// Nothing of it is about a person, or not in a way that leads to them.
    Stays(&'static str),
}

/// Every table there is.
pub const ANSWERS: &[(&str, Answer)] = &[
    ("agent_groups", Answer::Stays("names of groups")),
    ("accounts", Answer::Stays("a store; its sponsor is handed over first")),
    ("api_tokens", Answer::Erased),
    ("article_votes", Answer::Erased),
    ("audit_entries", Answer::Stays("holds ids and no addresses; who changed what must stay")),
    ("code_messages", Answer::Erased),
    ("codes", Answer::Erased),
    ("comments", Answer::Erased),
    ("conversation_turns", Answer::Erased),
    ("conversations", Answer::Erased),
    ("event_readers", Answer::Stays("places in the list of events")),
    ("events", Answer::Erased),
    ("file_totals", Answer::Stays("sizes by id")),
    ("files", Answer::Erased),
    ("folder_mark", Answer::Stays("which folder this database belongs to")),
    ("group_memberships", Answer::Erased),
    ("idempotency_keys", Answer::Erased),
    ("known_keys", Answer::Stays("fingerprints of the desk's own keys")),
    ("mail_places", Answer::Stays("places in a mailbox")),
    ("mail_quarantine", Answer::Erased),
    ("mail_taken", Answer::Stays("hashes of mails, by ticket")),
    ("memberships", Answer::Erased),
    ("no_reminders", Answer::Erased),
    ("outbox", Answer::Erased),
    ("outer_identities", Answer::Erased),
    ("password_links", Answer::Erased),
    ("passwords", Answer::Erased),
    ("recovery_codes", Answer::Erased),
    ("request_copies", Answer::Erased),
    ("request_counts", Answer::Stays("how many tickets, by id")),
    ("request_reads", Answer::Erased),
    ("request_sizes", Answer::Stays("how long tickets are, by number")),
    ("request_tags", Answer::Stays("words of agents, which go with all words")),
    ("request_words", Answer::Erased),
    ("requests", Answer::Erased),
    ("second_factors", Answer::Erased),
    ("sessions", Answer::Erased),
    ("sign_in_flows", Answer::Erased),
    ("sign_in_messages", Answer::Stays("keyed hashes, for hours")),
    ("sign_in_tallies", Answer::Stays("keyed hashes, for hours")),
    ("sign_ins", Answer::Erased),
    ("surveys", Answer::Erased),
    ("ticket_readers", Answer::Stays("who saw which ticket, by id, for a limited time")),
    ("upload_keys", Answer::Erased),
    ("uploads", Answer::Erased),
    ("users", Answer::Erased),
    ("webhook_messages", Answer::Erased),
    ("webhooks", Answer::Erased),
];

/// The names of all tables in the database, without those that SQLite keeps for its own sake.
///
/// # Errors
/// The database cannot be read.
pub async fn tables(read: &mut Connection) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
               AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND name NOT LIKE 'request\\_words\\_%' ESCAPE '\\' ORDER BY name";
    Ok(sqlx::query_scalar(sql).fetch_all(read).await?)
}

/// The rows of a section, one after another.
pub fn rows<'a>(
    read: &'a mut Connection,
    section: &Section,
    person: &Person,
) -> BoxStream<'a, Result<Map<String, Value>, StoreError>> {
    let query = sqlx::query(section.sql).bind(number(person.user)).bind(person.email.clone());
    query.fetch(read).map(|row| to_json(&row?)).boxed()
}

/// Moments are written as people read them, and what is kept as JSON is JSON again.
fn to_json(row: &SqliteRow) -> Result<Map<String, Value>, StoreError> {
    let mut fields = Map::new();
    for (place, column) in row.columns().iter().enumerate() {
        let name = column.name();
        let raw = row.try_get_raw(place)?;
        let kind = raw.type_info().name().to_owned();
        let value = match kind.as_str() {
            _ if raw.is_null() => Value::Null,
            "INTEGER" | "INT8" | "BOOLEAN" => integer(name, row.try_get_unchecked(place)?),
            "REAL" => Value::from(row.try_get_unchecked::<f64, _>(place)?),
            "BLOB" => Value::from(String::from_utf8_lossy(&row.try_get_unchecked::<Vec<u8>, _>(place)?).into_owned()),
            _ => {
                let text = String::from_utf8_lossy(&row.try_get_unchecked::<Vec<u8>, _>(place)?).into_owned();
                let is_json = ["answers", "data", "question", "answer"].contains(&name);
                is_json.then(|| serde_json::from_str(&text).ok()).flatten().unwrap_or(Value::String(text))
            }
        };
        fields.insert(name.to_owned(), value);
    }
    Ok(fields)
}

fn integer(name: &str, value: i64) -> Value {
    let is_moment = name.ends_with("_at") || name == "at";
    let moment = is_moment.then(|| DateTime::from_timestamp_millis(value)).flatten();
    if let Some(moment) = moment {
        return Value::from(moment.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    }
    match name {
        "agent" | "support_resource" | "sponsor" | "yours" | "by_you" | "helped" => Value::from(value != 0),
        _ => Value::from(value),
    }
}

/// Files of the person's own, and those that they can read in their tickets: id, where the bytes are, and the name.
///
/// # Errors
/// The database cannot be read.
pub async fn files(read: &mut Connection, person: &Person) -> Result<Vec<super::files::StoredFile>, StoreError> {
    let sql = "SELECT f.* FROM files f \
         WHERE f.state = 'ready' AND (f.user_id = ?1 OR f.comment_id IN (SELECT o.id FROM comments o WHERE o.public = 1 \
             AND o.request_id IN (SELECT id FROM requests WHERE requester_id = ?1))) ORDER BY f.id";
    Ok(sqlx::query_as(sql).bind(number(person.user)).fetch_all(read).await?)
}
