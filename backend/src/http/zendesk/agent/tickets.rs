//! Lists of tickets, and single ones.

use super::super::paging::{Depth, Paging};
use super::super::params::Params;
use super::super::requests::{connection, path_id};
use super::super::streamed;
use super::super::wire::{
    PageParams, SortParams, Ticket, TicketCount, TicketCountEnvelope, TicketEnvelope, TicketList,
};
use super::groups::group_shape;
use super::people::{organization_shape, user_shape};
use super::shapes;
use super::writes;
use crate::http::{ApiError, App, Json};
use crate::identity::Agent;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use balcao_contract::id::{AccountId, GroupId, RequestId, UserId};
use balcao_contract::status::Status;
use balcao_store::request_list::Order;
use balcao_store::requests::RequestRow;
use balcao_store::ticket_list::{self, Outline, TicketFilter};
use balcao_store::ticket_readers::Way;
use balcao_store::{Connection, StoreError, groups, people, tickets};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/tickets", get(list).post(writes::create))
        .route("/api/v2/tickets/count", get(count))
        .route("/api/v2/tickets/show_many", get(some))
        .route("/api/v2/tickets/{id}", get(show).put(writes::update))
        .route("/api/v2/users/{id}/tickets/requested", get(list_requested))
        .route("/api/v2/users/{id}/tickets/assigned", get(list_assigned))
        .route("/api/v2/organizations/{id}/tickets", get(list_of_organization))
}

/// The order of lists where none is asked for: of the numbers.
const DEFAULT_ORDER: Order = Order { by_update: false, descending: false };

/// The ticket of that number, where the agent reaches so far.
pub(super) async fn find(read: &mut Connection, agent: &Agent, id: &str) -> Result<RequestRow, ApiError> {
    let id: RequestId = path_id(id)?;
    let row = tickets::find(read, id).await?;
    row.filter(|row| agent.reach.covers(row.group)).ok_or(ApiError::RecordNotFound)
}

/// Every ticket, of every account, as far as the agent reaches.
#[utoipa::path(get, path = "/api/v2/tickets", tag = "tickets", params(SortParams, PageParams),
    responses((status = 200, body = TicketList), (status = 400), (status = 403)))]
pub(in crate::http) async fn list(State(app): State<App>, agent: Agent, params: Params) -> Result<Response, ApiError> {
    answer(&app, agent.user, &params, TicketFilter::within(agent.reach)).await
}

/// How many tickets there are.
#[utoipa::path(get, path = "/api/v2/tickets/count", tag = "tickets",
    responses((status = 200, body = TicketCountEnvelope), (status = 403)))]
pub(in crate::http) async fn count(
    State(app): State<App>,
    agent: Agent,
) -> Result<Json<TicketCountEnvelope>, ApiError> {
    let filter = TicketFilter::within(agent.reach);
    let value = ticket_list::count(&mut *connection(&app).await?, &filter).await?;
    Ok(Json(TicketCountEnvelope { count: TicketCount { value, refreshed_at: app.clock.now().into() } }))
}

/// What somebody asked.
#[utoipa::path(get, path = "/api/v2/users/{id}/tickets/requested", tag = "tickets",
    params(("id" = u64, Path, description = "The requester's id"), SortParams, PageParams),
    responses((status = 200, body = TicketList), (status = 400), (status = 403), (status = 404)))]
pub(in crate::http) async fn list_requested(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, ApiError> {
    let user = somebody(&app, &agent, &id).await?;
    answer(
        &app,
        agent.user,
        &params,
        TicketFilter { requesters: Some(vec![user]), ..TicketFilter::within(agent.reach) },
    )
    .await
}

/// What an agent answers.
#[utoipa::path(get, path = "/api/v2/users/{id}/tickets/assigned", tag = "tickets",
    params(("id" = u64, Path, description = "The agent's id"), SortParams, PageParams),
    responses((status = 200, body = TicketList), (status = 400), (status = 403), (status = 404)))]
