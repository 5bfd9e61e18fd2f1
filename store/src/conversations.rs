//! Conversations with Copilot, each somebody's in one account, and votes on articles.

use super::Connection;
use super::StoreError;
use super::columns::{Id, Json, Moment, Name, number};
use balcao_contract::id::{AccountId, ArticleId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Answer, Conversation, NewConversation, NewQuestion, Scenario, Turn};
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
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
    let head: Option<HeadRow> = sqlx::query_as(
        "SELECT id, locale, scenario FROM conversations WHERE id = ? AND user_id = ? AND account_id = ?",
    )
    .bind(id)
    .bind(number(owner.user))
    .bind(number(owner.account))
    .fetch_optional(read)
    .await?;
    Ok(head.map(|HeadRow { id, locale, scenario }| Conversation { id, locale, scenario, turns: Vec::new() }))
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    id: String,
    #[sqlx(try_from = "Name")]
    locale: Locale,
    #[sqlx(try_from = "Name")]
    scenario: Scenario,
}

#[derive(sqlx::FromRow)]
struct TurnRow {
    number: u32,
    #[sqlx(try_from = "Json<NewQuestion>")]
    question: NewQuestion,
    #[sqlx(try_from = "Json<Answer>")]
    answer: Answer,
    helped: Option<bool>,
}

/// A conversation, whole.
///
/// # Errors
/// The read fails.
pub async fn find(read: &mut Connection, id: &str, owner: Owner) -> Result<Option<Conversation>, StoreError> {
    let Some(mut conversation) = head(read, id, owner).await? else { return Ok(None) };
    let turns: Vec<TurnRow> = sqlx::query_as(
        "SELECT number, question, answer, helped FROM conversation_turns WHERE conversation_id = ? ORDER BY number",
    )
    .bind(id)
    .fetch_all(read)
    .await?;
    let turn = |TurnRow { number, question, answer, helped }| Turn { number, question, answer, helped };
    conversation.turns = turns.into_iter().map(turn).collect();
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct VoteRow {
    /// The row.
    pub id: i64,
    /// 1 or -1.
    pub value: i64,
    /// First given.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// Last changed.
    #[sqlx(try_from = "Moment")]
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
    Ok(sqlx::query_as(
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
    .await?)
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
    let votes: Vec<VotesRow> = sqlx::query_as(
        "SELECT article_id, SUM(value) AS total, COUNT(*) AS voters FROM article_votes \
         WHERE article_id IN (SELECT value FROM json_each(?)) GROUP BY article_id",
    )
    .bind(json(&ids)?)
    .fetch_all(read)
    .await?;
    Ok(votes.into_iter().map(|row| (row.article_id, (row.total, row.voters))).collect())
}

#[derive(sqlx::FromRow)]
struct VotesRow {
    #[sqlx(try_from = "Id")]
    article_id: ArticleId,
    total: i64,
    voters: i64,
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}
