//! From what an agent sends to what is to be done, with every fault of a body at once; and the commands that take it.

use super::agent::{self, AgentCommand, AgentComment, Change, OpeningForOther};
use super::commands::{DeskError, Opened};
use super::comment::{COMMENT, GivenComment, checked};
use super::copies;
use super::request_body::{fields, readable, unchanged_since};
use super::requester::{RequesterChoice, requester};
use super::routing::Routing;
use super::submission::{Given as GivenAnswer, GivenField, InvalidField, amend, kind_of_name};
use super::tags::{self, TagChange};
use crate::forms::Forms;
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{FieldKind, Form};
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_contract::priority::priority;
use balcao_contract::text;
use balcao_contract::validation::AnswerErrorKind;
use balcao_contract::wire::{Given, TicketChange, TicketToOpen};
use balcao_store::requests::RequestRow;
use balcao_store::{Connection, directory, people};

/// The longest title.
const MAX_SUBJECT: u32 = FieldKind::Subject.default_max_length();

/// What a body asks to change, and what is wrong with it. The ticket's form says how to read the answers.
#[derive(Debug)]
pub struct WantedChange {
    change: Change,
    fields: Vec<(GivenField, GivenAnswer)>,
    faults: Vec<InvalidField>,
}

impl WantedChange {
    /// Reads a body; its comment's text was read before.
    #[must_use]
    pub fn read(body: TicketChange, comment: Option<GivenComment>) -> Self {
        let mut faults = Vec::new();
        let change = Change {
            comment: comment.and_then(|comment| agent_comment(comment, &mut faults)),
            subject: subject(body.subject, &mut faults),
            status: readable("status", body.status, &mut faults).flatten(),
            priority: readable("priority", body.priority, &mut faults),
            kind: kind(body.kind, &mut faults),
            assignee: readable("assignee_id", body.assignee_id, &mut faults),
            group: readable("group_id", body.group_id, &mut faults),
            answers: None,
            tags: TagChange {
                set: tags::of_body("tags", body.tags, &mut faults),
                add: tags::of_body("additional_tags", body.additional_tags, &mut faults).unwrap_or_default(),
                remove: tags::of_body("remove_tags", body.remove_tags, &mut faults).unwrap_or_default(),
            },
            copies: copies::change_of(
                vec![("email_cc_ids", body.email_cc_ids), ("collaborator_ids", body.collaborator_ids)],
                vec![
                    ("collaborators", body.collaborators),
                    ("additional_collaborators", body.additional_collaborators),
                ],
                body.email_ccs,
                &mut faults,
            ),
            unchanged_since: unchanged_since(body.safe_update, body.updated_stamp, &mut faults),
        };
        Self { change, fields: fields(body.custom_fields, body.fields), faults }
    }
}

/// A ticket to be opened, without a fault but those that only the database knows.
#[derive(Debug)]
pub struct NewTicket {
    choice: RequesterChoice,
    form: Form,
    subject: String,
    comment: AgentComment,
    answers: Answers,
    change: Change,
}

impl NewTicket {
    /// Reads a body; its comment's text was read before.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] with every fault.
    pub fn read(
        mut body: TicketToOpen,
        comment: Option<GivenComment>,
        forms: &Forms,
        locale: Locale,
    ) -> Result<Self, DeskError> {
        let WantedChange { mut change, fields, mut faults } = WantedChange::read(body.take_change(), comment);
        let choice = RequesterChoice::read(&body, &mut faults);
        let named = readable("ticket_form_id", body.ticket_form_id, &mut faults);
        let choice = RequesterChoice {
            followup_source: readable("via_followup_source_id", body.via_followup_source_id, &mut faults),
            ..choice
        };
        let choice = choice.or_requester(body.requester, &mut faults);
        if faults.is_empty() {
            if change.comment.is_none() {
                faults.push(InvalidField::base(COMMENT, AnswerErrorKind::Blank));
            }
            if change.subject.is_none() {
                faults.push(InvalidField::base("subject", AnswerErrorKind::Blank));
            }
        }
        let form = named.map_or_else(|| forms.default_form(locale), |id| forms.by_id(id, locale));
        if form.is_none() {
            faults.push(InvalidField::base("ticket_form_id", AnswerErrorKind::UnknownOption));
        }
        let answers = form.map(|form| amend(form, &Answers::default(), fields));
        let answers = answers.transpose().map_err(|found| faults.extend(found)).ok().flatten();
        match (change.comment.take(), change.subject.take(), form, answers) {
            (Some(comment), Some(subject), Some(form), Some(answers)) if faults.is_empty() => {
                Ok(Self { choice, form: form.clone(), subject, comment, answers, change })
            }
            _ => Err(DeskError::Invalid { faults, form: form.cloned().map(Box::new) }),
        }
    }
}

