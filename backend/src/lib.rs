//! The ticket backend: one binary, an embedded database by default, Zendesk's public API shapes.
//!
//! Who knows whom: `http → desk → store`, never back. `desk` knows no axum and no SQL, `store` no rule;
//! `mail`, `evidence`, `copilot` and `calendar` stand beside `desk`; `jobs` puts them together for what happens by the
//! clock alone, `directory` for what operators do,
//! `terminal` for what agents do beside it.

// Tests in here share helpers with those beside the crate, which name it.
#[cfg(test)]
extern crate self as balcao_backend;

pub mod backup;
pub mod calendar;
pub mod clock;
pub mod config;
pub mod connections;
pub mod demo;
pub mod desk;
pub mod directory;
pub mod evidence;
pub mod folder_lock;
pub mod folder_mark;
pub mod forms;
#[cfg(test)]
mod hostile;
pub mod http;
pub mod identity;
pub mod jobs;
pub mod keys;
pub mod live;
pub mod mail;
pub mod output;
pub mod personal_data;
pub mod server;
pub mod store;
pub mod survey;
pub mod telemetry;
pub mod terminal;
pub mod texts;
pub mod webhooks;
pub mod work;
