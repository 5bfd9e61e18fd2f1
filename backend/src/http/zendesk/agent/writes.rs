//! Opening a ticket for somebody, and changing one.

use super::super::body::{self, IgnoredKeys};
use super::super::faults;
use super::super::idempotent::IdempotentWrite;
use super::super::requests::{connection, path_id};
use super::super::wire::{TicketEnvelope, TicketWithAudit};
use super::super::writes::confirmations;
use super::audits;
use super::shapes;
use super::tickets::find;
use crate::http::{ApiError, App, Json, Notes, ReaderLocale};
use crate::identity::Agent;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use balcao_contract::id::RequestId;
use balcao_contract::wire::{CommentBody, Given, TicketChangeEnvelope, TicketToOpenEnvelope};
use balcao_desk::agent::AgentCommand;
use balcao_desk::comment::GivenComment;
use balcao_desk::ticket_body::{self, NewTicket, WantedChange};
use balcao_store::Connection;
use balcao_store::idempotency::StoredAnswer;
use balcao_store::requests::RequestRow;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// How agents' programs come in.
const CHANNEL: &str = "api";

pub(super) fn command<'a>(app: &'a App, agent: &Agent, now: DateTime<Utc>) -> AgentCommand<'a> {
    AgentCommand {
        agent: agent.user,
        home: agent.home,
        now,
        channel: CHANNEL,
        most_files: app.config.evidence.limits.max_files,
        calendars: &app.config.calendars,
    }
}

/// Changes a ticket, comments on it, or both.
#[utoipa::path(put, path = "/api/v2/tickets/{id}", tag = "tickets", request_body = TicketChangeEnvelope,
    params(("id" = u64, Path, description = "The number"),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 200, body = TicketWithAudit), (status = 400), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422)))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let id: RequestId = path_id(&id)?;
    let write = IdempotentWrite::of_agent(&headers, &agent, "PUT", &format!("/api/v2/tickets/{id}"), &body)?;
    let mut read = connection(&app).await?;
    if let Some(known) = write.replay(&mut read, now).await? {
        return Ok(known);
    }
    find(&mut read, &agent, &id.to_string()).await?;
    drop(read);
    let (TicketChangeEnvelope { ticket: mut body }, ignored) = body::read(body, "ticket", &notes)?;
    let comment = body.comment.take();
    name_keys(ignored, comment.as_ref(), "comment", &notes);
    let wanted = WantedChange::read(body, given(&app, &agent, comment).await?);

    let changed = async |tx: &mut Connection| {
        let (row, is_changed) = ticket_body::update(tx, command(&app, &agent, now), (&app.forms, locale), id, wanted)
            .await
            .map_err(|error| faults::refused(error, None, locale))?;
        Ok(StoredAnswer { status: 200, location: None, body: with_audit(&app, tx, row, is_changed).await? })
    };
    write.once(&app, now, changed).await
}

async fn with_audit(app: &App, read: &mut Connection, row: RequestRow, changed: bool) -> Result<Vec<u8>, ApiError> {
    let audit = audits::last_audit(app, read, &row, changed).await?;
    let ticket = shapes::one_ticket(app, read, row).await?;
    let body = match audit {
        Some(audit) => serde_json::to_vec(&TicketWithAudit { ticket, audit }),
        None => serde_json::to_vec(&TicketEnvelope { ticket }),
    };
    body.map_err(ApiError::internal)
}

/// Names what was not read; of the comment first.
fn name_keys(mut ignored: IgnoredKeys, comment: Option<&CommentBody>, key: &str, notes: &Notes) {
    let of_comment = ignored.take_comment(key);
    if comment.is_some_and(|comment| comment.public != Some(Given::Unreadable)) {
        body::name_ignored(notes, &of_comment);
    }
    body::name_ignored(notes, &ignored.keys);
}

async fn given(app: &App, agent: &Agent, comment: Option<CommentBody>) -> Result<Option<GivenComment>, ApiError> {
    match comment {
        Some(comment) => body::comment(app, agent.user, comment).await.map(Some),
        None => Ok(None),
    }
}

/// Opens a ticket for somebody.
#[utoipa::path(post, path = "/api/v2/tickets", tag = "tickets", request_body = TicketToOpenEnvelope,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 201, body = TicketWithAudit), (status = 400), (status = 401), (status = 403), (status = 422)))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let write = IdempotentWrite::of_agent(&headers, &agent, "POST", "/api/v2/tickets", &body)?;
    if let Some(known) = write.replay(&mut *connection(&app).await?, now).await? {
        return Ok(known);
    }
    let (TicketToOpenEnvelope { ticket: mut body }, ignored) = body::read(body, "ticket", &notes)?;
    // As Zendesk does, the description is the first comment where there is none.
    let description = body.description.take();
    let (comment, key) = match body.comment.take() {
        Some(comment) => (Some(comment), "comment"),
        None => (description, "description"),
    };
    name_keys(ignored, comment.as_ref(), key, &notes);
    let comment = given(&app, &agent, comment).await?;
    let new = NewTicket::read(body, comment, &app.forms, locale);
    let new = new.map_err(|error| faults::refused(error, None, locale))?;

    let opened = async |tx: &mut Connection| {
        let opened = ticket_body::open(tx, command(&app, &agent, now), (&app.config.routing, locale), new)
            .await
            .map_err(|error| faults::refused(error, None, locale))?;
        confirmations(&app).write(tx, &opened, Some(agent.user), now).await?;
        let row = opened.request;
        let location = Some(shapes::ticket_url(&app, row.id));
        Ok(StoredAnswer { status: 201, location, body: with_audit(&app, tx, row, true).await? })
    };
    let answer = write.once(&app, now, opened).await?;
    app.outbox.wake();
    Ok(answer)
}
