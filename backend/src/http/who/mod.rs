//! Who asks, as an argument of a handler. What they may do is `identity`'s.

mod agent;
mod api_token;
mod signed_in;

pub use agent::{Administrator, Caller};
pub use signed_in::CSRF_HEADER;
