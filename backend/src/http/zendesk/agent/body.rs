//! Bodies of agents' writes, read leniently: what has a wrong type is a fault of its field (422), not of the whole body.

use super::super::body::unchanged_since;
use super::super::body::{GivenComment, Reference, comment_of, fields_of, given, name_ignored, object, reference};
use super::super::copies_body::copies_of;
use super::super::faults::field_fault;
use super::super::writes::{checked_comment, copies as checked_copies};
use crate::desk::agent::AgentComment;
use crate::desk::copies::CopyChange;
use crate::desk::tags::{self, MAX_TAG, MOST_TAGS, TagChange, TagFault, Tags};
use crate::desk::{Given, GivenField, kind_of_name};
use crate::http::{ApiError, FieldFault, Message, Notes};
use balcao_contract::answers::AnswerValue;
use balcao_contract::id::{AccountId, FormId, GroupId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_contract::text;
use balcao_contract::time::Timestamp;
use balcao_contract::validation::FaultKind;
use serde_json::{Map, Value};

/// The longest title.
const MAX_SUBJECT: u32 = balcao_contract::form::FieldKind::Subject.default_max_length();

/// Keys under which people are put in copy besides those who are, and those that say who is afterwards.
const ADDING_COPIES: [&str; 2] = ["collaborators", "additional_collaborators"];
const SETTING_COPIES: [&str; 2] = ["email_cc_ids", "collaborator_ids"];

/// What both writes of a ticket can say. `None` says nothing about it; an inner `None` empties it.
#[derive(Debug, Default)]
pub(super) struct TicketBody {
    pub comment: Option<AgentComment>,
    pub subject: Option<String>,
    pub status: Option<Status>,
    pub priority: Option<Option<Priority>>,
    pub kind: Option<Option<&'static str>>,
    pub assignee: Option<Option<UserId>>,
    pub group: Option<Option<GroupId>>,
    pub fields: Vec<(GivenField, Given)>,
    pub tags: TagChange,
    pub copies: CopyChange,
    pub unchanged_since: Option<Timestamp>,
}

/// For whom a ticket is opened.
#[derive(Debug, Default)]
pub(super) struct Whose {
    pub requester: Option<UserId>,
    /// Address and name of somebody who may not be known yet.
    pub person: Option<(String, Option<String>)>,
    pub account: Option<AccountId>,
    pub form: Option<FormId>,
    pub followup_source: Option<RequestId>,
}

/// A body that is being read, and what is wrong with it.
pub(super) struct Reading {
    ticket: Map<String, Value>,
    pub faults: Vec<FieldFault>,
    locale: Locale,
}

impl Reading {
    /// The `ticket` of a body.
    pub fn begin(body: Value, notes: &Notes, locale: Locale) -> Result<Self, ApiError> {
        Ok(Self { ticket: object(body, "ticket", notes)?, faults: Vec::new(), locale })
    }

    /// A body that says without a name around it what is to change.
    pub fn bare(body: Value, locale: Locale) -> Result<Self, ApiError> {
        match body {
            Value::Object(ticket) => Ok(Self { ticket, faults: Vec::new(), locale }),
            _ => Err(ApiError::InvalidJson(Message::WrongJson { path: ".".to_owned() })),
        }
    }

    /// Notes a fault of a field.
    pub fn fault(&mut self, key: &str, kind: &FaultKind) {
        self.faults.push(field_fault(None, key, kind, self.locale));
    }

    /// What both writes can say.
    pub fn ticket(&mut self, notes: &Notes) -> TicketBody {
        let fields = match self.ticket.remove("custom_fields") {
            None | Some(Value::Null) => self.ticket.remove("fields"),
            given => given,
        };
        let unchanged_since = unchanged_since(&mut self.ticket);
        let copies = copies_of(&mut self.ticket, &ADDING_COPIES, &SETTING_COPIES);
        TicketBody {
            comment: self.comment(notes),
            subject: self.subject(),
            status: self.name("status", Status::from_name).flatten(),
            priority: self.name("priority", Priority::from_name),
            kind: self.name("type", kind_of_name),
            assignee: self.id_or_none("assignee_id"),
            group: self.id_or_none("group_id"),
            fields: fields_of(fields),
            tags: TagChange {
                set: self.tags("tags"),
                add: self.tags("additional_tags").unwrap_or_default(),
                remove: self.tags("remove_tags").unwrap_or_default(),
            },
            copies: checked_copies(copies, self.locale, &mut self.faults),
            unchanged_since: self.reference_of("updated_stamp", unchanged_since),
        }
    }

    /// Takes a new ticket's description for its first comment where it has none, as Zendesk does.
    pub fn take_description(&mut self) {
        let description = self.ticket.remove("description").filter(|text| !text.is_null());
        if let Some(description) = description
            && self.ticket.get("comment").is_none_or(Value::is_null)
        {
            self.ticket.insert("comment".to_owned(), description);
        }
    }

    /// For whom a new ticket is, and where it belongs.
    pub fn whose(&mut self) -> Whose {
        let mut whose = Whose {
            requester: self.id("requester_id"),
            account: self.id("organization_id"),
            form: self.id("ticket_form_id"),
            followup_source: self.id("via_followup_source_id"),
            person: None,
        };
        match self.ticket.remove("requester") {
            None | Some(Value::Null) => {}
            Some(Value::Object(mut person)) => {
                let mut text = |key: &str| match person.remove(key) {
                    Some(Value::String(text)) if !text::is_blank(&text) => Some(text),
                    _ => None,
                };
                let (email, name) = (text("email"), text("name"));
                match email.as_deref().map(crate::identity::names::email) {
                    Some(Some(email)) => whose.person = Some((email, name)),
                    Some(None) => self.fault("requester", &FaultKind::WrongType),
                    None => match reference::<UserId>(person.remove("id")) {
                        Reference::Id(id) => whose.requester = whose.requester.or(Some(id)),
                        _ => self.fault("requester", &FaultKind::Blank),
                    },
                }
            }
            Some(_) => self.fault("requester", &FaultKind::WrongType),
        }
        whose
    }

    /// Names what was not read.
    pub fn end(self, notes: &Notes) -> Vec<FieldFault> {
        name_ignored(notes, &self.ticket.into_iter().map(|(key, _)| key).collect::<Vec<_>>());
        self.faults
    }

    fn comment(&mut self, notes: &Notes) -> Option<AgentComment> {
        let mut comment = self.ticket.remove("comment").filter(|comment| !comment.is_null())?;
        let public = match comment.as_object_mut().and_then(|comment| comment.remove("public")) {
            None | Some(Value::Null) => true,
            Some(Value::Bool(public)) => public,
            Some(_) => {
                self.fault("comment", &FaultKind::WrongType);
                return None;
            }
        };
        let mut ignored = Vec::new();
        let given: GivenComment = comment_of(comment, &mut ignored);
        name_ignored(notes, &ignored);
        let comment = checked_comment(given, self.locale, &mut self.faults)?;
        Some(AgentComment { comment, public })
    }

    fn subject(&mut self) -> Option<String> {
        match given(self.ticket.remove("subject")) {
            Given::Nothing => None,
            Given::Value(AnswerValue::Text(written)) => {
                let subject = text::single_line(&written);
                let actual = u32::try_from(text::length(&subject)).unwrap_or(u32::MAX);
                if text::is_blank(&subject) {
                    self.fault("subject", &FaultKind::Blank);
                    None
                } else if actual > MAX_SUBJECT {
                    self.fault("subject", &FaultKind::TooLong { max: MAX_SUBJECT, actual });
                    None
                } else {
                    Some(subject)
                }
            }
            Given::Value(_) | Given::Unreadable => {
                self.fault("subject", &FaultKind::WrongType);
                None
            }
        }
    }

    /// One of a few names; `null` and an empty text empty it.
    fn name<T>(&mut self, key: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
        match self.ticket.remove(key)? {
            Value::Null => Some(None),
            Value::String(name) if name.is_empty() => Some(None),
            Value::String(name) => {
                let read = read(&name);
                if read.is_none() {
                    self.fault(key, &FaultKind::UnknownOption);
                }
                read.map(Some)
            }
            _ => {
                self.fault(key, &FaultKind::WrongType);
                None
            }
        }
    }

    fn id_or_none<T: TryFrom<u64> + std::str::FromStr>(&mut self, key: &str) -> Option<Option<T>> {
        match self.ticket.remove(key)? {
            Value::Null => Some(None),
            value => match reference(Some(value)) {
                Reference::Id(id) => Some(Some(id)),
                _ => {
                    self.fault(key, &FaultKind::WrongType);
                    None
                }
            },
        }
    }

    /// A list of tags, or one text of them. `null` says nothing.
    pub fn tags(&mut self, key: &str) -> Option<Tags> {
        let written = match self.ticket.remove(key)? {
            Value::Null => return None,
            Value::String(written) => Some(written),
            Value::Array(tags) => {
                let texts: Option<Vec<&str>> = tags.iter().map(Value::as_str).collect();
                texts.map(|texts| texts.join(" "))
            }
            _ => None,
        };
        let fault = match written.as_deref().map(tags::read) {
            Some(Ok(tags)) if tags.len() > MOST_TAGS as usize => {
                let actual = u32::try_from(tags.len()).unwrap_or(u32::MAX);
                FaultKind::TooManyEntries { max: MOST_TAGS, actual }
            }
            Some(Ok(tags)) => return Some(tags),
            Some(Err(TagFault::TooLong(actual))) => FaultKind::TooLong { max: MAX_TAG, actual },
            Some(Err(TagFault::Sign)) | None => FaultKind::WrongType,
        };
        self.fault(key, &fault);
        None
    }

    fn id<T: TryFrom<u64> + std::str::FromStr>(&mut self, key: &str) -> Option<T> {
        let reference = reference(self.ticket.remove(key));
        self.reference_of(key, reference)
    }

    fn reference_of<T>(&mut self, key: &str, reference: Reference<T>) -> Option<T> {
        match reference {
            Reference::Absent => None,
            Reference::Id(id) => Some(id),
            Reference::Unreadable => {
                self.fault(key, &FaultKind::WrongType);
                None
            }
        }
    }
}
