//! The routes and the shapes on the wire. Handlers read a request, give one command to a room, and write the answer.
//! Rules are `desk`'s, sentences are `messages`'.

mod app;
pub mod dev;
mod error;
mod extract;
mod limiter;
mod messages;
mod notes;
mod openapi;
pub mod panel;
mod render;
pub mod zendesk;

pub use app::{App, Parts};
pub use error::{ApiError, FieldFault};
pub use extract::{Json, Query, ReaderLocale};
pub use limiter::Limiter;
pub use messages::Message;
pub use notes::Notes;

use axum::Router;
use axum::extract::Request;
use axum::http::uri::PathAndQuery;
use axum::http::{StatusCode, Uri};
use tower::util::MapRequest;

/// The largest body that is not a file, in bytes: the longest description, escaped, and some room.
const BODY_LIMIT: usize = 1024 * 1024;

/// Every route.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .merge(zendesk::router())
        .merge(panel::router())
        .merge(openapi::router())
        .fallback(async || ApiError::InvalidEndpoint)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed);
    routes
        .layer(axum::extract::DefaultBodyLimit::max(BODY_LIMIT))
        .layer(axum::middleware::from_fn_with_state(app.clone(), render::render))
        .with_state(app)
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

/// Kept here so that handlers need one import.
pub const CREATED: StatusCode = StatusCode::CREATED;
