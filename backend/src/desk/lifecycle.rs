//! The states of a request and what leads from one to the next (lifecycle.md). Pure: no clock, no database.

use balcao_contract::status::Status;

/// What a requester wants to do with a request that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// There is a comment.
    pub comment: bool,
    /// It should be solved afterwards.
    pub solve: bool,
}

/// Why a comment is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request is closed for good")]
pub struct Closed;

/// Whether the requester may mark it as solved: somebody answers it, and it is not over.
#[must_use]
pub const fn can_be_solved_by_requester(status: Status, assigned: bool) -> bool {
    assigned && matches!(status, Status::Open | Status::Pending | Status::Hold)
}

/// Where a requester's wish leads. A wish to solve that is not theirs to have changes nothing, as Zendesk does it.
/// A comment on a solved request opens it again, unless the requester wants it to stay solved: a "thank you".
///
/// # Errors
/// A comment on a closed request: it goes on in a follow-up.
pub const fn after_requester(status: Status, assigned: bool, wish: Wish) -> Result<Status, Closed> {
    let stays_solved = matches!(status, Status::Solved) && wish.solve;
    if !wish.comment {
        let solved = wish.solve && can_be_solved_by_requester(status, assigned);
        return Ok(if solved { Status::Solved } else { status });
    }
    match status.after_requester_comment() {
        None => Err(Closed),
        Some(_) if stays_solved => Ok(Status::Solved),
        Some(next) => {
            let solved = wish.solve && can_be_solved_by_requester(status, assigned);
            Ok(if solved { Status::Solved } else { next })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Closed as Shut, Hold, New, Open, Pending, Solved};

    const SAYS: Wish = Wish { comment: true, solve: false };
    const SOLVES: Wish = Wish { comment: false, solve: true };
    const BOTH: Wish = Wish { comment: true, solve: true };
    const NOTHING: Wish = Wish { comment: false, solve: false };

    #[test]
    fn every_status_answers_every_wish() {
        // status, assigned → after a comment, after "solved", after both
        let rows = [
            (New, false, Ok(New), Ok(New), Ok(New)),
            (New, true, Ok(New), Ok(New), Ok(New)),
            (Open, false, Ok(Open), Ok(Open), Ok(Open)),
            (Open, true, Ok(Open), Ok(Solved), Ok(Solved)),
            (Pending, false, Ok(Open), Ok(Pending), Ok(Open)),
            (Pending, true, Ok(Open), Ok(Solved), Ok(Solved)),
            (Hold, false, Ok(Open), Ok(Hold), Ok(Open)),
            (Hold, true, Ok(Open), Ok(Solved), Ok(Solved)),
            (Solved, false, Ok(Open), Ok(Solved), Ok(Solved)),
            (Solved, true, Ok(Open), Ok(Solved), Ok(Solved)),
            (Shut, false, Err(Closed), Ok(Shut), Err(Closed)),
            (Shut, true, Err(Closed), Ok(Shut), Err(Closed)),
        ];
        for (status, assigned, says, solves, both) in rows {
            let after = |wish| after_requester(status, assigned, wish);
            assert_eq!(after(SAYS), says, "{status} assigned={assigned} comment");
            assert_eq!(after(SOLVES), solves, "{status} assigned={assigned} solved");
            assert_eq!(after(BOTH), both, "{status} assigned={assigned} both");
            assert_eq!(after(NOTHING), Ok(status));
        }
    }

    #[test]
    fn closed_is_for_good() {
        for wish in [SOLVES, NOTHING] {
            assert_eq!(after_requester(Shut, true, wish), Ok(Shut));
        }
    }
}
