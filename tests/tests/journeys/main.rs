//! What a user can do, from the Copilot button to a tracked request.

mod copilot;
mod doors;
mod drafts;
mod embedding;
mod evidence;
mod failures;
mod history;
mod keyboard;
mod labels;
mod language;
mod life;
mod offline;
mod request;
mod shared;
mod site;
mod start;
mod steps;
mod subjects;
mod survey;
mod third_party;
mod ticket;
mod validation;
