//! Mail coming in: replies that become comments, each once; everything else is recognised, answered or kept for an
//! operator. It leaves to `desk` what a comment does, and to `evidence` which files are taken.

mod answers;
mod authentication;
mod body;
mod comment;
mod connection;
mod files;
mod headers;
mod html;
mod letter;
mod mailbox;
mod outcome;
#[cfg(feature = "parsers")]
pub mod parsers;
mod prune;
mod quotes;
mod robots;
mod room;
mod take_in;
mod tnef;
mod watch;

pub use answers::Returned;
pub use connection::ConnectError;
pub use outcome::{InboxError, Outcome, QuarantineReason};
pub use prune::{prune, spawn_pruning};
pub use robots::Robot;
pub use take_in::Inbox;
pub use watch::{Pace, WatchError, spawn_watch, spawn_watch_at};
