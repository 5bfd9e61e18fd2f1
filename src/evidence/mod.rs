//! Choosing files and sending them, for whoever has something to attach: a form's evidence, a reply's files.
//! Beside `ui`: features may use it, and it knows none of them.

mod accepted;
mod field;
mod paste;
mod queue;
#[cfg(test)]
mod queue_tests;
mod row;
mod uploads;

pub use field::{Evidence, FileSummary, PastedNote};
pub use queue::Outstanding;
pub use uploads::{Shelf, Uploads};
