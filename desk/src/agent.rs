//! What an agent can have done, to any request that they reach. As with a requester's command, one is one transaction that the caller
//! began and commits.

use super::commands::{DeskError, NewComment, Opened, routed_group};
use super::copies::{self, Before, CopyChange};
use super::event::{Event, record};
use super::lifecycle::{AgentTransition, LifecycleState, TransitionDenied, after_agent};
use super::standing::{can_be_followed_up, is_full, status_now};
use super::tags::{TagChange, Tags};
use crate::calendar::Calendars;
use balcao_contract::answers::Answers;
use balcao_contract::form::FieldKey;
use balcao_contract::id::{AccountId, AttachmentId, CommentId, FormId, GroupId, RequestId, UserId};
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_contract::time::Timestamp;
use balcao_store::files::{Owner, attach_uploads};
use balcao_store::requests::{NewRequestRow, RequestRow};
use balcao_store::tickets::{self, TicketState};
use balcao_store::{Connection, comments, groups, people, requests, tags, words};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Which agent commands, when, on which way, and within which limit of files.
#[derive(Debug, Clone, Copy)]
pub struct AgentCommand<'a> {
    /// Who.
    pub agent: UserId,
    /// The store that their files wait under until they belong to a comment; which one is of no matter.
    pub home: Option<AccountId>,
    /// When.
    pub now: DateTime<Utc>,
    /// How it came in: `api`, or `terminal`.
    pub channel: &'static str,
    /// The most files of one comment.
    pub most_files: u32,
    /// When support works: a ticket whose time is up is closed, also before that is written down.
    pub calendars: &'a Calendars,
}

/// A comment of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentComment {
    /// What is written.
    pub comment: NewComment,
    /// Whether the requester reads it; otherwise it is a note among agents.
    pub public: bool,
}

/// What an agent changes about a request; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// A comment.
    pub comment: Option<AgentComment>,
    /// Where it should stand.
    pub status: Option<Status>,
    /// How urgent it is.
    pub priority: Option<Option<Priority>>,
    /// Who should answer it.
    pub assignee: Option<Option<UserId>>,
    /// Which group it should belong to.
    pub group: Option<Option<GroupId>>,
    /// `question`, `incident`, `problem` or `task`.
    pub kind: Option<Option<&'static str>>,
    /// The title.
    pub subject: Option<String>,
    /// All its answers.
    pub answers: Option<Answers>,
    /// The words it is found by.
    pub tags: TagChange,
    /// Who is put in copy, or taken out.
    pub copies: CopyChange,
    /// Only if it has not changed since then, to the second.
    pub unchanged_since: Option<Timestamp>,
}

