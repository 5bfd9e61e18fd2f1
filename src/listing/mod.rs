//! What lists have in common: a search whose words stand in the address, what is shown while something is missing, the way to
//! the other pages. What stands in a list is its feature's.

mod failure;
mod pager;
mod screen;
mod search;

pub use failure::failure;
pub use pager::steps;
pub use screen::{Screen, screen};
pub use search::search;

use balcao_contract::text;

/// What is searched for, as it stands in an address: one clean line of at most `limit` characters.
#[must_use]
pub fn clean(typed: &str, limit: usize) -> String {
    if text::is_blank(typed) {
        return String::new();
    }
    let line: String = text::single_line(typed).chars().take(limit).collect();
    line.trim_end().to_owned()
}

/// A text as a part of an address.
#[must_use]
pub fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// The parameters that differ from a list as it first shows, as an address says them: one list has one address.
#[must_use]
pub fn route(path: &str, parameters: &[(&str, String)]) -> String {
    let mut route = path.to_owned();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        route.push(if route.len() == path.len() { '?' } else { '&' });
        route.push_str(name);
        route.push('=');
        route.push_str(value);
    }
    route
}
