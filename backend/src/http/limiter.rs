//! How often a session or a network address may ask: a window of a minute each.

use super::notes::Allowance;
use super::{ApiError, Notes};
use crate::config::Limits;
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

const WINDOW_SECONDS: i64 = 60;
/// Beyond so many windows the ones that have ended are swept away.
const SWEEP_ABOVE: usize = 10_000;

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
    windows: Mutex<HashMap<Who, (i64, u32)>>,
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
        if windows.len() > SWEEP_ABOVE {
            windows.retain(|_, (began, _)| now - *began < WINDOW_SECONDS);
        }
        let (began, count) = windows.entry(who).or_insert((now, 0));
        if now - *began >= WINDOW_SECONDS || now < *began {
            (*began, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        let reset = u64::try_from(*began + WINDOW_SECONDS - now).unwrap_or(1).max(1);
        notes.set_allowance(Allowance { limit, remaining: limit.saturating_sub(*count), reset });
        if *count > limit { Err(ApiError::TooManyRequests(reset)) } else { Ok(()) }
    }
}

/// Whoever has one IPv6 address usually has its whole /64.
pub(super) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        address => address,
    }
}
