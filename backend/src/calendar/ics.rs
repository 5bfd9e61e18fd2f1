//! Holidays out of an iCalendar file (RFC 5545): its events of whole days are days off.

use super::holiday::{DayRule, Holidays};
use chrono::{Datelike as _, Days, NaiveDate};
use icalendar::{Calendar, CalendarComponent, Component as _, DatePerhapsTime, EventStatus};

/// An event longer than this is no holiday; it would also be a way to fill the memory.
const LONGEST_EVENT_DAYS: i64 = 60;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an iCalendar file: {0}")]
pub struct IcsError(String);

/// The days off of a file, and what of it was not understood, for the log. Events with a time of day say nothing about
/// how long support is there, so they are left out; so are cancelled ones.
///
/// # Errors
/// Not an iCalendar file.
pub fn read_ics(text: &str) -> Result<(Holidays, Vec<String>), IcsError> {
    let text = text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with("BEGIN:VCALENDAR") {
        return Err(IcsError("it does not begin with BEGIN:VCALENDAR".to_owned()));
    }
    let calendar: Calendar = text.parse().map_err(IcsError)?;
    let mut holidays = Holidays::default();
    let mut passed_over = Vec::new();
    for component in &calendar.components {
        let CalendarComponent::Event(event) = component else { continue };
        if event.get_status() == Some(EventStatus::Cancelled) {
            continue;
        }
        let name = event.get_summary().unwrap_or("an event without a name");
        let Some(DatePerhapsTime::Date(first)) = event.get_start() else {
            passed_over.push(format!("{name}: it is not a whole day"));
            continue;
        };
        let end = match event.get_end() {
            Some(DatePerhapsTime::Date(end)) if end > first => end,
            _ => first + Days::new(1),
        };
        if (end - first).num_days() > LONGEST_EVENT_DAYS {
            passed_over.push(format!("{name}: it is longer than {LONGEST_EVENT_DAYS} days"));
            continue;
        }
        let days = first.iter_days().take_while(|day| *day < end);
        match event.property_value("RRULE") {
            None => days.for_each(|day| holidays.add(day, DayRule::Off)),
            Some(rule) if is_every_year(rule, first) => {
                days.for_each(|day| {
                    let _ = holidays.add_yearly(day.month(), day.day(), DayRule::Off);
                });
            }
            Some(_) => {
                passed_over.push(format!("{name}: it comes again by another rule than every year on the same day"));
                days.for_each(|day| holidays.add(day, DayRule::Off));
            }
        }
    }
    Ok((holidays, passed_over))
}

/// `FREQ=YEARLY`, perhaps with the month and day that the event has anyway.
fn is_every_year(rule: &str, first: NaiveDate) -> bool {
    let mut yearly = false;
    rule.split(';').filter(|part| !part.is_empty()).all(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.to_ascii_uppercase().as_str() {
            "FREQ" => {
                yearly = value.eq_ignore_ascii_case("YEARLY");
                yearly
            }
            "INTERVAL" => value == "1",
            "BYMONTH" => value.parse() == Ok(first.month()),
            "BYMONTHDAY" => value.parse() == Ok(first.day()),
            "WKST" => true,
            _ => false,
        }
    }) && yearly
}
