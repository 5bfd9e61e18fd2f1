//! Which requests, and how many, over every account: what agents list, search and export, as far as they reach. Every value is bound; what is
//! written into a statement comes from this file alone.

use super::Connection;
use super::StoreError;
use super::columns::{Id, MaybeId, Moment, milliseconds, number};
use super::request_list::{FoundBy, Order, Stretch, Window, push_moments};
use super::requests::RequestRow;
use super::viewer::Reach;
use super::words::Within;
use balcao_contract::id::{AccountId, GroupId, RequestId, UserId};
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite};

/// The title, what requesters can read, and agents' notes.
const EVERYWHERE: Within<'_> = Within { scope: None, columns: "subject body notes" };

/// Which tickets; `None` does not narrow them, an empty list leaves none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFilter {
    /// As far as this.
    pub reach: Reach,
    /// These.
    pub ids: Option<Vec<RequestId>>,
    /// Of these accounts.
    pub accounts: Option<Vec<AccountId>>,
    /// Of these requesters.
    pub requesters: Option<Vec<UserId>>,
    /// Answered by these; `None` among them is nobody.
    pub assignees: Option<Vec<Option<UserId>>>,
    /// Of these groups; `None` among them is no group.
    pub groups: Option<Vec<Option<GroupId>>>,
    /// In these statuses.
    pub statuses: Option<Vec<Status>>,
    /// Of these priorities.
    pub priorities: Option<Vec<Priority>>,
    /// Of these types.
    pub kinds: Option<Vec<String>>,
    /// With any of these tags.
    pub tags: Option<Vec<String>>,
    /// With none of these tags.
    pub without_tags: Vec<String>,
    /// Opened at or after, and before.
    pub created: Stretch,
    /// Changed at or after, and before.
    pub updated: Stretch,
    /// Found by what.
    pub found_by: FoundBy,
}

impl TicketFilter {
    /// Every ticket as far as this.
    #[must_use]
    pub fn within(reach: Reach) -> Self {
        Self {
            reach,
            ids: None,
            accounts: None,
            requesters: None,
            assignees: None,
            groups: None,
            statuses: None,
            priorities: None,
            kinds: None,
            tags: None,
            without_tags: Vec::new(),
            created: Stretch::default(),
            updated: Stretch::default(),
            found_by: FoundBy::default(),
        }
    }

    /// Only the status narrows it: counts are at hand.
    fn is_plain(&self) -> bool {
        Self { statuses: None, ..self.clone() } == Self::within(Reach::Everything)
    }
}

/// A ticket without its texts: a page of them is small whatever people wrote, and the rest is read a few at a time
/// ([`super::tickets::by_ids`]).
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Outline {
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
    /// When it was opened.
    #[sqlx(try_from = "Moment")]
    pub created_at: Timestamp,
    /// When anything last changed.
    #[sqlx(try_from = "Moment")]
    pub updated_at: Timestamp,
}

impl Outline {
    /// That of a whole one.
    #[must_use]
    pub const fn of(row: &RequestRow) -> Self {
        let RequestRow { id, account, requester, assignee, group, created_at, updated_at, .. } = *row;
        Self { id, account, requester, assignee, group, created_at, updated_at }
    }
}

const OUTLINE: &str = "r.id, r.account_id, r.requester_id, r.assignee_id, r.group_id, r.created_at, r.updated_at";

/// A page of tickets.
///
/// # Errors
/// The database cannot be read.
pub async fn page(
    read: &mut Connection,
    filter: &TicketFilter,
    order: Order,
    window: Window,
) -> Result<Vec<Outline>, StoreError> {
    let (column, direction) = (order.column(), order.direction());
    let mut query = QueryBuilder::<Sqlite>::new(format!("SELECT {OUTLINE} FROM requests r WHERE 1"));
    push_conditions(&mut query, filter);
    if let Some((place, id)) = window.after {
        query.push(format!(" AND (r.{column}, r.id) {} (", if order.descending { "<" } else { ">" }));
        query.push_bind(place).push(", ").push_bind(id).push(")");
    }
    query.push(format!(" ORDER BY r.{column} {direction}, r.id {direction} LIMIT "));
    query.push_bind(i64::from(window.limit)).push(" OFFSET ").push_bind(i64::from(window.offset));
    Ok(query.build_query_as().fetch_all(read).await?)
}

