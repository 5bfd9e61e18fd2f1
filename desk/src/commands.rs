//! What a requester can have done. One command is one transaction: the change, its events and its mail together; the
//! caller began it and commits it, so that an idempotency key can be part of it.

use super::Viewer;
use super::copies::{self, Before, CopyChange, CopyError};
use super::event::{Event, record};
use super::lifecycle::{Transition, TransitionDenied, after_requester};
use super::standing::{can_be_followed_up, is_full, status_now};
use super::submission::{Accepted, InvalidField};
use crate::calendar::Calendars;
use balcao_contract::form::Form;
use balcao_contract::id::{AttachmentId, CommentId, FormId, GroupId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::Capability;
use balcao_contract::status::Status;
use balcao_contract::time::Timestamp;
use balcao_store::files::{AttachError, Owner, attach_uploads};
use balcao_store::requests::{NewRequestRow, RequestRow};
use balcao_store::{Connection, StoreError, comments, groups, requests};
use chrono::{DateTime, Utc};

/// Why a command was not carried out. Nothing of it happened, once the caller lets the transaction go.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// No such request, or one they may not see.
    #[error("no such request")]
    NotFound,
    /// The request is closed: it goes on in a follow-up.
    #[error("the request is closed")]
    Closed,
    /// The request holds as much as one may: it goes on in a follow-up.
    #[error("the request is full")]
    Full,
    /// Somebody else changed it in the meantime.
    #[error("changed in the meantime")]
    Conflict,
    /// The life of a request has no such step.
    #[error(transparent)]
    TransitionDenied(#[from] TransitionDenied),
    /// Only an agent answers requests.
    #[error("no such agent")]
    UnknownAssignee,
    /// There is no such group.
    #[error("no such group")]
    UnknownGroup,
    /// Only a closed or full request that one may see can be followed up.
    #[error("no closed request of this requester to follow up")]
    NoFollowupSource,
    /// A token of an upload that is not there, not theirs, or over.
    #[error("no such upload")]
    UnknownUpload,
    /// More files than a comment takes.
    #[error("more than {most} files")]
    TooManyFiles {
        /// The most.
        most: u32,
    },
    /// More tags than a ticket has.
    #[error("{count} tags are too many")]
    TooManyTags {
        /// So many it would have had.
        count: usize,
    },
    /// People who cannot be put in copy, each with the reason.
    #[error("who was named cannot be in copy")]
    Copies(Vec<CopyError>),
    /// Who is in copy is not for those in copy to say.
    #[error("who is in copy is for others to say")]
    CopiesOfOthers,
    /// They may not do that.
    #[error("not allowed")]
    NotAllowed(Capability),
    /// What was sent is wrong: every fault, and the form that has the fields.
    #[error("{} faults in what was sent", faults.len())]
    Invalid {
        /// The faults.
        faults: Vec<InvalidField>,
        /// The form; `None` where none is known yet.
        form: Option<Box<Form>>,
    },
    /// The conversation is as long as one may be.
    #[error("the conversation is full")]
    ConversationFull,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AttachError> for DeskError {
    fn from(error: AttachError) -> Self {
        match error {
            AttachError::UnknownToken => Self::UnknownUpload,
            AttachError::TooManyFiles { most } => Self::TooManyFiles { most },
            AttachError::Store(error) => Self::Store(error),
        }
    }
}

/// Who commands, when, on which way, and within which limit of files.
#[derive(Debug, Clone, Copy)]
pub struct Command<'a> {
    /// On whose behalf.
    pub viewer: Viewer,
    /// When.
    pub now: DateTime<Utc>,
    /// How it came in: `web`, `api` or `email`.
    pub channel: &'static str,
    /// The most files of one comment.
    pub most_files: u32,
    /// When support works: a request whose time is up is closed, also before that is written down.
    pub calendars: &'a Calendars,
}

/// A request to be opened.
#[derive(Debug, Clone)]
pub struct Opening {
    /// What it says.
    pub accepted: Accepted,
    /// The language it is opened in; `None` for whatever the requester's mails are in.
    pub locale: Option<Locale>,
    /// Which form it belongs to.
    pub form: Option<FormId>,
    /// The closed request that it goes on from.
    pub followup_source: Option<RequestId>,
    /// Tokens of its files.
    pub uploads: Vec<String>,
    /// The name of the group of agents that answers it, where it goes on from nothing that has one.
    pub group: Option<String>,
    /// Who is put in copy.
    pub copies: CopyChange,
}

/// A comment to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewComment {
    /// The text; may be empty where there are files.
    pub body: String,
    /// Tokens of its files.
    pub uploads: Vec<String>,
}

