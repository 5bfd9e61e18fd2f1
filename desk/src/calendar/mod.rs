//! The calendars of the support regions: time zone, hours of each weekday, holidays and short days. They become plain
//! hours in UTC here; how working time is counted over them is the contract's rule.

mod defaults;
mod holiday;
mod hours;
mod ics;

pub use defaults::{default_of, default_words};
pub use holiday::{DayRule, HolidayError, Holidays};
pub use hours::{DayHours, WeekHours};
pub use ics::{IcsError, read_ics};

use balcao_contract::support::{FirstResponse, Region};
use balcao_contract::time::Timestamp;
use balcao_contract::working_hours::{OpenHours, REOPEN_WINDOW, Span};
use chrono::{DateTime, Datelike as _, Days, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use std::sync::{Arc, PoisonError, RwLock};

/// Within so many days 27 working hours have passed even where a region works one short day a week.
const HORIZON: TimeDelta = TimeDelta::days(200);

/// When a support region works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Whose clocks the hours are read from.
    pub zone: Tz,
    /// The hours of an ordinary week.
    pub week: WeekHours,
    /// The days that are not ordinary.
    pub holidays: Holidays,
}

impl Calendar {
    /// The hours in which support is there, from one moment to another.
    #[must_use]
    pub fn open_hours(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> OpenHours {
        // A day early and a day late: the local day of a moment depends on the zone, and a night shift ends tomorrow.
        let first = from.with_timezone(&self.zone).date_naive() - Days::new(1);
        let last = to.with_timezone(&self.zone).date_naive() + Days::new(1);
        let spans = first.iter_days().take_while(|day| *day <= last).flat_map(|day| self.spans_of(day));
        let within = spans.map(|span| Span { from: span.from.max(Timestamp(from)), to: span.to.min(Timestamp(to)) });
        OpenHours::new(within.collect())
    }

    /// When the reopen window of a request solved at `solved_at` ends; `None` for a calendar that hardly ever works.
    #[must_use]
    pub fn closes_at(&self, solved_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let hours = self.open_hours(solved_at, solved_at + HORIZON);
        hours.after(Timestamp(solved_at), REOPEN_WINDOW).map(|moment| moment.0)
    }

    /// By when somebody answers what was opened at `opened`; `None` for a calendar that hardly ever works.
    #[must_use]
    pub fn answered_by(&self, opened: DateTime<Utc>, promised: FirstResponse) -> Option<DateTime<Utc>> {
        let hours = self.open_hours(opened, opened + HORIZON);
        promised.due(Timestamp(opened), &hours).map(|moment| moment.0)
    }

    /// Requests solved then or before have had `working` time of this calendar until `now`.
    #[must_use]
    pub fn due_since(&self, now: DateTime<Utc>, working: TimeDelta) -> Option<DateTime<Utc>> {
        let hours = self.open_hours(now - HORIZON, now);
        hours.before(Timestamp(now), working).map(|moment| moment.0)
    }

    fn spans_of(&self, day: NaiveDate) -> Vec<Span> {
        let hours = match self.holidays.rule_of(day) {
            Some(DayRule::Off) => return Vec::new(),
            Some(DayRule::Short(hours)) => std::slice::from_ref(hours),
            None => self.week.of(day.weekday()),
        };
        hours.iter().map(|hours| Span { from: self.opening(day, hours), to: self.end(day, hours) }).collect()
    }

    fn opening(&self, day: NaiveDate, hours: &DayHours) -> Timestamp {
        Timestamp(self.moment(day.and_time(hours.from), false))
    }

    fn end(&self, day: NaiveDate, hours: &DayHours) -> Timestamp {
        // Midnight as an end is the next day's.
        let (day, time) = match hours.to {
            Some(to) => (day, to),
            None => (day + Days::new(1), chrono::NaiveTime::MIN),
        };
        Timestamp(self.moment(day.and_time(time), true))
    }

    /// A clock reading as a moment. Where clocks are set back it happens twice: work begins at the first and ends at
    /// the second. Where they are set forward it does not happen: the moment of the change stands for it.
    fn moment(&self, local: NaiveDateTime, is_end: bool) -> DateTime<Utc> {
        match self.zone.from_local_datetime(&local) {
            LocalResult::Single(moment) => moment.to_utc(),
            LocalResult::Ambiguous(first, second) => if is_end { second } else { first }.to_utc(),
            LocalResult::None => self.end_of_gap(local),
        }
    }

    /// The first moment after clocks jumped over a reading. Gaps are at most some hours long; one zone once left out a
    /// whole day.
    fn end_of_gap(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let minutes = (1..=26 * 60).map(|minutes| local + TimeDelta::minutes(minutes));
        let mut readings = minutes.filter_map(|local| self.zone.from_local_datetime(&local).earliest());
        readings.next().map_or_else(|| local.and_utc(), |moment| moment.to_utc())
    }
}

/// The calendars of all regions. Clones share them: a feed brings a new one while the program runs.
#[derive(Debug, Clone)]
pub struct Calendars(Arc<[RwLock<Arc<Calendar>>; Region::ALL.len()]>);

impl Default for Calendars {
    fn default() -> Self {
        Self::made(default_of)
    }
}

impl Calendars {
    /// Calendars made for each region.
    #[must_use]
    pub fn made(mut make: impl FnMut(Region) -> Calendar) -> Self {
        Self(Arc::new(Region::ALL.map(|region| RwLock::new(Arc::new(make(region))))))
    }

    /// The calendar of a region, as it is now.
    #[must_use]
    pub fn of(&self, region: Region) -> Arc<Calendar> {
        self.place(region).read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another calendar in a region's place.
    pub fn set(&self, region: Region, calendar: Calendar) {
        *self.place(region).write().unwrap_or_else(PoisonError::into_inner) = Arc::new(calendar);
    }

    fn place(&self, region: Region) -> &RwLock<Arc<Calendar>> {
        let [brazil, latin_america, united_states, emea, asia_pacific] = &*self.0;
        match region {
            Region::Brazil => brazil,
            Region::LatinAmerica => latin_america,
            Region::UnitedStates => united_states,
            Region::Emea => emea,
            Region::AsiaPacific => asia_pacific,
        }
    }
}

#[cfg(test)]
mod tests;
