//! Which requests have an answer that was not read, and that it was read.

use super::session::identify;
use crate::http::{ApiError, App, Json, Notes, Peer};
use crate::identity::{DoorError, SignedIn};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::{get, post, put};
use balcao_contract::id::RequestId;
use balcao_contract::panel::{Glance, GlanceEnvelope, ReadMark, SignIn, Unread, UnreadEnvelope, live_channel};
use balcao_store::{Connection, StoreError, reads, requests};

/// The most requests that are named.
const MOST_NAMED: u32 = 1_000;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/panel/unread", get(show))
        .route("/api/panel/glance", post(glance))
        .route("/api/panel/requests/{id}/read", put(mark))
}

/// One's own requests with an answer that one has not read.
#[utoipa::path(get, path = "/api/panel/unread", tag = "panel",
    responses((status = 200, body = UnreadEnvelope), (status = 401)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<Json<UnreadEnvelope>, ApiError> {
    let mut read = app.store.read().await?;
    Ok(Json(UnreadEnvelope { unread: unread(&mut read, &signed_in).await? }))
}

/// How many there are, for the button on each page of the host: by what a session begins with, and without one. Nothing is
/// written, and nobody is made.
#[utoipa::path(post, path = "/api/panel/glance", tag = "panel", request_body = SignIn, security(()),
    responses((status = 200, body = GlanceEnvelope), (status = 400), (status = 401), (status = 429), (status = 503)))]
pub(in crate::http) async fn glance(
    State(app): State<App>,
    Peer(address): Peer,
    notes: Notes,
    headers: HeaderMap,
    Json(sign_in): Json<SignIn>,
) -> Result<Json<GlanceEnvelope>, ApiError> {
    let identity = match identify(&app, &headers, &sign_in).await {
        Ok((_, identity)) => identity,
        Err(error) => {
            // Guessing is counted as it is at the door; a host's many pages are not.
            app.limiter.take_sign_in(address, app.clock.now(), &notes)?;
            return Err(match error {
                DoorError::Unavailable { retry_after, .. } => ApiError::SignInUnavailable(retry_after),
                _ => ApiError::Unauthenticated,
            });
        }
    };
    let mut read = app.store.read().await?;
    let known = reads::count_unread_by_name(&mut read, &identity.email, &identity.account).await?;
    let glance = match known {
        Some((account, user, unread)) => Glance { unread, channel: Some(live_channel(account, user)) },
        None => Glance { unread: 0, channel: None },
    };
    Ok(Json(GlanceEnvelope { glance }))
}

/// Notes that a request was read until a comment; the person's other tabs and devices hear of it. Answers with what is
/// unread then.
#[utoipa::path(put, path = "/api/panel/requests/{id}/read", tag = "panel", request_body = ReadMark,
    params(("id" = u64, Path, description = "The number")),
    responses((status = 200, body = UnreadEnvelope), (status = 401), (status = 403), (status = 404)))]
pub(in crate::http) async fn mark(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
    Json(mark): Json<ReadMark>,
) -> Result<Json<UnreadEnvelope>, ApiError> {
    let id: RequestId = id.parse().map_err(|_| ApiError::RecordNotFound)?;
    let (account, user) = (signed_in.account, signed_in.user);
    let mut read = app.store.read().await?;
    requests::find(&mut read, signed_in.viewer(), id).await?.ok_or(ApiError::RecordNotFound)?;
    drop(read);
    let mut write = app.store.begin().await?;
    let is_news = reads::note_read(&mut write, account, user, id, mark.comment_id).await?;
    let unread = unread(&mut write, &signed_in).await?;
    write.commit().await?;
    if is_news {
        app.live.tell_unread(account, user, unread.count);
    }
    Ok(Json(UnreadEnvelope { unread }))
}

async fn unread(read: &mut Connection, signed_in: &SignedIn) -> Result<Unread, StoreError> {
    let (account, user) = (signed_in.account, signed_in.user);
    let count = reads::count_unread(read, account, user).await?;
    Ok(Unread { count, request_ids: reads::unread(read, account, user, MOST_NAMED).await? })
}
