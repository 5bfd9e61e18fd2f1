//! The ticket backend: one binary, an embedded database by default, Zendesk's public API shapes.
//!
//! The rules are in `desk`, what is kept in `store`, mail in `mail`; this crate puts them together and speaks HTTP.
//! `identity` finds out who asks, `jobs` does what happens by the clock alone, `directory` what operators do, `terminal` what
//! agents do beside HTTP. Who knows whom is in `xtask/src/layers.rs`.

// Tests in here share helpers with those beside the crate, which name it.
#[cfg(test)]
extern crate self as balcao_backend;

pub mod backup;
pub mod connections;
pub mod demo;
pub mod directory;
pub mod folder_lock;
pub mod folder_mark;
#[cfg(test)]
mod hostile;
pub mod http;
pub mod identity;
pub mod jobs;
pub mod live;
pub mod output;
pub mod personal_data;
pub mod server;
pub mod survey;
pub mod telemetry;
pub mod terminal;
pub mod webhooks;
