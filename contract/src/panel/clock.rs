//! By when a request is answered, and how long a solved one can be reopened.

use crate::id::RequestId;
use crate::time::Timestamp;
use crate::working_hours::OpenHours;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// `{"clock": …}` of `GET /api/panel/requests/{id}/clock`; `null` where no clock runs: it is not solved, or closed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReopenClockEnvelope {
    /// The clock.
    pub clock: Option<ReopenClock>,
    /// By when support answers for the first time; not there where it is solved or closed, or nothing was promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_response_by: Option<Timestamp>,
}

/// `{"request_ids": …}` of `GET /api/panel/requests/{id}/followups`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FollowupsEnvelope {
    /// The reader's requests that go on from it, the first one first.
    pub request_ids: Vec<RequestId>,
    /// Nothing is added to it any more, because it is closed or full: it goes on in a follow-up.
    #[serde(default)]
    pub can_follow_up: bool,
}

/// The clock of a solved request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReopenClock {
    /// Until when it can be reopened.
    pub closes_at: Timestamp,
    /// The hours in which support is there until then; what is left is counted over them.
    pub hours: OpenHours,
}

impl ReopenClock {
    /// The working time that is left.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> TimeDelta {
        self.hours.between(now, self.closes_at)
    }
}
