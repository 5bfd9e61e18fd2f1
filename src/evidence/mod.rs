//! Choosing files and sending them, for whoever has something to attach: a form's evidence, a reply's files.
//! Beside `ui`: features may use it, and it knows none of them. What is done with files comes later than the page (`machine`).

mod accepted;
mod care;
mod clean;
#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod clean_tests;
mod cleaned;
mod cleaner;
mod field;
mod machine;
#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod machine_tests;
mod paste;
mod place;
mod queue;
#[cfg(test)]
mod queue_tests;
mod removed;
mod row;
mod uploads;
mod work;

pub use place::{Evidence, FileSummary, PastedNote};
pub use queue::Outstanding;
pub use uploads::{Shelf, Uploads};
