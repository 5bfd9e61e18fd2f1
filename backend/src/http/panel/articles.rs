//! Help-center articles for the panel. They are public: who reads them need not be signed in.

use crate::http::zendesk::Params;
use crate::http::{ApiError, App, Json, ReaderLocale, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::locale::Locale;
use balcao_contract::panel::ArticleEnvelope;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/articles/{slug}", get(show))
}

/// An article by its stable name, in the language asked for or the next one that it exists in.
#[utoipa::path(get, path = "/api/panel/articles/{slug}", tag = "copilot", params(
    ("slug" = String, Path, description = "The article's stable name"),
    ("locale" = Option<String>, Query, description = "en, pt or es; the reader's language where it is left out"),
), security((), ("session" = [])), responses((status = 200, body = ArticleEnvelope), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    ReaderLocale(reader): ReaderLocale,
    Visitor(visitor): Visitor,
    Path(slug): Path<String>,
    params: Params,
) -> Result<Json<ArticleEnvelope>, ApiError> {
    let locale = params.get("locale").and_then(Locale::from_tag).unwrap_or(reader);
    let reading = app.clone();
    let found = app.work.run_long(visitor, move || reading.copilot.article(&slug, locale)).await?;
    let article = found.ok_or(ApiError::RecordNotFound)?;
    Ok(Json(ArticleEnvelope { article }))
}
