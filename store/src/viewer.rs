//! On whose behalf requests are read and written, and how far that reaches.

use super::columns::number;
use balcao_contract::id::{AccountId, GroupId, UserId};
use sqlx::Sqlite;
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::SqliteArguments;

/// On whose behalf, and in which account. A requester sees what they opened themselves in the account they work in, what
/// they are in copy of there, and what its other people opened where the account shares its requests; everything else
/// does not exist for them.
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

    /// Binds what [`SEES`] asks for. To be called before anything else is bound.
    pub(super) fn bind<'q>(
        self,
        query: Query<'q, Sqlite, SqliteArguments<'q>>,
    ) -> Query<'q, Sqlite, SqliteArguments<'q>> {
        query.bind(number(self.user)).bind(number(self.account)).bind(self.sees_account)
    }

    /// The same for a query whose rows are records.
    pub(super) fn bind_as<'q, T>(
        self,
        query: QueryAs<'q, Sqlite, T, SqliteArguments<'q>>,
    ) -> QueryAs<'q, Sqlite, T, SqliteArguments<'q>> {
        query.bind(number(self.user)).bind(number(self.account)).bind(self.sees_account)
    }
}

/// Whether the viewer sees the request `r`: the one place that says so of a single request. What else a statement binds
/// is `?4` and on. The plus signs keep SQLite from walking over all requests of a person or a store to find the one
/// (<https://sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_>).
pub(super) const SEES: &str = "+r.account_id = ?2 AND (+r.requester_id = ?1 OR ?3 \
    OR EXISTS (SELECT 1 FROM people_in_copy sees WHERE sees.request_id = r.id AND sees.user_id = ?1))";

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
