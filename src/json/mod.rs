//! Reads JSON: the browser parses it, and what it parsed is read into the contract's types field by field. A parser of our
//! own, and the code that finds out which field comes next, would cost each user some 20 KB (docs/decisions/size.md).

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod tests;

use serde::de::DeserializeOwned;

/// The text is no JSON, or not what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// Reads a value of the contract. What its type does not know is skipped; an empty text reads as `null`.
///
/// # Errors
/// `Unreadable`.
#[cfg(target_arch = "wasm32")]
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    let parsed = js_sys::JSON::parse(if json.is_empty() { "null" } else { json }).map_err(|_| Unreadable)?;
    T::deserialize(browser::Reader(parsed))
}

/// The same without a browser, for tests of the rules.
///
/// # Errors
/// `Unreadable`.
#[cfg(not(target_arch = "wasm32"))]
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    serde_json::from_str(if json.is_empty() { "null" } else { json }).map_err(|_| Unreadable)
}
