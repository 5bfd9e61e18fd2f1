//! Holidays out of an iCalendar feed, served on loopback: taken, kept over a restart, and never lost to a bad answer.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use balcao_backend::jobs::Feeds;
use balcao_config::Feed;
use balcao_contract::support::Region;
use balcao_desk::calendar::Calendars;
use chrono::{DateTime, Utc};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;

/// What the feed answers; nothing is an error of the server.
type Served = Arc<Mutex<Option<String>>>;

async fn serve(State(served): State<Served>) -> Response {
    match served.lock().unwrap().clone() {
        Some(text) => ([("content-type", "text/calendar")], text).into_response(),
        None => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn stand_in() -> (Served, Feed) {
    let served = Served::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/holidays.ics", listener.local_addr().unwrap()).parse().unwrap();
    let router = Router::new().route("/holidays.ics", get(serve)).with_state(served.clone());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (served, Feed { region: Region::Brazil, url })
}

fn day_off(day: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n\
         SUMMARY:Day off\r\nDTSTART;VALUE=DATE:{day}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn job(calendars: &Calendars, feed: &Feed, folder: &Path) -> Feeds {
    Feeds::new(calendars, std::slice::from_ref(feed), folder.to_owned()).unwrap()
}

/// Solved on Monday 23 November at 12:00 in São Paulo.
fn closes(calendars: &Calendars) -> DateTime<Utc> {
    calendars.of(Region::Brazil).closes_at("2026-11-23T15:00:00Z".parse().unwrap()).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

const THURSDAY: &str = "2026-11-26T15:00:00Z";
const FRIDAY: &str = "2026-11-27T15:00:00Z";

#[tokio::test]
async fn a_day_off_of_a_feed_counts_at_once_also_while_a_clock_runs_and_goes_with_the_feed() {
    let (served, feed) = stand_in().await;
    let folder = tempfile::tempdir().unwrap();
    let calendars = Calendars::default();
    let job = job(&calendars, &feed, folder.path());
    assert_eq!(closes(&calendars), at(THURSDAY));
    *served.lock().unwrap() = Some(day_off("20261124"));
    assert!(job.read_all().await);
    assert_eq!(closes(&calendars), at(FRIDAY));
    // What comes with the program stays: 25 December.
    let christmas = calendars.of(Region::Brazil).closes_at(at("2026-12-23T15:00:00Z")).unwrap();
    assert_eq!(christmas, at("2026-12-29T15:00:00Z"));
    // The feed takes it back.
    *served.lock().unwrap() = Some(day_off("20270224"));
    assert!(job.read_all().await);
    assert_eq!(closes(&calendars), at(THURSDAY));
}

#[tokio::test]
async fn a_feed_that_fails_changes_nothing_and_its_copy_survives_a_restart() {
    let (served, feed) = stand_in().await;
    let folder = tempfile::tempdir().unwrap();
    let calendars = Calendars::default();
    let first = job(&calendars, &feed, folder.path());
    *served.lock().unwrap() = Some(day_off("20261124"));
    assert!(first.read_all().await);
    let bad = [None, Some("<html>log in</html>".to_owned()), Some(format!("BEGIN:VCALENDAR{}", "x".repeat(3 << 20)))];
    for answer in bad {
        *served.lock().unwrap() = answer;
        assert!(!first.read_all().await);
        assert_eq!(closes(&calendars), at(FRIDAY));
    }
    let calendars = Calendars::default();
    let restarted = job(&calendars, &feed, folder.path());
    restarted.take_copies();
    assert_eq!(closes(&calendars), at(FRIDAY));
    std::fs::write(folder.path().join("brazil.ics"), "broken").unwrap();
    let calendars = Calendars::default();
    job(&calendars, &feed, folder.path()).take_copies();
    assert_eq!(closes(&calendars), at(THURSDAY));
}
