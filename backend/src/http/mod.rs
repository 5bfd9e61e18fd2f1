//! The routes and the shapes on the wire. Handlers read a request, give one command to a room, and write the answer.
//! Rules are `desk`'s, sentences are `messages`'.

mod app;
pub mod dev;
mod error;
mod extract;
mod files;
mod health;
mod limiter;
mod messages;
mod notes;
mod observe;
mod openapi;
mod origin;
pub mod panel;
mod preload;
mod render;
pub mod support;
pub mod who;
pub mod zendesk;

pub use app::{App, Parts, StartError, reply_addresses};
pub use error::{ApiError, ErrorDetail};
pub use extract::{Json, Query, ReaderLocale};
pub use limiter::Limiter;
pub use messages::Message;
pub use notes::Notes;
pub use observe::{Peer, TurnedAway, Visitor};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::uri::PathAndQuery;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use balcao_config::{MetricsDoor, Mode};
use std::any::Any;
use tower::util::MapRequest;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

/// The largest body that is not a file, in bytes: the longest description, escaped, and some room.
const BODY_LIMIT: usize = 1024 * 1024;

/// Every route.
pub fn router(app: App) -> Router {
    let mut routes =
        Router::new().merge(zendesk::router()).merge(panel::router()).merge(files::router()).merge(health::router());
    routes = routes.merge(support::router(&app));
    if app.config.mode == Mode::Development {
        routes = routes.merge(dev::router(&app));
    }
    if app.config.metrics == MetricsDoor::Main {
        routes = routes.merge(health::figures_router());
    }
    let routes = routes
        .merge(openapi::router())
        .fallback(async || ApiError::InvalidEndpoint)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed);
    // The last one stands outermost. What is inside `render` may answer with an `ApiError`; a panic becomes one too.
    routes
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), observe::guard))
        .layer(from_fn_with_state(app.clone(), render::render))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(observe::WorthPacking))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}

/// The figures alone, for a listener of their own.
pub fn figures_router() -> Router {
    health::figures_router().fallback(async || StatusCode::NOT_FOUND)
}

/// What a server serves: [`router`], behind the rule that `/api/v2/x.json` is `/api/v2/x`.
pub type Service = MapRequest<Router, fn(Request) -> Request>;

/// Every route, with and without `.json`. The suffix goes before the router looks at the path, so this stands around it.
#[must_use]
pub fn service(app: App) -> Service {
    MapRequest::new(router(app), without_suffix)
}

fn without_suffix(mut request: Request) -> Request {
    let path = request.uri().path();
    let api = path.starts_with("/api/v2/") || path.starts_with("/api/panel/");
    if let Some(short) = path.strip_suffix(".json").filter(|short| api && !short.ends_with('/')) {
        let path_and_query = match request.uri().query() {
            Some(query) => format!("{short}?{query}"),
            None => short.to_owned(),
        };
        if let Ok(path_and_query) = path_and_query.parse::<PathAndQuery>() {
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(path_and_query);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
    }
    request
}

/// A panic is a fault of ours: said to the log, not to the client.
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let what = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    ApiError::internal(format!("panic: {}", what.unwrap_or("of an unknown kind"))).into_response()
}
