//! Sample pages for development: a host around the panel, and the mailbox.
//! In production none of its routes exists.

mod channels;
mod host;
mod mailbox;
mod reload;
mod reply;

use crate::http::{ApiError, App, Message};
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use balcao_config::names_this_machine;

/// What proxies write. A browser on this machine sends none of them.
const PROXIES: [&str; 5] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/// Every sample page. Only to be mounted in development.
pub fn router(app: &App) -> Router<App> {
    let pages = Router::new().merge(host::router()).merge(mailbox::router()).merge(reply::router());
    let pages = pages.merge(channels::router());
    pages.merge(reload::router()).layer(from_fn_with_state(app.clone(), only_here))
}

/// These pages hand out tokens and codes: to this machine, and to nobody whom a proxy or a rebound name brings here.
async fn only_here(State(app): State<App>, request: Request, next: Next) -> Response {
    if app.config.development_public || is_from_here(request.headers()) {
        return next.run(request).await;
    }
    let message = Message::DevelopmentFromElsewhere;
    ApiError::Refused { status: StatusCode::FORBIDDEN, error: "Forbidden", message }.into_response()
}

fn is_from_here(headers: &HeaderMap) -> bool {
    let own = |value: &HeaderValue| value.to_str().is_ok_and(names_this_machine);
    headers.get_all(header::HOST).iter().all(own) && PROXIES.iter().all(|name| !headers.contains_key(*name))
}

/// A page of our own that runs nothing but its own files and frames nothing but the panel.
fn page_headers() -> [(HeaderName, HeaderValue); 2] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                 frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            ),
        ),
    ]
}
