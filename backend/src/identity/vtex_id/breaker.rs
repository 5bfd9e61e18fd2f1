//! A circuit breaker: a provider that does not answer is left alone for a while, so that nobody waits for it in vain,
//! and then one request finds out whether it is back.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Mutex, PoisonError};

/// So many failures in a row open it.
const FAILURES: u32 = 5;
/// For so long.
const PAUSE: TimeDelta = TimeDelta::seconds(15);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Requests go through; so many failed in a row.
    Closed(u32),
    /// None goes through before that moment.
    Open(DateTime<Utc>),
    /// One is on its way to find out; at that moment it counts as lost.
    Probing(DateTime<Utc>),
}

/// Counts failures in a row.
#[derive(Debug)]
pub(super) struct Breaker(Mutex<State>);

impl Default for Breaker {
    fn default() -> Self {
        Self(Mutex::new(State::Closed(0)))
    }
}

/// A request on its way. Dropped without a word, it failed.
#[must_use]
pub(super) struct Attempt<'a> {
    breaker: &'a Breaker,
    began: DateTime<Utc>,
    succeeded: bool,
}

impl Breaker {
    /// Asks for a request.
    ///
    /// # Errors
    /// Not now, but after so many seconds.
    pub(super) fn begin(&self, now: DateTime<Utc>) -> Result<Attempt<'_>, u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Open(until) | State::Probing(until) = *state {
            if now < until {
                return Err(u64::try_from((until - now).num_seconds()).unwrap_or(0).max(1));
            }
            *state = State::Probing(now + PAUSE);
        }
        Ok(Attempt { breaker: self, began: now, succeeded: false })
    }
}

impl Attempt<'_> {
    /// There was an answer, whatever it says.
    pub(super) fn succeeded(mut self) {
        self.succeeded = true;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut state = self.breaker.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = match (self.succeeded, *state) {
            (true, _) => State::Closed(0),
            (false, State::Closed(failures)) if failures + 1 < FAILURES => State::Closed(failures + 1),
            (false, State::Closed(_) | State::Probing(_)) => {
                tracing::warn!("VTEX ID does not answer and is left alone for a while");
                State::Open(self.began + PAUSE)
            }
            // Requests that were on their way when it opened.
            (false, open @ State::Open(_)) => open,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn fail(breaker: &Breaker, times: u32, now: i64) {
        for _ in 0..times {
            drop(breaker.begin(moment(now)).ok().unwrap());
        }
    }

    #[test]
    fn failures_in_a_row_open_it_and_one_request_finds_out_whether_to_close_it() {
        let breaker = Breaker::default();
        fail(&breaker, FAILURES, 0);
        assert_eq!(breaker.begin(moment(0)).err(), Some(15));
        assert_eq!(breaker.begin(moment(14)).err(), Some(1));
        let probe = breaker.begin(moment(15)).ok().unwrap();
        assert!(breaker.begin(moment(15)).is_err(), "one probe at a time");
        drop(probe);
        assert_eq!(breaker.begin(moment(16)).err(), Some(14), "open again");
        breaker.begin(moment(30)).ok().unwrap().succeeded();
        fail(&breaker, FAILURES - 1, 31);
        breaker.begin(moment(31)).ok().unwrap().succeeded();
        fail(&breaker, FAILURES - 1, 32);
        assert!(breaker.begin(moment(32)).is_ok(), "an answer in between begins the count anew");
    }
}
