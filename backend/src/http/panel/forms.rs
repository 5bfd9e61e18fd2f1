//! A form with its steps, in the reader's language: to be filled in, or to word what was answered.

use crate::http::zendesk::Params;
use crate::http::{ApiError, App, Json, ReaderLocale};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_contract::panel::FormEnvelope;
use balcao_store::requests;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/forms/{key}", get(show)).route("/api/panel/requests/{id}/form", get(of_request))
}

/// A form by its key, as the account is asked it. Who may not open it is told what is missing and who can grant it.
#[utoipa::path(get, path = "/api/panel/forms/{key}", tag = "panel", params(
    ("key" = String, Path, description = "technical, financial, commercial"),
    ("locale" = Option<String>, Query, description = "en, pt or es; the reader's language where it is left out"),
), responses((status = 200, body = FormEnvelope), (status = 401), (status = 403), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(reader): ReaderLocale,
    Path(key): Path<String>,
    params: Params,
) -> Result<Json<FormEnvelope>, ApiError> {
    let locale = params.get("locale").and_then(Locale::from_tag).unwrap_or(reader);
    let mut forms = app.forms.tailored(locale, signed_in.audience(app.clock.now()));
    let (_, mut form) = forms.find(|(_, form)| form.key == key).ok_or(ApiError::RecordNotFound)?;
    signed_in.must(form.capability)?;
    let mut read = app.store.read().await?;
    let last = requests::last_answers(&mut read, signed_in.account, signed_in.user, form.id).await?;
    app.forms.recall(&mut form, &last);
    Ok(Json(FormEnvelope { form }))
}

/// The form that a request was opened with, with every question that any account is asked: it words the answers, and who
/// may read the request may read it.
#[utoipa::path(get, path = "/api/panel/requests/{id}/form", tag = "panel", params(
    ("id" = u64, Path, description = "The request's number"),
    ("locale" = Option<String>, Query, description = "en, pt or es; the reader's language where it is left out"),
), responses((status = 200, body = FormEnvelope), (status = 401), (status = 404)))]
pub(in crate::http) async fn of_request(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(reader): ReaderLocale,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<FormEnvelope>, ApiError> {
    let locale = params.get("locale").and_then(Locale::from_tag).unwrap_or(reader);
    let id: RequestId = id.parse().map_err(|_| ApiError::RecordNotFound)?;
    let mut read = app.store.read().await?;
    let row = requests::find(&mut read, signed_in.viewer(), id).await?;
    let form = row.ok_or(ApiError::RecordNotFound)?.form.and_then(|form| app.forms.by_id(form, locale));
    let form = form.or_else(|| app.forms.default_form(locale)).cloned().ok_or(ApiError::RecordNotFound)?;
    Ok(Json(FormEnvelope { form }))
}