pub(in crate::http) async fn list_assigned(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, ApiError> {
    let user = somebody(&app, &agent, &id).await?;
    answer(
        &app,
        agent.user,
        &params,
        TicketFilter { assignees: Some(vec![Some(user)]), ..TicketFilter::within(agent.reach) },
    )
    .await
}

async fn somebody(app: &App, agent: &Agent, id: &str) -> Result<UserId, ApiError> {
    let id: UserId = if id == "me" { agent.user } else { path_id(id)? };
    let known = people::by_id(&mut *connection(app).await?, id).await?;
    known.map(|person| person.id).ok_or(ApiError::RecordNotFound)
}

/// An account's tickets.
#[utoipa::path(get, path = "/api/v2/organizations/{id}/tickets", tag = "tickets",
    params(("id" = u64, Path, description = "The account's id"), SortParams, PageParams),
    responses((status = 200, body = TicketList), (status = 400), (status = 403), (status = 404)))]
pub(in crate::http) async fn list_of_organization(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, ApiError> {
    let id: AccountId = path_id(&id)?;
    let known = balcao_store::directory::account(&mut *connection(&app).await?, id).await?;
    let account = known.ok_or(ApiError::RecordNotFound)?.id;
    answer(
        &app,
        agent.user,
        &params,
        TicketFilter { accounts: Some(vec![account]), ..TicketFilter::within(agent.reach) },
    )
    .await
}

/// Tickets by their numbers; unknown ones are left out.
#[utoipa::path(get, path = "/api/v2/tickets/show_many", tag = "tickets",
    params(("ids" = Option<String>, Query, description = "Comma-separated, at most 100"),
        ("include" = Option<String>, Query, description = "users, organizations, groups, comment_count")),
    responses((status = 200, body = TicketList), (status = 400), (status = 403)))]
pub(in crate::http) async fn some(State(app): State<App>, agent: Agent, params: Params) -> Result<Response, ApiError> {
    let filter = TicketFilter { ids: Some(params.ids("ids")?), ..TicketFilter::within(agent.reach) };
    let asked = Params::new("/api/v2/tickets/show_many", "");
    let include = params.get("include").map(str::to_owned).unwrap_or_default();
    answer_including(&app, agent.user, &asked, &include, filter, Paging::read(&asked, DEFAULT_ORDER, Depth::List)?)
        .await
}

/// One ticket.
#[utoipa::path(get, path = "/api/v2/tickets/{id}", tag = "tickets",
    params(("id" = u64, Path, description = "The number"),
        ("include" = Option<String>, Query, description = "users, organizations, groups, comment_count")),
    responses((status = 200, body = TicketEnvelope), (status = 403), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let mut read = connection(&app).await?;
    let row = find(&mut read, &agent, &id).await?;
    app.readers.note(agent.user, Way::Ticket, [row.id], app.clock.now());
    let mut body = Map::new();
    let include = params.get("include").unwrap_or_default();
    side_load(&app, &mut read, include, &[Outline::of(&row)], &mut body).await?;
    let counted = lists(include, "comment_count");
    let ticket = shapes::tickets(&app, &mut read, vec![row], counted).await?.pop();
    body.insert("ticket".to_owned(), json!(ticket.ok_or(ApiError::RecordNotFound)?));
    Ok(Json(body))
}

async fn answer(app: &App, agent: UserId, params: &Params, mut filter: TicketFilter) -> Result<Response, ApiError> {
    if let Some(list) = params.given("status") {
        let named: Option<BTreeSet<Status>> = list.split(',').map(|name| Status::from_name(name.trim())).collect();
        let named = named.ok_or_else(|| ApiError::parameter("status"))?;
        filter.statuses = Some(named.into_iter().collect());
    }
    let paging = Paging::read(params, DEFAULT_ORDER, Depth::List)?;
    let include = params.get("include").unwrap_or_default();
    answer_including(app, agent, params, include, filter, paging).await
}

