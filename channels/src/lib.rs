//! The channels around support: health, status, releases, news. Each is read from a source that the operator names, again
//! and again, and what it said last is kept, also over a restart. A source that is down, slow, huge or hostile costs
//! nobody anything: its last good state stays and says that it is old.

mod board;
mod copy;
mod fetch;
mod read;
mod source;
mod watch;

pub use board::{Board, Known, Part};
pub use fetch::FetchError;
pub use read::ReadError;
pub use source::{HttpCheck, Source, SourceKind};
pub use watch::{SourceError, Watch};
