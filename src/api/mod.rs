//! Every call to the backend: one typed client, one error type, a file for each resource. Only this module fetches.
//! Knows neither views nor the host.

mod channels;
mod client;
mod conversations;
mod early;
mod error;
mod events;
mod forms;
mod load;
mod locale;
mod requests;
mod session;
mod surveys;
mod uploads;

pub use client::{Call, Client, Credentials};
pub use error::{ApiError, minutes};
pub use events::EventStream;
pub use load::{Load, LoadState};
pub use locale::keep_sentences_loaded;
pub use requests::Thread;
pub use uploads::{Brake, Parcel, UploadError};
