//! Live updates: what happens to the requests that one sees, as server-sent events.

use crate::http::{ApiError, App};
use crate::identity::SignedIn;
use crate::live::{Listening, Notice, TooMany, live_event};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use balcao_contract::panel::LiveState;
use balcao_store::{events, listeners, reads};
use futures::{Stream, stream};
use serde::Serialize;
use std::collections::{HashSet, VecDeque};
use std::time::Duration;

/// What a browser sends to go on where it was.
const LAST_EVENT_ID: &str = "last-event-id";
/// Proxies that hold answers back until they are whole are told not to (nginx and those that follow it).
const NO_BUFFER: HeaderName = HeaderName::from_static("x-accel-buffering");
/// A sign of life, well within the minute after which proxies give a silent connection up.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// When to come back after the stream has ended.
const RETRY: Duration = Duration::from_secs(2);
/// Who has missed more of their own than this reads again instead.
const MOST_MISSED: u32 = 100;
/// Who is behind by more events than this, of anybody's, reads again: looking for their own among them would take long.
const OLDEST: i64 = 20_000;
/// Seconds after which somebody who found no place may try again.
const AGAIN_AFTER: u64 = 30;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/events", get(listen))
}

/// What happens to one's own requests and, where the account shares them, to colleagues', as it happens: `request` events (`LiveEvent`) with an id; `ready`, `resync` and
/// `unread` (`LiveState`). With `Last-Event-ID` it begins with what was missed; where that is too long ago, with
/// `resync`. It ends with the session.
#[utoipa::path(get, path = "/api/panel/events", tag = "panel",
    params(("Last-Event-ID" = Option<i64>, Header, description = "The id of the last event that was heard")),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 401), (status = 429), (status = 503)))]
pub(in crate::http) async fn listen(
    State(app): State<App>,
    signed_in: SignedIn,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // First a place, then the look at what was missed: nothing falls between the two.
    let listening = app.live.listen(signed_in.account, signed_in.user, signed_in.session_id);
    let listening = listening.map_err(|error| match error {
        TooMany::OfOne(_) => ApiError::TooManyRequests(AGAIN_AFTER),
        TooMany::InAll(_) => ApiError::NoPlace(AGAIN_AFTER),
    })?;
    let last = headers.get(LAST_EVENT_ID).map(|id| id.to_str().ok().and_then(|id| id.trim().parse().ok()));
    let begun = begin(&app, &signed_in, last).await?;
    let mut response =
        Sse::new(follow(begun, listening)).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    response.headers_mut().insert(NO_BUFFER, HeaderValue::from_static("no"));
    Ok(response)
}

/// What is sent first, and the newest event that it stands for.
struct Begun {
    first: VecDeque<Event>,
    newest: i64,
}

/// `last` is the last event that was heard: `None` for who comes for the first time, `Some(None)` for what is no id.
async fn begin(app: &App, signed_in: &SignedIn, last: Option<Option<i64>>) -> Result<Begun, ApiError> {
    let (account, user) = (signed_in.account, signed_in.user);
    let mut read = app.store.read().await?;
    let newest = events::newest(&mut read).await?;
    let missed = match last {
        None => Some(Vec::new()),
        // Beyond the newest: the database was put back to an earlier day.
        Some(Some(last)) if ((newest - OLDEST).max(0)..=newest).contains(&last) => {
            let missed = listeners::missed(&mut read, signed_in.viewer(), last, MOST_MISSED + 1).await?;
            let fits = missed.len() <= MOST_MISSED as usize;
            fits.then(|| missed.into_iter().filter(|row| row.id <= newest).collect())
        }
        Some(_) => None,
    };
    let unread = reads::count_unread(&mut read, account, user).await?;
    let name = if missed.is_some() { "ready" } else { "resync" };
    let missed = missed.unwrap_or_default();
    let requests: HashSet<_> = missed.iter().map(|row| row.request).collect();
    let versions = listeners::versions(&mut read, &requests).await?;
    let told = missed.iter().filter_map(|row| {
        let version = versions.get(&row.request).copied().unwrap_or_default();
        live_event(row, user, version, unread).map(|happened| (row.id, happened))
    });
    let mut first =
        told.map(|(id, happened)| event("request", Some(id), &happened)).collect::<Result<VecDeque<_>, _>>()?;
    first.push_back(event(name, Some(newest), &LiveState { unread })?.retry(RETRY));
    Ok(Begun { first, newest })
}

fn event(name: &str, id: Option<i64>, data: &impl Serialize) -> Result<Event, ApiError> {
    let event = Event::default().event(name).json_data(data).map_err(ApiError::internal)?;
    Ok(match id {
        Some(id) => event.id(id.to_string()),
        None => event,
    })
}

fn follow(begun: Begun, listening: Listening) -> impl Stream<Item = Result<Event, ApiError>> {
    stream::unfold((begun, listening), |(mut begun, mut listening)| async move {
        if let Some(event) = begun.first.pop_front() {
            return Some((Ok(event), (begun, listening)));
        }
        loop {
            let told = match listening.next().await? {
                // Told already, as something that was missed.
                Notice::Happened(id, _) if id <= begun.newest => continue,
                Notice::Happened(id, happened) => event("request", Some(id), &happened),
                Notice::Unread(unread) => event("unread", None, &LiveState { unread }),
            };
            return Some((told, (begun, listening)));
        }
    })
}