async fn answer_including(
    app: &App,
    agent: UserId,
    params: &Params,
    include: &str,
    filter: TicketFilter,
    paging: Paging,
) -> Result<Response, ApiError> {
    let mut read = connection(app).await?;
    let order = paging.order();
    let rows = ticket_list::page(&mut read, &filter, order, paging.window()).await?;
    let count = if paging.counts() { ticket_list::count(&mut read, &filter).await? } else { 0 };
    let page = paging.page(rows, place(order));
    app.readers.note(agent, Way::List, page.items.iter().map(|ticket| ticket.id), app.clock.now());
    let mut side = Map::new();
    side_load(app, &mut read, include, &page.items, &mut side).await?;
    drop(read);
    let (tickets, mut body) = page.split(count, params, app);
    body.extend(side);
    stream(app, "tickets", &tickets, &body, lists(include, "comment_count"), |ticket| ticket).await
}

/// The answer with these tickets under a name, each as `shape` gives it, written while it is read.
pub(super) async fn stream<T: Serialize + Send + 'static>(
    app: &App,
    name: &str,
    tickets: &[Outline],
    rest: &Map<String, Value>,
    with_comment_count: bool,
    shape: fn(Ticket) -> T,
) -> Result<Response, ApiError> {
    let (work, app) = (&app.work, app.clone());
    let load = move |ids: Vec<RequestId>, _| {
        let app = app.clone();
        async move {
            let mut read = connection(&app).await?;
            let rows = tickets::by_ids(&mut read, &ids).await?;
            let found = shapes::tickets(&app, &mut read, rows, with_comment_count).await?;
            Ok(found.into_iter().map(shape).collect())
        }
    };
    streamed::list(name, tickets.iter().map(|ticket| ticket.id).collect(), rest, work, load).await
}

/// A ticket's place in an order.
pub(super) fn place(order: Order) -> impl Fn(&Outline) -> (i64, i64) {
    move |ticket| {
        let moment = if order.by_update { ticket.updated_at } else { ticket.created_at };
        (moment.unix_milliseconds(), i64::try_from(ticket.id.get()).unwrap_or(i64::MAX))
    }
}

fn lists(include: &str, word: &str) -> bool {
    include.split(',').any(|known| known.trim() == word)
}

/// People, accounts and groups, where `include=users,organizations,groups` asks for them.
pub(super) async fn side_load(
    app: &App,
    read: &mut Connection,
    include: &str,
    tickets: &[Outline],
    body: &mut Map<String, Value>,
) -> Result<(), StoreError> {
    if lists(include, "users") {
        let wanted: BTreeSet<UserId> =
            tickets.iter().flat_map(|ticket| [Some(ticket.requester), ticket.assignee]).flatten().collect();
        let users: Vec<_> = people::by_ids(read, &wanted).await?.iter().map(|one| user_shape(app, one)).collect();
        body.insert("users".to_owned(), json!(users));
    }
    if lists(include, "organizations") {
        let wanted: BTreeSet<AccountId> = tickets.iter().map(|ticket| ticket.account).collect();
        let mut organizations = Vec::new();
        for account in wanted {
            let known = balcao_store::directory::account(read, account).await?;
            organizations.extend(known.map(|account| organization_shape(app, account)));
        }
        body.insert("organizations".to_owned(), json!(organizations));
    }
    if lists(include, "groups") {
        let wanted: BTreeSet<GroupId> = tickets.iter().filter_map(|ticket| ticket.group).collect();
        let groups = groups::list(read, None).await?.into_iter().filter(|group| wanted.contains(&group.id));
        let groups: Vec<_> = groups.map(|group| group_shape(app, group)).collect();
        body.insert("groups".to_owned(), json!(groups));
    }
    Ok(())
}
