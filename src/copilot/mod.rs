//! The conversation with Copilot: a question, answers with their sources, and at any moment the way to a person.
//! Leaves the form to `forms`: a draft in the device's storage is all that goes from here to there.

mod answer;
mod choice;
mod code;
mod handover;
mod kept;
mod page;
mod question;
mod talk;

pub use page::CopilotPage;
