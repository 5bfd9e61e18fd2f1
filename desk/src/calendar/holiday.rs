//! The days that are not ordinary, and how they are written: `12-25` every year, `2026-12-24 09:00-13:00` once, `easter-2`
//! by the moon.

use super::hours::DayHours;
use chrono::{Datelike as _, NaiveDate, TimeDelta};
use std::collections::BTreeMap;
use std::str::FromStr;

/// What a day is instead of an ordinary one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayRule {
    /// Nobody is there.
    Off,
    /// Somebody is there for these hours only.
    Short(DayHours),
}

/// Why a day cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day: it looks like `12-25`, `2026-12-24`, `easter-2` or `2026-12-24 09:00-13:00`")]
pub struct HolidayError(pub String);

/// Days off and short days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays {
    once: BTreeMap<NaiveDate, DayRule>,
    /// By month and day.
    yearly: BTreeMap<(u32, u32), DayRule>,
    /// By days after Easter Sunday, before it where negative.
    easter: BTreeMap<i64, DayRule>,
}

impl Holidays {
    /// What is said about a day. What is said of one very day counts more than what is said of every year.
    #[must_use]
    pub fn rule_of(&self, day: NaiveDate) -> Option<&DayRule> {
        let from_easter = || {
            let easter = computus::gregorian(day.year()).ok()?;
            let easter = NaiveDate::from_ymd_opt(easter.year, easter.month, easter.day)?;
            self.easter.get(&(day - easter).num_days())
        };
        self.once
            .get(&day)
            .or_else(|| self.yearly.get(&(day.month(), day.day())))
            .or_else(|| if self.easter.is_empty() { None } else { from_easter() })
    }

    /// Adds a day.
    pub fn add(&mut self, day: NaiveDate, rule: DayRule) {
        self.once.insert(day, rule);
    }

    /// Adds every day off of others that is not spoken of here.
    pub fn merge(&mut self, others: &Self) {
        for (day, rule) in &others.once {
            self.once.entry(*day).or_insert(*rule);
        }
        for (day, rule) in &others.yearly {
            self.yearly.entry(*day).or_insert(*rule);
        }
        for (days, rule) in &others.easter {
            self.easter.entry(*days).or_insert(*rule);
        }
    }

    /// Adds a day that comes again every year; 29 February comes in leap years.
    pub fn add_yearly(&mut self, month: u32, day: u32, rule: DayRule) -> Option<()> {
        // A leap year has every day there is.
        NaiveDate::from_ymd_opt(2028, month, day)?;
        self.yearly.insert((month, day), rule);
        Some(())
    }

    fn read_one(&mut self, text: &str) -> Option<()> {
        let (day, hours) = text.split_once(char::is_whitespace).map_or((text, None), |(day, hours)| (day, Some(hours)));
        let rule = match hours {
            None => DayRule::Off,
            Some(hours) => DayRule::Short(hours.trim().parse().ok()?),
        };
        if let Some(days) = day.strip_prefix("easter") {
            let days: i64 = if days.is_empty() { 0 } else { days.parse().ok()? };
            // Beyond these a day may fall into another year than its Easter.
            if TimeDelta::try_days(days)?.num_days().abs() > 70 {
                return None;
            }
            self.easter.insert(days, rule);
        } else if day.len() == 5 {
            let (month, day) = day.split_once('-')?;
            self.add_yearly(month.parse().ok()?, day.parse().ok()?, rule)?;
        } else {
            self.add(NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?, rule);
        }
        Some(())
    }
}

impl FromStr for Holidays {
    type Err = HolidayError;

    fn from_str(text: &str) -> Result<Self, HolidayError> {
        let mut holidays = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            holidays.read_one(part).ok_or_else(|| HolidayError(part.to_owned()))?;
        }
        Ok(holidays)
    }
}
