//! Where a request comes from, as far as a browser says it: what is done by a cookie alone must come from our own pages.

use super::App;
use super::files::own_origins;
use axum::http::{HeaderMap, HeaderName, header};
use balcao_config::Config;

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

/// Whether a write was begun on our own pages. Every browser of these years says so with each write; `SameSite` cookies
/// stand behind it. A program that says neither carries nobody's cookies.
pub fn is_own(config: &Config, headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text(HeaderName::from_static("sec-fetch-site"));
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    match text(header::ORIGIN) {
        None => true,
        // What a page without referrers sends; that it is ours is said by the other header, or not at all.
        Some("null") => site == Some("same-origin"),
        Some(origin) => own_origins(config).iter().any(|own| own == origin),
    }
}

/// Whether another site sent the browser here.
pub fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    matches!(site, Some("cross-site" | "same-site"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use std::path::Path;

    #[test]
    fn only_our_own_pages_and_programs_may_write() {
        let mut config = Config::development(Path::new("data"));
        config.mode = balcao_config::Mode::Production;
        config.public_url = "https://support.example.com".parse().unwrap();
        let own = Some("https://support.example.com");
        for (origin, site, may) in [
            (own, Some("same-origin"), true),
            (own, None, true),
            (None, None, true),
            (None, Some("none"), true),
            (Some("null"), Some("same-origin"), true),
            (Some("null"), None, false),
            (Some("null"), Some("cross-site"), false),
            (Some("https://evil.example"), None, false),
            (Some("https://evil.example"), Some("same-origin"), false),
            (Some("http://support.example.com"), None, false),
            (Some("https://support.example.com.evil.example"), None, false),
            (Some("https://support.example.com:8443"), None, false),
            (Some("http://127.0.0.1:8080"), None, false),
            (own, Some("same-site"), false),
            (own, Some("cross-site"), false),
            (None, Some("cross-site"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            assert_eq!(is_own(&config, &headers), may, "{origin:?} {site:?}");
        }
    }
}