/// How many there are.
///
/// # Errors
/// The database cannot be read.
pub async fn count(read: &mut Connection, filter: &TicketFilter) -> Result<u64, StoreError> {
    let mut query = if filter.is_plain() {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT coalesce(sum(r.count), 0) FROM request_counts r WHERE 1");
        push_names(&mut query, "status", filter.statuses.as_deref().map(|all| all.iter().map(|one| one.name())));
        query
    } else {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM requests r WHERE 1");
        push_conditions(&mut query, filter);
        query
    };
    let count: i64 = query.build_query_scalar().fetch_one(read).await?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// A ticket in the order of changes.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Exported {
    /// Its newest event: its place in the export.
    pub event: i64,
    /// The ticket.
    #[sqlx(flatten)]
    pub ticket: Outline,
}

/// Tickets in the order in which they changed last, by the order of the commits rather than the clock: whoever goes on
/// after the last one's event misses nothing, also of what is being written right now.
///
/// # Errors
/// The database cannot be read.
pub async fn changed_after(
    read: &mut Connection,
    event: i64,
    since: Option<DateTime<Utc>>,
    limit: u32,
) -> Result<Vec<Exported>, StoreError> {
    let sql = format!(
        "SELECT {OUTLINE}, e.id AS event FROM events e JOIN requests r ON r.id = e.request_id \
         WHERE e.id > ?1 AND e.created_at >= ?2 \
             AND NOT EXISTS (SELECT 1 FROM events l WHERE l.request_id = e.request_id AND l.id > e.id) \
         ORDER BY e.id LIMIT ?3"
    );
    let query = sqlx::query_as(&sql).bind(event).bind(since.map_or(i64::MIN, milliseconds)).bind(limit);
    Ok(query.fetch_all(read).await?)
}

/// A page of tickets by the moment of their last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedSince {
    /// Oldest change first; more than were asked for where several changed within the last one's second.
    pub tickets: Vec<Changed>,
    /// Whether others changed later.
    pub more: bool,
}

/// A ticket, and when its newest event was.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Changed {
    /// When.
    #[sqlx(try_from = "Moment")]
    pub changed_at: Timestamp,
    /// The ticket.
    #[sqlx(flatten)]
    pub ticket: Outline,
}

/// Tickets that changed at a moment or later: at most `limit`, and those of the last one's second. A page does not end
/// at `settled` or later, where something may still be written before what is there: it goes on to the newest then.
///
/// # Errors
/// The database cannot be read.
pub async fn changed_since(
    read: &mut Connection,
    since: DateTime<Utc>,
    settled: DateTime<Utc>,
    limit: u32,
) -> Result<ChangedSince, StoreError> {
    let newest = "FROM events e WHERE e.created_at >= ?1 \
        AND NOT EXISTS (SELECT 1 FROM events l WHERE l.request_id = e.request_id AND l.id > e.id)";
    // The second of the last ticket that is asked for ends the page.
    let sql = format!("SELECT e.created_at / 1000 {newest} ORDER BY e.created_at, e.id LIMIT 1 OFFSET ?2");
    let place = i64::from(limit.max(1)) - 1;
    let last: Option<i64> =
        sqlx::query_scalar(&sql).bind(milliseconds(since)).bind(place).fetch_optional(&mut *read).await?;
    let end = last.map(|second| second.saturating_add(1).saturating_mul(1000));
    let before = end.filter(|end| *end <= milliseconds(settled)).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT {OUTLINE}, n.created_at AS changed_at FROM (SELECT e.id, e.request_id, e.created_at {newest}) n \
         JOIN requests r ON r.id = n.request_id WHERE n.created_at < ?2 ORDER BY n.created_at, n.id"
    );
    let tickets = sqlx::query_as(&sql).bind(milliseconds(since)).bind(before).fetch_all(&mut *read).await?;
    let sql = format!("SELECT EXISTS (SELECT 1 {newest} AND e.created_at >= ?2)");
    let more = sqlx::query_scalar(&sql).bind(milliseconds(since)).bind(before).fetch_one(read).await?;
    Ok(ChangedSince { tickets, more })
}

