//! Lists, searches and single requests.

use super::paging::{Depth, Paging};
use super::params::Params;
use super::shapes;
use super::wire::{PageParams, RequestList, ShownRequest, SortParams};
use super::writes;
use crate::http::{ApiError, App, Json};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use balcao_contract::id::RequestId;
use balcao_contract::status::Status;
use balcao_contract::text;
use balcao_contract::wire::User;
use balcao_desk::search::{self, MAX_QUERY, OrderBy, Query, WordsExpression};
use balcao_store::request_list::{self, Filter, FoundBy, Order, Scope};
use balcao_store::requests::{self, RequestRow};
use balcao_store::{Connection, StoreError, directory};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::str::FromStr;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/requests", get(list).post(writes::create))
        .route("/api/v2/requests/open", get(list_open))
        .route("/api/v2/requests/solved", get(list_solved))
        .route("/api/v2/requests/ccd", get(list_ccd))
        .route("/api/v2/requests/search", get(search))
        .route("/api/v2/requests/{id}", get(show).put(writes::update))
        .route("/api/panel/requests/{id}/withdraw", post(writes::withdraw))
        .route("/api/v2/users/{id}/requests", get(list_of_user))
        .route("/api/v2/organizations/{id}/requests", get(list_of_organization))
}

/// Oldest first, as Zendesk's lists are without a sort order.
const DEFAULT_ORDER: Order = Order { by_update: false, descending: false };

/// An id of an address; what is no id is nobody's.
pub(super) fn path_id<T: FromStr>(id: &str) -> Result<T, ApiError> {
    id.parse().map_err(|_| ApiError::RecordNotFound)
}

fn own(signed_in: &SignedIn) -> Filter {
    Filter::own(signed_in.account, signed_in.user)
}

/// Everything that one may see.
fn reachable(signed_in: &SignedIn) -> Filter {
    let scope = if signed_in.viewer().sees_account { Scope::Account } else { Scope::One(signed_in.user) };
    Filter { scope, ..own(signed_in) }
}

/// One's own requests.
#[utoipa::path(get, path = "/api/v2/requests", tag = "requests", params(SortParams, PageParams),
    responses((status = 200, body = RequestList), (status = 400)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    respond(&app, &signed_in, &params, own(&signed_in)).await
}

/// Those that are with the support team.
#[utoipa::path(get, path = "/api/v2/requests/open", tag = "requests",
    params(SortParams, PageParams), responses((status = 200, body = RequestList), (status = 400)))]
pub(in crate::http) async fn list_open(
    State(app): State<App>,
    signed_in: SignedIn,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let statuses = Some(vec![Status::New, Status::Open, Status::Hold]);
    respond(&app, &signed_in, &params, Filter { statuses, ..own(&signed_in) }).await
}

/// Those that are solved.
#[utoipa::path(get, path = "/api/v2/requests/solved", tag = "requests",
    params(SortParams, PageParams), responses((status = 200, body = RequestList), (status = 400)))]
pub(in crate::http) async fn list_solved(
    State(app): State<App>,
    signed_in: SignedIn,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let statuses = Some(vec![Status::Solved]);
    respond(&app, &signed_in, &params, Filter { statuses, ..own(&signed_in) }).await
}

/// Those that one is in copy of, in the account that one works in.
#[utoipa::path(get, path = "/api/v2/requests/ccd", tag = "requests",
    params(SortParams, PageParams), responses((status = 200, body = RequestList), (status = 400)))]
pub(in crate::http) async fn list_ccd(
    State(app): State<App>,
    signed_in: SignedIn,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    respond(&app, &signed_in, &params, Filter { scope: Scope::Copied(signed_in.user), ..own(&signed_in) }).await
}

/// A user's requests: one's own.
#[utoipa::path(get, path = "/api/v2/users/{id}/requests", tag = "requests",
    params(("id" = String, Path, description = "One's own id, or me"), SortParams, PageParams),
    responses((status = 200, body = RequestList), (status = 400), (status = 404)))]
pub(in crate::http) async fn list_of_user(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    if id != "me" && id != signed_in.user.to_string() {
        return Err(ApiError::RecordNotFound);
    }
    respond(&app, &signed_in, &params, own(&signed_in)).await
}

/// An organization's requests, which is the account that one works in: everybody's where it shares them, otherwise one's
/// own.
#[utoipa::path(get, path = "/api/v2/organizations/{id}/requests", tag = "requests",
    params(("id" = u64, Path, description = "The account's id"), SortParams, PageParams),
    responses((status = 200, body = RequestList), (status = 400), (status = 404)))]
