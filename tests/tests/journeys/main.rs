//! What a user can do, from the Copilot button to a tracked request.

mod copilot;
mod drafts;
mod embedding;
mod evidence;
mod failures;
mod history;
mod keyboard;
mod labels;
mod language;
mod offline;
mod request;
mod steps;
mod subjects;
mod ticket;
mod validation;
