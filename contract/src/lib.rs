//! What the panel and the backend agree on: identifiers, wire types, and the rules that both sides
//! apply. It knows nobody: no HTTP, no storage, no browser. Time and randomness come in as arguments.

pub mod answers;
pub mod content;
pub mod entries;
pub mod file;
pub mod form;
pub mod format;
pub mod id;
pub mod kind;
pub mod limits;
pub mod locale;
pub mod normal;
pub mod panel;
pub mod person;
pub mod priority;
pub mod rich_text;
pub mod status;
pub mod support;
pub mod survey;
pub mod text;
pub mod time;
pub mod validation;
pub mod visibility;
pub mod wire;
pub mod working_hours;
