//! The backend's promises, tested against the router on a temporary folder with a clock that stands still.
//! One file a room; what they share is in `common`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, its helpers too")]

mod agents;
mod api_tokens;
mod bad_input;
mod channels;
mod code;
mod common;
mod copilot;
mod directory;
mod feeds;
mod forms;
mod glance;
mod http;
mod mail;
mod mail_in;
mod person;
mod personal_data;
mod program;
mod reminders;
mod sessions;
mod settings;
mod sign_ins;
mod support_site;
mod survey;
mod table;
mod tickets;
mod uploads;
mod vtex_id;
mod wording;
mod work;
