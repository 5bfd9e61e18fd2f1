//! Single tickets.

use super::super::params::Params;
use super::super::requests::{connection, path_id};
use super::super::wire::TicketEnvelope;
use super::shapes;
use super::writes;
use crate::http::{ApiError, App, Json};
use crate::identity::Agent;
use crate::store::requests::RequestRow;
use crate::store::{Connection, tickets};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use balcao_contract::id::RequestId;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/tickets", post(writes::create))
        .route("/api/v2/tickets/{id}", get(show).put(writes::update))
}

/// The ticket of that number.
pub(super) async fn find(read: &mut Connection, id: &str) -> Result<RequestRow, ApiError> {
    let id: RequestId = path_id(id)?;
    tickets::find(read, id).await?.ok_or(ApiError::RecordNotFound)
}

/// One ticket.
#[utoipa::path(get, path = "/api/v2/tickets/{id}", tag = "tickets",
    params(("id" = u64, Path, description = "The number"),
        ("include" = Option<String>, Query, description = "comment_count")),
    responses((status = 200, body = TicketEnvelope), (status = 403), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    _agent: Agent,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<TicketEnvelope>, ApiError> {
    let mut read = connection(&app).await?;
    let row = find(&mut read, &id).await?;
    let counted = params.lists("include", "comment_count");
    let ticket = shapes::tickets(&app, &mut read, vec![row], counted).await?.pop();
    Ok(Json(TicketEnvelope { ticket: ticket.ok_or(ApiError::RecordNotFound)? }))
}
