//! What other clients may write, for `/api/openapi.json`. It is read leniently in `body`, so that every fault is one of
//! a field; what the panel writes is the contract's.

use balcao_contract::id::{FormId, RequestId};
use balcao_contract::priority::Priority;
use balcao_contract::time::Timestamp;
use balcao_contract::wire::CustomField;
use serde::Serialize;
use utoipa::ToSchema;

/// A comment to be written; one of the three texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewComment {
    /// The text: plain, with a little Markdown.
    #[schema(nullable = false, max_length = 65535)]
    pub body: Option<String>,
    /// The same as `body`.
    #[schema(nullable = false, max_length = 65535)]
    pub value: Option<String>,
    /// HTML, of which the text is kept.
    #[schema(nullable = false)]
    pub html_body: Option<String>,
    /// Tokens of uploads.
    #[schema(required = false)]
    pub uploads: Vec<String>,
}

/// A request to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RequestToOpen {
    /// The title.
    #[schema(min_length = 1, max_length = 150)]
    pub subject: String,
    /// The description and its files.
    pub comment: NewComment,
    /// The answers.
    #[schema(required = false)]
    pub custom_fields: Vec<CustomField>,
    /// Which form; its rules count then.
    pub ticket_form_id: Option<FormId>,
    /// Read where no form is named; a form works it out from the answers.
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`; read where no form is named.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// A closed request of one's own that this one goes on from.
    pub via_followup_source_id: Option<RequestId>,
}

/// `{"request": …}` of `POST /api/v2/requests`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RequestToOpenEnvelope {
    /// The new request.
    pub request: RequestToOpen,
}

/// A change of a request. Other keys are ignored and named in `X-Zendesk-API-Warn`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RequestChange {
    /// A reply.
    pub comment: Option<NewComment>,
    /// Mark as solved; does nothing unless `can_be_solved_by_me`.
    pub solved: Option<bool>,
    /// Only if nothing changed since `updated_stamp`; 409 otherwise.
    #[schema(nullable = false)]
    pub safe_update: Option<bool>,
    /// The `updated_at` that the change was decided on.
    #[schema(nullable = false)]
    pub updated_stamp: Option<Timestamp>,
}

/// `{"request": …}` of `PUT /api/v2/requests/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RequestChangeEnvelope {
    /// The change.
    pub request: RequestChange,
}
