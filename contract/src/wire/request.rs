//! Requests and comments.

use crate::answers::AnswerValue;
use crate::id::{AccountId, CommentId, FieldId, FormId, RequestId, UserId};
use crate::priority::Priority;
use crate::rich_text::Block;
use crate::status::Status;
use crate::time::Timestamp;
use crate::wire::Attachment;
use serde::{Deserialize, Serialize};

/// A request as its requester sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Request {
    /// The number.
    pub id: RequestId,
    /// The API address of this object.
    pub url: String,
    /// Where it stands.
    pub status: Status,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The title.
    pub subject: String,
    /// The first comment's text.
    pub description: String,
    /// The account.
    pub organization_id: Option<AccountId>,
    /// How it came.
    pub via: Via,
    /// The answers.
    pub custom_fields: Vec<CustomField>,
    /// The same again, as Zendesk has it.
    pub fields: Vec<CustomField>,
    /// Who asked.
    pub requester_id: UserId,
    /// Who is in copy.
    pub collaborator_ids: Vec<UserId>,
    /// Who is in copy, again.
    pub email_cc_ids: Vec<UserId>,
    /// Whether the last comment was public.
    pub is_public: bool,
    /// For tasks.
    pub due_at: Option<Timestamp>,
    /// Whether the requester may mark it as solved.
    pub can_be_solved_by_me: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything last changed.
    pub updated_at: Timestamp,
    /// The address it was sent to.
    pub recipient: Option<String>,
    /// The closed request that this one goes on from.
    pub followup_source_id: Option<RequestId>,
    /// Who answers.
    pub assignee_id: Option<UserId>,
    /// Which form.
    pub ticket_form_id: Option<FormId>,
    /// Zendesk's custom status; the ids of `custom_statuses`.
    pub custom_status_id: Option<u64>,
}

/// How a request came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Via {
    /// `web`, `api`, `email`…
    pub channel: String,
    /// Zendesk's origin object; empty here.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub source: ViaSource,
}

/// Where exactly a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViaSource {}

/// An answer on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CustomField {
    /// The field.
    pub id: FieldId,
    /// The answer; `null` for none.
    pub value: Option<AnswerValue>,
}

/// `{"request": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestEnvelope {
    /// The request.
    pub request: Request,
}

/// A page of requests, by offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestPage {
    /// The requests.
    pub requests: Vec<Request>,
    /// How many there are in all.
    pub count: u64,
    /// The next page's address.
    pub next_page: Option<String>,
    /// The previous page's address.
    pub previous_page: Option<String>,
    /// Side-loaded people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<User>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// Always `Comment`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The request.
    pub request_id: RequestId,
    /// As written.
    pub body: String,
    /// As safe HTML, for Zendesk clients. The panel does not draw it.
    pub html_body: String,
    /// Without formatting.
    pub plain_body: String,
    /// Seen by the requester.
    pub public: bool,
    /// Who wrote it.
    pub author_id: UserId,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// When.
    pub created_at: Timestamp,
    /// How it came, where that is not the usual way: by mail; not Zendesk's, given with `include=rich_text` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// As a tree, which the panel draws; not Zendesk's, given with `include=rich_text` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rich_text: Vec<Block>,
}

/// A page of comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentPage {
    /// The comments.
    pub comments: Vec<Comment>,
    /// Who wrote them.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub users: Vec<User>,
    /// How many there are in all.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub count: u64,
    /// The next page's address.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub next_page: Option<String>,
    /// The previous page's address.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub previous_page: Option<String>,
}

/// A person, as far as a requester may know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// The id.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// Works for support.
    #[serde(default)]
    pub agent: bool,
}
