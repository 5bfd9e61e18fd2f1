//! Tells other programs what happens to tickets: reads the events, keeps a message for each, sends them signed, until
//! they arrive or are given up; and what an administrator can have done with them.

pub mod commands;
mod event_types;
mod feed;
mod sender;
mod worker;

pub use event_types::{EVERYTHING, TYPES, type_of};
pub use sender::sign;
pub use worker::{Round, Webhooks, spawn_webhooks};
