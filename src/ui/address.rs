//! Addresses of the panel's own pages, for plain links. The router adds its base to `navigate`, but not to a link.

/// The address of a route of ours: `/requests/35` is `/panel/requests/35`.
#[must_use]
pub fn address(route: &str) -> String {
    format!("/panel{route}")
}
