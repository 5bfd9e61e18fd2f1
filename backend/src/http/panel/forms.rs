//! A form with its steps, in the reader's language.

use crate::http::zendesk::Params;
use crate::http::{ApiError, App, Json, ReaderLocale};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::locale::Locale;
use balcao_contract::panel::FormEnvelope;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/forms/{key}", get(show))
}

/// A form by its key.
#[utoipa::path(get, path = "/api/panel/forms/{key}", tag = "panel", params(
    ("key" = String, Path, description = "technical"),
    ("locale" = Option<String>, Query, description = "en, pt or es; the reader's language where it is left out"),
), responses((status = 200, body = FormEnvelope), (status = 401), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    _signed_in: SignedIn,
    ReaderLocale(reader): ReaderLocale,
    Path(key): Path<String>,
    params: Params,
) -> Result<Json<FormEnvelope>, ApiError> {
    let locale = params.get("locale").and_then(Locale::from_tag).unwrap_or(reader);
    let form = app.forms.by_key(&key, locale).cloned().ok_or(ApiError::RecordNotFound)?;
    Ok(Json(FormEnvelope { form }))
}
