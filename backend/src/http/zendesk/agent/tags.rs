//! A ticket's tags by themselves.

use super::super::body;
use super::super::faults;
use super::super::requests::{connection, path_id};
use super::super::wire::TagList;
use super::tickets::find;
use super::writes::command;
use crate::http::{ApiError, App, Json, Notes, ReaderLocale};
use crate::identity::Agent;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Extension, Router};
use balcao_contract::locale::Locale;
use balcao_contract::wire::TagsToWriteEnvelope;
use balcao_desk::agent::{self, Change};
use balcao_desk::tags::{self, TagChange, Tags};
use balcao_store::tags as kept_tags;
use balcao_store::ticket_readers::Way;
use serde_json::Value;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/v2/tickets/{id}/tags", get(list).post(set).put(add).delete(remove))
}

/// A ticket's tags.
#[utoipa::path(get, path = "/api/v2/tickets/{id}/tags", tag = "tickets",
    params(("id" = u64, Path, description = "The number")),
    responses((status = 200, body = TagList), (status = 403), (status = 404)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<String>,
) -> Result<Json<TagList>, ApiError> {
    let mut read = connection(&app).await?;
    let row = find(&mut read, &agent, &id).await?;
    app.readers.note(agent.user, Way::Tags, [row.id], app.clock.now());
    Ok(shape(kept_tags::of_request(&mut read, row.id).await?))
}

/// Gives a ticket these tags and no others.
#[utoipa::path(post, path = "/api/v2/tickets/{id}/tags", tag = "tickets", request_body = TagsToWriteEnvelope,
    params(("id" = u64, Path, description = "The number")),
    responses((status = 201, body = TagList), (status = 400), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(in crate::http) async fn set(
    State(app): State<App>,
    agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<(StatusCode, Json<TagList>), ApiError> {
    let tags = read(body, &notes, locale)?;
    let change = TagChange { set: Some(tags), ..TagChange::default() };
    Ok((StatusCode::CREATED, changed(&app, &agent, &id, change, locale).await?))
}

/// Adds tags to a ticket's own.
#[utoipa::path(put, path = "/api/v2/tickets/{id}/tags", tag = "tickets", request_body = TagsToWriteEnvelope,
    params(("id" = u64, Path, description = "The number")),
    responses((status = 200, body = TagList), (status = 400), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(in crate::http) async fn add(
    State(app): State<App>,
    agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<TagList>, ApiError> {
    let add = read(body, &notes, locale)?;
    changed(&app, &agent, &id, TagChange { add, ..TagChange::default() }, locale).await
}

/// Takes tags from a ticket.
#[utoipa::path(delete, path = "/api/v2/tickets/{id}/tags", tag = "tickets", request_body = TagsToWriteEnvelope,
    params(("id" = u64, Path, description = "The number")),
    responses((status = 200, body = TagList), (status = 400), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub(in crate::http) async fn remove(
    State(app): State<App>,
    agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<TagList>, ApiError> {
    let remove = read(body, &notes, locale)?;
    changed(&app, &agent, &id, TagChange { remove, ..TagChange::default() }, locale).await
}

fn read(body: Value, notes: &Notes, locale: Locale) -> Result<Tags, ApiError> {
    // Nothing stands around it.
    let (TagsToWriteEnvelope { tags }, _) = body::read(body, ".", notes)?;
    tags::named(tags).map_err(|error| faults::refused(error, None, locale))
}

async fn changed(
    app: &App,
    agent: &Agent,
    id: &str,
    wanted: TagChange,
    locale: Locale,
) -> Result<Json<TagList>, ApiError> {
    let id = path_id(id)?;
    let mut tx = app.store.begin().await?;
    let change = Change { tags: wanted, ..Change::default() };
    let row = agent::change(&mut tx, command(app, agent, app.clock.now()), id, &change)
        .await
        .map_err(|error| faults::refused(error, None, locale))?;
    let after = kept_tags::of_request(&mut tx, row.id).await?;
    tx.commit().await?;
    Ok(shape(after))
}

fn shape(tags: Tags) -> Json<TagList> {
    Json(TagList { tags: tags.into_iter().collect() })
}
