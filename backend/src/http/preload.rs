//! What a page of the panel will need, named with the page itself, so that a browser fetches all of it at once instead of
//! finding one file after the other. The panel's build says which files these are.

use super::App;
use super::support::Cookie;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use balcao_contract::locale::Locale;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Beside the panel's files; without it nothing is named, and all works as well.
const FILE: &str = "preload.json";

/// What the build wrote: addresses below the panel's own.
#[derive(Debug, Default, Deserialize)]
struct Preload {
    /// The sentences of the first page and of all others, by language.
    sentences: BTreeMap<String, [String; 2]>,
    /// Addresses of pages whose code comes later, by how they begin, the longest first, and what each needs.
    pages: Vec<(String, Vec<String>)>,
}

/// The header for a page of the panel at this path (below `/panel`); `None` where there is nothing to say.
pub(super) async fn link(app: &App, path: &str, asked: &HeaderMap) -> Option<HeaderValue> {
    let json = tokio::fs::read(app.config.panel_dir.join(FILE)).await.ok()?;
    let preload: Preload = serde_json::from_slice(&json)
        .inspect_err(|error| tracing::warn!(%error, "the panel's {FILE} cannot be read"))
        .ok()?;
    let page = preload.pages.iter().find(|(begins, _)| is_below(path, begins)).map(|(_, files)| files.as_slice());
    // The page's style and the panel itself come before what only this page needs.
    let fetched = |address: &String| format!("<{address}>; rel=preload; as=fetch; crossorigin; fetchpriority=low");
    let sentences = locale(app, asked).and_then(|locale| preload.sentences.get(locale.code()));
    let sentences = sentences.into_iter().flat_map(|both| both.iter().take(if page.is_some() { 2 } else { 1 }));
    let all: Vec<_> = sentences.chain(page.unwrap_or_default()).map(fetched).collect();
    if all.is_empty() { None } else { HeaderValue::from_str(&all.join(", ")).ok() }
}

/// `/new/technical` is below `/new/`, and `/new` is itself; below `/` there is nothing but itself, or there would be all.
fn is_below(path: &str, begins: &str) -> bool {
    path.strip_prefix(begins).is_some_and(|rest| rest.is_empty() || (begins.len() > 1 && begins.ends_with('/')))
}

/// The language that the panel will begin with, as `src/host/locale.rs` chooses it; `None` within a host, who names one.
fn locale(app: &App, asked: &HeaderMap) -> Option<Locale> {
    let text = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if text(HeaderName::from_static("sec-fetch-dest")) != "document" {
        return None;
    }
    let kept = Cookie::Locale.read(&app.config, asked).and_then(|tag| Locale::from_tag(&tag));
    Some(kept.unwrap_or_else(|| Locale::from_accept_language(text(header::ACCEPT_LANGUAGE))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_how_its_address_begins() {
        for (path, begins, expected) in [
            ("/new", "/new", true),
            ("/new/technical", "/new/", true),
            ("/new/technical", "/new", false),
            ("/newer", "/new", false),
            ("/requests", "/requests/", false),
            ("/requests/7", "/requests/", true),
            ("/", "/", true),
            ("/requests", "/", false),
        ] {
            assert_eq!(is_below(path, begins), expected, "{path} {begins}");
        }
    }
}
