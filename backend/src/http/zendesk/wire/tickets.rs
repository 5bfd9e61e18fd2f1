//! Tickets: requests as agents see them, with their comments and audits.

use super::TicketRating;
use balcao_contract::id::{AccountId, CommentId, FormId, GroupId, RequestId, UserId};
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_contract::time::Timestamp;
use balcao_contract::wire::{Attachment, CustomField, Via};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A request as an agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ticket {
    /// The number.
    pub id: RequestId,
    /// The API address of this object.
    pub url: String,
    /// Always `null` here.
    pub external_id: Option<String>,
    /// How it came.
    pub via: Via,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When anything last changed.
    pub updated_at: Timestamp,
    /// The same as a Unix time, in seconds.
    pub generated_timestamp: i64,
    /// `question`, `incident`, `problem` or `task`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The title.
    pub subject: String,
    /// The title again.
    pub raw_subject: String,
    /// The first comment's text, also where only agents read it.
    pub description: String,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// Where it stands.
    pub status: Status,
    /// Always `null` here.
    pub recipient: Option<String>,
    /// Who asked.
    pub requester_id: UserId,
    /// Who wrote the first comment.
    pub submitter_id: UserId,
    /// Who answers.
    pub assignee_id: Option<UserId>,
    /// The account.
    pub organization_id: AccountId,
    /// The language it was opened in, such as `pt-BR`: mails about it are in it. Not Zendesk's.
    pub locale: Option<String>,
    /// The group of agents that answers it.
    pub group_id: Option<GroupId>,
    /// Who is in copy.
    pub collaborator_ids: Vec<UserId>,
    /// Always empty here.
    pub follower_ids: Vec<UserId>,
    /// Who is in copy.
    pub email_cc_ids: Vec<UserId>,
    /// Always `null` here.
    pub forum_topic_id: Option<u64>,
    /// Always `null` here.
    pub problem_id: Option<RequestId>,
    /// Always false here.
    pub has_incidents: bool,
    /// Whether the requester can read any of its comments.
    pub is_public: bool,
    /// Always `null` here.
    pub due_at: Option<Timestamp>,
    /// The words it is found by.
    pub tags: Vec<String>,
    /// The answers.
    pub custom_fields: Vec<CustomField>,
    /// What the requester said about it.
    pub satisfaction_rating: TicketRating,
    /// Always empty here.
    pub sharing_agreement_ids: Vec<u64>,
    /// The id among `custom_statuses`.
    pub custom_status_id: u64,
    /// The answers again, as Zendesk has them.
    pub fields: Vec<CustomField>,
    /// The requests that go on from it.
    pub followup_ids: Vec<RequestId>,
    /// The closed request that it goes on from.
    pub followup_source_id: Option<RequestId>,
    /// Which form.
    pub ticket_form_id: Option<FormId>,
    /// Always `null` here.
    pub brand_id: Option<u64>,
    /// Always false here.
    pub allow_channelback: bool,
    /// Always true here.
    pub allow_attachments: bool,
    /// Always false here.
    pub from_messaging_channel: bool,
    /// How many comments there are; with `include=comment_count`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub comment_count: Option<u64>,
}

/// `{"ticket": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketEnvelope {
    /// The ticket.
    pub ticket: Ticket,
}

/// A ticket after a change, and what the change was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketWithAudit {
    /// The ticket.
    pub ticket: Ticket,
    /// The change; without events where there was nothing to change.
    pub audit: Audit,
}

/// Tags of a ticket, alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TagList {
    /// Small words.
    pub tags: Vec<String>,
}

/// A page of tickets, by offset or by cursor; the keys of the other pagination are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketList {
    /// The tickets.
    pub tickets: Vec<Ticket>,
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

/// A comment as an agent sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketComment {
    /// Its id.
    pub id: CommentId,
    /// Always `Comment`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who wrote it.
    pub author_id: UserId,
    /// As written.
    pub body: String,
    /// As safe HTML.
    pub html_body: String,
    /// Without formatting.
    pub plain_body: String,
    /// Seen by the requester; otherwise a note among agents.
    pub public: bool,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// The change that it was part of.
    pub audit_id: Option<i64>,
    /// How it came.
    pub via: Via,
    /// When.
    pub created_at: Timestamp,
    /// Zendesk's; empty here.
    #[schema(value_type = Object)]
    pub metadata: Value,
}

/// A page of comments, by offset or by cursor; the keys of the other pagination are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketCommentList {
    /// The comments.
    pub comments: Vec<TicketComment>,
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

/// What one command did to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Audit {
    /// Its id.
    pub id: i64,
    /// The ticket.
    pub ticket_id: RequestId,
    /// When.
    pub created_at: Timestamp,
    /// Who; -1 for the clock, as Zendesk has it.
    pub author_id: i64,
    /// Zendesk's; empty here.
    #[schema(value_type = Object)]
    pub metadata: Value,
    /// How it came.
    pub via: Via,
    /// What happened: `Comment`, `Create` or `Change`.
    #[schema(value_type = Vec<Object>)]
    pub events: Vec<Value>,
}

/// `{"audit": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditEnvelope {
    /// The audit.
    pub audit: Audit,
}

/// A page of audits, by offset or by cursor; the keys of the other pagination are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AuditList {
    /// The audits.
    pub audits: Vec<Audit>,
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

/// A part of the incremental export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketExport {
    /// The tickets, in the order in which they changed last.
    pub tickets: Vec<Ticket>,
    /// What the next page, or the next run, goes on after.
    pub after_cursor: String,
    /// Its address.
    pub after_url: String,
    /// Always `null` here.
    pub before_cursor: Option<String>,
    /// Always `null` here.
    pub before_url: Option<String>,
    /// Whether there is nothing more for now.
    pub end_of_stream: bool,
}

/// Tickets in the order in which they changed last, by the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketTimeExport {
    /// The tickets.
    pub tickets: Vec<Ticket>,
    /// How many are on this page.
    pub count: u64,
    /// The `start_time` of the next page, in seconds.
    pub end_time: i64,
    /// The next page's address; also where there is none yet.
    pub next_page: String,
    /// Whether this was all there is for now.
    pub end_of_stream: bool,
}

/// Results of the general search, by offset or by cursor; the keys of the other pagination are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SearchResults {
    /// Tickets, people or accounts, each with its `result_type`.
    #[schema(value_type = Vec<Object>)]
    pub results: Vec<Value>,
    /// Always `null` here.
    pub facets: Option<u64>,
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

/// How many tickets there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketCount {
    /// So many.
    pub value: u64,
    /// When they were counted.
    pub refreshed_at: Timestamp,
}

/// `{"count": …}` of the tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TicketCountEnvelope {
    /// The count.
    pub count: TicketCount,
}

/// How many results a search has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SearchCount {
    /// So many.
    pub count: u64,
}
