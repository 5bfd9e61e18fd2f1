//! What the panel's first page says, in one answer.

use super::channels;
use crate::http::zendesk::shapes;
use crate::http::{ApiError, App, Json, ReaderLocale};
use crate::identity::SignedIn;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Entry, FeedKind, Home, HomeEnvelope};
use balcao_contract::status::ShownStatus;
use balcao_contract::survey::{ANSWER_WINDOW, SurveyState};
use balcao_contract::wire::Request;
use balcao_store::Connection;
use balcao_store::request_list::{self, Filter, FoundBy, Order, Window};
use balcao_store::survey_list::{self, OwnFilter};

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/home", get(show))
}

/// What waits for the reader, what support works on, and what is new.
#[utoipa::path(get, path = "/api/panel/home", tag = "panel",
    responses((status = 200, body = HomeEnvelope), (status = 401)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    ReaderLocale(locale): ReaderLocale,
    signed_in: SignedIn,
) -> Result<Json<HomeEnvelope>, ApiError> {
    let mut read = app.store.read().await?;
    let waiting = newest(&app, &mut read, &signed_in, ShownStatus::Pending).await?;
    let open = newest(&app, &mut read, &signed_in, ShownStatus::Open).await?;
    let own = Filter::own(signed_in.account, signed_in.user);
    let counts = request_list::status_counts(&mut read, &own).await?;
    let surveys = OwnFilter {
        account: signed_in.account,
        requester: signed_in.user,
        state: None,
        found_by: FoundBy::Anything,
        over_until: app.config.calendars.of(signed_in.region).due_since(app.clock.now(), ANSWER_WINDOW),
    };
    let surveys = survey_list::own_counts(&mut read, &surveys).await?.of(SurveyState::Pending);
    drop(read);
    let news = news(&app, locale, &signed_in).await?;
    Ok(Json(HomeEnvelope { home: Home { waiting, open, counts, surveys, news } }))
}

async fn newest(
    app: &App,
    read: &mut Connection,
    signed_in: &SignedIn,
    status: ShownStatus,
) -> Result<Vec<Request>, ApiError> {
    let statuses = Some(status.statuses().to_vec());
    let filter = Filter { statuses, ..Filter::own(signed_in.account, signed_in.user) };
    let order = Order { by_update: true, descending: true };
    let window = Window { limit: Home::MOST, offset: 0, after: None };
    let rows = request_list::page(read, &filter, order, window).await?;
    Ok(rows.into_iter().map(|row| shapes::request(app, signed_in, row)).collect())
}

async fn news(app: &App, locale: Locale, reader: &SignedIn) -> Result<Vec<Entry>, ApiError> {
    let feeds = app.board.channels(app.clock.now()).feeds;
    let announcements = feeds.into_iter().find(|feed| feed.kind == FeedKind::Announcements);
    let mut entries = match announcements {
        Some(feed) => feed.channel.items,
        None => channels::announcements(app, locale, reader).await?,
    };
    entries.truncate(Home::MOST as usize);
    Ok(entries)
}
