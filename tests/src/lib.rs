//! The harness of the journeys: a real backend and a real browser for each test, nothing shared, nothing left behind.
//! What a user does stands in `tests/journeys/`; here is how it is done and what is kept when it fails.

pub mod backend;
pub mod browser;
pub mod downloads;
pub mod files;
pub mod foreign;
pub mod journey;
pub mod keyboard;
pub mod looks;
pub mod oidc;
pub mod page;
pub mod site;
pub mod vtex_id;
pub mod words;

pub use backend::{ApiUser, Backend};
pub use journey::{another_browser, journey, journey_without_third_party_cookies};
pub use oidc::OidcProvider;
pub use page::{Language, Page};
pub use words::Words;

use std::path::PathBuf;

/// A path that `cargo xtask test e2e` gives through the environment.
pub(crate) fn given(variable: &str) -> anyhow::Result<PathBuf> {
    std::env::var_os(variable)
        .map(PathBuf::from)
        .ok_or_else(|| anyhow::anyhow!("{variable} is not set: run `cargo xtask test e2e`, which sets everything up"))
}
