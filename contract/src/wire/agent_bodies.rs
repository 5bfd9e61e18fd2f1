//! What agents' programs write. The panel writes none of it.

use super::given::FieldAnswers;
use super::request_bodies::{Collaborator, CommentBody, CopyUpdate};
use super::{CustomField, Given, read};
use crate::answers::AnswerValue;
use crate::id::{AccountId, FormId, GroupId, RequestId, UserId};
use crate::priority::Priority;
use crate::status::Status;
use crate::time::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

/// A body about a ticket: keys of its own, and what opening one and changing one can both say.
macro_rules! ticket_body {
    ($(#[$about:meta])* $name:ident { $( $(#[$meta:meta])* $own:ident: $type:ty, )* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
        pub struct $name {
            $( $(#[$meta])* pub $own: $type, )*
            /// A comment; the first one where the ticket is opened.
            #[serde(default, deserialize_with = "read::some_comment")]
            pub comment: Option<CommentBody>,
            /// The title.
            #[serde(default)]
            #[schema(value_type = Option<String>, min_length = 1, max_length = 150)]
            pub subject: Given<AnswerValue>,
            /// `open`, `pending`, `hold` or `solved`; a ticket that is opened may be `new`.
            #[serde(default, deserialize_with = "read::nullable")]
            #[schema(value_type = Option<Status>)]
            pub status: Given<Option<Status>>,
            /// How urgent it is; where it is left out at first, it is worked out from the answers.
            #[serde(default, deserialize_with = "read::nullable")]
            #[schema(value_type = Option<Priority>)]
            pub priority: Given<Option<Priority>>,
            /// `question`, `incident`, `problem` or `task`.
            #[serde(default, rename = "type", deserialize_with = "read::nullable")]
            #[schema(value_type = Option<String>)]
            pub kind: Given<Option<String>>,
            /// An agent, or `null` for nobody; where the ticket has a group, one of its members or an administrator.
            #[serde(default, deserialize_with = "read::nullable_id")]
            #[schema(value_type = Option<UserId>)]
            pub assignee_id: Given<Option<UserId>>,
            /// The group of agents that answers it, or `null` for all of them; where it is left out at first, the one
            /// that the operator's table has for such tickets.
            #[serde(default, deserialize_with = "read::nullable_id")]
            #[schema(value_type = Option<GroupId>)]
            pub group_id: Given<Option<GroupId>>,
            /// All its tags anew.
            #[serde(default)]
            #[schema(value_type = Option<TagsToWrite>)]
            pub tags: Given<TagsToWrite>,
            /// Tags besides those it has.
            #[serde(default)]
            #[schema(value_type = Option<TagsToWrite>)]
            pub additional_tags: Given<TagsToWrite>,
            /// Tags that it has no longer.
            #[serde(default)]
            #[schema(value_type = Option<TagsToWrite>)]
            pub remove_tags: Given<TagsToWrite>,
            /// Who is put in copy, or taken out; at most 10 in all.
            #[serde(default, deserialize_with = "read::objects")]
            #[schema(value_type = Option<Vec<CopyUpdate>>)]
            pub email_ccs: Given<Vec<Given<CopyUpdate>>>,
            /// Who is put in copy, too.
            #[serde(default)]
            #[schema(value_type = Option<Vec<Collaborator>>)]
            pub collaborators: Given<Vec<Given<Collaborator>>>,
            /// Who is put in copy, too.
            #[serde(default)]
            #[schema(value_type = Option<Vec<Collaborator>>)]
            pub additional_collaborators: Given<Vec<Given<Collaborator>>>,
            /// Who is in copy, and nobody else.
            #[serde(default, deserialize_with = "read::ids")]
            #[schema(value_type = Option<Vec<UserId>>)]
            pub email_cc_ids: Given<Vec<Given<UserId>>>,
            /// The same; of the two lists the first that changes something counts.
            #[serde(default, deserialize_with = "read::ids")]
            #[schema(value_type = Option<Vec<UserId>>)]
            pub collaborator_ids: Given<Vec<Given<UserId>>>,
            /// Answers. A form's required fields bind requesters, not agents.
            #[serde(default)]
            #[schema(value_type = Vec<CustomField>, required = false)]
            pub custom_fields: Given<FieldAnswers>,
            /// Answers, where `custom_fields` is left out.
            #[serde(default, deserialize_with = "read::present")]
            #[schema(value_type = Vec<CustomField>, required = false)]
            pub fields: Option<Given<FieldAnswers>>,
            /// Only if nothing changed since `updated_stamp`; 409 otherwise.
            #[serde(default)]
            #[schema(value_type = Option<bool>, nullable = false)]
            pub safe_update: Given<bool>,
            /// The `updated_at` that the change was decided on.
            #[serde(default)]
            #[schema(value_type = Option<Timestamp>, nullable = false)]
            pub updated_stamp: Given<Timestamp>,
        }

        impl $name {
            /// Takes out what both kinds of bodies can say.
            pub fn take_change(&mut self) -> TicketChange {
                let mut change = TicketChange::default();
                ticket_body!(take self change: comment subject status priority kind assignee_id group_id tags
                    additional_tags remove_tags email_ccs collaborators additional_collaborators email_cc_ids
                    collaborator_ids custom_fields fields safe_update updated_stamp);
                change
            }
        }
    };
    (take $from:ident $to:ident: $($field:ident)*) => {
        $( $to.$field = std::mem::take(&mut $from.$field); )*
    };
}

ticket_body! {
    /// A change of a ticket; what is left out stays.
    TicketChange {}
}

ticket_body! {
    /// A ticket to be opened; it needs a title and a comment.
    TicketToOpen {
        /// The first comment, where `comment` is left out.
        #[serde(default, deserialize_with = "read::some_comment")]
        description: Option<CommentBody>,
        /// For whom.
        #[serde(default, deserialize_with = "read::an_object")]
        #[schema(value_type = Option<NewRequester>)]
        requester: Given<NewRequester>,
        /// For whom, by id.
        #[serde(default, deserialize_with = "read::id")]
        #[schema(value_type = Option<UserId>)]
        requester_id: Given<UserId>,
        /// In which account; otherwise the one the requester has belonged to for longest.
        #[serde(default, deserialize_with = "read::id")]
        #[schema(value_type = Option<AccountId>)]
        organization_id: Given<AccountId>,
        /// Which form.
        #[serde(default, deserialize_with = "read::id")]
        #[schema(value_type = Option<FormId>)]
        ticket_form_id: Given<FormId>,
        /// A closed ticket of the same account that this one goes on from.
        #[serde(default, deserialize_with = "read::id")]
        #[schema(value_type = Option<RequestId>)]
        via_followup_source_id: Given<RequestId>,
    }
}

/// `{"ticket": …}` of `PUT /api/v2/tickets/{id}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct TicketChangeEnvelope {
    /// The change; nothing changes without one.
    #[serde(default, deserialize_with = "read::object")]
    #[schema(value_type = Option<TicketChange>)]
    pub ticket: TicketChange,
}

/// `{"ticket": …}` of `POST /api/v2/tickets`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct TicketToOpenEnvelope {
    /// The new ticket.
    #[serde(default, deserialize_with = "read::object")]
    #[schema(required = true)]
    pub ticket: TicketToOpen,
}

/// Somebody who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct NewRequester {
    /// First and last name; read where the address is not known yet.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub name: Given<String>,
    /// The address.
    #[serde(default)]
    #[schema(value_type = String, required = true)]
    pub email: Given<String>,
    /// Who, by id, where there is no address.
    #[serde(default, deserialize_with = "read::id")]
    #[schema(value_type = Option<UserId>)]
    pub id: Given<UserId>,
}

