//! Where a request begins: `/new`. Who is asking, and what about. Leaves the forms to `forms`, the conversation to
//! `copilot`, and who may do what to `session`.

mod kinds;
mod page;
mod stores;
mod who;

pub use page::StartPage;
