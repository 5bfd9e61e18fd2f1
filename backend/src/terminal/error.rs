//! What an agent is told when a command was not carried out. Nothing of it happened.

use crate::directory::store_sentence;
use balcao_desk::{DeskError, TransitionDenied};
use balcao_store::StoreError;

/// A command that was not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TerminalError {
    /// It cannot be done; a sentence says why, and what to do.
    #[error("{0}")]
    Refused(String),
    /// The database.
    #[error("{}", store_sentence(.0))]
    Store(#[from] StoreError),
    /// The answer cannot be written, or the reply not be read.
    #[error("cannot read or write: {0}")]
    Io(#[from] std::io::Error),
}

impl TerminalError {
    /// A refusal.
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }
}

impl From<DeskError> for TerminalError {
    fn from(error: DeskError) -> Self {
        let sentence = match error {
            DeskError::Store(error) => return Self::Store(error),
            DeskError::TransitionDenied(TransitionDenied::Closed) => {
                "the ticket is closed: it goes on in a follow-up".to_owned()
            }
            DeskError::TransitionDenied(TransitionDenied::ClosedByHand) => {
                "a ticket is closed by the clock alone; solve it instead".to_owned()
            }
            DeskError::TransitionDenied(TransitionDenied::NewAgain) => {
                "a ticket does not become new again; set it to open".to_owned()
            }
            DeskError::Conflict => {
                "somebody changed the ticket in the meantime; nothing was done, try again".to_owned()
            }
            other => other.to_string(),
        };
        Self::Refused(sentence)
    }
}
