//! Counts of surveys, and what may honestly be said from them. Pure.

use balcao_contract::survey::{LowReason, Satisfaction, Score};
use balcao_store::survey_figures::{Alike, Fate};

/// From fewer answers than these no share is worked out: one voice more would turn it round.
pub const FEWEST: u64 = 5;

/// Surveys, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Solvings that were asked about.
    pub asked: u64,
    /// Satisfied.
    pub good: u64,
    /// Dissatisfied.
    pub bad: u64,
    /// Not answered yet, and there is time left.
    pub waiting: u64,
    /// Not answered in time.
    pub expired: u64,
    /// Reopened before they were answered.
    pub reopened: u64,
    steps: [u64; Satisfaction::ALL.len()],
    reasons: [u64; LowReason::ALL.len()],
}

/// A share in per cent, with the range in which the truth lies nineteen times out of twenty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share.
    pub percent: f64,
    /// The range's lower end.
    pub low: f64,
    /// The range's upper end.
    pub high: f64,
}

impl Tally {
    /// Adds what is alike.
    pub fn add(&mut self, alike: &Alike) {
        self.asked += alike.count;
        match (alike.fate, alike.score) {
            (Fate::Answered, Some(Score::Good)) => self.good += alike.count,
            (Fate::Answered, _) => self.bad += alike.count,
            (Fate::Waiting, _) => self.waiting += alike.count,
            (Fate::Expired, _) => self.expired += alike.count,
            (Fate::Reopened, _) => self.reopened += alike.count,
        }
        let place = |known: &[u64], at: Option<usize>| at.filter(|at| *at < known.len());
        let step = alike.step.and_then(|step| Satisfaction::ALL.into_iter().position(|known| known == step));
        if let Some(count) = place(&self.steps, step).and_then(|at| self.steps.get_mut(at)) {
            *count += alike.count;
        }
        let reason = alike.reason.and_then(|reason| LowReason::ALL.into_iter().position(|known| known == reason));
        if let Some(count) = place(&self.reasons, reason).and_then(|at| self.reasons.get_mut(at)) {
            *count += alike.count;
        }
    }

    /// How many answered.
    #[must_use]
    pub const fn answered(&self) -> u64 {
        self.good + self.bad
    }

    /// Each step of the scale, with how many chose it; answers of clients that know the score alone are in none.
    pub fn steps(&self) -> impl Iterator<Item = (Satisfaction, u64)> {
        Satisfaction::ALL.into_iter().zip(self.steps)
    }

    /// Each reason, with how many gave it.
    pub fn reasons(&self) -> impl Iterator<Item = (LowReason, u64)> {
        LowReason::ALL.into_iter().zip(self.reasons)
    }

    /// Low scores without a reason.
    #[must_use]
    pub fn without_reason(&self) -> u64 {
        self.bad.saturating_sub(self.reasons.iter().sum())
    }

    /// Of those whose time is over one way or the other: who answered. Whoever can still answer, and whoever reopened
    /// instead, counts neither for nor against.
    #[must_use]
    pub fn response_rate(&self) -> Option<Share> {
        share(self.answered(), self.answered() + self.expired)
    }

    /// Of those who answered: who is satisfied.
    #[must_use]
    pub fn good_share(&self) -> Option<Share> {
        share(self.good, self.answered())
    }
}

/// Wilson's interval, which stays within 0 and 100 and is right for few, too
/// (<https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval>).
fn share(part: u64, of: u64) -> Option<Share> {
    /// Nineteen times out of twenty.
    const Z: f64 = 1.959_964;
    if of < FEWEST {
        return None;
    }
    let (n, p) = (of as f64, part as f64 / of as f64);
    let spread = Z * ((p * (1.0 - p) + Z * Z / (4.0 * n)) / n).sqrt();
    let (middle, whole) = (p + Z * Z / (2.0 * n), 1.0 + Z * Z / n);
    let percent = |part: f64| (part * 100.0).clamp(0.0, 100.0);
    Some(Share {
        percent: percent(p),
        low: percent((middle - spread) / whole),
        high: percent((middle + spread) / whole),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn alike(fate: Fate, step: Option<Satisfaction>, reason: Option<LowReason>, count: u64) -> Alike {
        let score = step.map(Satisfaction::score).or((fate == Fate::Answered).then_some(Score::Bad));
        Alike { solved_at: chrono::DateTime::UNIX_EPOCH, form: None, fate, score, step, reason, count }
    }

    #[test]
    fn every_survey_is_counted_once() {
        let mut tally = Tally::default();
        tally.add(&alike(Fate::Answered, Some(Satisfaction::VerySatisfied), None, 6));
        tally.add(&alike(Fate::Answered, Some(Satisfaction::Dissatisfied), Some(LowReason::TooLong), 2));
        tally.add(&alike(Fate::Answered, None, None, 1));
        tally.add(&alike(Fate::Expired, None, None, 11));
        tally.add(&alike(Fate::Waiting, None, None, 5));
        tally.add(&alike(Fate::Reopened, None, None, 3));
        assert_eq!((tally.asked, tally.answered(), tally.good, tally.bad), (28, 9, 6, 3));
        assert_eq!(tally.asked, tally.answered() + tally.waiting + tally.expired + tally.reopened);
        assert_eq!(tally.steps().map(|(_, count)| count).collect::<Vec<_>>(), [6, 0, 2, 0]);
        assert_eq!((tally.without_reason(), tally.reasons().map(|(_, count)| count).sum::<u64>()), (1, 2));
        let rate = tally.response_rate().unwrap();
        assert!((rate.percent - 45.0).abs() < 1e-9, "9 of 20, not of 28: {rate:?}");
    }

    #[test]
    fn few_answers_make_no_share() {
        for (part, of) in [(0, 0), (1, 1), (4, 4)] {
            assert_eq!(share(part, of), None, "{part} of {of}");
        }
        let five = share(5, 5).unwrap();
        assert!((five.percent - 100.0).abs() < 1e-9 && five.low > 50.0 && five.low < 60.0, "{five:?}");
        let half = share(500, 1_000).unwrap();
        assert!((half.low - 46.9).abs() < 0.05 && (half.high - 53.1).abs() < 0.05, "{half:?}");
    }

    proptest! {
        #[test]
        fn a_share_lies_in_its_range(of in 5_u64..100_000, part in 0.0_f64..=1.0) {
            let share = share((of as f64 * part) as u64, of).unwrap();
            prop_assert!(0.0 <= share.low && share.low <= share.percent + 1e-9);
            prop_assert!(share.percent <= share.high + 1e-9 && share.high <= 100.0);
        }
    }
}
