//! The history of requests, and one request: its facts, its thread, the reply. Leaves opening a request to `forms` and
//! `copilot`, choosing and sending files to `evidence`, and keeping what was typed to `draft`.

mod answers;
mod author;
mod clock;
mod fetched;
mod history;
mod last_list;
mod query;
mod record;
#[cfg(test)]
mod sample;
mod sentences;
mod sort;
mod trouble;
mod whose;

pub use history::HistoryPage;
pub use last_list::LastList;
pub use record::RecordPage;

/// The address of a route of the panel, for a link.
fn address(route: &str) -> String {
    format!("/panel{route}")
}
