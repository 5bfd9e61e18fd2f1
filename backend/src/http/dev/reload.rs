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

async fn reload(State(app): State<App>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let index = app.config.panel_dir.join("index.html");
    let seen = modified(&index).await;
    let stop = app.stop.clone();
    let changes = futures::stream::unfold((index, seen, stop), |(index, seen, stop)| async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => return None,
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            let now = modified(&index).await;
            // While it is being written the file may be missing for a moment.
            if now.is_some() && now != seen {
                return Some((Ok(Event::default().event("reload").data("panel")), (index, now, stop)));
            }
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

async fn modified(path: &PathBuf) -> Option<SystemTime> {
    tokio::fs::metadata(path).await.ok()?.modified().ok()
}
