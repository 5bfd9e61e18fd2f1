//! Somebody with a session, or whom an API token speaks for.

use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Capability, DoorName, MissingCapability, MissingReason};
use balcao_contract::support::Region;
use balcao_contract::time::Timestamp;
use balcao_desk::forms::Audience;
use balcao_store::Viewer;
use chrono::{DateTime, Utc};
use std::fmt;

/// Somebody with a session.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub user: UserId,
    /// For which store.
    pub account: AccountId,
    /// The session's row; for an API token, which has none, its number below zero.
    pub session_id: i64,
    /// How they came in.
    pub door: DoorName,
    /// The support site's sign-in that the session comes from.
    pub sign_in: Option<i64>,
    /// First and last name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// Mail to that address reaches them: they typed a one-time code not long ago, or the host vouches for it.
    pub email_proved: bool,
    /// The language of mails.
    pub locale: Locale,
    /// The account's name.
    pub account_name: String,
    /// Where the account's support sits.
    pub region: Region,
    /// The account belongs to no other one.
    pub is_main_account: bool,
    /// What this user may do.
    pub capabilities: Vec<Capability>,
    /// What they may not do, and who can change that.
    pub missing: Vec<MissingCapability>,
    /// What writes bring in `X-CSRF-Token`.
    pub csrf_token: String,
    /// When the session ends if nothing happens.
    pub expires_at: Timestamp,
}

impl SignedIn {
    /// Whether this user may do that.
    #[must_use]
    pub fn can(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// Lets through who may do that.
    ///
    /// # Errors
    /// What is missing, and who can change it.
    pub fn must(&self, capability: Capability) -> Result<(), NotAllowed> {
        if self.can(capability) { Ok(()) } else { Err(self.not_allowed(capability)) }
    }

    /// What is missing, and who can change it.
    #[must_use]
    pub fn not_allowed(&self, capability: Capability) -> NotAllowed {
        let missing = self.missing.iter().find(|missing| missing.capability == capability);
        NotAllowed {
            reason: missing.map(|missing| missing.reason),
            sponsor: missing.and_then(|missing| missing.sponsor.clone()),
        }
    }

    /// Whose requests they may see.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        let sees_account = self.can(Capability::AnswerAccountRequests);
        Viewer { user: self.user, account: self.account, sees_account }
    }

    /// Whose forms these are.
    #[must_use]
    pub fn audience(&self, now: DateTime<Utc>) -> Audience<'_> {
        Audience {
            region: self.region,
            is_main_account: self.is_main_account,
            account_name: &self.account_name,
            name: &self.name,
            email: &self.email,
            now,
        }
    }
}

/// What somebody lacks to do a thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAllowed {
    /// What it is; `None` where nothing that could be given would change it.
    pub reason: Option<MissingReason>,
    /// The first and last name of whoever can change it, where one is known.
    pub sponsor: Option<String>,
}

/// No personal data and no tokens in logs.
impl fmt::Debug for SignedIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignedIn")
            .field("user", &self.user)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
