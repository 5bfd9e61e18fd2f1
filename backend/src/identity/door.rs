//! A door: one way to prove who one is.

use balcao_contract::locale::Locale;
use balcao_contract::panel::DoorName;
use balcao_contract::support::Region;
use chrono::{DateTime, Utc};
use std::fmt;

/// What somebody shows at a door.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Proof<'a> {
    /// The token.
    pub token: &'a str,
    /// The store they say they come for; it counts where the token does not name one.
    pub account: Option<&'a str>,
}

/// A token is never logged.
impl fmt::Debug for Proof<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Proof").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Who somebody is, as a door found out.
#[derive(Clone, PartialEq, Eq)]
pub struct HostIdentity {
    /// The address, in lower case.
    pub email: String,
    /// First and last name, on one line; `None` where the door does not know it.
    pub name: Option<String>,
    /// The store account's name, in lower case.
    pub account: String,
    /// The language, where the door knows it.
    pub locale: Option<Locale>,
    /// Where the account's support sits, where the door knows it.
    pub region: Option<Region>,
    /// Resources that the host's administration gave this user; `None` where the host says nothing about them.
    pub resources: Option<Vec<String>>,
    /// Whether a new member may open technical requests in Brazil where the host says nothing about resources: a host
    /// that gives out signed tokens decided it by giving one.
    pub support_resource_by_default: bool,
    /// The host says that they are the account's sponsor. That it does not say so changes nothing.
    pub sponsor: bool,
    /// The host has verified the address, and is believed.
    pub email_verified: bool,
}

/// No personal data in logs.
impl fmt::Debug for HostIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HostIdentity").field("account", &self.account).finish_non_exhaustive()
    }
}

/// Why a door stays shut. For logs: the sender learns only that it did.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DoorError {
    /// Not a token, a wrong signature, expired, for somebody else.
    #[error("token refused: {0}")]
    Refused(&'static str),
    /// Whoever is asked about tokens does not answer.
    #[error("the identity provider does not answer: {what}")]
    Unavailable {
        /// What happened.
        what: &'static str,
        /// Worth another try after so many seconds.
        retry_after: u64,
    },
}

/// One way to prove who one is.
#[async_trait::async_trait]
pub trait Door: Send + Sync {
    /// Its name.
    fn name(&self) -> DoorName;

    /// Whom a token belongs to.
    ///
    /// # Errors
    /// The token is refused, or cannot be checked now.
    async fn identify(&self, proof: Proof<'_>, now: DateTime<Utc>) -> Result<HostIdentity, DoorError>;
}
