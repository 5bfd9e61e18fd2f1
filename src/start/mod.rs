//! Where a request begins: `/new`. Who is asking, and what about. Leaves the forms to `forms`, the conversation to
//! `copilot`, and who may do what to `session`.

mod kinds;
mod page;
mod stores;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod view_tests;
mod who;

pub use page::StartPage;