/// What somebody does with a request of theirs, with one they are in copy of, or with a colleague's where the account
/// shares them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// A comment.
    pub comment: Option<NewComment>,
    /// It should be solved afterwards.
    pub solve: bool,
    /// Who is put in copy, or taken out.
    pub copies: CopyChange,
    /// Only if it has not changed since then, to the second.
    pub unchanged_since: Option<Timestamp>,
}

/// A request that has just been opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The request.
    pub request: RequestRow,
    /// Its first comment, which has the files.
    pub comment: CommentId,
}

/// Opens a request.
///
/// # Errors
/// See [`DeskError`].
pub async fn open(write: &mut Connection, command: Command<'_>, opening: &Opening) -> Result<Opened, DeskError> {
    let Command { viewer, now, calendars, .. } = command;
    let mut group = None;
    if let Some(source) = opening.followup_source {
        let source = requests::find(write, viewer, source).await?.ok_or(DeskError::NoFollowupSource)?;
        if !can_be_followed_up(write, calendars, &source, now).await? {
            return Err(DeskError::NoFollowupSource);
        }
        group = source.group;
    }
    if group.is_none() {
        group = routed_group(write, opening.group.as_deref()).await?;
    }
    let new = NewRequestRow {
        account: viewer.account,
        requester: viewer.user,
        assignee: None,
        group,
        status: Status::New,
        priority: opening.accepted.priority,
        kind: opening.accepted.kind,
        channel: command.channel,
        locale: opening.locale,
        form: opening.form,
        followup_source: opening.followup_source,
        subject: &opening.accepted.subject,
        answers: &opening.accepted.answers,
        description: &opening.accepted.description,
        created_at: now,
        updated_at: now,
    };
    let request = requests::insert(write, &new).await?;
    let (comment, files) =
        write_comment(write, command, request, &opening.accepted.description, &opening.uploads).await?;
    let event =
        Event::Opened { comment, priority: opening.accepted.priority, followup_source: opening.followup_source, files };
    let mut happened = vec![event];
    if !opening.copies.is_empty() {
        let row = requests::find(write, viewer, request).await?.ok_or(DeskError::NotFound)?;
        let wanted = copies::after(write, Before::of(&row), &opening.copies).await?;
        happened.extend(copies::write(write, &row, &wanted, viewer.user, now).await?);
    }
    record(write, request, Some(viewer.user), &happened, now).await?;
    let row = requests::find(write, viewer, request).await?.ok_or(DeskError::NotFound)?;
    Ok(Opened { request: row, comment })
}

/// The group that a row of the operator's table names. One that has gone since the start is nobody's: the ticket is seen
/// by all agents rather than lost.
pub(super) async fn routed_group(read: &mut Connection, name: Option<&str>) -> Result<Option<GroupId>, StoreError> {
    let Some(name) = name else { return Ok(None) };
    let known = groups::by_name(read, name).await?;
    if known.is_none() {
        tracing::error!("tickets.groups names a group that is gone: a new ticket has none");
    }
    Ok(known.map(|group| group.id))
}

