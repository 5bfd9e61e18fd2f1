//! What other clients may write, for `/api/openapi.json`. It is read leniently in `body`, so that every fault is one of
//! a field; what the panel writes is the contract's.

use balcao_contract::id::{AccountId, FormId, GroupId, RequestId, UserId};
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

/// Somebody to be put in copy, or taken out: an active user of the request's account, by id or address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EmailCc {
    /// Who, by id.
    pub user_id: Option<UserId>,
    /// Who, by address.
    pub user_email: Option<String>,
    /// Not read: nobody is made by it.
    pub user_name: Option<String>,
    /// `put`, also where it is left out, or `delete`.
    #[schema(pattern = "^(put|delete)$")]
    pub action: Option<String>,
}

/// Somebody to be put in copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Collaborator {
    /// By id.
    Id(UserId),
    /// By address.
    Email(String),
    /// By address, with a name that is not read.
    Person(NewRequester),
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
    /// Who is put in copy, at most 10.
    pub email_ccs: Option<Vec<EmailCc>>,
    /// Who is put in copy, too.
    pub collaborators: Option<Vec<Collaborator>>,
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
    /// Who is put in copy, or taken out; at most 10 in all. Not for those who are in copy themselves.
    pub email_ccs: Option<Vec<EmailCc>>,
    /// Who is put in copy, too.
    pub additional_collaborators: Option<Vec<Collaborator>>,
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
    /// The change; nothing changes without one.
    pub request: Option<RequestChange>,
}

/// A comment of an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewTicketComment {
    /// The text: plain, with a little Markdown.
    #[schema(nullable = false, max_length = 65535)]
    pub body: Option<String>,
    /// HTML, of which the text is kept.
    #[schema(nullable = false)]
    pub html_body: Option<String>,
    /// Whether the requester reads it; true where it is left out.
    #[schema(nullable = false)]
    pub public: Option<bool>,
    /// Tokens of uploads.
    #[schema(required = false)]
    pub uploads: Vec<String>,
}

/// Tags, as a list or as one text of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum TagsToWrite {
    /// Small words.
    List(Vec<String>),
    /// Small words, parted by spaces or commas.
    Text(String),
}

/// `{"tags": …}` of a ticket's tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TagsToWriteEnvelope {
    /// The tags.
    pub tags: TagsToWrite,
}

/// A change of a ticket; what is left out stays. Other keys are ignored and named in `X-Zendesk-API-Warn`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketChange {
    /// A comment.
    pub comment: Option<NewTicketComment>,
    /// `open`, `pending`, `hold` or `solved`.
    pub status: Option<String>,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The title.
    pub subject: Option<String>,
    /// An agent, or `null` for nobody; where the ticket has a group, one of its members or an administrator.
    pub assignee_id: Option<UserId>,
    /// The group of agents that answers it, or `null` for all of them.
    pub group_id: Option<GroupId>,
    /// All its tags anew.
    pub tags: Option<TagsToWrite>,
    /// Tags besides those it has.
    pub additional_tags: Option<TagsToWrite>,
    /// Tags that it has no longer.
    pub remove_tags: Option<TagsToWrite>,
    /// Who is put in copy, or taken out; at most 10 in all.
    pub email_ccs: Option<Vec<EmailCc>>,
    /// Who is put in copy, too.
    pub additional_collaborators: Option<Vec<Collaborator>>,
    /// Who is in copy, and nobody else.
    pub email_cc_ids: Option<Vec<UserId>>,
    /// The same; of the two lists the first that changes something counts.
    pub collaborator_ids: Option<Vec<UserId>>,
    /// Answers.
    #[schema(required = false)]
    pub custom_fields: Vec<CustomField>,
    /// Only if nothing changed since `updated_stamp`; 409 otherwise.
    #[schema(nullable = false)]
    pub safe_update: Option<bool>,
    /// The `updated_at` that the change was decided on.
    #[schema(nullable = false)]
    pub updated_stamp: Option<Timestamp>,
}

/// `{"ticket": …}` of `PUT /api/v2/tickets/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketChangeEnvelope {
    /// The change; nothing changes without one.
    pub ticket: Option<TicketChange>,
}

/// Somebody who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NewRequester {
    /// First and last name; read where the address is not known yet.
    pub name: Option<String>,
    /// The address.
    pub email: String,
}

/// A ticket to be opened. A form's required fields bind requesters, not agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketToOpen {
    /// The title.
    #[schema(min_length = 1, max_length = 150)]
    pub subject: String,
    /// The first comment.
    pub comment: NewTicketComment,
    /// For whom.
    pub requester: Option<NewRequester>,
    /// For whom, by id.
    pub requester_id: Option<UserId>,
    /// In which account; otherwise the one the requester has belonged to for longest.
    pub organization_id: Option<AccountId>,
    /// `new`, `open`, `pending`, `hold` or `solved`.
    pub status: Option<String>,
    /// How urgent it is; otherwise worked out from the answers.
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// An agent.
    pub assignee_id: Option<UserId>,
    /// The group of agents that answers it; otherwise the one that the operator's table has for such tickets.
    pub group_id: Option<GroupId>,
    /// Answers.
    #[schema(required = false)]
    pub custom_fields: Vec<CustomField>,
    /// The words it is found by.
    pub tags: Option<TagsToWrite>,
    /// Who is put in copy, at most 10.
    pub email_ccs: Option<Vec<EmailCc>>,
    /// Who is put in copy, too.
    pub collaborators: Option<Vec<Collaborator>>,
    /// Who is put in copy, too.
    pub collaborator_ids: Option<Vec<UserId>>,
    /// Which form.
    pub ticket_form_id: Option<FormId>,
    /// A closed ticket of the same account that this one goes on from.
    pub via_followup_source_id: Option<RequestId>,
}

/// `{"ticket": …}` of `POST /api/v2/tickets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketToOpenEnvelope {
    /// The new ticket.
    pub ticket: TicketToOpen,
}
