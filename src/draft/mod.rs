//! What was typed and chosen but not sent yet, kept on this device (IndexedDB) until it is sent or discarded.
//! Knows no feature: forms, replies and Copilot's handover all keep their work here.

mod error;
pub mod farewell;
mod forget;
mod indexed_db;
mod model;
mod random;
mod store;

pub use error::StoreError;
pub use forget::{forget, keep_nothing_more};
pub use model::{Draft, DraftFile, DraftId, Owner, Purpose, SentUpload};
pub use random::unguessable;
pub use store::Store;
