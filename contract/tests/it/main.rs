//! The rules that both sides apply, table by table.

mod code;
mod file;
mod form_fixture;
mod priority;
mod text;
mod validation;
mod visibility;
mod wire;
