//! The working-hours clock (lifecycle.md): counts working time over the hours in which support is there. Which hours
//! those are (time zones, holidays) is the backend's to say; how they are counted is the same on both sides.

use crate::time::Timestamp;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long a solved request can be reopened, and rated: so many working hours.
pub const REOPEN_WINDOW: TimeDelta = TimeDelta::hours(27);

/// Hours without a break in which support is there: from the first moment until before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Span {
    /// The first moment.
    pub from: Timestamp,
    /// The moment after the last.
    pub to: Timestamp,
}

impl Span {
    fn length(self) -> TimeDelta {
        self.to.0 - self.from.0
    }
}

/// The hours in which support is there, over some stretch of time: in order, and apart from each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct OpenHours(Vec<Span>);

impl OpenHours {
    /// Puts spans in order; those that touch or overlap become one, empty ones are left out.
    #[must_use]
    pub fn new(mut spans: Vec<Span>) -> Self {
        spans.retain(|span| span.from < span.to);
        spans.sort_unstable_by_key(|span| span.from);
        let mut apart: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match apart.last_mut() {
                Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
                _ => apart.push(span),
            }
        }
        Self(apart)
    }

    /// The spans, in order.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// The working time between two moments; none where the second is not later.
    #[must_use]
    pub fn between(&self, start: Timestamp, end: Timestamp) -> TimeDelta {
        let within = self.0.iter().map(|span| Span { from: span.from.max(start), to: span.to.min(end) });
        within.filter(|span| span.from < span.to).map(Span::length).sum()
    }

    /// The first moment by which so much working time has passed since `start`; `None` where the hours that are known
    /// end before. No time at all has passed at `start` itself.
    #[must_use]
    pub fn after(&self, start: Timestamp, working: TimeDelta) -> Option<Timestamp> {
        if working <= TimeDelta::zero() {
            return Some(start);
        }
        let mut left = working;
        for span in self.0.iter().filter(|span| span.to > start) {
            let from = span.from.max(start);
            let here = span.to.0 - from.0;
            if left <= here {
                return Some(Timestamp(from.0 + left));
            }
            left -= here;
        }
        None
    }

    /// The last moment from which so much working time passes until `end`; `None` where the hours that are known begin
    /// later. Whatever began at it or before is due at `end`: [`after`](Self::after) it is not later than `end`.
    #[must_use]
    pub fn before(&self, end: Timestamp, working: TimeDelta) -> Option<Timestamp> {
        if working <= TimeDelta::zero() {
            return Some(end);
        }
        let mut left = working;
        for span in self.0.iter().rev().filter(|span| span.from < end) {
            let to = span.to.min(end);
            let here = to.0 - span.from.0;
            if left <= here {
                return Some(Timestamp(to.0 - left));
            }
            left -= here;
        }
        None
    }
}
