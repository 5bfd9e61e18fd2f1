//! People, accounts and memberships.

use balcao_contract::id::{AccountId, MembershipId, UserId};
use balcao_contract::time::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Oneself, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnUser {
    /// The id.
    pub id: UserId,
    /// The API address of this object.
    pub url: String,
    /// First and last name.
    pub name: String,
    /// The address that the host vouches for.
    pub email: String,
    /// `end-user`.
    pub role: String,
    /// Works for support.
    pub agent: bool,
    /// The language of mails, such as `pt-BR`.
    pub locale: String,
    /// The account one works in.
    pub organization_id: AccountId,
    /// Always true here: the host vouches for them.
    pub verified: bool,
    /// Always true here.
    pub active: bool,
    /// Always `null` here.
    pub photo: Option<String>,
    /// Always `null` here.
    pub time_zone: Option<String>,
    /// Since when known.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
    /// What goes into `X-CSRF-Token`; on `me` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub authenticity_token: Option<String>,
}

/// Somebody else: their name, that they work for support, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherUser {
    /// The id.
    pub id: UserId,
    /// The API address of this object.
    pub url: String,
    /// First and last name.
    pub name: String,
    /// `agent` or `end-user`.
    pub role: String,
    /// Works for support.
    pub agent: bool,
    /// Always `null` here.
    pub organization_id: Option<AccountId>,
    /// Always `null` here.
    pub photo: Option<String>,
}

/// Somebody without a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnonymousUser {
    /// Always `null`.
    pub id: Option<UserId>,
    /// Zendesk's name for nobody.
    pub name: String,
    /// Always `null`.
    pub email: Option<String>,
    /// `end-user`.
    pub role: String,
    /// The reader's language.
    pub locale: String,
    /// Always `null`.
    pub organization_id: Option<AccountId>,
    /// Always `null`: without a session there is nothing to forge.
    pub authenticity_token: Option<String>,
}

/// A person whom the reader may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum KnownUser {
    /// Oneself.
    Own(OwnUser),
    /// Anybody, for an agent.
    Whole(WholeUser),
    /// Somebody else.
    Other(OtherUser),
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Me {
    /// Somebody with a session.
    Own(OwnUser),
    /// An agent.
    Agent(WholeUser),
    /// Nobody in particular.
    Anonymous(AnonymousUser),
}

/// `{"user": …}` of `me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MeEnvelope {
    /// Who is asking.
    pub user: Me,
}

/// `{"user": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserEnvelope {
    /// The person.
    pub user: KnownUser,
}

/// People.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserList {
    /// Those the reader may know.
    pub users: Vec<KnownUser>,
    /// How many.
    pub count: usize,
    /// Always `null`: they stand on one page.
    pub next_page: Option<String>,
    /// Always `null`.
    pub previous_page: Option<String>,
}

/// That somebody belongs to an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Membership {
    /// Its id.
    pub id: MembershipId,
    /// The API address of this object.
    pub url: String,
    /// Who.
    pub user_id: UserId,
    /// Where.
    pub organization_id: AccountId,
    /// The account's name.
    pub organization_name: String,
    /// Always true here: a session works in one account.
    pub default: bool,
    /// Whether they see others' requests; always false here.
    pub view_tickets: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Since when.
    pub updated_at: Timestamp,
}

/// Memberships.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MembershipList {
    /// One's own, in the account one works in.
    pub organization_memberships: Vec<Membership>,
    /// How many.
    pub count: usize,
    /// Always `null`: they stand on one page.
    pub next_page: Option<String>,
    /// Always `null`.
    pub previous_page: Option<String>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Organization {
    /// Its id.
    pub id: AccountId,
    /// The API address of this object.
    pub url: String,
    /// Its name.
    pub name: String,
    /// Always false here.
    pub shared_tickets: bool,
    /// Always false here.
    pub shared_comments: bool,
    /// Always `null` here.
    pub external_id: Option<String>,
    /// Always empty here.
    pub domain_names: Vec<String>,
    /// Always empty here.
    pub tags: Vec<String>,
    /// Always empty here.
    pub organization_fields: BTreeMap<String, String>,
    /// Since when known.
    pub created_at: Timestamp,
    /// Since when known.
    pub updated_at: Timestamp,
}

/// `{"organization": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationEnvelope {
    /// The account.
    pub organization: Organization,
}

/// A person as an agent sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WholeUser {
    /// The id.
    pub id: UserId,
    /// The API address of this object.
    pub url: String,
    /// First and last name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// `admin`, `agent` or `end-user`.
    pub role: String,
    /// Works for support.
    pub agent: bool,
    /// The language of mails, such as `pt-BR`.
    pub locale: String,
    /// The account they have belonged to for longest.
    pub organization_id: Option<AccountId>,
    /// Always true here.
    pub verified: bool,
    /// Not switched off.
    pub active: bool,
    /// Switched off.
    pub suspended: bool,
    /// Always `null` here.
    pub photo: Option<String>,
    /// Always `null` here.
    pub phone: Option<String>,
    /// Always `null` here.
    pub time_zone: Option<String>,
    /// Always `null` here.
    pub external_id: Option<String>,
    /// Always empty here.
    pub tags: Vec<String>,
    /// Since when known.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
}

/// A page of people, by offset or by cursor; the keys of the other pagination are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WholeUserList {
    /// The people.
    pub users: Vec<WholeUser>,
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

/// A page of accounts, by offset or by cursor; the keys of the other pagination are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganizationList {
    /// The accounts.
    pub organizations: Vec<Organization>,
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
