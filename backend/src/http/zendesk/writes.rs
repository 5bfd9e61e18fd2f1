//! Opening a request and replying to one.

use super::body::{self, IgnoredKeys};
use super::faults;
use super::idempotent::IdempotentWrite;
use super::requests::{connection, path_id};
use super::shapes;
use crate::http::{ApiError, App, Json, Notes, ReaderLocale};
use crate::identity::SignedIn;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use balcao_contract::id::RequestId;
use balcao_contract::wire::{CommentBody, NewRequest, NewRequestEnvelope, RequestEnvelope, RequestUpdateEnvelope};
use balcao_desk::request_body::{Opener, keys_without_effect, opening, reply};
use balcao_desk::{Command, DeskError};
use balcao_mail::confirmation::{ConfirmationError, Confirmations};
use balcao_store::Connection;
use balcao_store::idempotency::StoredAnswer;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// Opens a request.
#[utoipa::path(post, path = "/api/v2/requests", tag = "requests", request_body = NewRequestEnvelope,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 201, body = RequestEnvelope), (status = 400), (status = 401), (status = 403), (status = 422)))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let write = IdempotentWrite::new(&headers, &signed_in, "POST", "/api/v2/requests", &body)?;
    if let Some(known) = write.replay(&mut *connection(&app).await?, now).await? {
        return Ok(known);
    }
    let mut request = read_new_request(body, &notes)?;
    let comment = body::comment(&app, signed_in.user, std::mem::take(&mut request.comment)).await?;
    let opener = Opener {
        forms: &app.forms,
        routing: &app.config.routing,
        audience: signed_in.audience(now),
        capabilities: &signed_in.capabilities,
        locale,
        // Who speaks for somebody else with a token.
        by_another: signed_in.session_id <= 0,
    };
    let (opening, form) = opening(&opener, request, comment).map_err(|error| match error {
        DeskError::NotAllowed(capability) => signed_in.not_allowed(capability).into(),
        error => faults::refused(error, None, locale),
    })?;

    let opened = async |tx: &mut Connection| {
        let opened = balcao_desk::open(tx, command(&app, &signed_in, now), &opening)
            .await
            .map_err(|error| faults::refused(error, Some((&form, &opening.accepted.answers)), locale))?;
        confirmations(&app).write(tx, &opened, None, now).await?;
        let request = shapes::request(&app, &signed_in, opened.request);
        Ok(StoredAnswer {
            status: 201,
            location: Some(request.url.clone()),
            body: serde_json::to_vec(&RequestEnvelope { request }).map_err(ApiError::internal)?,
        })
    };
    let answer = write.once(&app, now, opened).await?;
    app.outbox.wake();
    Ok(answer)
}

/// Replies to a request, marks it as solved, or changes who is in copy.
#[utoipa::path(put, path = "/api/v2/requests/{id}", tag = "requests", request_body = RequestUpdateEnvelope,
    params(("id" = u64, Path, description = "The number"),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 200, body = RequestEnvelope), (status = 400), (status = 401),
        (status = 403, description = "Whoever is in copy does not say who is"), (status = 404), (status = 409),
        (status = 422)))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let id: RequestId = path_id(&id)?;
    let write = IdempotentWrite::new(&headers, &signed_in, "PUT", &format!("/api/v2/requests/{id}"), &body)?;
    let mut read = connection(&app).await?;
    if let Some(known) = write.replay(&mut read, now).await? {
        return Ok(known);
    }
    // Whether they may see it comes before what is wrong with the body: nobody learns from a fault that a number exists.
    super::requests::find(&mut read, &signed_in, &id.to_string()).await?;
    drop(read);
    let (RequestUpdateEnvelope { request: mut update }, ignored) = body::read(body, "request", &notes)?;
    name_keys(ignored, update.comment.as_ref(), &notes);
    let comment = match update.comment.take() {
        Some(comment) => Some(body::comment(&app, signed_in.user, comment).await?),
        None => None,
    };
    let reply = reply(update, comment).map_err(|error| faults::refused(error, None, locale))?;

    let answered = async |tx: &mut Connection| {
        let row = balcao_desk::answer(tx, command(&app, &signed_in, now), id, &reply)
            .await
            .map_err(|error| faults::refused(error, None, locale))?;
        let request = shapes::request(&app, &signed_in, row);
        let body = serde_json::to_vec(&RequestEnvelope { request }).map_err(ApiError::internal)?;
        Ok(StoredAnswer { status: 200, location: None, body })
    };
    write.once(&app, now, answered).await
}

/// Takes a request back that support has not answered yet.
#[utoipa::path(post, path = "/api/panel/requests/{id}/withdraw", tag = "panel",
    params(("id" = u64, Path, description = "The number")),
    responses((status = 200, body = RequestEnvelope), (status = 401), (status = 404), (status = 409)))]
pub(in crate::http) async fn withdraw(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(locale): ReaderLocale,
    Path(id): Path<String>,
) -> Result<Json<RequestEnvelope>, ApiError> {
    let id: RequestId = path_id(&id)?;
    let mut write = app.store.begin().await?;
    let row = balcao_desk::withdraw(&mut write, command(&app, &signed_in, app.clock.now()), id)
        .await
        .map_err(|error| faults::refused(error, None, locale))?;
    write.commit().await?;
    Ok(Json(RequestEnvelope { request: shapes::request(&app, &signed_in, row) }))
}

/// What the confirmation of a new request is made of.
pub(super) fn confirmations(app: &App) -> Confirmations<'_> {
    Confirmations { config: &app.config, forms: &app.forms, reply_addresses: &app.reply_addresses }
}

impl From<ConfirmationError> for ApiError {
    fn from(error: ConfirmationError) -> Self {
        match error {
            ConfirmationError::Store(error) => error.into(),
            ConfirmationError::Template(error) => Self::internal(error),
        }
    }
}

fn command<'a>(app: &'a App, signed_in: &SignedIn, now: DateTime<Utc>) -> Command<'a> {
    Command {
        viewer: signed_in.viewer(),
        now,
        channel: "web",
        most_files: app.config.evidence.limits.max_files,
        calendars: &app.config.calendars,
    }
}

/// Reads a new request. Those of its keys that do not count are named with those that nobody knows.
pub(super) fn read_new_request(body: Value, notes: &Notes) -> Result<NewRequest, ApiError> {
    let (NewRequestEnvelope { request }, mut ignored) = body::read(body, "request", notes)?;
    ignored.keys.extend(keys_without_effect(&request).into_iter().map(str::to_owned));
    name_keys(ignored, Some(&request.comment), notes);
    Ok(request)
}

/// Whether a comment is public is for agents to say.
fn name_keys(mut ignored: IgnoredKeys, comment: Option<&CommentBody>, notes: &Notes) {
    let mut all = ignored.take_comment("comment");
    all.extend(comment.filter(|comment| comment.public.is_some()).map(|_| "comment.public".to_owned()));
    all.sort();
    ignored.keys.sort();
    all.append(&mut ignored.keys);
    body::name_ignored(notes, &all);
}
