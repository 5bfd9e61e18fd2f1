//! What a person may ask for by law: everything that is kept about them, and that it goes. The statements are `store`'s,
//! the commands `directory`'s.

mod erase;
mod export;
mod names;

pub use erase::{Erased, Erasure, Words, erase, forget_words};
pub use export::{Exported, export};

use balcao_evidence::EvidenceError;
use balcao_store::StoreError;

/// Why it was not done, or not to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PersonalDataError {
    /// The folder is not empty.
    #[error("the folder {0} is not empty; name one that is, or that is not there yet")]
    NotEmpty(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Files.
    #[error("files: {0}")]
    Files(#[from] EvidenceError),
    /// A file's bytes.
    #[error("files: {0}")]
    Objects(#[from] object_store::Error),
    /// What is written down.
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
    /// What is written down.
    #[error("cannot write: {0}")]
    Json(#[from] serde_json::Error),
}
