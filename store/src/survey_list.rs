//! Which surveys, and how many: a tab of one requester's page, and the lists of agents. Every value is bound; what is
//! written into the statements comes from this file alone.

use super::Connection;
use super::StoreError;
use super::columns::{milliseconds, number};
use super::request_list::{FoundBy, Order, Window};
use super::surveys::{AskedRow, COLUMNS, SurveyRow};
use super::ticket_list::push_reach;
use super::viewer::Reach;
use super::words::Within;
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::panel::SurveyCounts;
use balcao_contract::survey::{Score, SurveyState};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite};

/// Which surveys of one requester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFilter {
    /// Of this account.
    pub account: AccountId,
    /// Of this person.
    pub requester: UserId,
    /// Of this tab; `None` for all.
    pub state: Option<SurveyState>,
    /// Found by what: the number, or words of the title.
    pub found_by: FoundBy,
    /// Whatever was solved then or before takes no answers any more; `None` where the clock has not run so long.
    pub over_until: Option<DateTime<Utc>>,
}

/// A page of one requester's surveys, the last solved first.
///
/// # Errors
/// The database cannot be read.
pub async fn own_page(
    read: &mut Connection,
    filter: &OwnFilter,
    limit: u32,
    offset: u32,
) -> Result<Vec<AskedRow>, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT r.id AS asked_id, r.subject, r.status, ");
    query.push("r.assignee_id AS answers_now, ").push(COLUMNS);
    query.push(" FROM (SELECT s.id AS found FROM surveys s WHERE ");
    push_own(&mut query, filter);
    if let Some(state) = filter.state {
        query.push(" AND ");
        push_state(&mut query, filter, state);
    }
    query.push(" ORDER BY s.solved_at DESC, s.id DESC LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
    query.push(") JOIN surveys s ON s.id = found JOIN requests r ON r.id = s.request_id");
    query.push(" ORDER BY s.solved_at DESC, s.id DESC");
    Ok(query.build_query_as().fetch_all(read).await?)
}

/// How many there are behind each tab. The filter's own state does not narrow them.
///
/// # Errors
/// The database cannot be read.
pub async fn own_counts(read: &mut Connection, filter: &OwnFilter) -> Result<SurveyCounts, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT ");
    for (place, state) in SurveyState::ALL.into_iter().enumerate() {
        query.push(if place == 0 { "count(*) FILTER (WHERE " } else { ", count(*) FILTER (WHERE " });
        push_state(&mut query, filter, state);
        query.push(")");
    }
    query.push(" FROM surveys s WHERE ");
    push_own(&mut query, filter);
    let (pending, reviewed, expired): (i64, i64, i64) = query.build_query_as().fetch_one(read).await?;
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(SurveyCounts { pending: count(pending), reviewed: count(reviewed), expired: count(expired) })
}

/// The same states as `contract::survey::SurveyState::of`, in the database's words.
fn push_state(query: &mut QueryBuilder<'_, Sqlite>, filter: &OwnFilter, state: SurveyState) {
    let over_until = filter.over_until.map_or(i64::MIN, milliseconds);
    match state {
        SurveyState::Reviewed => {
            query.push("s.score IS NOT NULL");
        }
        SurveyState::Pending => {
            query.push("s.score IS NULL AND s.ended IS NULL AND s.solved_at > ").push_bind(over_until);
        }
        SurveyState::Expired => {
            query.push("s.score IS NULL AND (s.ended IS NOT NULL OR s.solved_at <= ").push_bind(over_until).push(")");
        }
    }
}

