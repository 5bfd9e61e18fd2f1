//! A ticket's thread with the notes among agents, and its audits.

use super::super::paging::{Depth, Paging};
use super::super::params::Params;
use super::super::requests::connection;
use super::super::streamed;
use super::super::wire::{AuditEnvelope, AuditList, PageParams, TicketComment, TicketCommentList};
use super::audits;
use super::people::user_shape;
use super::shapes::via;
use super::tickets::find;
use crate::http::{ApiError, App, Json};
use crate::identity::Agent;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use balcao_contract::id::{CommentId, UserId};
use balcao_rich_text as rich_text;
use balcao_runtime::work::{Who, Work};
use balcao_store::comments::{self, CommentPosition, CommentRow, Comments, Notes};
use balcao_store::events::{self, Audits};
use balcao_store::files::{self, StoredFile};
use balcao_store::people;
use balcao_store::request_list::{Order, Window};
use balcao_store::ticket_readers::Way;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

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
) -> Result<Response, ApiError> {
    let mut read = connection(&app).await?;
    let ticket = find(&mut read, &agent, &id).await?;
    app.readers.note(agent.user, Way::Comments, [ticket.id], app.clock.now());
    let paging = paging(&params)?;
    let Window { limit, offset, after } = paging.window();
    let descending = paging.order().descending;
    let wanted = Comments { request: ticket.id, since: None, descending, limit, offset, after };
    let rows = comments::positions(&mut read, &wanted, Notes::Included).await?;
    let count = if paging.counts() { comments::count_with_notes(&mut read, &wanted).await? } else { 0 };
    let (places, mut body) = paging.page(rows, CommentPosition::position).split(count, &params, &app);
    let ids: Vec<CommentId> = places.iter().map(|place| place.id).collect();
    let audits = events::audits_of_comments(&mut read, ticket.id, &ids).await?;
    if params.lists("include", "users") {
        let authors: BTreeSet<UserId> = places.iter().map(|place| place.author).collect();
        let users = people::by_ids(&mut read, &authors).await?;
        body.insert("users".to_owned(), json!(users.iter().map(|one| user_shape(&app, one)).collect::<Vec<_>>()));
    }
    drop(read);
    let audits = Arc::new(audits);
    let of_all = app.work.clone();
    let load = move |ids: Vec<CommentId>, work: Work| {
        let (app, audits) = (app.clone(), audits.clone());
        async move {
            let mut read = connection(&app).await?;
            let rows = comments::of_ids(&mut read, ticket.id, &ids, Notes::Included).await?;
            let files = files::attachments_of_comments(&mut read, &ids).await?;
            drop(read);
            let written = rows.iter().map(|row| row.body.len()).sum();
            let shape = move |row: CommentRow| {
                let files = files.get(&row.id).map(Vec::as_slice).unwrap_or_default();
                let audit = audits.get(&row.id).copied();
                shape(&app, row, files, audit)
            };
            Ok(work.run(Who::Person(agent.user), written, move || rows.into_iter().map(shape).collect()).await?)
        }
    };
    streamed::list("comments", ids, &body, &of_all, load).await
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
) -> Result<Response, ApiError> {
    let mut read = connection(&app).await?;
    let ticket = find(&mut read, &agent, &id).await?;
    app.readers.note(agent.user, Way::Audits, [ticket.id], app.clock.now());
    let paging = paging(&params)?;
    let Window { limit, offset, after } = paging.window();
    let descending = paging.order().descending;
    let wanted = Audits { request: ticket.id, descending, limit, offset, after: after.map(|(_, id)| id) };
    let ids = events::audits(&mut read, &wanted).await?;
    let count = if paging.counts() { events::count_audits(&mut read, ticket.id).await? } else { 0 };
    drop(read);
    let (ids, body) = paging.page(ids, |id: &i64| (0, *id)).split(count, &params, &app);
    let ticket = Arc::new(ticket);
    let of_all = app.work.clone();
    let load = move |ids: Vec<i64>, work: Work| {
        let (app, ticket) = (app.clone(), ticket.clone());
        async move {
            let mut read = connection(&app).await?;
            let found = audits::find(&mut read, ticket.id, &ids).await?;
            drop(read);
            let bytes = found.text_bytes();
            let shaped = work.run(Who::Person(agent.user), bytes, move || found.shape(&app, &ticket)).await;
            let mut shaped = shaped?;
            if ids.first() > ids.last() {
                shaped.reverse();
            }
            Ok(shaped)
        }
    };
    streamed::list("audits", ids, &body, &of_all, load).await
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
    let audit: i64 = audit.parse().map_err(|_| ApiError::RecordNotFound)?;
    let found = audits::find(&mut read, ticket.id, &[audit]).await?;
    drop(read);
    let (work, bytes) = (app.work.clone(), found.text_bytes());
    let shaped = work.run(Who::Person(agent.user), bytes, move || found.shape(&app, &ticket)).await?;
    let audit = shaped.into_iter().next_back().ok_or(ApiError::RecordNotFound)?;
    Ok(Json(AuditEnvelope { audit }))
}
