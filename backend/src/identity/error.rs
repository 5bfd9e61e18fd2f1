//! What goes wrong with sign-ins and sessions, and is not the visitor's fault.

use balcao_store::StoreError;

/// Why nobody can be let in, or nothing be found out about them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The person or the account was switched off, or they do not belong together any more.
    #[error("switched off")]
    SwitchedOff,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Anything else, in words for the log.
    #[error("{0}")]
    Internal(String),
}

impl IdentityError {
    /// A fault of ours.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }
}
