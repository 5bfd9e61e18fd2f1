//! The general search: tickets, people or accounts.

use super::super::paging::{Depth, Page, Paging};
use super::super::params::Params;
use super::super::requests::connection;
use super::super::wire::{PageParams, SearchCount, SearchResults};
use super::people::{organization_shape, user_shape};
use super::tickets::{place, stream};
use crate::http::{ApiError, App, Json};
use crate::identity::Agent;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use balcao_contract::id::{GroupId, UserId};
use balcao_contract::text;
use balcao_desk::agent_search::{self, AgentQuery, What};
use balcao_desk::search::{MAX_QUERY, OrderBy, WordsExpression};
use balcao_store::directory::AccountRow;
use balcao_store::people::{self, PeopleFilter, WholePerson};
use balcao_store::request_list::{FoundBy, Order};
use balcao_store::ticket_list::{self, TicketFilter};
use balcao_store::ticket_readers::Way;
use balcao_store::{Connection, StoreError, groups};
use serde::Serialize;
use serde_json::{Value, json};

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/v2/search", get(search)).route("/api/v2/search/count", get(count))
}

fn read_query(params: &Params) -> Result<AgentQuery, ApiError> {
    let query = params.get("query").unwrap_or_default();
    if text::length(query) > MAX_QUERY {
        return Err(ApiError::parameter("query"));
    }
    Ok(agent_search::parse(query))
}

/// Tickets that fit a query; with `type:user` people, with `type:organization` accounts.
#[utoipa::path(get, path = "/api/v2/search", tag = "tickets", params(
    ("query" = Option<String>, Query, description = "type:ticket, words, status<solved, requester:, assignee:, \
        group:, organization:, priority>=high, ticket_type:, tags:, -tags:, created>=2026-01-01, updated:, order_by:updated_at sort:desc"),
    ("sort_by" = Option<String>, Query, description = "created_at or updated_at"),
    ("sort_order" = Option<String>, Query, description = "asc or desc"), PageParams,
), responses((status = 200, body = SearchResults), (status = 400), (status = 403),
    (status = 422, description = "Past 1,000 results by offset")))]
pub(in crate::http) async fn search(
    State(app): State<App>,
    agent: Agent,
    params: Params,
) -> Result<Response, ApiError> {
    let asked = read_query(&params)?;
    let order = Order {
        by_update: asked.query.order_by.is_none_or(|by| by == OrderBy::UpdatedAt),
        descending: asked.query.descending.unwrap_or(true),
    };
    let paging = Paging::read(&params, order, Depth::Search)?;
    let mut read = connection(&app).await?;
    let (window, order, counts) = (paging.window(), paging.order(), paging.counts());
    let created = |moment: balcao_contract::time::Timestamp, id: u64| {
        (moment.unix_milliseconds(), i64::try_from(id).unwrap_or(i64::MAX))
    };
    let (page, count): (Page<Value>, u64) = match asked.what {
        What::Tickets => {
            let filter = ticket_filter(&mut read, &agent, &asked).await?;
            let rows = ticket_list::page(&mut read, &filter, order, window).await?;
            let count = if counts { ticket_list::count(&mut read, &filter).await? } else { 0 };
            drop(read);
            let (tickets, mut body) = paging.page(rows, place(order)).split(count, &params, &app);
            app.readers.note(agent.user, Way::Search, tickets.iter().map(|ticket| ticket.id), app.clock.now());
            body.insert("facets".to_owned(), Value::Null);
            return stream(&app, "results", &tickets, &body, false, |ticket| result("ticket", &ticket)).await;
        }
        What::Users => {
            let filter = PeopleFilter { text: asked.words, ..PeopleFilter::default() };
            let rows = people::page(&mut read, &filter, window, order.descending).await?;
            let count = if counts { people::count(&mut read, &filter).await? } else { 0 };
            let page = paging.page(rows, |person: &WholePerson| created(person.created_at, person.id.get()));
            (page.map(|person| result("user", &user_shape(&app, &person))), count)
        }
        What::Organizations => {
            let rows = people::accounts(&mut read, &asked.words, window, order.descending).await?;
            let count = if counts { people::count_accounts(&mut read, &asked.words).await? } else { 0 };
            let page = paging.page(rows, |account: &AccountRow| created(account.created_at, account.id.get()));
            (page.map(|account| result("organization", &organization_shape(&app, account))), count)
        }
        What::Nothing => (paging.page(Vec::new(), |_| (0, 0)), 0),
    };
    drop(read);
    let mut body = page.into_body("results", count, &params, &app);
    body.insert("facets".to_owned(), Value::Null);
    Ok(Json(body).into_response())
}

