//! How often a session or a network address may ask: a window of a minute each.

use super::notes::Allowance;
use super::{ApiError, Notes};
use crate::connections::network_of;
use balcao_config::Limits;
use chrono::{DateTime, Utc};
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

const WINDOW_SECONDS: i64 = 60;
/// So many windows are kept at most, some 10 MB. Somebody with more addresses than that is slowed down by none of them
/// anyway: the oldest windows are forgotten.
const MOST_WINDOWS: usize = 100_000;
/// Ended windows that one request clears away: more than the one that it can begin, so that they never pile up, and few,
/// so that nobody pays for all.
const CLEARED_AT_ONCE: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Session(i64),
    Address(IpAddr),
    SignInFrom(IpAddr),
}

/// Counts who asked how often.
#[derive(Debug)]
pub struct Limiter {
    limits: Limits,
    windows: Mutex<Windows>,
}

/// The windows that have begun. Every request costs the same, however many there are.
#[derive(Debug, Default)]
struct Windows {
    open: HashMap<Who, Window>,
    /// In the order of their beginnings. What began anew stands here once more; its first entry says nothing then.
    begun: VecDeque<(Who, i64)>,
    #[cfg(test)]
    steps: u64,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: i64,
    count: u32,
}

impl Windows {
    /// One more of theirs: since when they are counted, and how often they came.
    fn count(&mut self, who: Who, now: i64) -> Window {
        self.clear(now);
        let open = self.open.get_mut(&who).filter(|window| is_open(window.began, now));
        if let Some(window) = open {
            window.count = window.count.saturating_add(1);
            return *window;
        }
        let window = Window { began: now, count: 1 };
        self.open.insert(who, window);
        self.begun.push_back((who, now));
        if self.begun.len() > MOST_WINDOWS {
            self.forget_oldest();
        }
        window
    }

    fn clear(&mut self, now: i64) {
        for _ in 0..CLEARED_AT_ONCE {
            match self.begun.front() {
                Some((_, began)) if !is_open(*began, now) => self.forget_oldest(),
                _ => return,
            }
        }
    }

    fn forget_oldest(&mut self) {
        #[cfg(test)]
        {
            self.steps += 1;
        }
        if let Some((who, began)) = self.begun.pop_front()
            && self.open.get(&who).is_some_and(|window| window.began == began)
        {
            self.open.remove(&who);
        }
    }
}

/// A window from the future is none: the clock was put back.
const fn is_open(began: i64, now: i64) -> bool {
    now >= began && now - began < WINDOW_SECONDS
}

impl Limiter {
    /// A limiter where nobody has asked yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, windows: Mutex::default() }
    }

    /// One more request of a session.
    ///
    /// # Errors
    /// It is one too many.
    pub fn take_session(&self, session_id: i64, now: DateTime<Utc>, notes: &Notes) -> Result<(), ApiError> {
        self.take(Who::Session(session_id), self.limits.requests_per_minute, now, notes)
    }

    /// One more request from a network address.
    ///
    /// # Errors
    /// It is one too many.
    pub fn take_address(&self, address: IpAddr, now: DateTime<Utc>, notes: &Notes) -> Result<(), ApiError> {
        self.take(Who::Address(network_of(address)), self.limits.address_requests_per_minute, now, notes)
    }

    /// One more sign-in from a network address.
    ///
    /// # Errors
    /// It is one too many.
    pub fn take_sign_in(&self, address: IpAddr, now: DateTime<Utc>, notes: &Notes) -> Result<(), ApiError> {
        self.take(Who::SignInFrom(network_of(address)), self.limits.sign_ins_per_minute, now, notes)
    }

    fn take(&self, who: Who, limit: u32, now: DateTime<Utc>, notes: &Notes) -> Result<(), ApiError> {
        if limit == 0 {
            return Ok(());
        }
        let now = now.timestamp();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let Window { began, count } = windows.count(who, now);
        drop(windows);
        let reset = u64::try_from(began + WINDOW_SECONDS - now).unwrap_or(1).max(1);
        notes.set_allowance(Allowance { limit, remaining: limit.saturating_sub(count), reset });
        if count > limit { Err(ApiError::TooManyRequests(reset)) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An attacker's /64 of that number.
    fn address(number: u32) -> Who {
        Who::Address(IpAddr::V6(((u128::from(0x2001_0db8_u32) << 96) | u128::from(number) << 64).into()))
    }

    #[test]
    fn a_window_counts_for_a_minute_and_begins_anew() {
        let mut windows = Windows::default();
        for (now, count) in [(100, 1), (100, 2), (159, 3), (160, 1), (161, 2), (50, 1), (51, 2), (110, 1)] {
            assert_eq!(windows.count(Who::Session(1), now).count, count, "{now}");
        }
        assert_eq!(windows.count(Who::SignInFrom(IpAddr::from([192, 0, 2, 1])), 110).count, 1);
    }

    /// Sweeping all windows at every request beyond 10,000 of them once cost each request the time of all.
    #[test]
    fn many_addresses_cost_a_request_no_more_than_few() {
        let mut windows = Windows::default();
        let mut asked = 0_u64;
        for minute in 0..3 {
            for number in 0..150_000 {
                let before = windows.steps;
                windows.count(address(number + 7 * minute), i64::from(minute * 60 + number / 2_500));
                asked += 1;
                assert!(windows.steps - before <= CLEARED_AT_ONCE as u64 + 1);
                assert!(windows.begun.len() <= MOST_WINDOWS && windows.open.len() <= windows.begun.len());
            }
        }
        assert!(windows.steps <= 2 * asked, "{} steps for {asked}", windows.steps);
    }

    #[test]
    fn nothing_is_kept_of_who_was_here_long_ago() {
        let mut windows = Windows::default();
        for number in 0..50_000 {
            windows.count(address(number), 0);
        }
        for _ in 0..50_000 {
            windows.count(Who::Session(1), 1_000);
        }
        assert_eq!((windows.open.len(), windows.begun.len()), (1, 1));
    }
}