/// A request that an agent opens for somebody.
#[derive(Debug, Clone)]
pub struct OpeningForOther {
    /// In which account.
    pub account: AccountId,
    /// For whom.
    pub requester: UserId,
    /// The title.
    pub subject: String,
    /// Its first comment.
    pub comment: AgentComment,
    /// Which form it belongs to.
    pub form: Option<FormId>,
    /// The answers.
    pub answers: Answers,
    /// How urgent it is.
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`.
    pub kind: Option<&'static str>,
    /// Where it should stand.
    pub status: Option<Status>,
    /// Who should answer it.
    pub assignee: Option<UserId>,
    /// Which group it should belong to; otherwise that of the ticket it goes on from, or the operator's table's.
    pub group: Option<Option<GroupId>>,
    /// The name of the group that the operator's table has for it.
    pub routed_group: Option<String>,
    /// The words it is found by, out of none.
    pub tags: TagChange,
    /// Who is put in copy.
    pub copies: CopyChange,
    /// The closed request that it goes on from.
    pub followup_source: Option<RequestId>,
}

/// A request, where the agent reaches so far. What is beyond is not there for them.
///
/// # Errors
/// [`DeskError::NotFound`], or the database.
pub async fn find(read: &mut Connection, agent: UserId, request: RequestId) -> Result<RequestRow, DeskError> {
    let row = tickets::find(read, request).await?.ok_or(DeskError::NotFound)?;
    if groups::reach(read, agent).await?.covers(row.group) { Ok(row) } else { Err(DeskError::NotFound) }
}

/// Changes a request, comments on it, or both.
///
/// # Errors
/// See [`DeskError`].
pub async fn change(
    write: &mut Connection,
    command: AgentCommand<'_>,
    request: RequestId,
    change: &Change,
) -> Result<RequestRow, DeskError> {
    let row = find(write, command.agent, request).await?;
    if let Some(seen) = change.unchanged_since
        && seen.0.timestamp() != row.updated_at.0.timestamp()
    {
        return Err(DeskError::Conflict);
    }
    let transition = AgentTransition {
        public_comment: change.comment.as_ref().is_some_and(|comment| comment.public),
        status: change.status,
        assignee: change.assignee,
    };
    let status = status_now(write, command.calendars, &row, command.now).await?;
    let before = LifecycleState { status, assignee: row.assignee };
    let after = after_agent(before, command.agent, transition)?;
    if let Some(assignee) = after.assignee.filter(|_| after.assignee != before.assignee) {
        must_be_agent(write, assignee).await?;
    }
    let group = change.group.unwrap_or(row.group);
    if group != row.group {
        must_be_group(write, group).await?;
    }
    let mut assignee = after.assignee;
    if let Some(somebody) = assignee.filter(|_| group != row.group || assignee != before.assignee)
        && !groups::reach(write, somebody).await?.covers(group)
    {
        if change.assignee == Some(assignee) {
            return Err(DeskError::UnknownAssignee);
        }
        // As at Zendesk: who is not in the group does not answer it. What is solved keeps who solved it.
        assignee = assignee.filter(|_| after.status == Status::Solved);
    }
    let state = TicketState {
        status: after.status,
        assignee,
        group,
        priority: change.priority.unwrap_or(row.priority),
        kind: change.kind.map_or_else(|| row.kind.clone(), |kind| kind.map(str::to_owned)),
        subject: change.subject.clone().unwrap_or_else(|| row.subject.clone()),
        answers: change.answers.clone().unwrap_or_else(|| row.answers.clone()),
    };
    let mut happened = differences(&TicketState::of(&row), &state);
    let tags_before = tags::of_request(write, request).await?;
    let tags_after = change.tags.apply(&tags_before)?;
    if tags_after != tags_before {
        happened.push(tags_changed(&tags_before, &tags_after));
    }
    let in_copy = copies::after(write, Before::of(&row), &change.copies).await?;
    if !copies::same(&in_copy, &row.copies) {
        happened.push(copies::changed(&row.copies, &in_copy));
    }
    if change.comment.is_none() && happened.is_empty() {
        return Ok(row);
    }
    if change.comment.is_some() && is_full(write, request).await? {
        return Err(TransitionDenied::Full.into());
    }
    // First the request's own row: whoever lost the race writes nothing else.
    if !tickets::update(write, request, row.version, &state, command.now).await? {
        return Err(DeskError::Conflict);
    }
    if tags_after != tags_before {
        tags::set(write, request, &tags_after).await?;
    }
    // Before the comment, which is news to them then.
    copies::write(write, &row, &in_copy, command.agent, command.now).await?;
    if let Some(new) = &change.comment {
        let (comment, files) = write_comment(write, command, request, new).await?;
        happened.insert(0, Event::Commented { comment, public: new.public, files });
    }
    if state.subject != row.subject {
        words::renew_title(write, request).await?;
    }
    record(write, request, Some(command.agent), &happened, command.now).await?;
    tickets::find(write, request).await?.ok_or(DeskError::NotFound)
}

/// Opens a request for somebody.
///
/// # Errors
/// See [`DeskError`].
pub async fn open(
    write: &mut Connection,
    command: AgentCommand<'_>,
    opening: &OpeningForOther,
) -> Result<Opened, DeskError> {
    let AgentCommand { agent, now, channel, .. } = command;
    let mut group = None;
    if let Some(source) = opening.followup_source {
        let source = match find(write, agent, source).await {
            Err(DeskError::NotFound) => return Err(DeskError::NoFollowupSource),
            found => found?,
        };
        if source.account != opening.account || !can_be_followed_up(write, command.calendars, &source, now).await? {
            return Err(DeskError::NoFollowupSource);
        }
        group = source.group;
    }
    if let Some(wanted) = opening.group {
        must_be_group(write, wanted).await?;
        group = wanted;
    } else if group.is_none() {
        group = routed_group(write, opening.routed_group.as_deref()).await?;
    }
    let transition =
        AgentTransition { public_comment: false, status: opening.status, assignee: opening.assignee.map(Some) };
    let after = after_agent(LifecycleState { status: Status::New, assignee: None }, agent, transition)?;
    let mut assigned = after.assignee;
    if let Some(assignee) = assigned {
        must_be_agent(write, assignee).await?;
        if !groups::reach(write, assignee).await?.covers(group) {
            if opening.assignee.is_some() {
                return Err(DeskError::UnknownAssignee);
            }
            assigned = assigned.filter(|_| after.status == Status::Solved);
        }
    }
    let AgentComment { comment, public } = &opening.comment;
    let new = NewRequestRow {
        account: opening.account,
        requester: opening.requester,
        assignee: assigned,
        group,
        status: after.status,
        priority: opening.priority,
        kind: opening.kind,
        channel,
        locale: None,
        form: opening.form,
        followup_source: opening.followup_source,
        subject: &opening.subject,
        answers: &opening.answers,
        // The requester reads the description: a note among agents is none.
        description: if *public { &comment.body } else { "" },
        created_at: now,
        updated_at: now,
    };
    let request = requests::insert(write, &new).await?;
    let (first, files) = write_comment(write, command, request, &opening.comment).await?;
    let OpeningForOther { priority, followup_source, .. } = *opening;
    let mut happened = vec![Event::Opened { comment: first, priority, followup_source, files }];
    if after.status != Status::New {
        happened.push(Event::StatusChanged { from: Status::New, to: after.status });
    }
    if assigned.is_some() {
        happened.push(Event::Assigned { from: None, to: assigned });
    }
    let tags = opening.tags.apply(&Tags::new())?;
    if !tags.is_empty() {
        tags::set(write, request, &tags).await?;
        happened.push(tags_changed(&Tags::new(), &tags));
    }
    let row = tickets::find(write, request).await?.ok_or(DeskError::NotFound)?;
    let in_copy = copies::after(write, Before::of(&row), &opening.copies).await?;
    happened.extend(copies::write(write, &row, &in_copy, agent, now).await?);
    record(write, request, Some(agent), &happened, now).await?;
    let row = tickets::find(write, request).await?.ok_or(DeskError::NotFound)?;
    Ok(Opened { request: row, comment: first })
}

/// What changed, but for comments.
fn differences(before: &TicketState, after: &TicketState) -> Vec<Event> {
    let mut happened = Vec::new();
    if before.status != after.status {
        happened.push(Event::StatusChanged { from: before.status, to: after.status });
    }
    if before.assignee != after.assignee {
        happened.push(Event::Assigned { from: before.assignee, to: after.assignee });
    }
    if before.priority != after.priority {
        happened.push(Event::PriorityChanged { from: before.priority, to: after.priority });
    }
    let mut field = |name: &str, from: Value, to: Value| {
        if from != to {
            happened.push(Event::FieldChanged { field: name.to_owned(), from, to });
        }
    };
    field("group_id", json!(before.group), json!(after.group));
    field("type", json!(before.kind), json!(after.kind));
    field("subject", json!(before.subject), json!(after.subject));
    let keys: BTreeSet<&FieldKey> = before.answers.iter().chain(after.answers.iter()).map(|(key, _)| key).collect();
    for key in keys {
        let key = key.as_str();
        field(key, json!(before.answers.get(key)), json!(after.answers.get(key)));
    }
    happened
}

fn tags_changed(before: &Tags, after: &Tags) -> Event {
    Event::FieldChanged { field: "tags".to_owned(), from: json!(before), to: json!(after) }
}

async fn must_be_agent(write: &mut Connection, user: UserId) -> Result<(), DeskError> {
    if people::is_agent(write, user).await? { Ok(()) } else { Err(DeskError::UnknownAssignee) }
}

async fn must_be_group(read: &mut Connection, group: Option<GroupId>) -> Result<(), DeskError> {
    match group {
        Some(group) if groups::find(read, group).await?.is_none() => Err(DeskError::UnknownGroup),
        _ => Ok(()),
    }
}

async fn write_comment(
    write: &mut Connection,
    command: AgentCommand<'_>,
    request: RequestId,
    new: &AgentComment,
) -> Result<(CommentId, Vec<AttachmentId>), DeskError> {
    let AgentCommand { agent, home, now, channel, most_files, .. } = command;
    let NewComment { body, uploads } = &new.comment;
    let insert = if new.public {
        comments::insert(write, request, agent, body, channel, now).await
    } else {
        comments::insert_note(write, request, agent, body, channel, now).await
    };
    let comment = insert?;
    if uploads.is_empty() {
        return Ok((comment, Vec::new()));
    }
    let account = home.ok_or(DeskError::UnknownUpload)?;
    let files = attach_uploads(write, Owner { user: agent, account }, uploads, comment, most_files, now).await?;
    Ok((comment, files))
}
