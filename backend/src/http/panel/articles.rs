//! Help-center articles for the panel. They are public: who reads them need not be signed in.

use crate::http::zendesk::Params;
use crate::http::{ApiError, App, Json, ReaderLocale, Visitor};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::locale::Locale;
use balcao_contract::panel::{ARTICLE_SEARCH_LIMIT, ARTICLES_PER_PAGE, ArticleEnvelope, ArticleKind, ArticleList};
use balcao_copilot::Browse;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/articles", get(list)).route("/api/panel/articles/{slug}", get(show))
}

/// By offset nothing goes further.
const MOST: u32 = 10_000;

/// The articles, the newest first, or those with the words, best first.
#[utoipa::path(get, path = "/api/panel/articles", tag = "copilot", params(
    ("query" = Option<String>, Query, description = "Words; all articles where it is left out"),
    ("kind" = Option<ArticleKind>, Query, description = "One kind alone"),
    ("page" = Option<u32>, Query, format = Int64, minimum = 1, maximum = 500, description = "From 1; 20 articles each"),
    ("locale" = Option<String>, Query, description = "en, pt or es; the reader's language where it is left out"),
), security((), ("session" = [])), responses((status = 200, body = ArticleList), (status = 400)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    ReaderLocale(reader): ReaderLocale,
    Visitor(visitor): Visitor,
    params: Params,
) -> Result<Json<ArticleList>, ApiError> {
    let locale = params.get("locale").and_then(Locale::from_tag).unwrap_or(reader);
    let query: String = params.get("query").unwrap_or_default().trim().chars().take(ARTICLE_SEARCH_LIMIT).collect();
    let kind = params.get("kind").map(str::trim).filter(|kind| !kind.is_empty());
    let kind = kind.map(|kind| ArticleKind::from_name(kind).ok_or_else(|| ApiError::parameter("kind"))).transpose()?;
    let page = params.number("page", 1, MOST / ARTICLES_PER_PAGE)?.unwrap_or(1);
    let (reading, browse) = (app.clone(), Browse { locale, query, kind, page });
    Ok(Json(app.work.run_long(visitor, move || reading.copilot.get().browse(&browse)).await?))
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
    let found = app.work.run_long(visitor, move || reading.copilot.get().article(&slug, locale)).await?;
    let article = found.ok_or(ApiError::RecordNotFound)?;
    Ok(Json(ArticleEnvelope { article }))
}
