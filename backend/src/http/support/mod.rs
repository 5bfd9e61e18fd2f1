//! The support site: the pages outside the admin where people sign in. They are drawn here and work without a script;
//! what they decide is `identity::site`'s. After the sign-in the panel takes over.

mod around;
mod cookies;
mod email;
mod google;
mod out;
mod page;
mod password;
mod reminders;
mod reset;
mod start;
mod visitor;

pub use cookies::Cookie;

use crate::http::{ApiError, App};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::get;
use page::{STYLE, style_path};

/// The largest form, in bytes: an address, a password, a token.
const LARGEST_FORM: usize = 16 * 1024;
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// The pages of the doors that are open, and the one that mails lead to.
pub fn router(app: &App) -> Router<App> {
    let site = &app.config.support_site;
    let mut pages = Router::new().merge(reminders::router());
    if site.is_open() {
        pages = pages.merge(start::router()).merge(out::router());
        pages = pages.route("/support/{*path}", get(async || ApiError::InvalidEndpoint));
    }
    if site.email {
        pages = pages.merge(email::router());
    }
    if site.email || site.google.is_some() {
        pages = pages.merge(email::code_router());
    }
    if site.password {
        pages = pages.merge(password::router()).merge(reset::router());
    }
    if site.google.is_some() {
        pages = pages.merge(google::router());
    }
    pages
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn_with_state(app.clone(), around::around))
        .route(style_path(), get(style))
}

async fn style() -> impl IntoResponse {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_EVER)], STYLE)
}
