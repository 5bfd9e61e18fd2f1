//! Holidays out of an iCalendar file (RFC 5545): its events of whole days are days off.

use super::holiday::{DayRule, Holidays};
use balcao_steps as steps;
use chrono::{Datelike as _, Days, NaiveDate};
use icalendar::{Calendar, CalendarComponent, Component as _, DatePerhapsTime, EventStatus};

/// An event longer than this is no holiday; it would also be a way to fill the memory.
const LONGEST_EVENT_DAYS: i64 = 60;

/// Components within each other: a calendar, an event, an alarm. The parser calls itself for each, and a file of nothing
/// else would overflow the stack and end the program.
const DEEPEST: usize = 8;

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
    if is_too_deep(text) {
        return Err(IcsError(format!("components within each other more than {DEEPEST} times")));
    }
    let calendar: Calendar = text.parse().map_err(IcsError)?;
    let mut holidays = Holidays::default();
    let mut passed_over = Vec::new();
    for component in &calendar.components {
        steps::take(1);
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
        steps::take(usize::try_from((end - first).num_days()).unwrap_or(0));
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

/// Counts as the parser does, or more: only an end of the same name ends a component.
fn is_too_deep(text: &str) -> bool {
    let unfolded = icalendar::parser::unfold(text);
    let mut open: Vec<&str> = Vec::new();
    unfolded.lines().any(|line| {
        steps::take(line.len() + 1);
        let line = line.trim();
        let (word, name) = line.split_once(':').unwrap_or((line, ""));
        if word.eq_ignore_ascii_case("BEGIN") {
            open.push(name);
        } else if word == "END" {
            open.pop_if(|begun| begun == &name);
        }
        open.len() > DEEPEST
    })
}

/// `FREQ=YEARLY`, perhaps with the month and day that the event has anyway.
fn is_every_year(rule: &str, first: NaiveDate) -> bool {
    steps::take(rule.len());
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