fn push_own(query: &mut QueryBuilder<'_, Sqlite>, filter: &OwnFilter) {
    query.push("s.account_id = ").push_bind(number(filter.account));
    query.push(" AND s.requester_id = ").push_bind(number(filter.requester));
    query.push(" AND s.ended IS NOT 'reopened'");
    let signed = |id: u64| i64::try_from(id).unwrap_or(i64::MAX);
    match &filter.found_by {
        FoundBy::Anything => {}
        FoundBy::Nothing => {
            query.push(" AND 0");
        }
        FoundBy::Number(id) => {
            query.push(" AND s.request_id = ").push_bind(signed(*id));
        }
        FoundBy::Words { with, .. } => {
            query.push(" AND s.request_id IN (");
            push_title(query, filter, with);
            query.push(")");
        }
        FoundBy::NumberOrWords(id, words) => {
            query.push(" AND s.request_id IN (SELECT ").push_bind(signed(*id)).push(" UNION ALL ");
            push_title(query, filter, words);
            query.push(")");
        }
    }
}

/// Words of the title within one's own requests.
fn push_title(query: &mut QueryBuilder<'_, Sqlite>, filter: &OwnFilter, words: &[String]) {
    let scope = format!("a{}u{}", filter.account, filter.requester);
    Within { scope: Some(&scope), columns: "subject" }.push(query, words, &[]);
}

/// Which ratings of everybody, as Zendesk's `score` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingFilter {
    /// Of tickets as far as this.
    pub reach: Reach,
    /// Answered, or only asked for; `None` for both.
    pub received: Option<bool>,
    /// With this score.
    pub score: Option<Score>,
    /// With a comment, or without one.
    pub with_comment: Option<bool>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Not after.
    pub to: Option<DateTime<Utc>>,
}

impl RatingFilter {
    /// Every rating as far as this.
    #[must_use]
    pub const fn within(reach: Reach) -> Self {
        Self { reach, received: None, score: None, with_comment: None, from: None, to: None }
    }
}

/// A page of ratings of every account.
///
/// # Errors
/// The database cannot be read.
pub async fn ratings(
    read: &mut Connection,
    filter: &RatingFilter,
    order: Order,
    window: Window,
) -> Result<Vec<SurveyRow>, StoreError> {
    let column = if order.by_update { "updated_at" } else { "created_at" };
    let (direction, sign) = if order.descending { ("DESC", "<") } else { ("ASC", ">") };
    let mut query = QueryBuilder::<Sqlite>::new(format!("SELECT {COLUMNS} FROM surveys s WHERE "));
    push_rating(&mut query, filter);
    if let Some((place, id)) = window.after {
        query.push(format!(" AND (s.{column}, s.id) {sign} (")).push_bind(place).push(", ").push_bind(id).push(")");
    }
    query.push(format!(" ORDER BY s.{column} {direction}, s.id {direction} LIMIT "));
    query.push_bind(window.limit).push(" OFFSET ").push_bind(window.offset);
    Ok(query.build_query_as().fetch_all(read).await?)
}

/// How many ratings there are.
///
/// # Errors
/// The database cannot be read.
pub async fn count_ratings(read: &mut Connection, filter: &RatingFilter) -> Result<u64, StoreError> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM surveys s WHERE ");
    push_rating(&mut query, filter);
    let count: i64 = query.build_query_scalar().fetch_one(read).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

fn push_rating(query: &mut QueryBuilder<'_, Sqlite>, filter: &RatingFilter) {
    query.push("1");
    if filter.reach != Reach::Everything {
        query.push(" AND EXISTS (SELECT 1 FROM requests r WHERE r.id = s.request_id");
        push_reach(query, &filter.reach);
        query.push(")");
    }
    if let Some(received) = filter.received {
        query.push(if received { " AND s.score IS NOT NULL" } else { " AND s.score IS NULL" });
    }
    if let Some(score) = filter.score {
        query.push(" AND s.score = ").push_bind(score.name());
    }
    if let Some(with_comment) = filter.with_comment {
        query.push(if with_comment { " AND s.comment IS NOT NULL" } else { " AND s.comment IS NULL" });
    }
    if let Some(from) = filter.from {
        query.push(" AND s.created_at >= ").push_bind(milliseconds(from));
    }
    if let Some(to) = filter.to {
        query.push(" AND s.created_at <= ").push_bind(milliseconds(to));
    }
}
