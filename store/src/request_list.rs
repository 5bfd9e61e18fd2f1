//! Which requests, and how many: one page of one requester's, of a whole account's, or of those that somebody is in copy of, in one order. Every value is bound; what is written
//! into the statement comes from this file alone.

use super::Connection;
use super::StoreError;
use super::columns::{Count, milliseconds, number};
use super::requests::{COLUMNS, RequestRow};
use super::words::Within;
use balcao_contract::id::{AccountId, FormId, UserId};
use balcao_contract::panel::StatusCounts;
use balcao_contract::status::{ShownStatus, Status};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite};

/// Which requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Of this account.
    pub account: AccountId,
    /// Whose of them.
    pub scope: Scope,
    /// Any of these; `None` for all.
    pub statuses: Option<Vec<Status>>,
    /// Opened at or after, and before.
    pub created: Stretch,
    /// Changed at or after, and before.
    pub updated: Stretch,
    /// Opened with this form.
    pub form: Option<FormId>,
    /// Found by what.
    pub found_by: FoundBy,
}

impl Filter {
    /// Everything that this person asked in this account.
    #[must_use]
    pub fn own(account: AccountId, requester: UserId) -> Self {
        Self {
            account,
            scope: Scope::One(requester),
            statuses: None,
            created: (None, None),
            updated: (None, None),
            form: None,
            found_by: FoundBy::Anything,
        }
    }

    /// Only the status narrows it: counts are at hand, and indices give any page.
    fn is_plain(&self) -> bool {
        let counted = matches!(self.scope, Scope::One(_) | Scope::Account);
        let any_time = self.created == (None, None) && self.updated == (None, None);
        counted && any_time && self.form.is_none() && self.found_by == FoundBy::Anything
    }

    /// The words decide: SQLite is to start from them. Words that must not stand there only pass over some.
    fn is_by_words(&self) -> bool {
        match &self.found_by {
            FoundBy::Words { with, .. } => !with.is_empty(),
            FoundBy::NumberOrWords(..) => true,
            _ => false,
        }
    }

    /// What is found is few, or should be: nothing is walked to find it.
    fn is_looked_up(&self) -> bool {
        self.is_by_words() || matches!(self.found_by, FoundBy::Nothing | FoundBy::Number(_))
    }

    fn wants(&self, status: Status) -> bool {
        self.statuses.as_ref().is_none_or(|statuses| statuses.contains(&status))
    }
}

/// Whose requests of an account. Who may see more than their own is the caller's question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// This person's.
    One(UserId),
    /// Everybody's.
    Account,
    /// Those that this person is in copy of.
    Copied(UserId),
    /// Those of whom every one of these names: an id, an e-mail address, or a first and last name.
    Named(Vec<String>),
}

/// What a request is found by. Expressions are FTS5's, with every word quoted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FoundBy {
    /// Not narrowed.
    #[default]
    Anything,
    /// Nothing can be found.
    Nothing,
    /// This number.
    Number(u64),
    /// All of `with`, none of `without`; either may be empty.
    Words {
        /// All of these, wherever each stands.
        with: Vec<String>,
        /// None of these.
        without: Vec<String>,
    },
    /// This number, or these words.
    NumberOrWords(u64, Vec<String>),
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By the last change rather than by the opening.
    pub by_update: bool,
    /// Newest first.
    pub descending: bool,
}

impl Order {
    pub(super) const fn column(self) -> &'static str {
        if self.by_update { "updated_at" } else { "created_at" }
    }

    pub(super) const fn direction(self) -> &'static str {
        if self.descending { "DESC" } else { "ASC" }
    }
}

/// Which part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// At most so many.
    pub limit: u32,
    /// So many are passed over.
    pub offset: u32,
    /// Only what follows this place in the order: the sort key in milliseconds, then the number.
    pub after: Option<(i64, i64)>,
}

