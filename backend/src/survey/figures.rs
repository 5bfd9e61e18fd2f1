//! The figures: surveys by period and form.

use super::tally::Tally;
use balcao_contract::id::FormId;
use balcao_store::survey_figures::Alike;
use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Tz;
use clap::ValueEnum;
use std::collections::BTreeMap;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Length {
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
    /// Three months.
    Quarter,
}

impl Length {
    /// The first day of the period that a day lies in.
    #[must_use]
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => day,
            Self::Week => day - Days::new(day.weekday().num_days_from_monday().into()),
            Self::Month => day.with_day(1).unwrap_or(day),
            Self::Quarter => {
                let first = day.with_day(1).unwrap_or(day);
                first - Months::new(first.month0() % 3)
            }
        }
    }

    /// The first day of the period after the one that begins on `first`.
    #[must_use]
    pub fn next(self, first: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => first + Days::new(1),
            Self::Week => first + Days::new(7),
            Self::Month => first + Months::new(1),
            Self::Quarter => first + Months::new(3),
        }
    }

    /// What the period is called that begins on `first`.
    #[must_use]
    pub fn name(self, first: NaiveDate) -> String {
        match self {
            Self::Day | Self::Week => first.format("%Y-%m-%d").to_string(),
            Self::Month => first.format("%Y-%m").to_string(),
            Self::Quarter => format!("{}-Q{}", first.year(), first.month0() / 3 + 1),
        }
    }
}

/// What is asked for: the days are those of the zone, both ends included.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// How it is divided.
    pub length: Length,
    /// Whose days.
    pub zone: Tz,
}

impl Span {
    /// The first moment, and the first moment after it.
    #[must_use]
    pub fn moments(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |day: NaiveDate| {
            let local = day.and_time(chrono::NaiveTime::MIN);
            // Where clocks are set forward at midnight the day begins an hour later.
            let begins = (0..=3)
                .find_map(|hours| self.zone.from_local_datetime(&(local + chrono::TimeDelta::hours(hours))).earliest());
            begins.map_or_else(|| local.and_utc(), |moment| moment.to_utc())
        };
        (midnight(self.from), midnight(self.to + Days::new(1)))
    }
}

/// One period.
#[derive(Debug, Clone)]
pub struct Period {
    /// Its first day; also where the span begins later.
    pub first: NaiveDate,
    /// What it is called.
    pub name: String,
    /// All forms together.
    pub all: Tally,
    /// Each form that was asked about.
    pub forms: BTreeMap<Option<FormId>, Tally>,
}

/// Surveys by period and form, every period in order, also those without any.
#[derive(Debug, Clone)]
pub struct Figures {
    /// The periods.
    pub periods: Vec<Period>,
    /// Each form over all periods.
    pub forms: BTreeMap<Option<FormId>, Tally>,
    /// Everything.
    pub all: Tally,
}

impl Figures {
    /// Puts what was counted into periods; `form` narrows it.
    #[must_use]
    pub fn of(span: &Span, counted: &[Alike], form: Option<FormId>) -> Self {
        let mut periods = Vec::new();
        let mut first = span.length.first_day(span.from);
        while first <= span.to {
            let name = span.length.name(first);
            periods.push(Period { first, name, all: Tally::default(), forms: BTreeMap::new() });
            first = span.length.next(first);
        }
        let mut figures = Self { periods, forms: BTreeMap::new(), all: Tally::default() };
        for alike in counted.iter().filter(|alike| form.is_none() || alike.form == form) {
            let day = alike.solved_at.with_timezone(&span.zone).date_naive();
            let first = span.length.first_day(day);
            let place = figures.periods.binary_search_by_key(&first, |period| period.first);
            if let Some(period) = place.ok().and_then(|at| figures.periods.get_mut(at)) {
                period.all.add(alike);
                period.forms.entry(alike.form).or_default().add(alike);
                figures.forms.entry(alike.form).or_default().add(alike);
                figures.all.add(alike);
            }
        }
        figures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_store::survey_figures::Fate;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_begin_where_people_say_they_do() {
        let rows = [
            (Length::Day, "2026-11-21", "2026-11-21", "2026-11-21"),
            (Length::Week, "2026-11-22", "2026-11-16", "2026-11-16"),
            (Length::Week, "2027-01-01", "2026-12-28", "2026-12-28"),
            (Length::Month, "2024-02-29", "2024-02-01", "2024-02"),
            (Length::Quarter, "2026-12-31", "2026-10-01", "2026-Q4"),
            (Length::Quarter, "2026-01-01", "2026-01-01", "2026-Q1"),
        ];
        for (length, given, first, name) in rows {
            assert_eq!(length.first_day(day(given)), day(first), "{given}");
            assert_eq!(length.name(day(first)), name);
            assert_eq!(length.first_day(length.next(day(first))), length.next(day(first)), "{given}");
        }
    }

    #[test]
    fn days_are_those_of_the_zone_and_empty_periods_are_there() {
        let zone = chrono_tz::America::Sao_Paulo;
        let span = Span { from: day("2026-09-01"), to: day("2026-11-30"), length: Length::Month, zone };
        let (from, to) = span.moments();
        assert_eq!(from.to_rfc3339(), "2026-09-01T03:00:00+00:00");
        assert_eq!(to.to_rfc3339(), "2026-12-01T03:00:00+00:00");
        let alike = |moment: &str| Alike {
            solved_at: moment.parse().unwrap(),
            form: None,
            fate: Fate::Expired,
            score: None,
            step: None,
            reason: None,
            count: 1,
        };
        // The first of November in London is still October in São Paulo.
        let figures = Figures::of(&span, &[alike("2026-11-01T01:00:00Z"), alike("2026-11-30T12:00:00Z")], None);
        let asked: Vec<_> = figures.periods.iter().map(|period| (period.name.as_str(), period.all.asked)).collect();
        assert_eq!(asked, [("2026-09", 0), ("2026-10", 1), ("2026-11", 1)]);
        assert_eq!(figures.all.asked, 2);
    }
}