/// Changes a ticket as a body asks; whether anything changed is told with it.
///
/// # Errors
/// See [`DeskError`].
pub async fn update(
    write: &mut Connection,
    command: AgentCommand<'_>,
    (forms, locale): (&Forms, Locale),
    request: RequestId,
    wanted: WantedChange,
) -> Result<(RequestRow, bool), DeskError> {
    let WantedChange { mut change, fields, mut faults } = wanted;
    let before = agent::find(write, command.agent, request).await?;
    // With everything that any account is asked.
    let form = before.form.and_then(|id| forms.by_id(id, locale)).or_else(|| forms.default_form(locale));
    let form = form.ok_or(DeskError::NotFound)?;
    change.answers = amend(form, &before.answers, fields).map_err(|found| faults.extend(found)).ok();
    // Beside other faults `change`, which looks at this too, is not even asked.
    if let Some(Some(assignee)) = change.assignee
        && !faults.is_empty()
        && !people::is_agent(write, assignee).await?
    {
        faults.push(InvalidField::base("assignee_id", AnswerErrorKind::UnknownOption));
    }
    if !faults.is_empty() {
        return Err(DeskError::Invalid { faults, form: Some(Box::new(form.clone())) });
    }
    let row = agent::change(write, command, request, &change).await?;
    let is_changed = row.version != before.version;
    Ok((row, is_changed))
}

/// Opens a ticket for somebody as a body asks: in which store, for whom and for which group is found here.
///
/// # Errors
/// See [`DeskError`].
pub async fn open(
    write: &mut Connection,
    command: AgentCommand<'_>,
    (routing, locale): (&Routing, Locale),
    new: NewTicket,
) -> Result<Opened, DeskError> {
    let NewTicket { choice, form, subject, comment, answers, change } = new;
    let (requester, account) = requester(write, command, &choice, locale).await?;
    let region = directory::region(write, account).await?;
    let routed_group = region.and_then(|region| routing.group(Some(&form.key), &answers, region)).map(str::to_owned);
    let opening = OpeningForOther {
        account,
        requester,
        subject,
        comment,
        form: Some(form.id),
        priority: change.priority.flatten().or_else(|| priority(form.priority_rule, &answers)),
        kind: change.kind.flatten().or_else(|| kind_of_name(answers.text("problem_type"))),
        answers,
        status: change.status,
        assignee: change.assignee.flatten(),
        group: change.group,
        routed_group,
        tags: change.tags,
        copies: change.copies,
        followup_source: choice.followup_source,
    };
    agent::open(write, command, &opening).await
}

fn agent_comment(comment: GivenComment, faults: &mut Vec<InvalidField>) -> Option<AgentComment> {
    let public = match comment.public {
        Given::Nothing => true,
        Given::Value(public) => public,
        Given::Unreadable => {
            faults.push(InvalidField::base(COMMENT, AnswerErrorKind::WrongType));
            return None;
        }
    };
    Some(AgentComment { comment: checked(comment, faults)?, public })
}

fn subject(given: GivenAnswer, faults: &mut Vec<InvalidField>) -> Option<String> {
    let kind = match given {
        Given::Nothing => return None,
        Given::Value(AnswerValue::Text(written)) => {
            let subject = text::single_line(&written);
            let actual = u32::try_from(text::length(&subject)).unwrap_or(u32::MAX);
            if text::is_blank(&subject) {
                AnswerErrorKind::Blank
            } else if actual > MAX_SUBJECT {
                AnswerErrorKind::TooLong { max: MAX_SUBJECT, actual }
            } else {
                return Some(subject);
            }
        }
        Given::Value(_) | Given::Unreadable => AnswerErrorKind::WrongType,
    };
    faults.push(InvalidField::base("subject", kind));
    None
}

fn kind(given: Given<Option<String>>, faults: &mut Vec<InvalidField>) -> Option<Option<&'static str>> {
    let Some(name) = readable("type", given, faults)? else { return Some(None) };
    let known = kind_of_name(&name);
    if known.is_none() {
        faults.push(InvalidField::base("type", AnswerErrorKind::UnknownOption));
    }
    known.map(Some)
}
