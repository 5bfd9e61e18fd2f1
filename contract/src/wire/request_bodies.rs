//! What requesters write: the panel, and other programs of Zendesk's API, which know a few fields more. One that names
//! nobody's field is not refused: the backend says in `X-Zendesk-API-Warn` which keys it did not read.

use super::Given;
use super::given::{FieldAnswers, of_others};
#[cfg(feature = "backend")]
use super::read;
use crate::answers::AnswerValue;
use crate::id::{FormId, RequestId, UserId};
use crate::time::Timestamp;
use serde::Serialize;

/// `{"request": …}` of `POST /api/v2/requests`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRequestEnvelope {
    /// The new request.
    #[serde(default, deserialize_with = "read::object")]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub request: NewRequest,
}

/// A request to be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRequest {
    /// The title.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 150, required = true))]
    pub subject: Given<AnswerValue>,
    /// The description and its files.
    #[serde(default, deserialize_with = "read::comment")]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub comment: CommentBody,
    /// The answers.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<super::CustomField>, required = false))]
    pub custom_fields: Given<FieldAnswers>,
    /// The answers, where `custom_fields` is left out.
    #[serde(default, deserialize_with = "read::present", skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<super::CustomField>, required = false))]
    pub fields: Option<Given<FieldAnswers>>,
    /// Which form; its rules count then. The panel always names it.
    #[serde(default, deserialize_with = "read::id", skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<FormId>))]
    pub ticket_form_id: Given<FormId>,
    /// A closed request of one's own that this one goes on from.
    #[serde(default, deserialize_with = "read::id", skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<RequestId>))]
    pub via_followup_source_id: Given<RequestId>,
    /// Read where no form is named; a form works it out from the answers.
    #[serde(default, deserialize_with = "read::present", skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::priority::Priority>))]
    pub priority: Option<Given<AnswerValue>>,
    /// `question`, `incident`, `problem` or `task`; read where no form is named.
    #[serde(default, rename = "type", deserialize_with = "read::present", skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub kind: Option<Given<AnswerValue>>,
    /// Who is put in copy, at most 10.
    #[serde(default, deserialize_with = "read::objects", skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<CopyUpdate>>))]
    pub email_ccs: Given<Vec<Given<CopyUpdate>>>,
    /// Who is put in copy, too.
    #[serde(default, skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<Collaborator>>))]
    pub collaborators: Given<Vec<Given<Collaborator>>>,
}

/// A comment to be written; one of the three texts. A text by itself is its `body`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentBody {
    /// The text: plain, with a little Markdown.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, nullable = false, max_length = 65535))]
    pub body: Given<AnswerValue>,
    /// The same as `body`.
    #[serde(default, skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, nullable = false, max_length = 65535))]
    pub value: Given<AnswerValue>,
    /// HTML, of which the text is kept.
    #[serde(default, skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, nullable = false))]
    pub html_body: Given<AnswerValue>,
    /// Of agents alone: whether the requester reads it; true where it is left out.
    #[serde(default, deserialize_with = "read::present", skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>, nullable = false))]
    pub public: Option<Given<bool>>,
    /// Tokens of uploads.
    #[serde(default, deserialize_with = "read::tokens", skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>, required = false))]
    pub uploads: Given<Vec<String>>,
}

impl CommentBody {
    /// A text with files.
    #[must_use]
    pub fn new(body: String, uploads: Vec<String>) -> Self {
        let uploads = if uploads.is_empty() { Given::Nothing } else { Given::Value(uploads) };
        Self { body: body.into(), uploads, ..Self::default() }
    }
}

impl From<Given<AnswerValue>> for CommentBody {
    fn from(body: Given<AnswerValue>) -> Self {
        Self { body, ..Self::default() }
    }
}

/// `{"request": …}` of `PUT /api/v2/requests/{id}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestUpdateEnvelope {
    /// The change; nothing changes without one.
    #[serde(default, deserialize_with = "read::object")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<RequestUpdate>))]
    pub request: RequestUpdate,
}

/// What a requester may change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestUpdate {
    /// A reply.
    #[serde(default, deserialize_with = "read::some_comment", skip_serializing_if = "Option::is_none")]
    pub comment: Option<CommentBody>,
    /// Mark as solved; does nothing unless `can_be_solved_by_me`.
    #[serde(default, skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    pub solved: Given<bool>,
    /// Who is put in copy, or taken out; at most 10 in all. Not for those who are in copy themselves.
    #[serde(default, deserialize_with = "read::objects", skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<CopyUpdate>>))]
    pub email_ccs: Given<Vec<Given<CopyUpdate>>>,
    /// Who is put in copy, too.
    #[serde(default, skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<Collaborator>>))]
    pub additional_collaborators: Given<Vec<Given<Collaborator>>>,
    /// Only if nothing changed since `updated_stamp`; 409 otherwise.
    #[serde(default, skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>, nullable = false))]
    pub safe_update: Given<bool>,
    /// The `updated_at` that the change was decided on.
    #[serde(default, skip_serializing_if = "of_others")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Timestamp>, nullable = false))]
    pub updated_stamp: Given<Timestamp>,
}

/// Somebody put in copy, or taken out: an active user of the request's account, named by id or by address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CopyUpdate {
    /// Who, by id.
    #[serde(default, deserialize_with = "read::id", skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub user_id: Given<UserId>,
    /// Who, by address. A name beside it is not read: nobody is made by it.
    #[serde(default, skip_serializing_if = "Given::is_nothing")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub user_email: Given<String>,
    /// What becomes of them; left out, they are put in copy.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<CopyAction>))]
    pub action: Given<CopyAction>,
}

/// What becomes of somebody who is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CopyAction {
    /// They are in copy from now on.
    Put,
    /// They are not any more.
    Delete,
}

/// Somebody to be put in copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Collaborator {
    /// By id.
    Id(UserId),
    /// By address, or by an id written as text.
    Text(String),
    /// By id or address, with a name that is not read.
    Person(#[serde(deserialize_with = "read::object")] CollaboratorPerson),
}

/// Somebody to be put in copy, as an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "backend", derive(serde::Deserialize))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CollaboratorPerson {
    /// Who, by id.
    #[serde(default, deserialize_with = "read::id")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<UserId>))]
    pub id: Given<UserId>,
    /// Who, by address.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub email: Given<String>,
}

/// `{"satisfaction_rating": …}` of `POST /api/v2/tickets/{id}/satisfaction_rating`.
#[cfg(feature = "backend")]
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
pub struct RatingToGiveEnvelope {
    /// The rating.
    #[serde(default, deserialize_with = "read::object")]
    #[schema(required = true)]
    pub satisfaction_rating: RatingToGive,
}

/// A rating to be given, by other programs than the panel.
#[cfg(feature = "backend")]
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
pub struct RatingToGive {
    /// `good` or `bad`.
    #[serde(default, deserialize_with = "read::name")]
    #[schema(value_type = crate::survey::Score, required = true)]
    pub score: Given<crate::survey::Score>,
    /// What there is to say.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 5000)]
    pub comment: Given<String>,
    /// Why it is bad; one of `/api/v2/satisfaction_reasons`. Not kept with a good score.
    #[serde(default, deserialize_with = "read::reason")]
    #[schema(value_type = Option<u16>)]
    pub reason_code: Given<crate::survey::LowReason>,
}
