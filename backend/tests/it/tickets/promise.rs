//! A promise is a moment, counted over the hours in which support is there: in the confirmation and for the panel.

use super::Desk;
use serde_json::{Value, json};

/// Half an hour before the region's weekend begins (Bogotá); urgent is an hour of work.
const FRIDAY: &str = "2026-11-20T22:30:00Z";

#[tokio::test]
async fn the_confirmation_and_the_request_say_by_when_support_answers() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    desk.clock.set(FRIDAY.parse().unwrap());
    let request = ana.open("Checkout").await;
    let mail: String = sqlx::query_scalar("SELECT text_body FROM outbox")
        .fetch_one(&mut *desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert!(mail.contains("by Monday, November 23, 2026 at 9:30 AM (GMT-5)"), "{mail}");
    assert!(mail.contains("1 working hour"), "{mail}");

    let path = format!("/api/panel/requests/{request}/clock");
    let promised = json!({ "clock": null, "first_response_by": "2026-11-23T14:30:00Z" });
    assert_eq!(ana.get(&path).await.json, promised);
    // Whenever it is asked for: it is counted from when the request was opened.
    desk.pass(chrono::TimeDelta::days(2));
    assert_eq!(ana.get(&path).await.json, promised);
    let other = desk.sign_in("eve", "other").await;
    assert_eq!(other.get(&path).await.json, json!({ "clock": null }));
}

#[tokio::test]
async fn a_day_off_that_becomes_known_moves_the_moment() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    desk.clock.set(FRIDAY.parse().unwrap());
    let request = ana.open("Checkout").await;
    let calendars = &desk.app.config.calendars;
    let mut calendar = (*calendars.of(balcao_contract::support::Region::LatinAmerica)).clone();
    calendar.holidays = "2026-11-23".parse().unwrap();
    calendars.set(balcao_contract::support::Region::LatinAmerica, calendar);
    let clock = ana.get(&format!("/api/panel/requests/{request}/clock")).await;
    assert_eq!(clock.json["first_response_by"], "2026-11-24T14:30:00Z", "{}", clock.text);
}

#[tokio::test]
async fn what_waits_for_its_requester_or_is_over_has_no_promise() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let request = ana.open("Checkout").await;
    for status in ["pending", "solved", "closed"] {
        desk.set(request, status, None).await;
        let clock = ana.get(&format!("/api/panel/requests/{request}/clock")).await;
        assert_eq!(clock.json["first_response_by"], Value::Null, "{status}");
    }
}
