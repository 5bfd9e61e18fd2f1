//! People and accounts as agents see them. What requesters may ask as well is in the room above.

use super::super::paging::{Depth, Paging};
use super::super::params::Params;
use super::super::requests::connection;
use super::super::wire::{Organization, OrganizationList, PageParams, WholeUser, WholeUserList};
use crate::http::{ApiError, App, Json};
use crate::identity::Agent;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use balcao_contract::time::Timestamp;
use balcao_store::directory::AccountRow;
use balcao_store::people::{self, PeopleFilter, WholePerson};
use balcao_store::request_list::Order;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/users", get(list))
        .route("/api/v2/users/search", get(search))
        .route("/api/v2/organizations", get(organizations))
}

const DEFAULT_ORDER: Order = Order { by_update: false, descending: false };

fn place(moment: Timestamp, id: u64) -> (i64, i64) {
    (moment.unix_milliseconds(), i64::try_from(id).unwrap_or(i64::MAX))
}

/// Everybody who is known.
#[utoipa::path(get, path = "/api/v2/users", tag = "tickets", params(
    ("role" = Option<String>, Query, description = "admin, agent or end-user", pattern = "^(admin|agent|end-user)?$"), PageParams,
), responses((status = 200, body = WholeUserList), (status = 400), (status = 403)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    _agent: Agent,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let (agents, administrators) = match params.given("role") {
        None => (None, None),
        Some("admin") => (Some(true), Some(true)),
        Some("agent") => (Some(true), Some(false)),
        Some("end-user") => (Some(false), None),
        Some(_) => return Err(ApiError::parameter("role")),
    };
    answer(&app, &params, &PeopleFilter { agents, administrators, ..PeopleFilter::default() }).await
}

/// People whose name or address holds a text.
#[utoipa::path(get, path = "/api/v2/users/search", tag = "tickets",
    params(("query" = Option<String>, Query, description = "A part of a name or an address"), PageParams),
    responses((status = 200, body = WholeUserList), (status = 400), (status = 403)))]
pub(in crate::http) async fn search(
    State(app): State<App>,
    _agent: Agent,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let asked = params.get("query").unwrap_or_default().trim();
    // Clients write `email:ana@…` and `type:user ana` as well.
    let text = asked.strip_prefix("type:user ").unwrap_or(asked).trim();
    let text = text.strip_prefix("email:").unwrap_or(text).trim_matches('"');
    answer(&app, &params, &PeopleFilter { text: text.to_owned(), ..PeopleFilter::default() }).await
}

async fn answer(app: &App, params: &Params, filter: &PeopleFilter) -> Result<Json<Map<String, Value>>, ApiError> {
    let paging = Paging::read(params, DEFAULT_ORDER, Depth::List)?;
    let mut read = connection(app).await?;
    let rows = people::page(&mut read, filter, paging.window(), paging.order().descending).await?;
    let count = if paging.counts() { people::count(&mut read, filter).await? } else { 0 };
    drop(read);
    let page = paging.page(rows, |person: &WholePerson| place(person.created_at, person.id.get()));
    Ok(Json(page.map(|person| user_shape(app, &person)).into_body("users", count, params, app)))
}

/// Every account.
#[utoipa::path(get, path = "/api/v2/organizations", tag = "tickets", params(PageParams),
    responses((status = 200, body = OrganizationList), (status = 400), (status = 403)))]
pub(in crate::http) async fn organizations(
    State(app): State<App>,
    _agent: Agent,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let paging = Paging::read(&params, DEFAULT_ORDER, Depth::List)?;
    let mut read = connection(&app).await?;
    let rows = people::accounts(&mut read, "", paging.window(), paging.order().descending).await?;
    let count = if paging.counts() { people::count_accounts(&mut read, "").await? } else { 0 };
    drop(read);
    let page = paging.page(rows, |account: &AccountRow| place(account.created_at, account.id.get()));
    Ok(Json(page.map(|account| organization_shape(&app, account)).into_body("organizations", count, &params, &app)))
}

/// A person, whole.
pub(in crate::http::zendesk) fn user_shape(app: &App, person: &WholePerson) -> WholeUser {
    WholeUser {
        id: person.id,
        url: app.config.link(&format!("/api/v2/users/{}.json", person.id)),
        name: person.name.clone(),
        email: person.email.clone(),
        role: match (person.administrator, person.agent) {
            (true, _) => "admin",
            (false, true) => "agent",
            (false, false) => "end-user",
        }
        .to_owned(),
        agent: person.agent,
        locale: person.locale.tag().to_owned(),
        organization_id: person.account,
        verified: true,
        active: !person.disabled,
        suspended: person.disabled,
        photo: None,
        phone: None,
        time_zone: None,
        external_id: None,
        tags: Vec::new(),
        created_at: person.created_at,
        updated_at: person.updated_at,
    }
}

/// An account. Its people share nothing here that agents could not see.
pub(in crate::http::zendesk) fn organization_shape(app: &App, account: AccountRow) -> Organization {
    Organization {
        id: account.id,
        url: app.config.link(&format!("/api/v2/organizations/{}.json", account.id)),
        name: account.name,
        shared_tickets: false,
        shared_comments: false,
        external_id: None,
        domain_names: Vec::new(),
        tags: Vec::new(),
        organization_fields: BTreeMap::new(),
        created_at: account.created_at,
        updated_at: account.created_at,
    }
}
