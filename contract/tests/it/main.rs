//! The rules that both sides apply, table by table.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, its helpers too")]

mod code;
mod entries;
mod file;
mod form_fixture;
mod format;
mod person;
mod priority;
mod survey;
mod text;
mod validation;
mod visibility;
mod wire;
mod working_hours;
