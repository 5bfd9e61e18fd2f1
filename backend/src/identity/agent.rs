//! Somebody who works for support.

use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_store::Reach;
use std::fmt;

/// Somebody who works for support, in every account, as far as their groups reach.
#[derive(Clone, PartialEq, Eq)]
pub struct Agent {
    /// Who.
    pub user: UserId,
    /// First and last name.
    pub name: String,
    /// The address of the token.
    pub email: String,
    /// The language of sentences.
    pub locale: Locale,
    /// The number of the token.
    pub token: i64,
    /// How far they reach.
    pub reach: Reach,
    /// Whether they see to what concerns every ticket, too.
    pub administrator: bool,
    /// The store that their files and repeated writes are kept under; which one is of no matter. None where there is
    /// no store at all yet.
    pub home: Option<AccountId>,
}

/// No personal data in logs.
impl fmt::Debug for Agent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Agent").field("user", &self.user).finish_non_exhaustive()
    }
}
