//! The states of a request and what leads from one to the next (lifecycle.md), for whoever can lead there: the
//! requester, an agent, the clock. Pure: no clock, no database. Two at once are told apart by the database.

use balcao_contract::id::UserId;
use balcao_contract::status::Status;
use chrono::{DateTime, Utc};

/// What a requester wants to do with a request that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// There is a comment.
    pub comment: bool,
    /// It should be solved afterwards.
    pub solve: bool,
}

/// What an agent wants to do with a request that exists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AgentTransition {
    /// There is a comment that the requester reads.
    pub public_comment: bool,
    /// Where it should stand afterwards.
    pub status: Option<Status>,
    /// Who should answer it afterwards; `Some(None)` for nobody.
    pub assignee: Option<Option<UserId>>,
}

/// Where a request stands, and with whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LifecycleState {
    /// Its status.
    pub status: Status,
    /// Who answers it.
    pub assignee: Option<UserId>,
}

/// Why a comment is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request is closed for good")]
pub struct Closed;

/// Why an agent's transition is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransitionDenied {
    /// It is closed: nothing about it changes any more.
    #[error("the request is closed for good")]
    Closed,
    /// Closing is the clock's.
    #[error("a request is closed by the clock alone")]
    ClosedByHand,
    /// What was taken up once is not new any more.
    #[error("a request does not become new again")]
    NewAgain,
    /// Somebody answers for what is solved.
    #[error("a solved request has somebody who answers it")]
    SolvedByNobody,
    /// It holds as much as a request may: it goes on in a follow-up.
    #[error("the ticket is full: it goes on in a follow-up")]
    Full,
}

/// Whether the requester may mark it as solved: somebody answers it, and it is not over.
#[must_use]
pub const fn can_be_solved_by_requester(status: Status, assigned: bool) -> bool {
    assigned && matches!(status, Status::Open | Status::Pending | Status::Hold)
}

/// Where a requester's transition leads. To solve what is not theirs to solve changes nothing, as Zendesk does it.
/// A comment on a solved request opens it again, unless the requester wants it to stay solved: a "thank you".
///
/// # Errors
/// A comment on a closed request: it goes on in a follow-up.
pub const fn after_requester(status: Status, assigned: bool, transition: Transition) -> Result<Status, Closed> {
    let stays_solved = matches!(status, Status::Solved) && transition.solve;
    if !transition.comment {
        let solved = transition.solve && can_be_solved_by_requester(status, assigned);
        return Ok(if solved { Status::Solved } else { status });
    }
    match status.after_requester_comment() {
        None => Err(Closed),
        Some(_) if stays_solved => Ok(Status::Solved),
        Some(next) => {
            let solved = transition.solve && can_be_solved_by_requester(status, assigned);
            Ok(if solved { Status::Solved } else { next })
        }
    }
}

/// Where an agent's transition leads. Who answers in public, or solves, takes what nobody has; what somebody has is no longer
/// new. An agent's comment alone opens nothing again: only a status that is asked for does.
///
/// # Errors
/// See [`TransitionDenied`].
pub fn after_agent(
    state: LifecycleState,
    agent: UserId,
    transition: AgentTransition,
) -> Result<LifecycleState, TransitionDenied> {
    let LifecycleState { status, assignee } = state;
    if status == Status::Closed {
        return Err(TransitionDenied::Closed);
    }
    match transition.status {
        Some(Status::Closed) => return Err(TransitionDenied::ClosedByHand),
        Some(Status::New) if status != Status::New => return Err(TransitionDenied::NewAgain),
        _ => {}
    }
    let takes_it = transition.public_comment || transition.status == Some(Status::Solved);
    let assignee = match transition.assignee {
        Some(wanted) => wanted,
        None => assignee.or(takes_it.then_some(agent)),
    };
    let status = match transition.status.unwrap_or(status) {
        Status::New if assignee.is_some() => Status::Open,
        status => status,
    };
    if status == Status::Solved && assignee.is_none() {
        return Err(TransitionDenied::SolvedByNobody);
    }
    Ok(LifecycleState { status, assignee })
}

/// Where the clock leads once its time is up; `None` where it leads nowhere.
#[must_use]
pub const fn after_clock(status: Status) -> Option<Status> {
    match status {
        Status::Solved => Some(Status::Closed),
        _ => None,
    }
}

/// Where a request stands at a moment: once its time is up it is closed, whether or not that was written down yet.
#[must_use]
pub fn at_moment(status: Status, closes_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Status {
    if closes_at.is_some_and(|closes_at| closes_at <= now) { after_clock(status).unwrap_or(status) } else { status }
}

#[cfg(test)]
#[path = "lifecycle_tests.rs"]
mod tests;