/// How many results a query has.
#[utoipa::path(get, path = "/api/v2/search/count", tag = "tickets",
    params(("query" = Option<String>, Query, description = "As of the search")),
    responses((status = 200, body = SearchCount), (status = 400), (status = 403)))]
pub(in crate::http) async fn count(
    State(app): State<App>,
    agent: Agent,
    params: Params,
) -> Result<Json<SearchCount>, ApiError> {
    let asked = read_query(&params)?;
    let mut read = connection(&app).await?;
    let count = match asked.what {
        What::Tickets => {
            let filter = ticket_filter(&mut read, &agent, &asked).await?;
            ticket_list::count(&mut read, &filter).await?
        }
        What::Users => people::count(&mut read, &PeopleFilter { text: asked.words, ..PeopleFilter::default() }).await?,
        What::Organizations => people::count_accounts(&mut read, &asked.words).await?,
        What::Nothing => 0,
    };
    Ok(Json(SearchCount { count }))
}

fn result(kind: &str, found: &impl Serialize) -> Value {
    let mut result = json!(found);
    result["result_type"] = json!(kind);
    result
}

/// Who and which are named by id, address or name; `me` is the agent, `none` nobody.
async fn ticket_filter(read: &mut Connection, agent: &Agent, asked: &AgentQuery) -> Result<TicketFilter, StoreError> {
    let query = &asked.query;
    let found_by = match (query.number, query.number_or_word, query.words_expression()) {
        (Some(number), ..) => FoundBy::Number(number),
        (None, Some(number), Some(WordsExpression::Match { with, .. })) => FoundBy::NumberOrWords(number, with),
        (None, _, Some(WordsExpression::Match { with, without })) => FoundBy::Words { with, without },
        (None, _, Some(WordsExpression::Nothing)) => FoundBy::Nothing,
        (None, _, None) => FoundBy::Anything,
    };
    let requesters =
        if query.requesters.is_empty() { None } else { Some(named(read, agent, &query.requesters).await?) };
    let assignees = if asked.assignees.is_empty() {
        None
    } else {
        let mut known: Vec<Option<UserId>> =
            named(read, agent, &asked.assignees).await?.into_iter().map(Some).collect();
        if asked.assignees.iter().any(|name| name == "none") {
            known.push(None);
        }
        Some(known)
    };
    let accounts = if query.organizations.is_empty() {
        None
    } else {
        Some(people::accounts_named(read, &query.organizations).await?)
    };
    let groups = if asked.groups.is_empty() {
        None
    } else {
        let mut known: Vec<Option<GroupId>> = groups::named(read, &asked.groups).await?.into_iter().map(Some).collect();
        if asked.groups.iter().any(|name| name == "none") {
            known.push(None);
        }
        Some(known)
    };
    Ok(TicketFilter {
        reach: agent.reach.clone(),
        ids: None,
        groups,
        accounts,
        requesters,
        assignees,
        statuses: query.wanted_statuses(),
        priorities: asked.priorities.clone(),
        kinds: (!asked.kinds.is_empty()).then(|| asked.kinds.iter().map(|kind| (*kind).to_owned()).collect()),
        tags: (!asked.tags.is_empty()).then(|| asked.tags.clone()),
        without_tags: asked.without_tags.clone(),
        created: (query.created.from, query.created.before),
        updated: (query.updated.from, query.updated.before),
        found_by,
    })
}

async fn named(read: &mut Connection, agent: &Agent, names: &[String]) -> Result<Vec<UserId>, StoreError> {
    let mut known = people::people_named(read, names).await?;
    if names.iter().any(|name| name == "me") {
        known.push(agent.user);
    }
    Ok(known)
}
