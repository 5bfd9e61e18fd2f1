//! Taking a person out of the database. What goes and what stays is decided in `personal_data`.

use super::Connection;
use super::StoreError;
use super::columns::{Id, number};
use super::personal_data::Person;
use balcao_contract::id::{RequestId, UserId};
use serde::Serialize;

/// How much there is of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Found {
    /// Tickets they opened.
    pub tickets: i64,
    /// Comments they wrote.
    pub comments: i64,
    /// Files they sent.
    pub files: i64,
    /// In bytes.
    pub file_bytes: i64,
    /// Conversations with Copilot.
    pub conversations: i64,
    /// Mails to them and, held for an operator, from them.
    pub mails: i64,
    /// Sessions, sign-ins, tokens, passwords, second factors.
    pub ways_in: i64,
}

/// What there is, before anything goes.
///
/// # Errors
/// The database cannot be read.
pub async fn find(read: &mut Connection, person: &Person) -> Result<Found, StoreError> {
    Ok(sqlx::query_as(
        "SELECT (SELECT count(*) FROM requests WHERE requester_id = ?1) AS tickets, \
             (SELECT count(*) FROM comments WHERE author_id = ?1) AS comments, \
             (SELECT count(*) FROM files WHERE user_id = ?1 AND state <> 'doomed') AS files, \
             (SELECT coalesce(sum(size), 0) FROM files WHERE user_id = ?1 AND state <> 'doomed') AS file_bytes, \
             (SELECT count(*) FROM conversations WHERE user_id = ?1) AS conversations, \
             (SELECT count(*) FROM outbox WHERE to_address = ?2) \
                 + (SELECT count(*) FROM mail_quarantine WHERE user_id = ?1 OR lower(sender) = ?2) AS mails, \
             (SELECT count(*) FROM sessions WHERE user_id = ?1) + (SELECT count(*) FROM sign_ins WHERE user_id = ?1) \
                 + (SELECT count(*) FROM api_tokens WHERE user_id = ?1) + (SELECT count(*) FROM passwords WHERE user_id = ?1) \
                 + (SELECT count(*) FROM second_factors WHERE user_id = ?1) AS ways_in",
    )
    .bind(number(person.user))
    .bind(&person.email)
    .fetch_one(read)
    .await?)
}

/// A ticket in which something of the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Ticket {
    /// The number.
    #[sqlx(try_from = "Id")]
    pub id: RequestId,
    /// They opened it; otherwise they only wrote in it.
    pub is_own: bool,
}

/// Tickets beyond `after` that they opened or wrote in, at most `limit`.
///
/// # Errors
/// The database cannot be read.
pub async fn tickets(read: &mut Connection, user: UserId, after: u64, limit: u32) -> Result<Vec<Ticket>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT r.id, r.requester_id = ?1 AS is_own FROM requests r WHERE r.id > ?2 AND (r.requester_id = ?1 \
             OR EXISTS (SELECT 1 FROM comments c WHERE c.author_id = ?1 AND c.request_id = r.id)) ORDER BY r.id LIMIT ?3",
    )
    .bind(number(user))
    .bind(number(after))
    .bind(limit)
    .fetch_all(read)
    .await?)
}

/// A text of a ticket that may name the person.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Text {
    /// The comment; `None` for title and description.
    comment: Option<i64>,
    /// They wrote it.
    pub is_theirs: bool,
    /// The title, on the ticket itself.
    pub subject: Option<String>,
    /// What is written.
    pub body: String,
}

/// Every text of a ticket.
///
/// # Errors
/// The database cannot be read.
pub async fn texts(read: &mut Connection, ticket: Ticket, user: UserId) -> Result<Vec<Text>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT NULL AS comment, ?3 AS is_theirs, subject, description AS body FROM requests WHERE id = ?1 \
         UNION ALL SELECT id, author_id = ?2, NULL, body FROM comments WHERE request_id = ?1",
    )
    .bind(number(ticket.id))
    .bind(number(user))
    .bind(ticket.is_own)
    .fetch_all(read)
    .await?)
}

/// Writes a text over.
///
/// # Errors
/// The database refuses.
pub async fn write_text(
    write: &mut Connection,
    ticket: Ticket,
    text: &Text,
    subject: &str,
    body: &str,
) -> Result<(), StoreError> {
    match text.comment {
        Some(comment) => sqlx::query("UPDATE comments SET body = ?1 WHERE id = ?2").bind(body).bind(comment),
        // Whoever is changing it at this moment is told that it changed.
        None => sqlx::query("UPDATE requests SET description = ?1, version = version + 1, subject = ?3 WHERE id = ?2")
            .bind(body)
            .bind(number(ticket.id))
            .bind(subject),
    }
    .execute(&mut *write)
    .await?;
    sqlx::query(
        "UPDATE request_sizes SET text_bytes = (SELECT sum(octet_length(body)) FROM comments WHERE request_id = ?1) \
         WHERE request_id = ?1",
    )
    .bind(number(ticket.id))
    .execute(write)
    .await?;
    Ok(())
}

/// What of a ticket goes besides its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goes {
    /// Answers of the form, what changed in them, and what was said about the answer.
    pub words: bool,
    /// Tags, and everybody's files.
    pub all: bool,
}

