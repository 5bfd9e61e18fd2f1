//! One engine for every form: draws whatever a definition says, checks it, keeps it, sends it.
//! Leaves files to `evidence`, the device's storage to `draft`, and what a form asks to the backend.

mod address;
mod compose;
mod discard;
mod engine;
mod faults;
mod fields;
mod file_text;
mod fold;
mod followup;
mod heading;
mod navigation;
mod opening;
mod other_tabs;
mod page;
mod priority;
mod problems;
mod rest;
mod review;
#[cfg(test)]
mod rules_tests;
mod send;
mod send_panel;
mod sending;
mod sent;
mod step_page;
mod steps;
mod summary;
mod values;

pub use page::FormPage;