pub(in crate::http) async fn list_of_organization(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    if id != signed_in.account.to_string() {
        return Err(ApiError::RecordNotFound);
    }
    respond(&app, &signed_in, &params, reachable(&signed_in)).await
}

/// Requests that fit a query: one's own; with an `organization_id`, the account's where it shares them; with `cc_id=true`
/// those that one is in copy of.
#[utoipa::path(get, path = "/api/v2/requests/search", tag = "requests", params(
    ("query" = Option<String>, Query,
        description = "Words, #123, status:open, created>=2026-01-01, order_by:updated_at sort:desc, requester:me"),
    ("organization_id" = Option<String>, Query, description = "The account's id"),
    ("cc_id" = Option<String>, Query, description = "true: those that one is in copy of"), SortParams, PageParams,
), responses((status = 200, body = RequestList), (status = 400),
    (status = 422, description = "Past 1,000 results by offset")))]
pub(in crate::http) async fn search(
    State(app): State<App>,
    signed_in: SignedIn,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let query = read_query(&params)?;
    let mut filter = search_filter(&signed_in, &query);
    narrow_to_copies(&signed_in, &params, &mut filter);
    narrow_to_statuses(&params, &mut filter)?;
    narrow_to_form(&params, &mut filter)?;
    let order = Order {
        by_update: query.order_by.is_none_or(|by| by == OrderBy::UpdatedAt),
        descending: query.descending.unwrap_or(true),
    };
    let paging = Paging::read(&params, order, Depth::Search)?;
    answer(&app, &signed_in, &params, filter, paging).await
}

/// One request.
#[utoipa::path(get, path = "/api/v2/requests/{id}", tag = "requests",
    params(("id" = u64, Path, description = "The number"),
        ("include" = Option<String>, Query, description = "users")),
    responses((status = 200, body = ShownRequest), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let mut read = connection(&app).await?;
    let row = find(&mut read, &signed_in, &id).await?;
    let users = side_load(&mut read, &params, std::slice::from_ref(&row)).await?;
    let mut body = json!({ "request": shapes::request(&app, &signed_in, row) });
    if let Some(users) = users {
        body["users"] = json!(users);
    }
    Ok(Json(body))
}

/// A connection that reads.
pub(super) async fn connection(app: &App) -> Result<balcao_store::Read, ApiError> {
    Ok(app.store.read().await?)
}

/// A request of that number that one may see; every other is not found, in the same way.
pub(in crate::http) async fn find(
    read: &mut Connection,
    signed_in: &SignedIn,
    id: &str,
) -> Result<RequestRow, ApiError> {
    let id: RequestId = path_id(id)?;
    let row = requests::find(read, signed_in.viewer(), id).await?;
    row.ok_or(ApiError::RecordNotFound)
}

/// The `query` of an address; its `organization_id` says the same as one within the query.
pub(in crate::http) fn read_query(params: &Params) -> Result<Query, ApiError> {
    let query = params.get("query").unwrap_or_default();
    if text::length(query) > MAX_QUERY {
        return Err(ApiError::parameter("query"));
    }
    let mut query = search::parse(query);
    query.organizations.extend(params.get("organization_id").filter(|id| !id.is_empty()).map(str::to_owned));
    Ok(query)
}

/// A query within what one may see: one's own requests; the account's where it shares them and the query names it, or a
/// colleague. What one may not see is not found.
pub(in crate::http) fn search_filter(signed_in: &SignedIn, query: &Query) -> Filter {
    let is_me = |who: &String| {
        who == "me"
            || *who == signed_in.user.to_string()
            || who.eq_ignore_ascii_case(&signed_in.email)
            || *who == signed_in.name
    };
    let is_mine = |which: &String| *which == signed_in.account.to_string() || *which == signed_in.account_name;
    let shared = signed_in.viewer().sees_account;
    let everybody_here = query.organizations.iter().all(is_mine);
    let scope = match (query.requesters.iter().all(is_me), query.organizations.is_empty()) {
        (true, false) if query.requesters.is_empty() && shared => Scope::Account,
        (true, _) => Scope::One(signed_in.user),
        (false, _) => {
            let named = |who: &String| if is_me(who) { signed_in.user.to_string() } else { who.clone() };
            Scope::Named(query.requesters.iter().map(named).collect())
        }
    };
    let found_by = if !everybody_here || (matches!(scope, Scope::Named(_)) && !shared) {
        FoundBy::Nothing
    } else {
        match (query.number, query.number_or_word, query.words_expression()) {
            (Some(number), ..) => FoundBy::Number(number),
            (None, Some(number), Some(WordsExpression::Match { with, .. })) => FoundBy::NumberOrWords(number, with),
            (None, _, Some(WordsExpression::Match { with, without })) => FoundBy::Words { with, without },
            (None, _, Some(WordsExpression::Nothing)) => FoundBy::Nothing,
            (None, _, None) => FoundBy::Anything,
        }
    };
    Filter {
        statuses: query.wanted_statuses(),
        created: (query.created.from, query.created.before),
        updated: (query.updated.from, query.updated.before),
        found_by,
        scope,
        ..own(signed_in)
    }
}

