//! Statuses: Zendesk's on the wire, four for the requester (lifecycle.md).

use serde::{Deserialize, Serialize};
use std::fmt;

/// A request's status as Zendesk names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Received, nobody has it yet.
    New,
    /// An agent works on it.
    Open,
    /// The requester owes information.
    Pending,
    /// The agent waits for somebody else.
    Hold,
    /// Solved; can be reopened within the reopen window.
    Solved,
    /// Closed for good.
    Closed,
}

impl Status {
    /// Every status, in the order of a request's life.
    pub const ALL: [Self; 6] = [Self::New, Self::Open, Self::Pending, Self::Hold, Self::Solved, Self::Closed];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Hold => "hold",
            Self::Solved => "solved",
            Self::Closed => "closed",
        }
    }

    /// The status of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// What the requester sees.
    #[must_use]
    pub const fn shown(self) -> ShownStatus {
        match self {
            Self::New | Self::Open | Self::Hold => ShownStatus::Open,
            Self::Pending => ShownStatus::Pending,
            Self::Solved => ShownStatus::Solved,
            Self::Closed => ShownStatus::Closed,
        }
    }

    /// The status after a requester's comment, or `None` where a comment is no longer taken.
    #[must_use]
    pub const fn after_requester_comment(self) -> Option<Self> {
        match self {
            Self::New => Some(Self::New),
            Self::Open | Self::Pending | Self::Hold | Self::Solved => Some(Self::Open),
            Self::Closed => None,
        }
    }

    /// Whether its requester may still take it back: support has not answered (`answered`), and it is not over.
    #[must_use]
    pub const fn can_be_withdrawn(self, answered: bool) -> bool {
        !answered && matches!(self.shown(), ShownStatus::Open)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The four statuses of the history's filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ShownStatus {
    /// With the support team.
    Open,
    /// Awaiting the requester's reply.
    Pending,
    /// Solved, can be reopened.
    Solved,
    /// Closed for good.
    Closed,
}

impl ShownStatus {
    /// Every filter, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Open, Self::Pending, Self::Solved, Self::Closed];

    /// The name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Solved => "solved",
            Self::Closed => "closed",
        }
    }

    /// The filter of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Zendesk's statuses behind it.
    #[must_use]
    pub const fn statuses(self) -> &'static [Status] {
        match self {
            Self::Open => &[Status::New, Status::Open, Status::Hold],
            Self::Pending => &[Status::Pending],
            Self::Solved => &[Status::Solved],
            Self::Closed => &[Status::Closed],
        }
    }
}
