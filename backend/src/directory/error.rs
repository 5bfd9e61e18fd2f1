//! What an operator is told when a command was not carried out. Nothing of it happened.

use crate::personal_data::PersonalDataError;
use balcao_store::StoreError;

/// A command that was not carried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// The directory does not allow it; a sentence says why, and what to do.
    #[error("{0}")]
    Refused(String),
    /// Lines of a file are broken; the report named them.
    #[error(
        "{0} of the lines cannot be taken, so nothing was changed; mend them and import the file again, or take the others \
             with --skip-broken"
    )]
    BrokenLines(usize),
    /// The database.
    #[error("{}", sentence(.0))]
    Store(#[from] StoreError),
    /// What is kept about a person.
    #[error(transparent)]
    PersonalData(PersonalDataError),
    /// The answer cannot be written.
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

impl DirectoryError {
    /// A refusal.
    pub fn refused(sentence: impl Into<String>) -> Self {
        Self::Refused(sentence.into())
    }
}

impl From<PersonalDataError> for DirectoryError {
    fn from(error: PersonalDataError) -> Self {
        match error {
            PersonalDataError::Store(error) => Self::Store(error),
            other => Self::PersonalData(other),
        }
    }
}

/// What the database's refusal means for whoever sits at a terminal.
pub fn sentence(error: &StoreError) -> String {
    match error {
        StoreError::Busy => "the database is busy; nothing was changed, try again".to_owned(),
        StoreError::Full => "no room on the disk; nothing was changed".to_owned(),
        other => format!("the database refuses: {other}"),
    }
}
