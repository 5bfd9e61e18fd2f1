//! Addresses of the panel's own pages: for plain links (the router adds its base to `navigate`, but not to a link), and what
//! the present one says.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::location::Url;

/// The address of a route of ours: `/requests/35` is `/panel/requests/35`.
#[must_use]
pub fn address(route: &str) -> String {
    format!("/panel{route}")
}

/// What stands behind the beginning of the present address: `35` behind `/requests/`. While another page is on its way, what
/// stood there last: the page that is being left stays what it is.
#[must_use]
pub fn address_part(begin: &'static str) -> Memo<String> {
    let location = use_location();
    Memo::new(move |before: Option<&String>| {
        let path = location.pathname.get();
        match path.strip_prefix(&address(begin)) {
            Some(part) => Url::unescape(part.trim_end_matches('/')),
            None => before.cloned().unwrap_or_default(),
        }
    })
}
