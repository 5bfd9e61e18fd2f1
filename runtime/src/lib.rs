//! What the crates of the backend stand on: the time, long work within its budget, files that are whole or not there, pauses
//! between attempts, and sentences in the reader's language. It knows nothing of requests.

pub mod backoff;
pub mod clock;
pub mod durable;
pub mod texts;
pub mod work;
