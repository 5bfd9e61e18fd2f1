//! A ticket's thread with the notes among agents, and its audits.

use super::super::paging::{Depth, Paging};
use super::super::params::Params;
use super::super::requests::connection;
use super::super::wire::{Audit, AuditEnvelope, AuditList, PageParams, TicketComment, TicketCommentList};
use super::audits::{audits, audits_of_comments};
use super::people::user_shape;
use super::shapes::via;
use super::tickets::find;
use crate::http::{ApiError, App, Json};
use crate::identity::Agent;
use crate::rich_text;
use crate::store::comments::{self, CommentRow, Comments};
use crate::store::files::{self, StoredFile};
use crate::store::request_list::{Order, Window};
use crate::store::ticket_readers::Way;
use crate::store::{events, people};
use crate::work::Who;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::id::{CommentId, UserId};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/tickets/{id}/comments", get(list))
        .route("/api/v2/tickets/{id}/audits", get(list_audits))
        .route("/api/v2/tickets/{id}/audits/{audit}", get(show_audit))
}

/// In the order of writing; there is no other, for neither comments nor audits ever change.
fn paging(params: &Params) -> Result<Paging, ApiError> {
    for name in ["sort", "sort_by"] {
        if params.given(name).is_some_and(|by| by.strip_prefix('-').unwrap_or(by) != "created_at") {
            return Err(ApiError::parameter(name));
        }
    }
    Paging::read(params, Order { by_update: false, descending: false }, Depth::List)
}

/// The comments of a ticket, public ones and notes among agents.
#[utoipa::path(get, path = "/api/v2/tickets/{id}/comments", tag = "tickets", params(
    ("id" = u64, Path, description = "The ticket's number"),
    ("sort" = Option<String>, Query, description = "created_at or -created_at", pattern = "^(-?created_at)?$"),
    ("sort_order" = Option<String>, Query, description = "asc or desc", pattern = "^(asc|desc)?$"),
    ("include" = Option<String>, Query, description = "users"), PageParams,
), responses((status = 200, body = TicketCommentList), (status = 400), (status = 403), (status = 404)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let mut read = connection(&app).await?;
    let ticket = find(&mut read, &agent, &id).await?;
    app.readers.note(agent.user, Way::Comments, [ticket.id], app.clock.now());
    let paging = paging(&params)?;
    let Window { limit, offset, after } = paging.window();
    let descending = paging.order().descending;
    let wanted = Comments { request: ticket.id, since: None, descending, limit, offset, after };
    let rows = comments::list_with_notes(&mut read, &wanted).await?;
    let count = if paging.counts() { comments::count_with_notes(&mut read, &wanted).await? } else { 0 };
    let page = paging.page(rows, |row: &CommentRow| {
        (row.created_at.unix_milliseconds(), i64::try_from(row.id.get()).unwrap_or(i64::MAX))
    });
    let ids: Vec<CommentId> = page.items.iter().map(|row| row.id).collect();
    let authors: BTreeSet<UserId> = page.items.iter().map(|row| row.author).collect();
    let files = files::attachments_of_comments(&mut *read, &ids).await?;
    let audits = audits_of_comments(&events::of_request(&mut read, ticket.id).await?);
    let users = match params.lists("include", "users") {
        true => Some(people::by_ids(&mut read, &authors).await?),
        false => None,
    };
    drop(read);
    let written = page.items.iter().map(|row| row.body.len()).sum();
    let shaping = app.clone();
    let shapes = move || {
        page.map(|row| {
            let files = files.get(&row.id).map(Vec::as_slice).unwrap_or_default();
            let audit = audits.get(&row.id).copied();
            shape(&shaping, row, files, audit)
        })
    };
    let page = app.work.run(Who::Person(agent.user), written, shapes).await?;
    let mut body = page.into_body("comments", count, &params, &app);
    if let Some(users) = users {
        let users: Vec<_> = users.iter().map(|one| user_shape(&app, one)).collect();
        body.insert("users".to_owned(), json!(users));
    }
    Ok(Json(body))
}

fn shape(app: &App, row: CommentRow, files: &[StoredFile], audit_id: Option<i64>) -> TicketComment {
    let blocks = rich_text::parse_comment(&row.body);
    let origin = app.config.link("");
    TicketComment {
        id: row.id,
        kind: "Comment".to_owned(),
        author_id: row.author,
        html_body: rich_text::to_html(&blocks),
        plain_body: rich_text::to_plain(&blocks),
        body: row.body,
        public: row.public,
        attachments: files.iter().map(|file| file.to_wire(&origin)).collect(),
        audit_id,
        via: via(&row.channel),
        created_at: row.created_at,
        metadata: json!({ "system": {}, "custom": {} }),
    }
}

/// What happened to a ticket: an audit for each command.
#[utoipa::path(get, path = "/api/v2/tickets/{id}/audits", tag = "tickets", params(
    ("id" = u64, Path, description = "The ticket's number"),
    ("sort" = Option<String>, Query, description = "created_at or -created_at", pattern = "^(-?created_at)?$"),
    ("sort_order" = Option<String>, Query, description = "asc or desc", pattern = "^(asc|desc)?$"), PageParams,
), responses((status = 200, body = AuditList), (status = 400), (status = 403), (status = 404)))]
pub(in crate::http) async fn list_audits(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let mut read = connection(&app).await?;
    let ticket = find(&mut read, &agent, &id).await?;
    app.readers.note(agent.user, Way::Audits, [ticket.id], app.clock.now());
    let paging = paging(&params)?;
    let all = audits(&app, &mut read, &ticket).await?;
    drop(read);
    let count = all.len() as u64;
    let cut = window(all, paging.window(), paging.order().descending);
    let page = paging.page(cut, |audit: &Audit| (0, audit.id));
    Ok(Json(page.into_body("audits", count, &params, &app)))
}

/// One audit.
#[utoipa::path(get, path = "/api/v2/tickets/{id}/audits/{audit}", tag = "tickets",
    params(("id" = u64, Path, description = "The ticket's number"),
        ("audit" = i64, Path, description = "The audit's id")),
    responses((status = 200, body = AuditEnvelope), (status = 403), (status = 404)))]
pub(in crate::http) async fn show_audit(
    State(app): State<App>,
    agent: Agent,
    Path((id, audit)): Path<(String, String)>,
) -> Result<Json<AuditEnvelope>, ApiError> {
    let mut read = connection(&app).await?;
    let ticket = find(&mut read, &agent, &id).await?;
    app.readers.note(agent.user, Way::Audits, [ticket.id], app.clock.now());
    let all = audits(&app, &mut read, &ticket).await?;
    let found = all.into_iter().find(|known| known.id.to_string() == audit);
    Ok(Json(AuditEnvelope { audit: found.ok_or(ApiError::RecordNotFound)? }))
}

/// The part that was asked for: a ticket's audits are few, and made whole of several tables.
fn window(mut audits: Vec<Audit>, window: Window, descending: bool) -> Vec<Audit> {
    if descending {
        audits.reverse();
    }
    let follows = |audit: &Audit| match window.after {
        Some((_, id)) if descending => audit.id < id,
        Some((_, id)) => audit.id > id,
        None => true,
    };
    let kept = audits.into_iter().filter(follows).skip(window.offset as usize);
    kept.take(window.limit as usize).collect()
}
