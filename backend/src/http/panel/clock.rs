//! How long a solved request can be reopened.

use crate::http::{ApiError, App, Json};
use crate::identity::SignedIn;
use crate::store::closing;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::id::RequestId;
use balcao_contract::panel::{ReopenClock, ReopenClockEnvelope};
use balcao_contract::time::Timestamp;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/requests/{id}/clock", get(show))
}

/// Until when a solved request can be reopened; `null` where no clock runs, and for what the caller may not see.
#[utoipa::path(get, path = "/api/panel/requests/{id}/clock", tag = "panel",
    params(("id" = u64, Path, description = "The number")),
    responses((status = 200, body = ReopenClockEnvelope), (status = 401), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<ReopenClockEnvelope>, ApiError> {
    let id: RequestId = id.parse().map_err(|_| ApiError::RecordNotFound)?;
    let mut read = app.store.reader().acquire().await?;
    let solved_at = closing::solved_at(&mut read, signed_in.viewer(), id).await?;
    let calendar = app.config.calendars.of(signed_in.region);
    let clock = solved_at.and_then(|solved_at| {
        let closes_at = calendar.closes_at(solved_at)?;
        let from = solved_at.max(app.clock.now()).min(closes_at);
        Some(ReopenClock { closes_at: Timestamp(closes_at), hours: calendar.open_hours(from, closes_at) })
    });
    Ok(Json(ReopenClockEnvelope { clock }))
}
