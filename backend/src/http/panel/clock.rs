//! By when a request is answered, how long a solved one can be reopened, and what goes on from a closed one.

use crate::http::{ApiError, App, Json};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::id::RequestId;
use balcao_contract::panel::{FollowupsEnvelope, ReopenClock, ReopenClockEnvelope};
use balcao_contract::status::ShownStatus;
use balcao_contract::time::Timestamp;
use balcao_store::{closing, requests};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/panel/requests/{id}/clock", get(show))
        .route("/api/panel/requests/{id}/followups", get(followups))
}

/// By when a request is answered for the first time, as was promised, or until when a solved one can be reopened; nothing
/// of either where no clock runs, and for what the caller may not see.
#[utoipa::path(get, path = "/api/panel/requests/{id}/clock", tag = "panel",
    params(("id" = u64, Path, description = "The number")),
    responses((status = 200, body = ReopenClockEnvelope), (status = 401), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<ReopenClockEnvelope>, ApiError> {
    let id: RequestId = id.parse().map_err(|_| ApiError::RecordNotFound)?;
    let mut read = app.store.read().await?;
    let solved_at = closing::solved_at(&mut read, signed_in.viewer(), id).await?;
    let calendar = app.config.calendars.of(signed_in.region);
    let clock = solved_at.and_then(|solved_at| {
        let closes_at = calendar.closes_at(solved_at)?;
        let from = solved_at.max(app.clock.now()).min(closes_at);
        Some(ReopenClock { closes_at: Timestamp(closes_at), hours: calendar.open_hours(from, closes_at) })
    });
    let row = requests::find(&mut read, signed_in.viewer(), id).await?;
    let first_response_by = row.filter(|row| row.status.shown() == ShownStatus::Open).and_then(|row| {
        let promised = app.config.first_responses(signed_in.region).of(row.priority?);
        calendar.answered_by(row.created_at.0, promised).map(Timestamp)
    });
    Ok(Json(ReopenClockEnvelope { clock, first_response_by }))
}

/// The reader's requests that go on from a closed or full one, and whether one can.
#[utoipa::path(get, path = "/api/panel/requests/{id}/followups", tag = "panel",
    params(("id" = u64, Path, description = "The number")),
    responses((status = 200, body = FollowupsEnvelope), (status = 401), (status = 404)))]
pub(in crate::http) async fn followups(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<FollowupsEnvelope>, ApiError> {
    let id: RequestId = id.parse().map_err(|_| ApiError::RecordNotFound)?;
    let mut read = app.store.read().await?;
    let row = requests::find(&mut read, signed_in.viewer(), id).await?.ok_or(ApiError::RecordNotFound)?;
    let request_ids = requests::followups(&mut read, signed_in.viewer(), id).await?;
    let now = app.clock.now();
    let can_follow_up = balcao_desk::can_be_followed_up(&mut read, &app.config.calendars, &row, now).await?;
    Ok(Json(FollowupsEnvelope { request_ids, can_follow_up }))
}