/// `status=open,pending` beside whatever else narrows the list.
fn narrow_to_statuses(params: &Params, filter: &mut Filter) -> Result<(), ApiError> {
    let Some(list) = params.get("status").filter(|list| !list.trim().is_empty()) else { return Ok(()) };
    let named: Option<BTreeSet<Status>> = list.split(',').map(|name| Status::from_name(name.trim())).collect();
    let named = named.ok_or_else(|| ApiError::parameter("status"))?;
    let wanted =
        |status: &Status| named.contains(status) && filter.statuses.as_ref().is_none_or(|known| known.contains(status));
    filter.statuses = Some(Status::ALL.into_iter().filter(wanted).collect());
    Ok(())
}

/// `cc_id=true`: what one is in copy of, rather than one's own or the account's.
pub(in crate::http) fn narrow_to_copies(signed_in: &SignedIn, params: &Params, filter: &mut Filter) {
    if params.get("cc_id") == Some("true") {
        filter.scope = Scope::Copied(signed_in.user);
    }
}

/// `ticket_form_id=1002`: what was opened with that form.
pub(in crate::http) fn narrow_to_form(params: &Params, filter: &mut Filter) -> Result<(), ApiError> {
    let Some(id) = params.get("ticket_form_id").map(str::trim).filter(|id| !id.is_empty()) else { return Ok(()) };
    filter.form = Some(id.parse().map_err(|_| ApiError::parameter("ticket_form_id"))?);
    Ok(())
}

async fn respond(
    app: &App,
    signed_in: &SignedIn,
    params: &Params,
    mut filter: Filter,
) -> Result<Json<Map<String, Value>>, ApiError> {
    narrow_to_statuses(params, &mut filter)?;
    narrow_to_form(params, &mut filter)?;
    let paging = Paging::read(params, DEFAULT_ORDER, Depth::List)?;
    answer(app, signed_in, params, filter, paging).await
}

async fn answer(
    app: &App,
    signed_in: &SignedIn,
    params: &Params,
    filter: Filter,
    paging: Paging,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let mut read = connection(app).await?;
    let order = paging.order();
    let (rows, count) = if paging.counts() {
        request_list::counted_page(&mut read, &filter, order, paging.window()).await?
    } else {
        (request_list::page(&mut read, &filter, order, paging.window()).await?, 0)
    };
    let users = side_load(&mut read, params, &rows).await?;
    drop(read);
    let place = |row: &RequestRow| {
        let moment = if order.by_update { row.updated_at } else { row.created_at };
        (moment.unix_milliseconds(), i64::try_from(row.id.get()).unwrap_or(i64::MAX))
    };
    let page = paging.page(rows, place).map(|row| shapes::request(app, signed_in, row));
    let mut body = page.into_body("requests", count, params, app);
    if let Some(users) = users {
        body.insert("users".to_owned(), json!(users));
    }
    Ok(Json(body))
}

/// Requesters, assignees and who is in copy, where `include=users` asks for them.
async fn side_load(
    read: &mut Connection,
    params: &Params,
    rows: &[RequestRow],
) -> Result<Option<Vec<User>>, StoreError> {
    if !params.lists("include", "users") {
        return Ok(None);
    }
    let named = rows.iter().flat_map(|row| [Some(row.requester), row.assignee]).flatten();
    let wanted = named.chain(rows.iter().flat_map(|row| row.copies.iter().copied())).collect();
    let people = directory::people(read, &wanted).await?;
    Ok(Some(people.into_iter().map(shapes::user).collect()))
}
