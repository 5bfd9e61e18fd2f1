//! Tells open pages that the panel was built again.

use crate::http::App;
use axum::Router;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures::Stream;
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

const LOOK_EVERY: Duration = Duration::from_millis(300);

pub(super) fn router() -> Router<App> {
    Router::new().route("/dev/reload", get(reload))
}

/// The build there is, and each that follows. Pages compare: one may be made while the backend itself starts anew.
async fn reload(State(app): State<App>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let index = app.config.panel_dir.join("index.html");
    let stop = app.stop.clone();
    let builds = futures::stream::unfold((index, None, stop), |(index, told, stop)| async move {
        loop {
            let now = modified(&index).await;
            // While it is being written the file may be missing for a moment.
            if let Some(time) = now.filter(|_| now != told) {
                return Some((Ok(build(time)), (index, now, stop)));
            }
            tokio::select! {
                () = stop.cancelled() => return None,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
    Sse::new(builds).keep_alive(KeepAlive::default())
}

fn build(time: SystemTime) -> Event {
    let name = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    Event::default().event("build").data(name.to_string())
}

async fn modified(path: &PathBuf) -> Option<SystemTime> {
    tokio::fs::metadata(path).await.ok()?.modified().ok()
}
