//! What the panel's first page says.

use crate::panel::{Entry, StatusCounts};
use crate::wire::Request;
use serde::{Deserialize, Serialize};

/// `{"home": …}` of `GET /api/panel/home`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HomeEnvelope {
    /// It.
    pub home: Home,
}

/// What waits for the reader, what support works on, and what is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Home {
    /// One's own requests that wait for one's reply, the last changed first; at most [`Home::MOST`].
    pub waiting: Vec<Request>,
    /// One's own requests that support works on, in the same way.
    pub open: Vec<Request>,
    /// How many there are of each status.
    pub counts: StatusCounts,
    /// How many solved requests wait to be rated.
    pub surveys: u64,
    /// The newest product news.
    pub news: Vec<Entry>,
}

impl Home {
    /// The most requests of a kind, and the most news.
    pub const MOST: u32 = 5;
}
