use balcao_contract::support::{FirstResponse, ResponseUnit};
use balcao_contract::time::Timestamp;
use balcao_contract::working_hours::{OpenHours, REOPEN_WINDOW, Span};
use chrono::TimeDelta;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    Timestamp(format!("{text}:00Z").parse().unwrap())
}

fn hours(spans: &[(&str, &str)]) -> OpenHours {
    OpenHours::new(spans.iter().map(|(from, to)| Span { from: at(from), to: at(to) }).collect())
}

/// Two days of nine hours, a weekend, and three more days.
fn week() -> OpenHours {
    hours(&[
        ("2026-11-19T12:00", "2026-11-19T21:00"),
        ("2026-11-20T12:00", "2026-11-20T21:00"),
        ("2026-11-23T12:00", "2026-11-23T21:00"),
        ("2026-11-24T12:00", "2026-11-24T21:00"),
        ("2026-11-25T12:00", "2026-11-25T21:00"),
    ])
}

#[test]
fn the_window_is_three_days_of_nine_hours() {
    let rows = [
        // Solved at the first moment of a day, in the middle, at the last, at night, on Saturday.
        ("2026-11-19T12:00", "2026-11-23T21:00"),
        ("2026-11-19T16:30", "2026-11-24T16:30"),
        ("2026-11-19T21:00", "2026-11-24T21:00"),
        ("2026-11-20T03:00", "2026-11-24T21:00"),
        ("2026-11-21T15:00", "2026-11-25T21:00"),
    ];
    for (solved, closes) in rows {
        assert_eq!(week().after(at(solved), REOPEN_WINDOW), Some(at(closes)), "{solved}");
    }
}

#[test]
fn what_is_not_known_is_not_made_up() {
    assert_eq!(week().after(at("2026-11-23T12:01"), REOPEN_WINDOW), None);
    assert_eq!(week().before(at("2026-11-23T20:59"), REOPEN_WINDOW), None);
    assert_eq!(OpenHours::default().after(at("2026-11-23T12:01"), TimeDelta::seconds(1)), None);
}

#[test]
fn working_time_between_two_moments() {
    let rows = [
        ("2026-11-19T12:00", "2026-11-19T12:00", 0),
        ("2026-11-19T13:00", "2026-11-19T12:00", 0),
        ("2026-11-19T10:00", "2026-11-19T12:30", 30),
        ("2026-11-20T20:00", "2026-11-23T13:00", 120),
        ("2026-11-21T00:00", "2026-11-22T23:00", 0),
    ];
    for (start, end, minutes) in rows {
        assert_eq!(week().between(at(start), at(end)), TimeDelta::minutes(minutes), "{start} {end}");
    }
}

#[test]
fn spans_come_apart_and_in_order() {
    let mixed = hours(&[
        ("2026-11-20T12:00", "2026-11-20T15:00"),
        ("2026-11-19T12:00", "2026-11-19T21:00"),
        ("2026-11-20T14:00", "2026-11-20T18:00"),
        ("2026-11-20T18:00", "2026-11-20T21:00"),
        ("2026-11-21T12:00", "2026-11-21T12:00"),
    ]);
    let expected = hours(&[("2026-11-19T12:00", "2026-11-19T21:00"), ("2026-11-20T12:00", "2026-11-20T21:00")]);
    assert_eq!(mixed, expected);
    assert_eq!(mixed.spans().len(), 2);
}

prop_compose! {
    /// Up to forty spans of up to ten hours within about fifty days, anyhow.
    fn any_hours()(raw in prop::collection::vec((0_i64..72_000, 0_i64..600), 0..40)) -> OpenHours {
        let start = at("2026-11-19T00:00").0;
        OpenHours::new(raw.into_iter().map(|(from, length)| {
            let from = start + TimeDelta::minutes(from);
            Span { from: Timestamp(from), to: Timestamp(from + TimeDelta::minutes(length)) }
        }).collect())
    }
}

prop_compose! {
    fn any_moment()(minutes in -100_i64..73_000) -> Timestamp {
        Timestamp(at("2026-11-19T00:00").0 + TimeDelta::minutes(minutes))
    }
}

proptest! {
    #[test]
    fn what_has_passed_is_what_was_asked_for(hours in any_hours(), start in any_moment(), minutes in 0_i64..3_000) {
        let working = TimeDelta::minutes(minutes);
        match hours.after(start, working) {
            Some(end) => {
                prop_assert_eq!(hours.between(start, end), working);
                // It is the first such moment.
                if minutes > 0 {
                    let earlier = Timestamp(end.0 - TimeDelta::seconds(1));
                    prop_assert!(hours.between(start, earlier) < working);
                }
            }
            None => {
                let last = hours.spans().last().map_or(start, |span| span.to);
                prop_assert!(hours.between(start, last) < working);
            }
        }
    }

    /// What makes it possible to close everything that is due with one comparison.
    #[test]
    fn due_is_the_same_forwards_and_backwards(
        hours in any_hours(), start in any_moment(), now in any_moment(), minutes in 1_i64..3_000,
    ) {
        let working = TimeDelta::minutes(minutes);
        let forwards = hours.after(start, working).is_some_and(|end| end <= now);
        let backwards = hours.before(now, working).is_some_and(|latest| start <= latest);
        prop_assert_eq!(forwards, backwards);
        prop_assert_eq!(forwards, hours.between(start, now) >= working);
    }

    #[test]
    fn later_begun_is_never_sooner_over(
        hours in any_hours(), start in any_moment(), later in 0_i64..5_000, minutes in 0_i64..3_000,
    ) {
        let working = TimeDelta::minutes(minutes);
        let second = Timestamp(start.0 + TimeDelta::minutes(later));
        if let (Some(first), Some(second)) = (hours.after(start, working), hours.after(second, working)) {
            prop_assert!(first <= second);
        }
    }

    #[test]
    fn it_crosses_the_wire(hours in any_hours()) {
        let wire = serde_json::to_string(&hours).unwrap();
        prop_assert_eq!(serde_json::from_str::<OpenHours>(&wire).unwrap(), hours);
    }
}

#[test]
fn a_promise_is_a_moment() {
    let promise = |max: u32, unit: ResponseUnit| FirstResponse { min: 1, max, unit };
    let rows = [
        // Opened in the morning, an hour before the end of Friday, on Saturday.
        ("2026-11-20T12:30", promise(1, ResponseUnit::WorkingHours), Some("2026-11-20T13:30")),
        ("2026-11-20T20:00", promise(8, ResponseUnit::WorkingHours), Some("2026-11-23T19:00")),
        ("2026-11-21T15:00", promise(1, ResponseUnit::WorkingHours), Some("2026-11-23T13:00")),
        // Of a range the end is what is promised; hours on the clock run on the weekend as well.
        ("2026-11-21T15:00", promise(2, ResponseUnit::Hours), Some("2026-11-21T17:00")),
        ("2026-11-21T23:50", promise(20, ResponseUnit::Minutes), Some("2026-11-22T00:10")),
        // Nothing is made up where the hours are not known so far.
        ("2026-11-25T20:00", promise(8, ResponseUnit::WorkingHours), None),
    ];
    for (opened, promise, due) in rows {
        assert_eq!(promise.due(at(opened), &week()), due.map(at), "{opened} {promise:?}");
    }
}
