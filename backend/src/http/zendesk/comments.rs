//! The thread of a request.

use super::paging::{Depth, Paging};
use super::params::Params;
use super::requests::{connection, find, path_id};
use super::shapes;
use super::streamed;
use super::wire::{CommentEnvelope, CommentList, PageParams};
use crate::http::{ApiError, App, Json};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use balcao_contract::id::CommentId;
use balcao_contract::wire::User;
use balcao_runtime::work::{Who, Work};
use balcao_store::comments::{self, CommentPosition, CommentRow, Comments, Notes};
use balcao_store::request_list::Order;
use balcao_store::{directory, files};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/requests/{id}/comments", get(list))
        .route("/api/v2/requests/{id}/comments/{comment}", get(show))
}

/// The comments of a request, oldest first.
#[utoipa::path(get, path = "/api/v2/requests/{id}/comments", tag = "comments", params(
    ("id" = u64, Path, description = "The request's number"),
    ("since" = Option<String>, Query, description = "ISO 8601: only what was written since; an empty one says nothing"),
    ("sort" = Option<String>, Query, description = "created_at or -created_at", pattern = "^(-?created_at)?$"),
    ("include" = Option<String>, Query, description = "users, rich_text"), PageParams,
), responses((status = 200, body = CommentList), (status = 400), (status = 404)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, ApiError> {
    let mut read = connection(&app).await?;
    let request = find(&mut read, &signed_in, &id).await?;
    for name in ["sort", "sort_by"] {
        // Comments do not change: there is no other order than that of writing.
        if params.given(name).is_some_and(|by| by.strip_prefix('-').unwrap_or(by) != "created_at") {
            return Err(ApiError::parameter(name));
        }
    }
    let paging = Paging::read(&params, Order { by_update: false, descending: false }, Depth::List)?;
    let window = paging.window();
    let wanted = Comments {
        request: request.id,
        since: since(&params)?,
        descending: paging.order().descending,
        limit: window.limit,
        offset: window.offset,
        after: window.after,
    };
    // First where each stands: the texts, which may be long, are read as the answer is written.
    let rows = comments::positions(&mut read, &wanted, Notes::LeftOut).await?;
    let count = if paging.counts() { comments::count(&mut read, &wanted).await? } else { 0 };
    let page = paging.page(rows, CommentPosition::position);
    // Whoever shows the thread shows who reads along, too.
    let involved = page.items.iter().map(|row| row.author).chain(request.copies);
    let authors = directory::people(&mut read, &involved.collect()).await?;
    let authors: Vec<User> = authors.into_iter().map(shapes::user).collect();
    drop(read);
    let tree = params.lists("include", "rich_text");
    let who = Who::Person(signed_in.user);
    let (places, mut body) = page.split(count, &params, &app);
    body.insert("users".to_owned(), json!(authors));
    let ids = places.into_iter().map(|place| place.id).collect();
    let of_all = app.work.clone();
    let load = move |ids: Vec<CommentId>, work: Work| {
        let app = app.clone();
        async move {
            let mut read = connection(&app).await?;
            let rows = comments::of_ids(&mut read, request.id, &ids, Notes::LeftOut).await?;
            let mut files = files::attachments_of_comments(&mut read, &ids).await?;
            drop(read);
            let written = rows.iter().map(|row| row.body.len()).sum();
            let shape = move |row: CommentRow| {
                let files = files.remove(&row.id).unwrap_or_default();
                shapes::comment(&app, row, files, tree)
            };
            Ok(work.run(who, written, move || rows.into_iter().map(shape).collect()).await?)
        }
    };
    streamed::list("comments", ids, &body, &of_all, load).await
}

/// One comment.
#[utoipa::path(get, path = "/api/v2/requests/{id}/comments/{comment}", tag = "comments", params(
    ("id" = u64, Path, description = "The request's number"),
    ("comment" = u64, Path, description = "The comment's id"),
    ("include" = Option<String>, Query, description = "rich_text"),
), responses((status = 200, body = CommentEnvelope), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Path((id, comment)): Path<(String, String)>,
    params: Params,
) -> Result<Json<CommentEnvelope>, ApiError> {
    let mut read = connection(&app).await?;
    let request = find(&mut read, &signed_in, &id).await?;
    let comment: CommentId = path_id(&comment)?;
    let row = comments::find(&mut read, request.id, comment).await?.ok_or(ApiError::RecordNotFound)?;
    let authors = directory::people(&mut read, &[row.author].into()).await?.into_iter().map(shapes::user).collect();
    let files = files::attachments_of_comments(&mut read, &[comment]).await?.remove(&comment).unwrap_or_default();
    drop(read);
    let (written, tree) = (row.body.len(), params.lists("include", "rich_text"));
    let shaping = app.clone();
    let shape = move || shapes::comment(&shaping, row, files, tree);
    let comment = app.work.run(Who::Person(signed_in.user), written, shape).await?;
    Ok(Json(CommentEnvelope { comment, users: authors }))
}

/// A moment, or the first one of a day.
fn since(params: &Params) -> Result<Option<DateTime<Utc>>, ApiError> {
    let Some(text) = params.get("since").filter(|text| !text.is_empty()) else { return Ok(None) };
    let day = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0).map(|day| day.and_utc());
    let moment = DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc()).or_else(day);
    moment.map(Some).ok_or_else(|| ApiError::parameter("since"))
}