fn push_conditions(query: &mut QueryBuilder<'_, Sqlite>, filter: &TicketFilter) {
    push_ids(query, "id", filter.ids.as_deref());
    push_ids(query, "account_id", filter.accounts.as_deref());
    push_ids(query, "requester_id", filter.requesters.as_deref());
    if let Some(assignees) = &filter.assignees {
        let known: Vec<UserId> = assignees.iter().copied().flatten().collect();
        query.push(" AND (0");
        if assignees.contains(&None) {
            query.push(" OR r.assignee_id IS NULL");
        }
        query.push(" OR r.assignee_id IN (SELECT value FROM json_each(").push_bind(json(&known)).push(")))");
    }
    push_reach(query, &filter.reach);
    if let Some(groups) = &filter.groups {
        let known: Vec<GroupId> = groups.iter().copied().flatten().collect();
        query.push(" AND (0");
        if groups.contains(&None) {
            query.push(" OR r.group_id IS NULL");
        }
        query.push(" OR r.group_id IN (SELECT value FROM json_each(").push_bind(json(&known)).push(")))");
    }
    push_names(query, "status", filter.statuses.as_deref().map(|all| all.iter().map(|one| one.name())));
    push_names(query, "priority", filter.priorities.as_deref().map(|all| all.iter().map(|one| one.name())));
    push_names(query, "kind", filter.kinds.as_deref().map(|all| all.iter().map(String::as_str)));
    if let Some(tags) = &filter.tags {
        push_tags(query, "IN", tags);
    }
    if !filter.without_tags.is_empty() {
        push_tags(query, "NOT IN", &filter.without_tags);
    }
    push_moments(query, filter.created, filter.updated);
    let signed = |id: u64| i64::try_from(id).unwrap_or(i64::MAX);
    match &filter.found_by {
        FoundBy::Anything => {}
        FoundBy::Nothing => {
            query.push(" AND 0");
        }
        FoundBy::Number(id) => {
            query.push(" AND r.id = ").push_bind(signed(*id));
        }
        FoundBy::Words { with, without } => {
            query.push(" AND r.id ").push(if with.is_empty() { "NOT IN (" } else { "IN (" });
            EVERYWHERE.push(query, with, without);
            query.push(")");
        }
        FoundBy::NumberOrWords(id, words) => {
            query.push(" AND r.id IN (SELECT ").push_bind(signed(*id)).push(" UNION ALL ");
            EVERYWHERE.push(query, words, &[]);
            query.push(")");
        }
    }
}

/// Leaves out what is beyond an agent's reach, of the requests `r`.
pub(super) fn push_reach(query: &mut QueryBuilder<'_, Sqlite>, reach: &Reach) {
    if let Reach::Groups(groups) = reach {
        query.push(" AND (r.group_id IS NULL OR r.group_id IN (SELECT value FROM json_each(");
        query.push_bind(json(groups)).push(")))");
    }
}

fn json<T: Copy + Into<u64>>(ids: &[T]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| (*id).into().to_string()).collect();
    format!("[{}]", ids.join(","))
}

fn push_ids<T: Copy + Into<u64>>(query: &mut QueryBuilder<'_, Sqlite>, column: &str, ids: Option<&[T]>) {
    match ids {
        None => {}
        // One value lets an index give the order, too.
        Some([one]) => {
            query.push(format!(" AND r.{column} = ")).push_bind(number(*one));
        }
        Some(ids) => {
            query.push(format!(" AND r.{column} IN (SELECT value FROM json_each("));
            query.push_bind(json(ids)).push("))");
        }
    }
}

fn push_names<'a>(
    query: &mut QueryBuilder<'_, Sqlite>,
    column: &str,
    names: Option<impl ExactSizeIterator<Item = &'a str>>,
) {
    let Some(names) = names else { return };
    if names.len() == 0 {
        query.push(" AND 0");
        return;
    }
    query.push(format!(" AND r.{column} IN ("));
    let mut list = query.separated(", ");
    for name in names {
        list.push_bind(name.to_owned());
    }
    query.push(")");
}

fn push_tags(query: &mut QueryBuilder<'_, Sqlite>, relation: &str, tags: &[String]) {
    query.push(format!(" AND r.id {relation} (SELECT t.request_id FROM request_tags t WHERE t.tag IN ("));
    let mut list = query.separated(", ");
    for tag in tags {
        list.push_bind(tag.clone());
    }
    query.push("))");
}
