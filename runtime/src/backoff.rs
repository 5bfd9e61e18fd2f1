//! How long a message that could not be sent waits for the next attempt.

use chrono::TimeDelta;

const FIRST: i64 = 10_000;
const LONGEST: i64 = 60 * 60 * 1000;

/// The pause after the `attempts`-th failed attempt: 10 s, 20 s, 40 s… up to an hour, for as many days as it takes.
/// `jitter` from 0 to 1 shortens it by up to a fifth, so that messages that failed together do not come back together.
#[must_use]
pub fn pause(attempts: u32, jitter: f64) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).min(20);
    let milliseconds = (FIRST << doublings).min(LONGEST);
    let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 };
    TimeDelta::milliseconds(milliseconds - (milliseconds as f64 / 5.0 * jitter) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        for (attempts, seconds) in [(0, 10), (1, 10), (2, 20), (3, 40), (6, 320), (9, 2560), (10, 3600), (4000, 3600)] {
            assert_eq!(pause(attempts, 0.0).num_seconds(), seconds, "{attempts}");
        }
        assert_eq!(pause(1, 1.0).num_seconds(), 8);
    }

    proptest! {
        #[test]
        fn a_pause_is_never_nothing_and_never_longer_than_an_hour(attempts: u32, jitter: f64) {
            let pause = pause(attempts, jitter);
            prop_assert!(pause >= TimeDelta::seconds(8) && pause <= TimeDelta::hours(1));
        }
    }
}
