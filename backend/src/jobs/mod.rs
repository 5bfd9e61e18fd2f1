//! What happens beside the requests of users: by the clock, after events, out of feeds. A job looks for what is due,
//! whatever it did before: it catches up after a stop, and several at once do nothing twice, because the database decides.

mod closing;
mod feeds;
mod learning;
mod letters;
mod readers;
mod retention;

pub use closing::{Closed, Closing, spawn_closing};
pub use feeds::{FeedError, Feeds, spawn_feeds};
pub use learning::{Learning, spawn_learning};
pub use letters::{Letters, LettersError, spawn_letters};
pub use readers::{Readers, forget_readers, spawn_readers};
pub use retention::{Retention, spawn_retention};

/// The name under which `event_readers` keeps whom mails were written to already.
pub const LETTERS: &str = "letters";
