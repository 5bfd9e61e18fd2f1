use super::{Desk, Person};
use axum::http::StatusCode;
use balcao_backend::jobs::{Closed, Closing};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Solved on Monday at 15:00 UTC by the requester; the region's day is 14:00 to 23:00 UTC (Bogotá).
async fn solved(desk: &Desk) -> (Person, u64) {
    desk.clock.set(at("2026-11-23T15:00:00Z"));
    let ana = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("rui").await;
    let request = ana.open("Checkout").await;
    desk.set(request, "open", Some(agent)).await;
    let answer = ana.put(&format!("/api/v2/requests/{request}"), &json!({ "request": { "solved": true } })).await;
    assert_eq!(answer.json["request"]["status"], "solved", "{}", answer.text);
    (ana, request)
}

async fn run(desk: &Desk, now: &str) -> Closed {
    let job = Closing::new(
        desk.app.store.clone(),
        desk.app.config.clone(),
        desk.app.outbox.clone(),
        desk.app.reply_addresses.clone(),
    );
    job.run_due(at(now), &CancellationToken::new()).await.unwrap()
}

async fn mails(desk: &Desk, kind: &str) -> Vec<(String, String)> {
    sqlx::query_as("SELECT subject, text_body FROM outbox WHERE kind = ? ORDER BY id")
        .bind(kind)
        .fetch_all(&mut *desk.app.store.read().await.unwrap())
        .await
        .unwrap()
}

async fn status(person: &Person, request: u64) -> Value {
    // The session may have ended while days went by: the row tells the same.
    let row: String = sqlx::query_scalar("SELECT status FROM requests WHERE id = ?")
        .bind(request as i64)
        .fetch_one(&mut *person.app.store.read().await.unwrap())
        .await
        .unwrap();
    json!(row)
}

#[tokio::test]
async fn a_solved_request_is_announced_closed_and_told_once_each() {
    let desk = Desk::open().await;
    let (ana, request) = solved(&desk).await;
    let nothing = Closed::default();
    // 27 working hours after Monday 15:00: Thursday 15:00. A working day before: Wednesday 15:00.
    assert_eq!(run(&desk, "2026-11-25T14:59:59Z").await, nothing);
    assert_eq!(run(&desk, "2026-11-25T15:00:00Z").await, Closed { closed: 0, reminded: 1 });
    assert_eq!(run(&desk, "2026-11-25T15:01:00Z").await, nothing);
    assert_eq!(status(&ana, request).await, "solved");
    assert_eq!(run(&desk, "2026-11-26T14:59:59Z").await, nothing);
    assert_eq!(run(&desk, "2026-11-26T15:00:00Z").await, Closed { closed: 1, reminded: 0 });
    assert_eq!(status(&ana, request).await, "closed");
    assert_eq!(run(&desk, "2026-12-26T15:00:00Z").await, nothing);
    let soon = mails(&desk, "closing_soon").await;
    assert_eq!(soon.len(), 1);
    assert!(soon[0].0.contains(&format!("#{request} closes soon: Checkout")), "{}", soon[0].0);
    assert!(soon[0].1.contains("Thursday, November 26, 2026 at 10:00 AM (GMT-5)"), "{}", soon[0].1);
    assert_eq!(mails(&desk, "closed").await.len(), 1);
    let changes: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM events WHERE request_id = ? AND kind = 'status_changed' AND actor_id IS NULL",
    )
    .bind(request as i64)
    .fetch_one(&mut *desk.app.store.read().await.unwrap())
    .await
    .unwrap();
    assert_eq!(changes, 1);
}

