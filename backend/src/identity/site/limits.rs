//! How often something may be tried and sent. What goes wrong is counted by address *and* origin, so that nobody can lock
//! somebody else out: the origin is a browser that the address's owner signed in with before, or else the network that is
//! asked from. All unknown places together count once more, more generously: guesses from a thousand networks are
//! slowed down, too, and the owner's own browser is not.

use super::{Device, SiteError, Visit};
use balcao_keys::SiteKey;
use balcao_store::sign_ins::KnownUser;
use balcao_store::{Connection, tallies};
use chrono::{DateTime, TimeDelta, Utc};

/// What was tried in vain so long ago is forgotten.
const FORGOTTEN: TimeDelta = TimeDelta::days(1);
/// Between two messages that one origin asks for.
pub const RESEND_AFTER: TimeDelta = TimeDelta::seconds(30);
/// Messages that one origin may ask for within [`WINDOW`].
const MESSAGES_FROM_ONE_PLACE: usize = 5;
/// Messages that all unknown places together may ask for within [`WINDOW`].
const MESSAGES_FROM_ANYWHERE: usize = 15;
/// See [`MESSAGES_FROM_ONE_PLACE`].
const WINDOW: TimeDelta = TimeDelta::hours(1);

/// What is tried. Each is counted by itself: who is slowed down at one door can take another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The code that came by mail.
    EmailCode,
    /// The code that came by mail for setting a password.
    PasswordCode,
    /// Address and password.
    Password,
    /// The second factor, after the right password.
    SecondFactor,
}

impl Attempt {
    const fn name(self) -> &'static str {
        match self {
            Self::EmailCode => "email code",
            Self::PasswordCode => "password code",
            Self::Password => "password",
            Self::SecondFactor => "second factor",
        }
    }
}

/// Failures that cost nothing, and how long the first ones after them make wait: twice as long each time.
struct Ladder {
    free: u32,
    first: TimeDelta,
    longest: TimeDelta,
}

const ONE_PLACE: Ladder = Ladder { free: 5, first: TimeDelta::seconds(30), longest: TimeDelta::hours(1) };
const ANYWHERE: Ladder = Ladder { free: 50, first: TimeDelta::seconds(30), longest: TimeDelta::minutes(15) };

impl Ladder {
    fn wait(&self, failures: u32) -> TimeDelta {
        match failures.checked_sub(self.free) {
            None => TimeDelta::zero(),
            Some(steps) => {
                self.first.checked_mul(1 << steps.min(20)).map_or(self.longest, |wait| wait.min(self.longest))
            }
        }
    }
}

/// From where something is tried or asked for.
pub(super) struct AttemptOrigin {
    own: Vec<u8>,
    is_known: bool,
}

impl AttemptOrigin {
    /// The origin of a visit; its browser counts where the address is that of who signed in with it, and has set no other
    /// password since.
    pub(super) fn of(visit: &Visit, owner: Option<&KnownUser>) -> Self {
        let is_theirs = |device: &Device| {
            owner.is_some_and(|owner| (owner.id, owner.device_generation) == (device.user, device.generation))
        };
        match visit.device.filter(is_theirs) {
            Some(device) => Self { own: [b"device ", device.as_bytes()].concat(), is_known: true },
            None => Self { own: format!("network {}", visit.network).into_bytes(), is_known: false },
        }
    }
}

/// A guess that counts as a failure until it turns out right.
pub(super) struct Guess {
    own: [u8; 32],
    anywhere: Option<[u8; 32]>,
}

/// Counts a guess before it is looked at: of a hundred at once each is counted.
pub(super) async fn count_guess(
    write: &mut Connection,
    key: &SiteKey,
    attempt: Attempt,
    who: &str,
    origin: &AttemptOrigin,
    now: DateTime<Utc>,
) -> Result<Guess, SiteError> {
    let own = key.mac("balcao tally", &[attempt.name().as_bytes(), who.as_bytes(), &origin.own]);
    let anywhere = (!origin.is_known).then(|| key.mac("balcao tally", &[attempt.name().as_bytes(), who.as_bytes()]));
    let since = (now - FORGOTTEN).timestamp_millis();
    let ladders = [Some((own, ONE_PLACE)), anywhere.map(|key| (key, ANYWHERE))];
    for (key, ladder) in ladders.iter().flatten() {
        let tally = tallies::read(write, key, since).await?;
        let allowed_at = tally.last_at + ladder.wait(tally.count).num_milliseconds();
        if tally.count > 0 && allowed_at > now.timestamp_millis() {
            return Err(SiteError::TooOften(seconds(allowed_at - now.timestamp_millis())));
        }
    }
    for (key, _) in ladders.iter().flatten() {
        tallies::add(write, key, now.timestamp_millis(), since).await?;
    }
    Ok(Guess { own, anywhere })
}

