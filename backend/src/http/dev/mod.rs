//! Sample pages for development: a host around the panel, and the mailbox.
//! In production none of its routes exists.

mod host;
mod mailbox;
mod reload;
mod reply;

use crate::http::App;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};

/// Every sample page. Only to be mounted in development.
pub fn router() -> Router<App> {
    Router::new().merge(host::router()).merge(mailbox::router()).merge(reply::router()).merge(reload::router())
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
