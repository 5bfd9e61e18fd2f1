//! What a user can do, from the Copilot button to a tracked request.

mod drafts;
mod evidence;
mod history;
mod keyboard;
mod labels;
mod steps;
mod ticket;
mod validation;
