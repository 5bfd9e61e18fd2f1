//! The application: the life of a request, its commands, states, permissions and events; the forms that it begins with,
//! the calendars that its promises count by, and the language requests are searched in.
//! It knows no HTTP and no SQL: a command works on a write that its caller began, and the caller commits it.

pub mod agent;
pub mod agent_search;
pub mod calendar;
mod commands;
pub mod comment;
pub mod conversation;
pub mod copies;
mod event;
pub mod forms;
mod html_text;
mod lifecycle;
pub mod names;
pub mod once;
pub mod request_body;
mod requester;
pub mod routing;
pub mod search;
mod standing;
mod submission;
#[cfg(test)]
mod submission_tests;
mod survey;
pub mod tags;
pub mod ticket_body;

pub use balcao_store::{Reach, Viewer};
pub use commands::{Command, DeskError, NewComment, Opened, Opening, Reply, answer, open, withdraw};
pub use event::{Event, record};
pub use html_text::html_to_text;
pub use lifecycle::{
    AgentTransition, Closed, LifecycleState, Transition, TransitionDenied, after_agent, after_clock, after_requester,
    can_be_solved_by_requester,
};
pub use standing::{can_be_followed_up, is_full, status_now};
pub use submission::{
    Accepted, Given, GivenField, InvalidField, Submission, accept, accept_without_form, amend, kind_of_name,
};
pub use survey::{RateError, Rated, Rating, WantedRating, answer_of, rate, rating_of, title_query};
