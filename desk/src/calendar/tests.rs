use super::*;
use chrono::NaiveTime;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn calendar(zone: &str, week: &str, holidays: &str) -> Calendar {
    Calendar { zone: zone.parse().unwrap(), week: week.parse().unwrap(), holidays: holidays.parse().unwrap() }
}

fn closes(calendar: &Calendar, solved: &str) -> DateTime<Utc> {
    calendar.closes_at(at(solved)).unwrap()
}

#[test]
fn twenty_seven_hours_of_brazil() {
    let brazil = default_of(Region::Brazil);
    let rows = [
        // Monday at noon: three working days on.
        ("2026-11-23T12:00:00-03:00", "2026-11-26T12:00:00-03:00"),
        // Friday evening: the weekend does not count.
        ("2026-11-27T18:30:00-03:00", "2026-12-02T18:00:00-03:00"),
        // Over 20 November, a national holiday since 2024, and a weekend.
        ("2026-11-19T09:00:00-03:00", "2026-11-24T18:00:00-03:00"),
        // Over Christmas and New Year, both on a Friday.
        ("2026-12-24T10:00:00-03:00", "2026-12-30T10:00:00-03:00"),
        // Good Friday 2027 is 26 March.
        ("2027-03-25T17:00:00-03:00", "2027-03-31T17:00:00-03:00"),
    ];
    for (solved, expected) in rows {
        assert_eq!(closes(&brazil, solved), at(expected), "{solved}");
    }
}

#[test]
fn clocks_that_change_shorten_no_window() {
    let new_york = calendar("America/New_York", "mon-sun 00:00-24:00", "");
    // Work without a break: 27 hours are 27 hours, whatever the clocks on the wall do.
    for change in ["2027-03-14T05:00:00Z", "2026-11-01T04:00:00Z"] {
        assert_eq!(new_york.closes_at(at(change)), Some(at(change) + TimeDelta::hours(27)), "{change}");
    }
    // 01:30 to 03:30 on the night when 02:00 becomes 03:00: one hour; on the night when it comes twice: three.
    let night = calendar("America/New_York", "mon-sun 01:30-03:30", "");
    let worked = |from: &str, to: &str| {
        let hours = night.open_hours(at(from), at(to));
        hours.between(Timestamp(at(from)), Timestamp(at(to))).num_minutes()
    };
    assert_eq!(worked("2027-03-13T12:00:00Z", "2027-03-14T12:00:00Z"), 60);
    assert_eq!(worked("2026-10-31T12:00:00Z", "2026-11-01T12:00:00Z"), 180);
    // Opening inside the hour that does not happen: at its end.
    let gap = calendar("America/New_York", "sun 02:30-05:00", "");
    let hours = gap.open_hours(at("2027-03-14T00:00:00Z"), at("2027-03-15T00:00:00Z"));
    assert_eq!(hours.spans()[0].from, Timestamp(at("2027-03-14T07:00:00Z")));
    // Samoa left out 30 December 2011 altogether.
    let samoa = calendar("Pacific/Apia", "mon-sun 09:00-18:00", "");
    let hours = samoa.open_hours(at("2011-12-28T00:00:00Z"), at("2012-01-02T00:00:00Z"));
    assert!(hours.spans().iter().all(|span| span.from < span.to));
}

#[test]
fn midnight_belongs_to_the_day_that_ends() {
    let late = calendar("UTC", "mon 18:00-24:00, tue 00:00-02:00", "");
    let hours = late.open_hours(at("2026-11-23T00:00:00Z"), at("2026-11-25T00:00:00Z"));
    let expected = Span { from: at("2026-11-23T18:00:00Z").into(), to: at("2026-11-24T02:00:00Z").into() };
    assert_eq!(hours.spans(), [expected]);
}

#[test]
fn short_days_and_days_off() {
    let words = "2026-12-24 09:00-13:00, 12-25, 02-29, easter+1";
    let calendar = calendar("UTC", "mon-fri 09:00-18:00", words);
    let minutes = |day: &str| {
        let from = at(&format!("{day}T00:00:00Z"));
        let to = from + TimeDelta::days(1);
        calendar.open_hours(from, to).between(from.into(), to.into()).num_minutes()
    };
    let rows = [
        ("2026-12-23", 540),
        ("2026-12-24", 240),
        ("2026-12-25", 0),
        ("2025-12-24", 540),
        ("2028-02-29", 0),
        ("2028-02-28", 540),
        ("2027-03-29", 0),
        ("2026-04-06", 0),
    ];
    for (day, expected) in rows {
        assert_eq!(minutes(day), expected, "{day}");
    }
}

#[test]
fn a_holiday_added_while_the_clock_runs_gives_another_day() {
    let before = calendar("UTC", "mon-fri 09:00-18:00", "");
    let after = calendar("UTC", "mon-fri 09:00-18:00", "2026-11-25");
    assert_eq!(closes(&before, "2026-11-24T12:00:00Z"), at("2026-11-27T12:00:00Z"));
    assert_eq!(closes(&after, "2026-11-24T12:00:00Z"), at("2026-11-30T12:00:00Z"));
}

