//! People, accounts and memberships, as far as a requester may know of them.

use super::params::Params;
use super::requests::{connection, path_id};
use crate::http::{ApiError, App, Json, ReaderLocale};
use crate::identity::SignedIn;
use crate::store::directory::{self, MembershipRow, PersonRow};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::id::{AccountId, UserId};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/users/me", get(me))
        .route("/api/v2/users/show_many", get(some))
        .route("/api/v2/users/{id}", get(user))
        .route("/api/v2/users/{id}/organization_memberships", get(memberships_of_user))
        .route("/api/v2/organization_memberships", get(memberships))
        .route("/api/v2/organizations/{id}", get(organization))
}

/// At most so many ids are looked at.
const MAX_IDS: usize = 100;

/// Who is asking. Without a session Zendesk's anonymous user, whose id is `null`.
#[utoipa::path(get, path = "/api/v2/users/me", tag = "people", responses((status = 200), (status = 401)))]
pub(in crate::http) async fn me(
    State(app): State<App>,
    signed_in: Option<SignedIn>,
    ReaderLocale(reader): ReaderLocale,
) -> Result<Json<Value>, ApiError> {
    let Some(signed_in) = signed_in else {
        return Ok(Json(json!({ "user": {
            "id": null, "name": "Anonymous user", "email": null, "role": "end-user", "locale": reader.tag(),
            "organization_id": null, "authenticity_token": null,
        } })));
    };
    let wanted = BTreeSet::from([signed_in.user]);
    let mut read = connection(&app).await?;
    let people = directory::known_people(&mut read, signed_in.account, signed_in.user, &wanted).await?;
    let person = people.first().ok_or(ApiError::Unauthenticated)?;
    let mut user = own_shape(&app, &signed_in, person);
    user["authenticity_token"] = json!(signed_in.csrf_token);
    Ok(Json(json!({ "user": user })))
}

/// People by their ids; those one may not know are left out.
#[utoipa::path(get, path = "/api/v2/users/show_many", tag = "people",
    params(("ids" = Option<String>, Query, description = "Comma-separated, at most 100")),
    responses((status = 200), (status = 401)))]
pub(in crate::http) async fn some(
    State(app): State<App>,
    signed_in: SignedIn,
    params: Params,
) -> Result<Json<Value>, ApiError> {
    let ids = params.get("ids").unwrap_or_default().split(',').filter_map(|id| id.trim().parse().ok());
    let wanted: BTreeSet<UserId> = ids.take(MAX_IDS).collect();
    let mut read = connection(&app).await?;
    let people = directory::known_people(&mut read, signed_in.account, signed_in.user, &wanted).await?;
    let users: Vec<Value> = people.iter().map(|person| shape(&app, &signed_in, person)).collect();
    Ok(Json(json!({ "count": users.len(), "users": users, "next_page": null, "previous_page": null })))
}

/// Oneself, or who answers or wrote on one's requests.
#[utoipa::path(get, path = "/api/v2/users/{id}", tag = "people",
    params(("id" = u64, Path, description = "The id")),
    responses((status = 200), (status = 401), (status = 404)))]
pub(in crate::http) async fn user(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let wanted = BTreeSet::from([path_id(&id)?]);
    let mut read = connection(&app).await?;
    let people = directory::known_people(&mut read, signed_in.account, signed_in.user, &wanted).await?;
    let person = people.first().ok_or(ApiError::RecordNotFound)?;
    Ok(Json(json!({ "user": shape(&app, &signed_in, person) })))
}

/// One's own memberships.
#[utoipa::path(get, path = "/api/v2/organization_memberships", tag = "people",
    responses((status = 200), (status = 401)))]
pub(in crate::http) async fn memberships(State(app): State<App>, signed_in: SignedIn) -> Result<Json<Value>, ApiError> {
    let mut read = connection(&app).await?;
    let rows = directory::memberships(&mut read, signed_in.account, signed_in.user).await?;
    let memberships: Vec<Value> = rows.iter().map(|row| membership_shape(&app, row)).collect();
    Ok(Json(json!({
        "count": memberships.len(), "organization_memberships": memberships, "next_page": null, "previous_page": null,
    })))
}

/// A user's memberships: one's own.
#[utoipa::path(get, path = "/api/v2/users/{id}/organization_memberships", tag = "people",
    params(("id" = String, Path, description = "One's own id, or me")),
    responses((status = 200), (status = 401), (status = 404)))]
pub(in crate::http) async fn memberships_of_user(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    if id != "me" && id != signed_in.user.to_string() {
        return Err(ApiError::RecordNotFound);
    }
    memberships(State(app), signed_in).await
}

/// The account one works in.
#[utoipa::path(get, path = "/api/v2/organizations/{id}", tag = "people",
    params(("id" = u64, Path, description = "The account's id")),
    responses((status = 200), (status = 401), (status = 404)))]
pub(in crate::http) async fn organization(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let id: AccountId = path_id(&id)?;
    if id != signed_in.account {
        return Err(ApiError::RecordNotFound);
    }
    let mut read = connection(&app).await?;
    let account = directory::account(&mut read, id).await?.ok_or(ApiError::RecordNotFound)?;
    Ok(Json(json!({ "organization": {
        "id": account.id,
        "url": app.config.link(&format!("/api/v2/organizations/{}.json", account.id)),
        "name": account.name,
        "shared_tickets": false,
        "shared_comments": false,
        "external_id": null,
        "domain_names": [],
        "tags": [],
        "organization_fields": {},
        "created_at": account.created_at,
        "updated_at": account.created_at,
    } })))
}

/// Oneself whole; of others the name and that they work for support.
fn shape(app: &App, signed_in: &SignedIn, person: &PersonRow) -> Value {
    if person.id == signed_in.user {
        return own_shape(app, signed_in, person);
    }
    json!({
        "id": person.id,
        "url": user_url(app, person.id),
        "name": person.name,
        "role": if person.agent { "agent" } else { "end-user" },
        "agent": person.agent,
        "organization_id": null,
        "photo": null,
    })
}

fn own_shape(app: &App, signed_in: &SignedIn, person: &PersonRow) -> Value {
    json!({
        "id": person.id,
        "url": user_url(app, person.id),
        "name": person.name,
        "email": person.email,
        "role": "end-user",
        "agent": false,
        "locale": person.locale.tag(),
        "organization_id": signed_in.account,
        "verified": true,
        "active": true,
        "photo": null,
        "time_zone": null,
        "created_at": person.created_at,
        "updated_at": person.updated_at,
    })
}

fn user_url(app: &App, id: UserId) -> String {
    app.config.link(&format!("/api/v2/users/{id}.json"))
}

fn membership_shape(app: &App, row: &MembershipRow) -> Value {
    json!({
        "id": row.id,
        "url": app.config.link(&format!("/api/v2/organization_memberships/{}.json", row.id)),
        "user_id": row.user,
        "organization_id": row.account,
        "organization_name": row.account_name,
        "default": true,
        "view_tickets": false,
        "created_at": row.created_at,
        "updated_at": row.created_at,
    })
}
