//! What open pages are told as it happens (`GET /api/panel/events`), and what is unread.

use crate::id::{AccountId, CommentId, RequestId, UserId};
use serde::{Deserialize, Serialize};

/// The data of an event named `request`: something has happened to a request of one's own, or to a colleague's where the
/// account shares its requests. What exactly is asked of the request itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveEvent {
    /// Which request.
    pub request_id: RequestId,
    /// What.
    pub kind: LiveKind,
    /// How often the request has been changed by now.
    pub version: u64,
    /// Whether it is the listener's own request, and not a colleague's.
    pub own: bool,
    /// How many of one's own requests have an unread answer by now.
    pub unread: u64,
}

/// What has happened to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LiveKind {
    /// It was opened.
    Opened,
    /// Somebody wrote.
    Commented,
    /// It stands elsewhere.
    StatusChanged,
    /// It became more or less urgent.
    PriorityChanged,
    /// Somebody else answers it.
    Assigned,
    /// The title, the type or an answer is another.
    FieldChanged,
    /// Its requester said how satisfied they are.
    Rated,
}

/// The data of the other events: `ready` (nothing was missed), `resync` (something may have been: read again), `unread`
/// (something was read elsewhere).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveState {
    /// How many requests have an unread answer.
    pub unread: u64,
}

/// `{"unread": …}` of `GET /api/panel/unread` and of `PUT /api/panel/requests/{id}/read`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnreadEnvelope {
    /// What is unread.
    pub unread: Unread,
}

/// Requests with an answer that their requester has not read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unread {
    /// How many.
    pub count: u64,
    /// Which, the last answered first; the first thousand.
    pub request_ids: Vec<RequestId>,
}

/// The body of `PUT /api/panel/requests/{id}/read`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadMark {
    /// The newest comment that was seen.
    pub comment_id: CommentId,
}

/// `{"glance": …}` of `POST /api/panel/glance`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GlanceEnvelope {
    /// What the button in the host's bar shows.
    pub glance: Glance,
}

/// What is told to whoever has no session yet: the host's word for who they are is enough for a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Glance {
    /// How many requests have an unread answer.
    pub unread: u64,
    /// Where the person's open pages tell each other of changes ([`live_channel`]); `None` for who was never here.
    pub channel: Option<String>,
}

/// The `BroadcastChannel` by which the pages of one person in one browser share one stream of events.
#[must_use]
pub fn live_channel(account: AccountId, user: UserId) -> String {
    format!("balcao-live-{account}-{user}")
}
