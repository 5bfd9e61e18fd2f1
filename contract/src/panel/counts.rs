//! How many requests stand behind each filter.

use crate::status::ShownStatus;
use serde::{Deserialize, Serialize};

/// `{"counts": …}` of `GET /api/panel/requests/counts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountsEnvelope {
    /// The counts.
    pub counts: StatusCounts,
}

/// Requests by the status that the requester sees.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusCounts {
    /// With the support team.
    pub open: u64,
    /// Awaiting the requester's reply.
    pub pending: u64,
    /// Solved.
    pub solved: u64,
    /// Closed.
    pub closed: u64,
    /// The reader is in copy of some request: there is a list of those. Left out where there is none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub in_copy: bool,
}

impl StatusCounts {
    /// The count of one filter.
    #[must_use]
    pub const fn of(&self, status: ShownStatus) -> u64 {
        match status {
            ShownStatus::Open => self.open,
            ShownStatus::Pending => self.pending,
            ShownStatus::Solved => self.solved,
            ShownStatus::Closed => self.closed,
        }
    }

    /// All requests.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.open + self.pending + self.solved + self.closed
    }
}