/// The guess was right.
pub(super) async fn forgive(write: &mut Connection, guess: &Guess) -> Result<(), SiteError> {
    tallies::clear(write, &guess.own).await?;
    if let Some(anywhere) = &guess.anywhere {
        tallies::take_back(write, anywhere).await?;
    }
    Ok(())
}

/// Notes that a message goes to somebody, where one may; from when the next one may.
pub(super) async fn count_message(
    write: &mut Connection,
    key: &SiteKey,
    kind: &str,
    who: &str,
    origin: &AttemptOrigin,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, SiteError> {
    let own = key.mac("balcao message", &[kind.as_bytes(), who.as_bytes(), &origin.own]);
    let anywhere = key.mac("balcao message", &[kind.as_bytes(), who.as_bytes()]);
    let since = (now - WINDOW).timestamp_millis();
    let from_here = tallies::messages(write, &own, since).await?;
    let mut allowed_at = allowed_at(&from_here, MESSAGES_FROM_ONE_PLACE, RESEND_AFTER);
    if !origin.is_known {
        let from_anywhere = tallies::messages(write, &anywhere, since).await?;
        allowed_at = allowed_at.max(self::allowed_at(&from_anywhere, MESSAGES_FROM_ANYWHERE, TimeDelta::zero()));
    }
    let at = now.timestamp_millis();
    if allowed_at > at {
        return Err(SiteError::TooOften(seconds(allowed_at - at)));
    }
    tallies::note_message(write, &own, at).await?;
    if !origin.is_known {
        tallies::note_message(write, &anywhere, at).await?;
    }
    let next = [from_here.as_slice(), &[at]].concat();
    let next = self::allowed_at(&next, MESSAGES_FROM_ONE_PLACE, RESEND_AFTER);
    Ok(DateTime::from_timestamp_millis(next).unwrap_or(now))
}

/// Forgets what counts no more.
pub(super) async fn sweep(write: &mut Connection, now: DateTime<Utc>) -> Result<(), SiteError> {
    let (tried, sent) = (now - FORGOTTEN, now - WINDOW);
    Ok(tallies::sweep(write, tried.timestamp_millis(), sent.timestamp_millis()).await?)
}

/// From when the next message may go after these, oldest first.
fn allowed_at(sent: &[i64], most: usize, pause: TimeDelta) -> i64 {
    let after_last = sent.last().map_or(0, |last| last + pause.num_milliseconds());
    let oldest_that_counts = sent.len().checked_sub(most).and_then(|index| sent.get(index));
    oldest_that_counts.map_or(after_last, |oldest| after_last.max(oldest + WINDOW.num_milliseconds()))
}

/// Whole seconds, never too few.
fn seconds(milliseconds: i64) -> u64 {
    u64::try_from((milliseconds + 999) / 1000).unwrap_or(0).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_after_five_failures_and_double_up_to_an_hour() {
        for (failures, seconds) in
            [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (11, 1920), (12, 3600), (40, 3600), (u32::MAX, 3600)]
        {
            assert_eq!(ONE_PLACE.wait(failures).num_seconds(), seconds, "{failures}");
        }
        assert_eq!((ANYWHERE.wait(49).num_seconds(), ANYWHERE.wait(50).num_seconds()), (0, 30));
        assert_eq!(ANYWHERE.wait(u32::MAX).num_minutes(), 15);
    }

    #[test]
    fn messages_go_every_half_minute_and_five_times_an_hour() {
        let at = |seconds: i64| seconds * 1000;
        let next = |sent: &[i64]| allowed_at(sent, 5, RESEND_AFTER);
        assert_eq!(next(&[]), 0);
        assert_eq!(next(&[at(0)]), at(30));
        assert_eq!(next(&[at(0), at(100), at(200), at(300)]), at(330));
        assert_eq!(next(&[at(0), at(100), at(200), at(300), at(400)]), at(3600));
    }

    #[test]
    fn a_wait_is_never_nothing() {
        assert_eq!([seconds(1), seconds(1000), seconds(1001), seconds(-5)], [1, 1, 2, 1]);
    }
}