#[tokio::test]
async fn after_a_stop_it_catches_up_and_says_when_the_time_was_up() {
    let desk = Desk::open().await;
    let (ana, request) = solved(&desk).await;
    assert_eq!(run(&desk, "2027-02-01T00:00:00Z").await, Closed { closed: 1, reminded: 0 });
    let (updated, solved_at): (i64, i64) = sqlx::query_as("SELECT updated_at, solved_at FROM requests WHERE id = ?")
        .bind(request as i64)
        .fetch_one(&mut *ana.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(DateTime::from_timestamp_millis(updated), Some(at("2026-11-26T15:00:00Z")));
    assert_eq!(DateTime::from_timestamp_millis(solved_at), Some(at("2026-11-23T15:00:00Z")));
    assert!(mails(&desk, "closing_soon").await.is_empty(), "nobody is told that time is left when none is");
}

#[tokio::test]
async fn reopened_it_stays_open_and_solved_again_the_clock_begins_anew() {
    let desk = Desk::open().await;
    let (ana, request) = solved(&desk).await;
    assert_eq!(run(&desk, "2026-11-25T16:00:00Z").await.reminded, 1);
    let path = format!("/api/v2/requests/{request}");
    let reopened = ana.put(&path, &json!({ "request": { "comment": { "body": "It is back" } } })).await;
    assert_eq!(reopened.json["request"]["status"], "open", "{}", reopened.text);
    assert_eq!(run(&desk, "2026-12-10T16:00:00Z").await, Closed::default());
    desk.clock.set(at("2026-11-23T15:30:00Z"));
    let again = ana.put(&path, &json!({ "request": { "solved": true } })).await;
    assert_eq!(again.json["request"]["status"], "solved", "{}", again.text);
    assert_eq!(run(&desk, "2026-11-26T15:29:00Z").await, Closed { closed: 0, reminded: 1 });
    assert_eq!(run(&desk, "2026-11-26T15:30:00Z").await, Closed { closed: 1, reminded: 0 });
    assert_eq!(mails(&desk, "closing_soon").await.len(), 2);
}

/// Two processes at once on the same database: each request is closed once.
#[tokio::test(flavor = "multi_thread")]
async fn two_jobs_at_once_close_nothing_twice() {
    let desk = Desk::open().await;
    let (ana, _) = solved(&desk).await;
    let mut write = desk.app.store.begin().await.unwrap();
    sqlx::query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) \
         INSERT INTO requests (account_id, requester_id, status, channel, created_at, updated_at, solved_at, subject, description) \
         SELECT ?, ?, 'solved', 'web', i, i, i, 'Old ' || i, '' FROM n",
    )
    .bind(ana.account as i64)
    .bind(ana.user as i64)
    .execute(&mut *write)
    .await
    .unwrap();
    write.commit().await.unwrap();
    let now = "2026-11-23T15:00:00Z";
    let (first, second) = tokio::join!(run(&desk, now), run(&desk, now));
    assert_eq!(first.closed + second.closed, 700);
    assert_eq!(mails(&desk, "closed").await.len(), 700);
    let counted: i64 = sqlx::query_scalar("SELECT count FROM request_counts WHERE status = 'closed'")
        .fetch_one(&mut *desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(counted, 700);
}

#[tokio::test]
async fn the_panel_is_told_until_when_and_only_its_own() {
    let desk = Desk::open().await;
    let (ana, request) = solved(&desk).await;
    let path = format!("/api/panel/requests/{request}/clock");
    let clock = ana.get(&path).await;
    assert_eq!(clock.json["clock"]["closes_at"], "2026-11-26T15:00:00Z", "{}", clock.text);
    let first = json!({ "from": "2026-11-23T15:00:00Z", "to": "2026-11-23T23:00:00Z" });
    assert_eq!(clock.json["clock"]["hours"][0], first);
    assert_eq!(clock.json["clock"]["hours"].as_array().unwrap().len(), 4);
    let other = desk.sign_in("eve", "other").await;
    assert_eq!(other.get(&path).await.json, json!({ "clock": null }));
    assert_eq!(other.get("/api/panel/requests/999999/clock").await.json, json!({ "clock": null }));
    assert_eq!(ana.get("/api/panel/requests/x/clock").await.status, StatusCode::NOT_FOUND);
    let open = ana.open("Another").await;
    assert_eq!(ana.get(&format!("/api/panel/requests/{open}/clock")).await.json["clock"], json!(null));
    desk.pass(TimeDelta::minutes(30));
    let later = ana.get(&path).await;
    assert_eq!(later.json["clock"]["hours"][0]["from"], "2026-11-23T15:30:00Z");
}

/// The job comes by once a minute. A reply with `solved` in between was once added to a request that closed with it.
#[tokio::test]
async fn once_its_time_is_up_a_request_takes_nothing_though_nobody_has_closed_it_yet() {
    let thanks = json!({ "request": { "comment": { "body": "Thank you" }, "solved": true } });
    let plain = json!({ "request": { "comment": { "body": "It is back" } } });
    for reply in [&thanks, &plain] {
        let desk = Desk::open().await;
        let (ana, request) = solved(&desk).await;
        let path = format!("/api/v2/requests/{request}");
        let followups = format!("/api/panel/requests/{request}/followups");
        desk.clock.set(at("2026-11-26T14:59:59Z"));
        assert_eq!(ana.get(&followups).await.json["can_follow_up"], false);
        desk.clock.set(at("2026-11-26T15:00:00Z"));
        let refused = ana.put(&path, reply).await;
        assert_eq!(refused.error(), (422, "RequestClosed"), "{}", refused.text);
        assert_eq!(ana.get(&format!("{path}/comments")).await.json["comments"].as_array().unwrap().len(), 1);
        // The way on is open as well.
        assert_eq!(ana.get(&followups).await.json["can_follow_up"], true);
        let mut body = super::whole("Goes on");
        body["request"]["via_followup_source_id"] = json!(request);
        let followup = ana.post("/api/v2/requests", &body).await;
        assert_eq!(followup.status, StatusCode::CREATED, "{}", followup.text);
        assert_eq!(run(&desk, "2026-11-26T15:00:30Z").await.closed, 1);
        assert_eq!(status(&ana, request).await, "closed");
    }
    // A second before, both are taken.
    for (reply, after) in [(&thanks, "solved"), (&plain, "open")] {
        let desk = Desk::open().await;
        let (ana, request) = solved(&desk).await;
        desk.clock.set(at("2026-11-26T14:59:59Z"));
        let taken = ana.put(&format!("/api/v2/requests/{request}"), reply).await;
        assert_eq!((taken.status, &taken.json["request"]["status"]), (StatusCode::OK, &json!(after)), "{}", taken.text);
    }
}
