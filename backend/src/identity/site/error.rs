//! Why a door of the support site does not open.

use crate::identity::IdentityError;
use balcao_mail::TemplateError;
use balcao_store::StoreError;

/// A refusal, for the page to put into words.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// Too often; in so many seconds it is allowed again.
    #[error("wait {0} s")]
    TooOften(u64),
    /// Not an address, not a code: it costs no guess.
    #[error("not what is asked for")]
    Malformed,
    /// Not this code, or not this address and password.
    #[error("wrong")]
    Wrong,
    /// Over, used, guessed at too often, or never begun in this browser.
    #[error("expired")]
    Expired,
    /// The person did not want to, at the provider.
    #[error("declined")]
    Declined,
    /// The provider says something that proves nothing.
    #[error("refused")]
    Refused,
    /// The provider knows them, and we do not.
    #[error("unknown")]
    Unknown,
    /// A provider does not answer, or too much is going on here.
    #[error("unavailable")]
    Unavailable,
    /// Everything else, which is not the visitor's fault.
    #[error(transparent)]
    Failed(#[from] IdentityError),
}

impl From<StoreError> for SiteError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<TemplateError> for SiteError {
    fn from(error: TemplateError) -> Self {
        Self::Failed(IdentityError::internal(error))
    }
}

/// No random numbers.
impl From<std::io::Error> for SiteError {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(IdentityError::internal(error))
    }
}
