//! Groups of agents, and who belongs to them: for agents to read. Operators make and change them.

use super::super::paging::{Depth, Paging};
use super::super::params::Params;
use super::super::requests::{connection, path_id};
use super::super::wire::{Group, GroupEnvelope, GroupList, GroupMembership, GroupMembershipList, PageParams};
use crate::http::{ApiError, App, Json};
use crate::identity::Agent;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::id::{GroupId, UserId};
use balcao_store::groups::{self, GroupMembershipRow, GroupRow};
use balcao_store::people;
use balcao_store::request_list::{Order, Window};
use serde_json::{Map, Value};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/groups", get(list))
        .route("/api/v2/groups/assignable", get(list_assignable))
        .route("/api/v2/groups/{id}", get(show))
        .route("/api/v2/groups/{id}/memberships", get(list_memberships_of_group))
        .route("/api/v2/group_memberships", get(list_memberships))
        .route("/api/v2/users/{id}/groups", get(list_of_user))
        .route("/api/v2/users/{id}/group_memberships", get(list_memberships_of_user))
}

const DEFAULT_ORDER: Order = Order { by_update: false, descending: false };

/// Every group.
#[utoipa::path(get, path = "/api/v2/groups", tag = "tickets", params(PageParams),
    responses((status = 200, body = GroupList), (status = 400), (status = 403)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    _agent: Agent,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    answer(&app, &params, None).await
}

/// Every group that a ticket can be given to: all of them.
#[utoipa::path(get, path = "/api/v2/groups/assignable", tag = "tickets", params(PageParams),
    responses((status = 200, body = GroupList), (status = 400), (status = 403)))]
pub(in crate::http) async fn list_assignable(
    State(app): State<App>,
    _agent: Agent,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    answer(&app, &params, None).await
}

/// The groups that somebody belongs to.
#[utoipa::path(get, path = "/api/v2/users/{id}/groups", tag = "tickets",
    params(("id" = String, Path, description = "The agent's id, or me"), PageParams),
    responses((status = 200, body = GroupList), (status = 400), (status = 403), (status = 404)))]
pub(in crate::http) async fn list_of_user(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let user = somebody(&app, &agent, &id).await?;
    answer(&app, &params, Some(user)).await
}

/// One group.
#[utoipa::path(get, path = "/api/v2/groups/{id}", tag = "tickets",
    params(("id" = u64, Path, description = "The group's id")),
    responses((status = 200, body = GroupEnvelope), (status = 403), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    _agent: Agent,
    Path(id): Path<String>,
) -> Result<Json<GroupEnvelope>, ApiError> {
    let group = find(&app, &id).await?;
    Ok(Json(GroupEnvelope { group: group_shape(&app, group) }))
}

/// Who belongs to which group.
#[utoipa::path(get, path = "/api/v2/group_memberships", tag = "tickets", params(PageParams),
    responses((status = 200, body = GroupMembershipList), (status = 400), (status = 403)))]
pub(in crate::http) async fn list_memberships(
    State(app): State<App>,
    _agent: Agent,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    answer_memberships(&app, &params, None, None).await
}

/// Who belongs to a group.
#[utoipa::path(get, path = "/api/v2/groups/{id}/memberships", tag = "tickets",
    params(("id" = u64, Path, description = "The group's id"), PageParams),
    responses((status = 200, body = GroupMembershipList), (status = 400), (status = 403), (status = 404)))]
pub(in crate::http) async fn list_memberships_of_group(
    State(app): State<App>,
    _agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let group = find(&app, &id).await?;
    answer_memberships(&app, &params, None, Some(group.id)).await
}

/// Where somebody belongs.
#[utoipa::path(get, path = "/api/v2/users/{id}/group_memberships", tag = "tickets",
    params(("id" = String, Path, description = "The agent's id, or me"), PageParams),
    responses((status = 200, body = GroupMembershipList), (status = 400), (status = 403), (status = 404)))]
pub(in crate::http) async fn list_memberships_of_user(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let user = somebody(&app, &agent, &id).await?;
    answer_memberships(&app, &params, Some(user), None).await
}

async fn find(app: &App, id: &str) -> Result<GroupRow, ApiError> {
    let id: GroupId = path_id(id)?;
    groups::find(&mut *connection(app).await?, id).await?.ok_or(ApiError::RecordNotFound)
}

async fn somebody(app: &App, agent: &Agent, id: &str) -> Result<UserId, ApiError> {
    let id: UserId = if id == "me" { agent.user } else { path_id(id)? };
    let known = people::by_id(&mut *connection(app).await?, id).await?;
    known.map(|person| person.id).ok_or(ApiError::RecordNotFound)
}

async fn answer(app: &App, params: &Params, member: Option<UserId>) -> Result<Json<Map<String, Value>>, ApiError> {
    let paging = Paging::read(params, DEFAULT_ORDER, Depth::List)?;
    let all = groups::list(&mut *connection(app).await?, member).await?;
    let count = all.len() as u64;
    let id = |group: &GroupRow| i64::try_from(group.id.get()).unwrap_or(i64::MAX);
    let cut = cut(all, paging.window(), paging.order().descending, id);
    let page = paging.page(cut, |group| (0, id(group)));
    Ok(Json(page.map(|group| group_shape(app, group)).into_body("groups", count, params, app)))
}

async fn answer_memberships(
    app: &App,
    params: &Params,
    user: Option<UserId>,
    group: Option<GroupId>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let paging = Paging::read(params, DEFAULT_ORDER, Depth::List)?;
    let all = groups::memberships(&mut *connection(app).await?, user, group).await?;
    let count = all.len() as u64;
    let id = |membership: &GroupMembershipRow| i64::try_from(membership.id).unwrap_or(i64::MAX);
    let cut = cut(all, paging.window(), paging.order().descending, id);
    let page = paging.page(cut, |membership| (0, id(membership)));
    Ok(Json(page.map(|row| membership_shape(app, &row)).into_body("group_memberships", count, params, app)))
}

/// The part that was asked for: groups are few.
fn cut<T>(mut all: Vec<T>, window: Window, descending: bool, id: impl Fn(&T) -> i64) -> Vec<T> {
    if descending {
        all.reverse();
    }
    let follows = |one: &T| match window.after {
        Some((_, after)) if descending => id(one) < after,
        Some((_, after)) => id(one) > after,
        None => true,
    };
    all.into_iter().filter(follows).skip(window.offset as usize).take(window.limit as usize).collect()
}

/// A group on the wire.
pub(super) fn group_shape(app: &App, row: GroupRow) -> Group {
    Group {
        id: row.id,
        url: app.config.link(&format!("/api/v2/groups/{}.json", row.id)),
        name: row.name,
        description: String::new(),
        default: false,
        deleted: false,
        is_public: false,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

fn membership_shape(app: &App, row: &GroupMembershipRow) -> GroupMembership {
    GroupMembership {
        id: row.id,
        url: app.config.link(&format!("/api/v2/group_memberships/{}.json", row.id)),
        user_id: row.user,
        group_id: row.group,
        default: false,
        created_at: row.created_at,
        updated_at: row.created_at,
    }
}
