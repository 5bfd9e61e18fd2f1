//! How many requests stand behind each filter of the history.

use crate::http::zendesk::{Params, narrow_to_copies, narrow_to_form, read_query, search_filter};
use crate::http::{ApiError, App, Json};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use balcao_contract::panel::CountsEnvelope;
use balcao_store::{copies, request_list};

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/requests/counts", get(show))
}

/// Counts by the status that the requester sees; statuses in the query do not narrow them.
#[utoipa::path(get, path = "/api/panel/requests/counts", tag = "panel",
    params(("query" = Option<String>, Query, description = "As in the search"),
        ("ticket_form_id" = Option<String>, Query, description = "As in the list", pattern = "^([1-9][0-9]{0,18})?$"),
        ("organization_id" = Option<String>, Query, description = "The account's id: everybody's where it shares them"),
        ("cc_id" = Option<String>, Query, description = "true: those that one is in copy of")),
    responses((status = 200, body = CountsEnvelope), (status = 400), (status = 401)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    params: Params,
) -> Result<Json<CountsEnvelope>, ApiError> {
    let mut filter = search_filter(&signed_in, &read_query(&params)?);
    narrow_to_copies(&signed_in, &params, &mut filter);
    narrow_to_form(&params, &mut filter)?;
    let mut read = app.store.read().await?;
    let mut counts = request_list::status_counts(&mut read, &filter).await?;
    counts.in_copy = copies::is_anywhere(&mut read, signed_in.account, signed_in.user).await?;
    Ok(Json(CountsEnvelope { counts }))
}