/// A page of requests.
///
/// # Errors
/// The database cannot be read.
pub async fn page(
    read: &mut Connection,
    filter: &Filter,
    order: Order,
    window: Window,
) -> Result<Vec<RequestRow>, StoreError> {
    let (column, direction) = (order.column(), order.direction());
    let mut query = QueryBuilder::<Sqlite>::new("SELECT ");
    query.push(COLUMNS).push(" FROM (");
    // One index walk for each status, merged: a page of a rare status does not read past the frequent ones.
    let walks: Vec<Option<Status>> = match &filter.statuses {
        Some(statuses) if filter.is_plain() && filter.scope != Scope::Account => {
            statuses.iter().copied().map(Some).collect()
        }
        _ => vec![None],
    };
    if walks.is_empty() {
        return Ok(Vec::new());
    }
    for (place, status) in walks.into_iter().enumerate() {
        if place > 0 {
            query.push(" UNION ALL ");
        }
        query.push(format!(
            "SELECT * FROM (SELECT r.id AS found, r.{column} AS place FROM {} WHERE ",
            source(filter, order)
        ));
        push_conditions(&mut query, filter, status);
        if let Some((place, id)) = window.after {
            query.push(format!(" AND (r.{column}, r.id) {} (", if order.descending { "<" } else { ">" }));
            query.push_bind(place).push(", ").push_bind(id).push(")");
        }
        query.push(format!(" ORDER BY r.{column} {direction}, r.id {direction} LIMIT "));
        query.push_bind(i64::from(window.limit) + i64::from(window.offset)).push(")");
    }
    // Sorted and cut before the rows themselves are read.
    query.push(format!(" ORDER BY 2 {direction}, 1 {direction} LIMIT "));
    query.push_bind(i64::from(window.limit)).push(" OFFSET ").push_bind(i64::from(window.offset));
    query.push(format!(") JOIN requests r ON r.id = found ORDER BY place {direction}, found {direction}"));
    Ok(query.build_query_as().fetch_all(read).await?)
}

/// A page of requests, and how many there are on all of them. What words find is looked for once for both. Who looks for a
/// number that is also a word elsewhere finds the request of that number first, whatever the order.
///
/// # Errors
/// The database cannot be read.
pub async fn counted_page(
    read: &mut Connection,
    filter: &Filter,
    order: Order,
    window: Window,
) -> Result<(Vec<RequestRow>, u64), StoreError> {
    if !filter.is_by_words() || window.after.is_some() {
        return Ok((page(read, filter, order, window).await?, count(read, filter).await?));
    }
    let (column, direction) = (order.column(), order.direction());
    let mut query = QueryBuilder::<Sqlite>::new("WITH hits AS MATERIALIZED (SELECT r.id AS found, ");
    query.push(format!("r.{column} AS place FROM {} WHERE ", source(filter, order)));
    push_conditions(&mut query, filter, None);
    query.push(") SELECT ").push(COLUMNS).push(", (SELECT count(*) FROM hits) AS total FROM (");
    let exact = match filter.found_by {
        FoundBy::NumberOrWords(id, _) => i64::try_from(id).unwrap_or(i64::MAX),
        _ => 0,
    };
    let order = format!(" DESC, place {direction}, found {direction}");
    query.push("SELECT found, place FROM hits ORDER BY found = ").push_bind(exact).push(&order).push(" LIMIT ");
    query.push_bind(i64::from(window.limit)).push(" OFFSET ").push_bind(i64::from(window.offset));
    query.push(") JOIN requests r ON r.id = found ORDER BY found = ").push_bind(exact).push(&order);
    let hits: Vec<Hit> = query.build_query_as().fetch_all(&mut *read).await?;
    let total = match hits.first() {
        Some(hit) => hit.total,
        // Beyond the last page no row says it.
        None if window.offset > 0 => count(read, filter).await?,
        None => 0,
    };
    Ok((hits.into_iter().map(|hit| hit.row).collect(), total))
}

/// A request that words found, and how many they found.
#[derive(sqlx::FromRow)]
struct Hit {
    #[sqlx(flatten)]
    row: RequestRow,
    #[sqlx(try_from = "Count")]
    total: u64,
}

/// How many there are.
///
/// # Errors
/// The database cannot be read.
pub async fn count(read: &mut Connection, filter: &Filter) -> Result<u64, StoreError> {
    let counts = by_status(read, filter).await?;
    Ok(counts.into_iter().filter(|(status, _)| filter.wants(*status)).map(|(_, count)| count).sum())
}

/// How many there are behind each of the history's filters. The filter's own statuses do not narrow it.
///
/// # Errors
/// The database cannot be read.
pub async fn status_counts(read: &mut Connection, filter: &Filter) -> Result<StatusCounts, StoreError> {
    let mut counts = StatusCounts::default();
    let filter = Filter { statuses: None, ..filter.clone() };
    for (status, count) in by_status(read, &filter).await? {
        let place = match status.shown() {
            ShownStatus::Open => &mut counts.open,
            ShownStatus::Pending => &mut counts.pending,
            ShownStatus::Solved => &mut counts.solved,
            ShownStatus::Closed => &mut counts.closed,
        };
        *place += count;
    }
    Ok(counts)
}

