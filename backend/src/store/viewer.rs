//! On whose behalf requests are read and written, and how far that reaches.

use balcao_contract::id::{AccountId, GroupId, UserId};

/// On whose behalf, and in which account. A requester sees what they opened themselves in the account they work in, and
/// what its other people opened where the account shares its requests; everything else does not exist for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub user: UserId,
    /// For which store.
    pub account: AccountId,
    /// Everybody's requests of the account, because it shares them; otherwise one's own.
    pub sees_account: bool,
}

impl Viewer {
    /// Somebody who reaches their own requests and nobody else's.
    #[must_use]
    pub const fn own(user: UserId, account: AccountId) -> Self {
        Self { user, account, sees_account: false }
    }
}

/// How far an agent reaches over every account's tickets. What is beyond does not exist for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// To every ticket: an administrator, or there are no groups.
    Everything,
    /// To the tickets of these groups, and to those without one.
    Groups(Vec<GroupId>),
}

impl Reach {
    /// Whether it reaches to a ticket of that group, or of none.
    #[must_use]
    pub fn covers(&self, group: Option<GroupId>) -> bool {
        match (self, group) {
            (Self::Everything, _) | (_, None) => true,
            (Self::Groups(groups), Some(group)) => groups.contains(&group),
        }
    }
}
