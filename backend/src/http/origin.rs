//! Where a request comes from, as far as a browser says it: what is done by a cookie alone must come from our own pages.

use super::App;
use axum::http::{HeaderMap, header};

/// Whether a page of our own origin sent it. Browsers write `Sec-Fetch-Site` themselves, and no page can change it
/// (<https://www.w3.org/TR/fetch-metadata/>); for older ones `Origin` decides. Without either nobody knows.
pub fn is_same_origin(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => text("origin").is_some_and(|origin| origin == app.config.own_origin()),
    }
}

/// The cookies of a request, as names and values.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    cookies(headers).find_map(|(known, value)| (known == name).then_some(value))
}
