//! What is going on around support.

use crate::http::ReaderLocale;
use crate::http::{ApiError, App, Json};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use balcao_contract::locale::Locale;
use balcao_contract::panel::{ArticleKind, ArticleSummary, Channel, ChannelsEnvelope, Entry, Feed, FeedKind};
use balcao_contract::rich_text::Block;
use balcao_contract::time::Timestamp;
use balcao_copilot::Browse;
use balcao_runtime::work::Who;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/channels", get(show))
}

/// Every channel there is a source of, as it was read last. Announcements come from the articles where no feed has them.
#[utoipa::path(get, path = "/api/panel/channels", tag = "panel",
    responses((status = 200, body = ChannelsEnvelope), (status = 401)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    ReaderLocale(locale): ReaderLocale,
    signed_in: SignedIn,
) -> Result<Json<ChannelsEnvelope>, ApiError> {
    let mut channels = app.board.channels(app.clock.now());
    if !channels.feeds.iter().any(|feed| feed.kind == FeedKind::Announcements) {
        let items = announcements(&app, locale, &signed_in).await?;
        let channel = Channel { updated_at: Timestamp(app.clock.now()), is_stale: false, items };
        let feed = (!channel.items.is_empty()).then_some(Feed { kind: FeedKind::Announcements, channel });
        channels.feeds.splice(0..0, feed);
    }
    Ok(Json(ChannelsEnvelope { channels }))
}

/// The newest articles of that kind in the reader's language.
pub(super) async fn announcements(app: &App, locale: Locale, reader: &SignedIn) -> Result<Vec<Entry>, ApiError> {
    let browse = Browse { locale, kind: Some(ArticleKind::Announcement), page: 1, ..Browse::default() };
    let reading = app.clone();
    let found = app.work.run_long(Who::Person(reader.user), move || reading.copilot.get().browse(&browse)).await?;
    let entry = |article: ArticleSummary| Entry {
        title: article.title,
        summary: balcao_rich_text::to_plain(&[Block::Paragraph { content: article.excerpt }]),
        published_at: article.updated_at,
        url: Some(format!("/articles/{}", article.slug)),
        module: None,
        version: None,
        is_beta: false,
    };
    Ok(found.articles.into_iter().map(entry).collect())
}