#[test]
fn a_calendar_that_hardly_works_closes_nothing_rather_than_too_early() {
    let never = Calendar { zone: chrono_tz::UTC, week: WeekHours::default(), holidays: Holidays::default() };
    assert_eq!(never.closes_at(at("2026-11-24T12:00:00Z")), None);
    assert_eq!(never.due_since(at("2026-11-24T12:00:00Z"), REOPEN_WINDOW), None);
}

#[test]
fn what_cannot_be_read_is_refused() {
    for week in ["", "mon", "mon 9-18", "mon 18:00-09:00", "mon 09:00-12:00, mon 11:00-18:00", "foo 09:00-18:00"] {
        assert!(week.parse::<WeekHours>().is_err(), "{week}");
    }
    for day in ["13-01", "02-30", "2026-02-29", "easter+400", "12-25 18:00-09:00", "christmas"] {
        let error = day.parse::<Holidays>().unwrap_err();
        assert!(error.to_string().contains(day), "{error}");
    }
    let split: WeekHours = "fri-mon 09:00-12:00, mon 13:00-18:00".parse().unwrap();
    assert_eq!(split.of(chrono::Weekday::Mon).len(), 2);
    assert_eq!(split.of(chrono::Weekday::Sun)[0].from, NaiveTime::from_hms_opt(9, 0, 0).unwrap());
    assert!(split.of(chrono::Weekday::Tue).is_empty());
}

const FEED: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n\
BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261121\r\nSUMMARY:Consciência Negra\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Natal\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:3\r\nDTSTART;VALUE=DATE:20200101\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Ano Novo\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:4\r\nDTSTART:20261123T120000Z\r\nDTEND:20261123T130000Z\r\nSUMMARY:Reunião\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:5\r\nDTSTART;VALUE=DATE:20261130\r\nSTATUS:CANCELLED\r\nSUMMARY:Nada\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:6\r\nDTSTART;VALUE=DATE:20261126\r\nRRULE:FREQ=YEARLY;BYDAY=4TH\r\nSUMMARY:Thanksgiving\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

#[test]
fn holidays_out_of_a_feed() {
    let (holidays, passed_over) = read_ics(FEED).unwrap();
    let off = |day: &str| holidays.rule_of(day.parse().unwrap()) == Some(&DayRule::Off);
    for day in ["2026-11-20", "2026-12-24", "2026-12-26", "2027-01-01", "2031-01-01", "2026-11-26"] {
        assert!(off(day), "{day}");
    }
    for day in ["2026-11-21", "2026-12-27", "2026-11-23", "2026-11-30", "2027-11-20"] {
        assert!(!off(day), "{day}");
    }
    assert_eq!(passed_over.len(), 2, "{passed_over:?}");
    assert!(read_ics("<html>").is_err());
}

proptest! {
    /// What the job that closes relies on: one comparison tells the same as the clock of each request.
    #[test]
    fn due_is_the_same_forwards_and_backwards(
        region in prop::sample::select(Region::ALL.to_vec()),
        solved in 1_700_000_000_i64..1_900_000_000,
        later in 0_i64..1_500_000,
    ) {
        let calendar = default_of(region);
        let solved = DateTime::from_timestamp(solved, 0).unwrap();
        let now = solved + TimeDelta::seconds(later);
        let forwards = calendar.closes_at(solved).is_some_and(|closes| closes <= now);
        let backwards = calendar.due_since(now, REOPEN_WINDOW).is_some_and(|since| solved <= since);
        prop_assert_eq!(forwards, backwards);
    }

    /// Whatever zone, hours and season: exactly 27 working hours lie between solving and closing.
    #[test]
    fn exactly_twenty_seven_hours(
        zone in prop::sample::select(vec![
            "America/Sao_Paulo", "America/New_York", "Europe/Lisbon", "Asia/Kolkata", "Australia/Lord_Howe",
            "Pacific/Apia", "Africa/Casablanca", "America/St_Johns", "Asia/Kathmandu", "UTC",
        ]),
        from in 0_u32..22, length in 1_u32..10,
        solved in 1_700_000_000_i64..1_900_000_000,
    ) {
        let to = from + length;
        let to = if to >= 24 { "24:00".to_owned() } else { format!("{to:02}:00") };
        let calendar = calendar(zone, &format!("mon-fri {from:02}:00-{to}"), "12-25, 02-29");
        let solved = DateTime::from_timestamp(solved, 0).unwrap();
        let closes = calendar.closes_at(solved).unwrap();
        let hours = calendar.open_hours(solved, closes);
        prop_assert_eq!(hours.between(solved.into(), closes.into()), REOPEN_WINDOW);
        prop_assert!(closes > solved);
    }
}
