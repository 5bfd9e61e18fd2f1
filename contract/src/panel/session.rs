//! Who is signed in, and what the backend lets them do.

use crate::form::Form;
use crate::id::{AccountId, UserId};
use crate::locale::Locale;
use crate::support::{FirstResponses, Region};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// `POST /api/panel/session`: a token that the host gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignIn {
    /// The host's signed token (JWT).
    pub token: String,
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
    /// What the backend lets this user do.
    pub capabilities: Vec<Capability>,
    /// What the account's region promises.
    pub first_responses: FirstResponses,
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
    /// Read and answer one's own requests.
    AnswerOwnRequests,
}

/// `{"form": …}` of `GET /api/panel/forms/{key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormEnvelope {
    /// The form, in the language of `?locale=`.
    pub form: Form,
}
