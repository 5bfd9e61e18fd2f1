//! What was typed and chosen but not sent yet, kept on this device (IndexedDB) until it is sent or discarded.
//! Knows no feature: forms, replies and Copilot's handover all keep their work here.

mod error;
pub mod farewell;
mod forget;
mod handed;
mod indexed_db;
mod merge;
mod model;
mod random;
mod store;
mod tabs;

pub use error::StoreError;
pub use forget::{forget, keep_nothing_more};
pub use handed::{hand_over, handed};
pub use merge::differing;
pub use model::{Draft, DraftFile, DraftId, Owner, Purpose, SentUpload};
pub use random::unguessable;
pub use store::Store;
pub use tabs::Tabs;
