//! Groups of agents.

use balcao_contract::id::{GroupId, UserId};
use balcao_contract::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A group of agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Group {
    /// The id.
    pub id: GroupId,
    /// The API address of this object.
    pub url: String,
    /// What it is called.
    pub name: String,
    /// Always empty here.
    pub description: String,
    /// Always false here.
    pub default: bool,
    /// Always false here: a group that was taken away is not there.
    pub deleted: bool,
    /// Always false here: its tickets are its members' and administrators'.
    pub is_public: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// `{"group": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GroupEnvelope {
    /// The group.
    pub group: Group,
}

/// A page of groups, by offset or by cursor; the keys of the other pagination are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GroupList {
    /// The groups.
    pub groups: Vec<Group>,
    /// How many there are in all.
    #[schema(required = false)]
    pub count: u64,
    /// The next page's address.
    #[schema(required = false)]
    pub next_page: Option<String>,
    /// The previous page's address.
    #[schema(required = false)]
    pub previous_page: Option<String>,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GroupMembership {
    /// The id.
    pub id: u64,
    /// The API address of this object.
    pub url: String,
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub group_id: GroupId,
    /// Always false here.
    pub default: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Since when.
    pub updated_at: Timestamp,
}

/// A page of memberships, by offset or by cursor; the keys of the other pagination are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GroupMembershipList {
    /// Who belongs where.
    pub group_memberships: Vec<GroupMembership>,
    /// How many there are in all.
    #[schema(required = false)]
    pub count: u64,
    /// The next page's address.
    #[schema(required = false)]
    pub next_page: Option<String>,
    /// The previous page's address.
    #[schema(required = false)]
    pub previous_page: Option<String>,
}