/// Tags, as a list or as one text of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum TagsToWrite {
    /// Small words.
    List(Vec<String>),
    /// Small words, parted by spaces or commas.
    Text(String),
}

/// `{"tags": …}` of a ticket's tags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct TagsToWriteEnvelope {
    /// The tags.
    #[serde(default)]
    #[schema(value_type = TagsToWrite, required = true)]
    pub tags: Given<TagsToWrite>,
}

/// `{"webhook": …}` of writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct WebhookToWriteEnvelope {
    /// The webhook.
    #[serde(default, deserialize_with = "read::object")]
    #[schema(required = true)]
    pub webhook: WebhookToWrite,
}

/// A webhook to be made or changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub struct WebhookToWrite {
    /// What it is called.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false, max_length = 255)]
    pub name: Given<String>,
    /// Where its messages are posted: a public address over https.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false, max_length = 2000, pattern = "^https?://")]
    pub endpoint: Given<String>,
    /// Which types of events, such as `zen:event-type:ticket.created`; `conditional_ticket_events` for all of them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, nullable = false)]
    pub subscriptions: Given<Vec<String>>,
    /// Whether it is told of anything.
    #[serde(default)]
    #[schema(value_type = Option<WebhookStatus>)]
    pub status: Given<WebhookStatus>,
    /// `POST`; there is one way to send here.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    pub http_method: Given<String>,
    /// `json`.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    pub request_format: Given<String>,
}

/// Whether a webhook is told of anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WebhookStatus {
    /// It is.
    Active,
    /// It is not.
    Inactive,
}