/// Comments on a request, solves it, changes who is in copy. That a request is solved is for whoever asked to say, and a
/// colleague's wish for it changes nothing; who is in copy is for whoever reaches the request without being there.
///
/// # Errors
/// See [`DeskError`].
pub async fn answer(
    write: &mut Connection,
    command: Command<'_>,
    request: RequestId,
    reply: &Reply,
) -> Result<RequestRow, DeskError> {
    let Command { viewer, now, calendars, .. } = command;
    let row = requests::find(write, viewer, request).await?.ok_or(DeskError::NotFound)?;
    if let Some(seen) = reply.unchanged_since
        && seen.0.timestamp() != row.updated_at.0.timestamp()
    {
        return Err(DeskError::Conflict);
    }
    let transition =
        Transition { comment: reply.comment.is_some(), solve: reply.solve && row.requester == viewer.user };
    let standing = status_now(write, calendars, &row, now).await?;
    let status = after_requester(standing, row.assignee.is_some(), transition).map_err(|_| DeskError::Closed)?;
    let in_copy = copies_after(write, viewer, &row, &reply.copies).await?;
    let copies_change = !copies::same(&in_copy, &row.copies);
    if copies_change && standing == Status::Closed {
        return Err(DeskError::Closed);
    }
    if reply.comment.is_none() && status == standing && !copies_change {
        return Ok(row);
    }
    if reply.comment.is_some() && is_full(write, request).await? {
        return Err(DeskError::Full);
    }
    // First the request's own row: whoever lost the race writes nothing else.
    if !requests::update(write, request, row.version, status, now).await? {
        return Err(DeskError::Conflict);
    }
    let mut happened = Vec::new();
    // Before the comment, which is news to them then.
    happened.extend(copies::write(write, &row, &in_copy, viewer.user, now).await?);
    if let Some(new) = &reply.comment {
        let (comment, files) = write_comment(write, command, request, &new.body, &new.uploads).await?;
        happened.push(Event::Commented { comment, public: true, files });
    }
    if status != row.status {
        happened.push(Event::StatusChanged { from: row.status, to: status });
    }
    record(write, request, Some(viewer.user), &happened, now).await?;
    requests::find(write, viewer, request).await?.ok_or(DeskError::NotFound)
}

/// Who is in copy once this is done.
async fn copies_after(
    read: &mut Connection,
    viewer: Viewer,
    row: &RequestRow,
    change: &CopyChange,
) -> Result<Vec<UserId>, DeskError> {
    if change.is_empty() {
        return Ok(row.copies.clone());
    }
    if row.requester != viewer.user && !viewer.sees_account {
        return Err(DeskError::CopiesOfOthers);
    }
    copies::after(read, Before::of(row), change).await
}

/// Takes a request back that support has not answered: it is closed, and nobody is asked how it was. Somebody who needs it
/// after all goes on from it in a follow-up.
///
/// # Errors
/// See [`DeskError`]; `Conflict` where an agent was faster, or it is over.
pub async fn withdraw(
    write: &mut Connection,
    command: Command<'_>,
    request: RequestId,
) -> Result<RequestRow, DeskError> {
    let Command { viewer, now, calendars, .. } = command;
    let row = requests::find(write, viewer, request).await?.ok_or(DeskError::NotFound)?;
    let standing = status_now(write, calendars, &row, now).await?;
    let answered = comments::is_answered(write, request).await?;
    // For a colleague who reads along it is not to take back.
    if row.requester != viewer.user || !standing.can_be_withdrawn(answered) {
        return Err(DeskError::Conflict);
    }
    if !requests::update(write, request, row.version, Status::Closed, now).await? {
        return Err(DeskError::Conflict);
    }
    let closed = Event::StatusChanged { from: row.status, to: Status::Closed };
    record(write, request, Some(viewer.user), &[closed], now).await?;
    requests::find(write, viewer, request).await?.ok_or(DeskError::NotFound)
}

async fn write_comment(
    write: &mut Connection,
    command: Command<'_>,
    request: RequestId,
    body: &str,
    uploads: &[String],
) -> Result<(CommentId, Vec<AttachmentId>), DeskError> {
    let Command { viewer, now, channel, most_files, .. } = command;
    let comment = comments::insert(write, request, viewer.user, body, channel, now).await?;
    let owner = Owner { user: viewer.user, account: viewer.account };
    let files = attach_uploads(write, owner, uploads, comment, most_files, now).await?;
    Ok((comment, files))
}
