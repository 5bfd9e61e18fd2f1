//! What is going on around support.

use crate::http::{ApiError, App, Json};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use balcao_contract::panel::ChannelsEnvelope;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/channels", get(show))
}

/// Every channel there is a source of, as it was read last.
#[utoipa::path(get, path = "/api/panel/channels", tag = "panel",
    responses((status = 200, body = ChannelsEnvelope), (status = 401)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    _signed_in: SignedIn,
) -> Result<Json<ChannelsEnvelope>, ApiError> {
    Ok(Json(ChannelsEnvelope { channels: app.board.channels(app.clock.now()) }))
}
