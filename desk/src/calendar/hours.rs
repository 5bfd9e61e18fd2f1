//! The hours of an ordinary week, and how they are written: `mon-fri 09:00-18:00, sat 09:00-13:00`.

use chrono::{NaiveTime, Weekday};
use std::str::FromStr;

/// Hours of one day without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayHours {
    /// The first moment.
    pub from: NaiveTime,
    /// The moment after the last; `None` is midnight at the end of the day.
    pub to: Option<NaiveTime>,
}

impl FromStr for DayHours {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (from, to) = text.split_once('-').ok_or(())?;
        let from = time(from).ok_or(())?;
        let to = match to.trim() {
            "24:00" => None,
            to => Some(time(to).ok_or(())?),
        };
        if to.is_none_or(|to| from < to) { Ok(Self { from, to }) } else { Err(()) }
    }
}

fn time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

/// The hours of each weekday, Monday first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeekHours([Vec<DayHours>; 7]);

impl WeekHours {
    /// The hours of a weekday, in order.
    #[must_use]
    pub fn of(&self, day: Weekday) -> &[DayHours] {
        &self.0[day.num_days_from_monday() as usize]
    }
}

impl FromStr for WeekHours {
    type Err = ();

    /// `mon-fri 09:00-12:00, mon-fri 13:00-18:00, sat 09:00-13:00`. At least one hour a week.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut week = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (days, hours) = part.split_once(char::is_whitespace).ok_or(())?;
            let hours: DayHours = hours.trim().parse()?;
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let (first, last) = (weekday(first)?, weekday(last)?);
            let mut day = first;
            loop {
                week.0[day.num_days_from_monday() as usize].push(hours);
                if day == last {
                    break;
                }
                day = day.succ();
            }
        }
        for day in &mut week.0 {
            day.sort_unstable();
            // Hours that overlap are a slip of the pen rather than a wish.
            if day.windows(2).any(|pair| pair[0].to.is_none_or(|to| to > pair[1].from)) {
                return Err(());
            }
        }
        if week.0.iter().all(Vec::is_empty) { Err(()) } else { Ok(week) }
    }
}

fn weekday(text: &str) -> Result<Weekday, ()> {
    text.trim().parse().map_err(|_| ())
}
