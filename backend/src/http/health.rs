//! For whoever runs it: is it up, can it work, how much does it do.

use super::App;
use crate::telemetry;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};
use std::time::Duration;

pub(super) fn router() -> Router<App> {
    Router::new().route("/healthz", get(async || Json(json!({ "status": "up" })))).route("/readyz", get(ready))
}

/// The figures, for the listener that the operator chose.
pub(super) fn figures_router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/metrics", get(figures))
}

/// How long a probe waits for what a write would wait for: less than probes usually wait themselves.
const WRITE_WITHIN: Duration = Duration::from_secs(3);

/// 503 as long as anything that a request needs does not answer. Reasons are in the log, not in the answer.
async fn ready(State(app): State<App>) -> Response {
    let database = app.store.ping().await.map_err(|error| error.to_string());
    // Reading goes on beside a lock, so that reading alone does not tell.
    let writes = app.store.can_write(WRITE_WITHIN).await.map_err(|error| error.to_string());
    let evidence = writable(&app).await.map_err(|error| error.to_string());
    let articles = if app.copilot.get().is_empty() { Err("no article".to_owned()) } else { Ok(()) };
    let stopping = if app.stop.is_cancelled() { Err("stopping".to_owned()) } else { Ok(()) };
    let mut all = true;
    let mut checks = Map::new();
    for (name, result) in [
        ("database", database),
        ("writes", writes),
        ("evidence", evidence),
        ("articles", articles),
        ("running", stopping),
    ] {
        if let Err(error) = &result {
            tracing::warn!(check = name, error, "not ready");
            all = false;
        }
        checks.insert(name.to_owned(), Value::from(if result.is_ok() { "ok" } else { "failed" }));
    }
    // No reason to send nobody here: the mail in question waits elsewhere. For whoever runs it it is one to look.
    if app.config.mail_in.is_some() {
        let is_full = app.inbox().quarantine_is_full().await.unwrap_or_default();
        checks.insert("mail_quarantine".to_owned(), Value::from(if is_full { "full" } else { "ok" }));
    }
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = if all { "ready" } else { "not ready" };
    (status, Json(json!({ "status": word, "checks": checks }))).into_response()
}

/// A folder that cannot be written to is noticed before a user's file is.
async fn writable(app: &App) -> std::io::Result<()> {
    let probe = app.config.evidence.dir.join(format!(".ready-{}", uuid::Uuid::new_v4()));
    tokio::fs::write(&probe, b"ok").await?;
    tokio::fs::remove_file(&probe).await
}

async fn figures() -> Response {
    let text = telemetry::figures().map(|handle| handle.render()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