/// Takes everything of a person's own ticket that is not its texts: answers, history, mails, messages to programs, files.
///
/// # Errors
/// The database refuses.
pub async fn clear_own(write: &mut Connection, ticket: RequestId, user: UserId, goes: Goes) -> Result<(), StoreError> {
    let mut statements = vec![
        "DELETE FROM outbox WHERE request_id = ?1",
        // By its index, which begins with the webhook.
        "DELETE FROM webhook_messages WHERE webhook_id IN (SELECT id FROM webhooks) \
             AND event_id IN (SELECT id FROM events WHERE request_id = ?1)",
        "DELETE FROM mail_quarantine WHERE request_id = ?1",
    ];
    if goes.words {
        statements.push("UPDATE requests SET answers = '{}' WHERE id = ?1");
        statements.push(
            "UPDATE events SET data = json_set(data, '$.from', NULL, '$.to', NULL) \
             WHERE request_id = ?1 AND kind = 'field_changed'",
        );
        statements.push("UPDATE surveys SET comment = NULL WHERE request_id = ?1 AND requester_id = ?2");
    }
    if goes.all {
        statements.push("DELETE FROM request_tags WHERE request_id = ?1");
        statements.push(
            "UPDATE files SET state = 'doomed', file_name = 'erased' \
             WHERE comment_id IN (SELECT id FROM comments WHERE request_id = ?1)",
        );
    }
    for statement in statements {
        sqlx::query(statement).bind(number(ticket)).bind(number(user)).execute(&mut *write).await?;
    }
    Ok(())
}

/// Dooms the files that somebody sent, in one ticket; the sweeper removes their bytes.
///
/// # Errors
/// The database refuses.
pub async fn doom_files_in(write: &mut Connection, ticket: RequestId, user: UserId) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE files SET state = 'doomed', file_name = 'erased' \
         WHERE user_id = ?2 AND comment_id IN (SELECT id FROM comments WHERE request_id = ?1)",
    )
    .bind(number(ticket))
    .bind(number(user))
    .execute(write)
    .await?;
    Ok(())
}

/// What is theirs beside the tickets, in the order in which nothing refers to what is gone. `?1` is the id, `?2` the
/// address.
const BESIDE: &[&str] = &[
    "DELETE FROM article_votes WHERE user_id = ?1",
    "DELETE FROM codes WHERE email = ?2",
    "DELETE FROM conversations WHERE user_id = ?1",
    "DELETE FROM code_messages WHERE email = ?2",
    "DELETE FROM sign_in_flows WHERE user_id = ?1 OR email = ?2",
    "DELETE FROM no_reminders WHERE address = ?2",
    // Of others those that name them; the rest of this table is gone within hours anyway.
    "DELETE FROM idempotency_keys WHERE user_id = ?1 OR instr(body, CAST(?2 AS BLOB)) > 0",
    "DELETE FROM outbox WHERE to_address = ?2",
    "DELETE FROM mail_quarantine WHERE user_id = ?1 OR lower(sender) = ?2",
    "DELETE FROM upload_keys WHERE user_id = ?1",
    "UPDATE files SET state = 'doomed', file_name = 'erased' WHERE user_id = ?1 AND comment_id IS NULL",
    "UPDATE files SET upload_id = NULL WHERE upload_id IN (SELECT id FROM uploads WHERE user_id = ?1)",
    "DELETE FROM uploads WHERE user_id = ?1",
    "DELETE FROM recovery_codes WHERE user_id = ?1",
    "DELETE FROM second_factors WHERE user_id = ?1",
    "DELETE FROM password_links WHERE user_id = ?1",
    "DELETE FROM passwords WHERE user_id = ?1",
    "DELETE FROM outer_identities WHERE user_id = ?1",
    "DELETE FROM sessions WHERE user_id = ?1",
    "DELETE FROM sign_ins WHERE user_id = ?1",
    "DELETE FROM webhooks WHERE responsible_id = ?1",
    "UPDATE webhooks SET token_id = NULL WHERE token_id IN (SELECT id FROM api_tokens WHERE user_id = ?1)",
    "DELETE FROM api_tokens WHERE user_id = ?1",
    "DELETE FROM request_copies WHERE user_id = ?1",
    "DELETE FROM request_reads WHERE user_id = ?1",
    "DELETE FROM group_memberships WHERE user_id = ?1",
    "DELETE FROM memberships WHERE user_id = ?1",
    "UPDATE users SET email = 'erased-' || id || '@erased.invalid', name = ?3, locale = 'en', last_account_id = NULL, email_proved_at = NULL, \
         disabled_at = coalesce(disabled_at, ?4), updated_at = ?4 WHERE id = ?1",
];

/// Takes what is theirs beside the tickets, and at last the name. The row stays, for tickets need a requester; `name`
/// stands for whoever it was. From here on the address is nobody's.
///
/// # Errors
/// The database refuses.
pub async fn clear_person(write: &mut Connection, person: &Person, name: &str, now: i64) -> Result<(), StoreError> {
    for statement in BESIDE {
        sqlx::query(statement)
            .bind(number(person.user))
            .bind(&person.email)
            .bind(name)
            .bind(now)
            .execute(&mut *write)
            .await?;
    }
    Ok(())
}

/// One step towards an index that holds no deleted words: they stay in it until its parts are merged. `true` where there
/// may be more to do.
///
/// # Errors
/// The database refuses.
pub async fn merge_words(write: &mut Connection, is_first: bool) -> Result<bool, StoreError> {
    // A negative number begins a merge of all parts into one (https://sqlite.org/fts5.html#the_merge_command).
    let pages = if is_first { -PAGES } else { PAGES };
    let before: i64 = sqlx::query_scalar("SELECT total_changes()").fetch_one(&mut *write).await?;
    sqlx::query("INSERT INTO request_words (request_words, rank) VALUES ('merge', ?)")
        .bind(pages)
        .execute(&mut *write)
        .await?;
    let after: i64 = sqlx::query_scalar("SELECT total_changes()").fetch_one(write).await?;
    Ok(after - before >= 2)
}

/// So many pages of the index are written in one step.
const PAGES: i64 = 500;
