//! The satisfaction survey: the list of solved requests, and the answer to one. Leaves the request itself to `requests`,
//! and keeping what was begun to `draft`.

mod answer;
mod given;
mod list;
mod one;
mod query;
mod reopen;
mod rows;
mod words;
mod writing;

pub use list::SurveyListPage;
pub use one::SurveyPage;
