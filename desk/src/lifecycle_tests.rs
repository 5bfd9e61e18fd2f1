use super::*;
use Status::{Closed as Shut, Hold, New, Open, Pending, Solved};
use proptest::prelude::*;

const SAYS: Transition = Transition { comment: true, solve: false };
const SOLVES: Transition = Transition { comment: false, solve: true };
const BOTH: Transition = Transition { comment: true, solve: true };
const NOTHING: Transition = Transition { comment: false, solve: false };

#[test]
fn every_status_answers_every_transition() {
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
        let after = |transition| after_requester(status, assigned, transition);
        assert_eq!(after(SAYS), says, "{status} assigned={assigned} comment");
        assert_eq!(after(SOLVES), solves, "{status} assigned={assigned} solved");
        assert_eq!(after(BOTH), both, "{status} assigned={assigned} both");
        assert_eq!(after(NOTHING), Ok(status));
    }
}

#[test]
fn closed_is_for_good() {
    for transition in [SOLVES, NOTHING] {
        assert_eq!(after_requester(Shut, true, transition), Ok(Shut));
    }
    for status in [None].into_iter().chain(Status::ALL.map(Some)) {
        for public_comment in [false, true] {
            let transition = AgentTransition { public_comment, status, assignee: None };
            let closed = LifecycleState { status: Shut, assignee: Some(marina()) };
            assert_eq!(after_agent(closed, marina(), transition), Err(TransitionDenied::Closed));
        }
    }
}

fn marina() -> UserId {
    UserId::try_from(1).unwrap()
}

fn rafael() -> UserId {
    UserId::try_from(2).unwrap()
}

#[test]
fn an_agent_moves_a_request_as_the_table_says() {
    let bare = AgentTransition::default();
    let to = |status| AgentTransition { status: Some(status), ..bare };
    let with = |assignee| AgentTransition { assignee: Some(assignee), ..bare };
    let says = AgentTransition { public_comment: true, ..bare };
    let (nobody, own, other) = (None, Some(marina()), Some(rafael()));
    let rows = [
        // An internal note, or nothing at all.
        ((New, nobody), bare, Ok((New, nobody))),
        ((Solved, other), bare, Ok((Solved, other))),
        // Answering takes what nobody has.
        ((New, nobody), says, Ok((Open, own))),
        ((Open, nobody), says, Ok((Open, own))),
        ((Pending, other), says, Ok((Pending, other))),
        ((Solved, other), says, Ok((Solved, other))),
        // Assigned is no longer new.
        ((New, nobody), with(other), Ok((Open, other))),
        ((New, nobody), AgentTransition { status: Some(New), ..with(other) }, Ok((Open, other))),
        ((Open, own), with(nobody), Ok((Open, nobody))),
        ((Open, own), AgentTransition { assignee: Some(nobody), ..says }, Ok((Open, nobody))),
        // Any status among each other, but new.
        ((New, nobody), to(New), Ok((New, nobody))),
        ((New, nobody), to(Open), Ok((Open, nobody))),
        ((New, nobody), to(Pending), Ok((Pending, nobody))),
        ((New, nobody), to(Hold), Ok((Hold, nobody))),
        ((New, nobody), to(Solved), Ok((Solved, own))),
        ((Open, own), to(New), Err(TransitionDenied::NewAgain)),
        ((Solved, own), to(New), Err(TransitionDenied::NewAgain)),
        ((Hold, other), to(Pending), Ok((Pending, other))),
        ((Pending, other), to(Solved), Ok((Solved, other))),
        ((Solved, other), to(Open), Ok((Open, other))),
        ((Solved, other), to(Pending), Ok((Pending, other))),
        // Solved has somebody; closed is the clock's.
        (
            (Open, nobody),
            AgentTransition { assignee: Some(nobody), ..to(Solved) },
            Err(TransitionDenied::SolvedByNobody),
        ),
        ((Solved, own), with(nobody), Err(TransitionDenied::SolvedByNobody)),
        ((Solved, own), to(Shut), Err(TransitionDenied::ClosedByHand)),
        ((Open, own), to(Shut), Err(TransitionDenied::ClosedByHand)),
    ];
    for ((status, assignee), transition, expected) in rows {
        let after = after_agent(LifecycleState { status, assignee }, marina(), transition);
        let after = after.map(|after| (after.status, after.assignee));
        assert_eq!(after, expected, "{status} {assignee:?} {transition:?}");
    }
}

#[derive(Debug, Clone, Copy)]
enum Who {
    Requester(Transition),
    Agent(AgentTransition),
    Clock,
}

/// lifecycle.md, written down a second time: who may lead from where to where. Staying is always allowed.
fn allowed(who: Who, from: Status, to: Status) -> bool {
    let pairs: &[(Status, &[Status])] = match who {
        Who::Requester(_) => {
            &[(Open, &[Solved]), (Pending, &[Open, Solved]), (Hold, &[Open, Solved]), (Solved, &[Open])]
        }
        Who::Agent(_) => &[
            (New, &[Open, Pending, Hold, Solved]),
            (Open, &[Pending, Hold, Solved]),
            (Pending, &[Open, Hold, Solved]),
            (Hold, &[Open, Pending, Solved]),
            (Solved, &[Open, Pending, Hold]),
        ],
        Who::Clock => &[(Solved, &[Shut])],
    };
    from == to || pairs.iter().any(|(known, next)| *known == from && next.contains(&to))
}

fn anything() -> impl Strategy<Value = Who> {
    let person = || prop_oneof![Just(None), Just(Some(marina())), Just(Some(rafael()))];
    let requester =
        (any::<bool>(), any::<bool>()).prop_map(|(comment, solve)| Who::Requester(Transition { comment, solve }));
    let status = prop::option::of(prop::sample::select(Status::ALL.to_vec()));
    let agent = (any::<bool>(), status, prop::option::of(person())).prop_map(|(public_comment, status, assignee)| {
        Who::Agent(AgentTransition { public_comment, status, assignee })
    });
    prop_oneof![3 => requester, 5 => agent, 1 => Just(Who::Clock)]
}

proptest! {
    #[test]
    fn no_sequence_of_commands_leaves_the_table(commands in prop::collection::vec(anything(), 1..60)) {
        let mut now = LifecycleState { status: New, assignee: None };
        for who in commands {
            let next = match who {
                Who::Requester(transition) => after_requester(now.status, now.assignee.is_some(), transition)
                    .ok()
                    .map(|status| LifecycleState { status, ..now }),
                Who::Agent(transition) => after_agent(now, marina(), transition).ok(),
                Who::Clock => after_clock(now.status).map(|status| LifecycleState { status, ..now }),
            };
            let next = next.unwrap_or(now);
            prop_assert!(allowed(who, now.status, next.status), "{who:?}: {} to {}", now.status, next.status);
            prop_assert!(now.status != Shut || next == now, "closed changed by {who:?}");
            prop_assert!(next.status != Solved || next.assignee.is_some(), "solved by nobody after {who:?}");
            prop_assert!(!(next.status == New && next.assignee.is_some()), "new, though somebody has it: {who:?}");
            now = next;
        }
    }
}
