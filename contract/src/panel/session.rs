//! Who is signed in, and what the backend lets them do.

use crate::form::Form;
use crate::id::{AccountId, UserId};
use crate::locale::Locale;
use crate::panel::StatusCounts;
use crate::support::{FirstResponses, Region};
use crate::time::Timestamp;
use crate::wire::Request;
use crate::working_hours::OpenHours;
use serde::{Deserialize, Serialize};

/// `POST /api/panel/session`: what proves who is asking. Without a token the request's cookies are looked at: the
/// admin's own where the panel lives on its origin, or the one of the support site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The token that the host gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Which store, by its name; needed where neither token nor cookie says it, and to change between stores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// So many of one's own requests come with the answer, the last changed first: a page that begins with the list need
    /// not ask again for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_requests: Option<u32>,
}

/// What a page that begins with the list shows first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstRequests {
    /// The last changed first.
    pub requests: Vec<Request>,
    /// How many stand behind each filter.
    pub counts: StatusCounts,
}

/// `{"session": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionEnvelope {
    /// The session.
    pub session: Session,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// For `Authorization: Bearer`; only in the answer to the sign-in, kept in memory by the panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// For `X-CSRF-Token` on every write.
    pub csrf_token: String,
    /// The end of the session if nothing happens.
    pub expires_at: Timestamp,
    /// Who.
    pub user: Person,
    /// For which store.
    pub account: Account,
    /// Every store this person can ask for, by name.
    #[serde(default)]
    pub accounts: Vec<Account>,
    /// How they came in.
    pub door: DoorName,
    /// What the backend lets this user do.
    pub capabilities: Vec<Capability>,
    /// What it does not let them do, and who can change that.
    #[serde(default)]
    pub missing: Vec<MissingCapability>,
    /// What the account's region promises.
    pub first_responses: FirstResponses,
    /// When its support is there in the coming weeks: a promise of working hours becomes a moment by them.
    #[serde(default)]
    pub open_hours: OpenHours,
    /// The titles of the incidents that go on, the newest first; see [`crate::panel::Incident`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub incidents: Vec<String>,
    /// Whether there is anything to be told around support; see [`crate::panel::Channels`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub has_channels: bool,
    /// The newest event there was: live updates go on from it, so that nothing falls between the first page and them.
    #[serde(default)]
    pub last_event_id: u64,
    /// What was asked for with `first_requests`; only in the answer to the sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstRequests>,
}

/// The signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// The id.
    pub id: UserId,
    /// First and last name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// The language of mails.
    pub locale: Locale,
}

/// `PUT /api/panel/session/person`: how somebody on the support site wants to be called. Inside the admin it is the
/// host that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonUpdate {
    /// First and last name; see [`crate::person::PersonName`].
    pub name: String,
}

/// A store account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The id; an organization's on the wire.
    pub id: AccountId,
    /// The account's name in addresses: `acmestore`.
    pub name: String,
    /// Where its support sits.
    pub region: Region,
}

/// Something that a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Capability {
    /// Open technical requests.
    OpenTechnicalRequests,
    /// Open financial requests.
    OpenFinancialRequests,
    /// Open commercial requests.
    OpenCommercialRequests,
    /// Read and answer one's own requests.
    AnswerOwnRequests,
    /// Read and answer the requests of everybody in the account, where it shares them.
    AnswerAccountRequests,
}

/// A capability that a user lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MissingCapability {
    /// Which.
    pub capability: Capability,
    /// Why.
    pub reason: MissingReason,
    /// Who can grant it, or has it: the sponsor's first and last name, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sponsor: Option<String>,
}

/// Why somebody lacks a capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MissingReason {
    /// The License Manager's resource `open-support-ticket` (product 104, VTEX Support) was not given.
    SupportResource,
    /// Only the sponsor, also called Master Admin, may.
    SponsorOnly,
    /// The account does not share its requests: an operator of the support desk can have it do so.
    NotShared,
}

/// How somebody came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DoorName {
    /// The admin, with a token that it signed.
    Host,
    /// The admin, by VTEX ID.
    VtexId,
    /// The support site, with a code sent by e-mail.
    Email,
    /// The support site, by Google.
    Google,
    /// The support site, with a password and a second factor.
    Password,
}

impl DoorName {
    /// Every door.
    pub const ALL: [Self; 5] = [Self::Host, Self::VtexId, Self::Email, Self::Google, Self::Password];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::VtexId => "vtex_id",
            Self::Email => "email",
            Self::Google => "google",
            Self::Password => "password",
        }
    }

    /// The door of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|door| door.name() == name)
    }

    /// Outside the admin: there the person chooses the store.
    #[must_use]
    pub const fn is_support_site(self) -> bool {
        matches!(self, Self::Email | Self::Google | Self::Password)
    }
}

/// `{"sign_ins": …}` of `GET /api/panel/sign_ins`: where somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInList {
    /// The places, the latest used first.
    pub sign_ins: Vec<SignInPlace>,
}

/// One browser that somebody is signed in with; its pages and reloads count as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignInPlace {
    /// For `DELETE /api/panel/sign_ins/{id}`.
    pub id: String,
    /// How.
    pub door: DoorName,
    /// The browser's name, where it is one that is known: `Firefox`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// The system's name, where it is one that is known: `Windows`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// Last used.
    pub last_seen_at: Timestamp,
    /// It is the one that asks.
    pub current: bool,
}

/// `{"form": …}` of `GET /api/panel/forms/{key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormEnvelope {
    /// The form, in the language of `?locale=`.
    pub form: Form,
}
