//! Conversations with Copilot, each somebody's in one account, and votes on articles.

use super::Connection;
use super::StoreError;
use super::columns::{moment, named, number};
use balcao_contract::id::{AccountId, ArticleId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Answer, Conversation, NewConversation, NewQuestion, Scenario, Turn};
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

/// Whose conversation it has to be: everybody else's does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// Who.
    pub user: UserId,
    /// In which account.
    pub account: AccountId,
}

/// Begins a conversation under an id that nobody can guess.
///
/// # Errors
/// The write fails.
pub async fn insert(
    write: &mut Connection,
    id: &str,
    owner: Owner,
    new: &NewConversation,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO conversations (id, user_id, account_id, locale, scenario, created_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(number(owner.user))
    .bind(number(owner.account))
    .bind(new.locale.code())
    .bind(new.scenario.name())
    .bind(now.timestamp_millis())
    .execute(write)
    .await?;
    Ok(())
}

/// A conversation without its turns; `None` where there is none, or it is somebody else's.
///
/// # Errors
/// The read fails.
pub async fn head(read: &mut Connection, id: &str, owner: Owner) -> Result<Option<Conversation>, StoreError> {
    let row =
        sqlx::query("SELECT id, locale, scenario FROM conversations WHERE id = ? AND user_id = ? AND account_id = ?")
            .bind(id)
            .bind(number(owner.user))
            .bind(number(owner.account))
            .fetch_optional(read)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let corrupt = || StoreError::Corrupt("conversations".to_owned());
    Ok(Some(Conversation {
        id: row.try_get("id")?,
        locale: named(&row, "locale", Locale::from_tag)?.ok_or_else(corrupt)?,
        scenario: named(&row, "scenario", Scenario::from_name)?.ok_or_else(corrupt)?,
        turns: Vec::new(),
    }))
}

/// A conversation, whole.
///
/// # Errors
/// The read fails.
pub async fn find(read: &mut Connection, id: &str, owner: Owner) -> Result<Option<Conversation>, StoreError> {
    let Some(mut conversation) = head(read, id, owner).await? else { return Ok(None) };
    let rows = sqlx::query(
        "SELECT number, question, answer, helped FROM conversation_turns WHERE conversation_id = ? ORDER BY number",
    )
    .bind(id)
    .fetch_all(read)
    .await?;
    conversation.turns = rows.iter().map(turn).collect::<Result<_, _>>()?;
    Ok(Some(conversation))
}

/// How many turns a conversation has.
///
/// # Errors
/// The read fails.
pub async fn count_turns(read: &mut Connection, id: &str) -> Result<u32, StoreError> {
    Ok(sqlx::query_scalar("SELECT COUNT(*) FROM conversation_turns WHERE conversation_id = ?")
        .bind(id)
        .fetch_one(read)
        .await?)
}

/// Adds a turn after the last one; its number.
///
/// # Errors
/// The write fails.
pub async fn add_turn(
    write: &mut Connection,
    id: &str,
    question: &NewQuestion,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Result<u32, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO conversation_turns (conversation_id, number, question, answer, created_at) \
         VALUES (?1, (SELECT COALESCE(MAX(number), 0) + 1 FROM conversation_turns WHERE conversation_id = ?1), ?2, ?3, ?4) \
         RETURNING number",
    )
    .bind(id)
    .bind(json(question)?)
    .bind(json(answer)?)
    .bind(now.timestamp_millis())
    .fetch_one(write)
    .await?)
}

/// Notes whether a turn helped. `false` where there is no such turn.
///
/// # Errors
/// The write fails.
pub async fn set_helped(write: &mut Connection, id: &str, turn: u32, helped: bool) -> Result<bool, StoreError> {
    let done = sqlx::query("UPDATE conversation_turns SET helped = ? WHERE conversation_id = ? AND number = ?")
        .bind(helped)
        .bind(id)
        .bind(turn)
        .execute(write)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Somebody's vote on an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoteRow {
    /// The row.
    pub id: i64,
    /// 1 or -1.
    pub value: i64,
    /// First given.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// Whether a user has voted on an article.
///
/// # Errors
/// The read fails.
pub async fn has_vote(read: &mut Connection, user: UserId, article: ArticleId) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM article_votes WHERE user_id = ? AND article_id = ?)")
        .bind(number(user))
        .bind(number(article))
        .fetch_one(read)
        .await?)
}

/// Keeps a user's vote on an article; a second one takes the place of the first.
///
/// # Errors
/// The write fails.
pub async fn vote(
    write: &mut Connection,
    user: UserId,
    article: ArticleId,
    up: bool,
    now: DateTime<Utc>,
) -> Result<VoteRow, StoreError> {
    let row = sqlx::query(
        "INSERT INTO article_votes (user_id, article_id, value, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4) \
         ON CONFLICT (user_id, article_id) DO UPDATE SET \
             updated_at = CASE WHEN value = excluded.value THEN updated_at ELSE excluded.updated_at END, \
             value = excluded.value \
         RETURNING id, value, created_at, updated_at",
    )
    .bind(number(user))
    .bind(number(article))
    .bind(if up { 1_i64 } else { -1 })
    .bind(now.timestamp_millis())
    .fetch_one(write)
    .await?;
    Ok(VoteRow {
        id: row.try_get("id")?,
        value: row.try_get("value")?,
        created_at: moment(&row, "created_at")?,
        updated_at: moment(&row, "updated_at")?,
    })
}

/// Sum and number of the votes on articles; what nobody voted on is not in it.
///
/// # Errors
/// The read fails.
pub async fn votes(
    read: &mut Connection,
    articles: &[ArticleId],
) -> Result<BTreeMap<ArticleId, (i64, i64)>, StoreError> {
    let ids: Vec<u64> = articles.iter().map(|id| id.get()).collect();
    let rows = sqlx::query(
        "SELECT article_id, SUM(value) AS total, COUNT(*) AS voters FROM article_votes \
         WHERE article_id IN (SELECT value FROM json_each(?)) GROUP BY article_id",
    )
    .bind(json(&ids)?)
    .fetch_all(read)
    .await?;
    rows.iter()
        .map(|row| Ok((super::columns::id(row, "article_id")?, (row.try_get("total")?, row.try_get("voters")?))))
        .collect()
}

fn turn(row: &SqliteRow) -> Result<Turn, StoreError> {
    Ok(Turn {
        number: row.try_get("number")?,
        question: read_json(row, "question")?,
        answer: read_json(row, "answer")?,
        helped: row.try_get("helped")?,
    })
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

fn read_json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, StoreError> {
    let text: String = row.try_get(column)?;
    serde_json::from_str(&text).map_err(|error| StoreError::Corrupt(format!("conversation_turns.{column}: {error}")))
}
