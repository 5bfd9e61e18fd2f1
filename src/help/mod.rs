//! The help center: what it has (`/help`), and an article to read (`/articles/{slug}`).

mod article;
mod page;
mod query;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod view_tests;

pub use article::ArticlePage;
pub use page::HelpPage;
