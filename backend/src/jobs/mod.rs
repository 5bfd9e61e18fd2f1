//! What happens by the clock alone. A job looks for what is due, whatever it did before: it catches up after a stop, and
//! several at once do nothing twice, because the database decides.

mod closing;

pub use closing::{Closed, Closing, spawn_closing};
