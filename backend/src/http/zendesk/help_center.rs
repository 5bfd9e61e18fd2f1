//! The help center in Zendesk's shapes: search, and votes on articles.

use super::params::Params;
use super::requests::path_id;
use super::wire::{FoundArticleShape, FoundArticlesPage, Vote, VoteEnvelope};
use crate::http::{ApiError, App, Json, ReaderLocale, Visitor};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use balcao_contract::id::ArticleId;
use balcao_contract::locale::Locale;
use balcao_contract::text;
use balcao_copilot::{FoundArticle, FoundArticles};
use balcao_runtime::work::Who;
use balcao_store::conversations;

/// Results on a page where nothing else is asked for.
const PER_PAGE: u32 = 25;
/// The most results on a page.
const MAX_PER_PAGE: u32 = 100;
/// By offset no search goes further.
const MAX_RESULTS: u32 = 1_000;
/// Longer queries are cut.
const MAX_QUERY: usize = 1_000;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/help_center/articles/search", get(search))
        .route("/api/v2/help_center/articles/{id}/up", post(up))
        .route("/api/v2/help_center/articles/{id}/down", post(down))
}

/// Searches the articles. Anybody may.
#[utoipa::path(get, path = "/api/v2/help_center/articles/search", tag = "help center", params(
    ("query" = String, Query, description = "Words", pattern = "[A-Za-z0-9]"),
    ("locale" = Option<String>, Query, description = "en-us, pt-br, es or *; the reader's language where it is left out, all where that finds nothing"),
    ("page" = Option<u32>, Query, format = Int64, minimum = 1, description = "From 1"),
    ("per_page" = Option<u32>, Query, format = Int64, minimum = 1, description = "More than 100 is 100"),
), security((), ("session" = [])), responses((status = 200, body = FoundArticlesPage), (status = 400)))]
pub(in crate::http) async fn search(
    State(app): State<App>,
    ReaderLocale(reader): ReaderLocale,
    Visitor(visitor): Visitor,
    params: Params,
) -> Result<Json<FoundArticlesPage>, ApiError> {
    let query =
        params.get("query").filter(|query| !text::is_blank(query)).ok_or_else(|| ApiError::parameter("query"))?;
    let query: String = query.chars().take(MAX_QUERY).collect();
    let locale = match params.get("locale").map(str::trim).filter(|locale| !locale.is_empty()) {
        None => Scope::Reader(reader),
        Some("*") => Scope::All,
        Some(tag) => Scope::Only(Locale::from_tag(tag).ok_or_else(|| ApiError::parameter("locale"))?),
    };
    let page = params.number("page", 1, u32::MAX)?.unwrap_or(1);
    let per_page = params.number("per_page", 1, u32::MAX)?.unwrap_or(PER_PAGE).min(MAX_PER_PAGE);
    let skip = u64::from(page - 1) * u64::from(per_page);
    if skip >= u64::from(MAX_RESULTS) {
        return Err(ApiError::parameter("page"));
    }
    let found = find(&app, visitor, query, locale, skip as usize, per_page as usize).await?;
    let ids: Vec<ArticleId> = found.articles.iter().map(|article| article.id).collect();
    let votes = conversations::votes(&mut *app.store.read().await?, &ids).await?;
    let count = u32::try_from(found.count).unwrap_or(u32::MAX).min(MAX_RESULTS);
    let link = |page: u32| params.link(&app, &[("page", Some(page.to_string()))]);
    let results: Vec<FoundArticleShape> = found
        .articles
        .iter()
        .map(|article| shape(&app, article, votes.get(&article.id).copied().unwrap_or_default()))
        .collect();
    Ok(Json(FoundArticlesPage {
        results,
        count,
        page,
        per_page,
        page_count: count.div_ceil(per_page),
        next_page: (u64::from(page) * u64::from(per_page) < u64::from(count)).then(|| link(page + 1)),
        previous_page: (page > 1).then(|| link(page - 1)),
    }))
}

enum Scope {
    Reader(Locale),
    Only(Locale),
    All,
}

/// The index is read on a thread that may block.
async fn find(
    app: &App,
    who: Who,
    query: String,
    scope: Scope,
    skip: usize,
    take: usize,
) -> Result<FoundArticles, ApiError> {
    let reading = app.clone();
    let search = move || match scope {
        Scope::Only(locale) => reading.copilot.get().search(&query, Some(locale), skip, take),
        Scope::All => reading.copilot.get().search(&query, None, skip, take),
        Scope::Reader(locale) => {
            let found = reading.copilot.get().search(&query, Some(locale), skip, take);
            if found.count > 0 { found } else { reading.copilot.get().search(&query, None, skip, take) }
        }
    };
    Ok(app.work.run_long(who, search).await?)
}

/// An article as Zendesk writes it.
fn shape(app: &App, article: &FoundArticle, (vote_sum, vote_count): (i64, i64)) -> FoundArticleShape {
    let locale = article.locale.tag().to_ascii_lowercase();
    FoundArticleShape {
        id: article.id,
        url: app.config.link(&format!("/api/panel/articles/{}?locale={}", article.slug, article.locale)),
        html_url: app.config.link(&format!("/panel/articles/{}", article.slug)),
        name: article.title.clone(),
        title: article.title.clone(),
        body: article.body.clone(),
        snippet: article.snippet.clone(),
        source_locale: locale.clone(),
        locale,
        draft: false,
        promoted: false,
        outdated: false,
        comments_disabled: true,
        label_names: Vec::new(),
        vote_sum,
        vote_count,
        created_at: article.updated_at,
        updated_at: article.updated_at,
        edited_at: article.updated_at,
        result_type: "article".to_owned(),
    }
}

/// Says that an article helped.
#[utoipa::path(post, path = "/api/v2/help_center/articles/{id}/up", tag = "help center",
    params(("id" = u64, Path, description = "The article")),
    responses((status = 201, body = VoteEnvelope),
        (status = 200, body = VoteEnvelope, description = "The vote was there before"), (status = 404)))]
pub(in crate::http) async fn up(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    vote(&app, &signed_in, &id, true).await
}

/// Says that an article did not help.
#[utoipa::path(post, path = "/api/v2/help_center/articles/{id}/down", tag = "help center",
    params(("id" = u64, Path, description = "The article")),
    responses((status = 201, body = VoteEnvelope),
        (status = 200, body = VoteEnvelope, description = "The vote was there before"), (status = 404)))]
pub(in crate::http) async fn down(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    vote(&app, &signed_in, &id, false).await
}

async fn vote(app: &App, signed_in: &SignedIn, id: &str, up: bool) -> Result<Response, ApiError> {
    let article: ArticleId = path_id(id)?;
    if !app.copilot.get().has_article(article) {
        return Err(ApiError::RecordNotFound);
    }
    let mut write = app.store.begin().await?;
    let before = conversations::has_vote(&mut write, signed_in.user, article).await?;
    let vote = conversations::vote(&mut write, signed_in.user, article, up, app.clock.now()).await?;
    write.commit().await?;
    let url = app.config.link(&format!("/api/v2/help_center/votes/{}.json", vote.id));
    let vote = Vote {
        id: vote.id,
        url: url.clone(),
        user_id: signed_in.user,
        value: vote.value,
        item_id: article,
        item_type: "Article".to_owned(),
        created_at: vote.created_at,
        updated_at: vote.updated_at,
    };
    let body = Json(VoteEnvelope { vote });
    if before {
        return Ok(body.into_response());
    }
    let location = HeaderValue::from_str(&url).map_err(ApiError::internal)?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], body).into_response())
}