async fn by_status(read: &mut Connection, filter: &Filter) -> Result<Vec<(Status, u64)>, StoreError> {
    let rows: Vec<(String, i64)> = if filter.is_plain() {
        let one = match filter.scope {
            Scope::One(requester) => Some(number(requester)),
            Scope::Account | Scope::Copied(_) | Scope::Named(_) => None,
        };
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT status, sum(count) FROM request_counts WHERE account_id = ");
        query.push_bind(number(filter.account));
        if let Some(requester) = one {
            query.push(" AND requester_id = ").push_bind(requester);
        }
        query.push(" GROUP BY status").build_query_as().fetch_all(read).await?
    } else {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT r.status, count(*) FROM ");
        let order = Order { by_update: filter.updated != (None, None), descending: false };
        query.push(source(filter, order)).push(" WHERE ");
        push_conditions(&mut query, filter, None);
        query.push(" GROUP BY r.status");
        query.build_query_as().fetch_all(read).await?
    };
    rows.into_iter()
        .map(|(name, count)| {
            let status = Status::from_name(&name).ok_or_else(|| StoreError::Corrupt(format!("status: {name}")))?;
            Ok((status, u64::try_from(count).unwrap_or_default()))
        })
        .collect()
}

/// Where to read. After words an index that holds all a list needs: whole requests lie far apart on the disk. A whole
/// account is walked in its order: SQLite would rather gather each requester's and sort.
fn source(filter: &Filter, order: Order) -> &'static str {
    if filter.is_by_words() {
        "requests r INDEXED BY requests_by_number"
    } else if filter.scope != Scope::Account || filter.is_looked_up() {
        "requests r"
    } else if order.by_update {
        "requests r INDEXED BY requests_of_account_by_update"
    } else {
        "requests r INDEXED BY requests_of_account_by_creation"
    }
}

fn push_conditions(query: &mut QueryBuilder<'_, Sqlite>, filter: &Filter, status: Option<Status>) {
    // What is found by words or number is few, and so is what somebody is in copy of: SQLite is to start from there. The plus takes its indices over the
    // requester's whole list away (https://sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_).
    let plus = if filter.is_looked_up() || matches!(filter.scope, Scope::Copied(_)) { "+" } else { "" };
    query.push(format!("{plus}r.account_id = ")).push_bind(number(filter.account));
    match &filter.scope {
        Scope::One(requester) => {
            query.push(format!(" AND {plus}r.requester_id = ")).push_bind(number(*requester));
        }
        Scope::Account => {}
        Scope::Copied(person) => {
            query.push(" AND r.id IN (SELECT k.request_id FROM people_in_copy k WHERE k.user_id = ");
            query.push_bind(number(*person)).push(")");
        }
        Scope::Named(names) => names.iter().for_each(|name| push_named(query, filter.account, name)),
    }
    if let Some(status) = status {
        query.push(" AND r.status = ").push_bind(status.name());
    } else if let Some(statuses) = &filter.statuses {
        query.push(" AND r.status IN (");
        let mut list = query.separated(", ");
        for status in statuses {
            list.push_bind(status.name());
        }
        query.push(")");
    }
    push_moments(query, filter.created, filter.updated);
    if let Some(form) = filter.form {
        query.push(" AND +r.form_id = ").push_bind(number(form));
    }
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
            query.push(if with.is_empty() { " AND r.id NOT IN (" } else { " AND r.id IN (" });
            push_words(query, filter, with, without);
            query.push(")");
        }
        FoundBy::NumberOrWords(id, words) => {
            query.push(" AND r.id IN (SELECT ").push_bind(signed(*id)).push(" UNION ALL ");
            push_words(query, filter, words, &[]);
            query.push(")");
        }
    }
}

/// A stretch of time: from a moment on, and before another.
pub type Stretch = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Opened, and last changed, within these.
pub(super) fn push_moments(query: &mut QueryBuilder<'_, Sqlite>, created: Stretch, updated: Stretch) {
    for (column, (from, before)) in [("created_at", created), ("updated_at", updated)] {
        if let Some(from) = from {
            query.push(format!(" AND r.{column} >= ")).push_bind(milliseconds(from));
        }
        if let Some(before) = before {
            query.push(format!(" AND r.{column} < ")).push_bind(milliseconds(before));
        }
    }
}

/// Requests of whom a name means, among those who have opened any here.
fn push_named(query: &mut QueryBuilder<'_, Sqlite>, account: AccountId, name: &str) {
    query.push(" AND +r.requester_id IN (SELECT u.id FROM request_counts c JOIN users u ON u.id = c.requester_id ");
    query.push("WHERE c.account_id = ").push_bind(number(account));
    query.push(" AND (u.id = ").push_bind(name.parse::<i64>().unwrap_or_default());
    query.push(" OR u.email = ").push_bind(name.to_lowercase());
    query.push(" OR u.name = ").push_bind(name.to_owned()).push("))");
}

/// Words within one's own requests, or the account's.
fn push_words(query: &mut QueryBuilder<'_, Sqlite>, filter: &Filter, with: &[String], without: &[String]) {
    let within = match filter.scope {
        Scope::One(requester) => format!("a{}u{requester}", filter.account),
        Scope::Account | Scope::Copied(_) | Scope::Named(_) => format!("a{}", filter.account),
    };
    Within { scope: Some(&within), columns: "subject body" }.push(query, with, without);
}
