use super::{Answer, Desk, Person, whole};
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;

async fn create(person: &Person, key: &str, body: &Value) -> Answer {
    person.send(Method::POST, "/api/v2/requests", &[("idempotency-key", key)], body.to_string()).await
}

#[tokio::test]
async fn the_same_write_is_done_once_and_answered_alike() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let first = create(&ana, "k1", &whole("Once")).await;
    assert_eq!((first.status, first.header("x-idempotency-lookup")), (StatusCode::CREATED, Some("miss")));
    desk.pass(TimeDelta::minutes(119));
    let again = create(&ana, "k1", &whole("Once")).await;
    assert_eq!((again.status, again.header("x-idempotency-lookup")), (StatusCode::CREATED, Some("hit")));
    assert_eq!((&again.text, again.header("location")), (&first.text, first.header("location")));
    let other = create(&ana, "k1", &whole("Another")).await;
    assert_eq!(other.error(), (400, "IdempotentRequestError"));
    assert_eq!(other.json["description"], "Request parameters don't match the given idempotency key");
    assert_eq!(desk.count("requests").await, 1);
    desk.pass(TimeDelta::minutes(2));
    assert_eq!(create(&ana, "k1", &whole("Once")).await.header("x-idempotency-lookup"), Some("miss"));
    assert_eq!(desk.count("requests").await, 2);
    assert_eq!(desk.count("idempotency_keys").await, 1);
}

#[tokio::test]
async fn a_key_is_its_owners() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let bruno = desk.sign_in("bruno", "acme").await;
    let one = create(&ana, "k", &whole("Same")).await;
    let two = create(&bruno, "k", &whole("Same")).await;
    assert_eq!(two.header("x-idempotency-lookup"), Some("miss"));
    assert_ne!(one.json["request"]["id"], two.json["request"]["id"]);
}

#[tokio::test]
async fn a_refused_write_keeps_no_key() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    assert_eq!(create(&ana, "k", &json!({ "request": {} })).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(create(&ana, "k", &whole("Put right")).await.status, StatusCode::CREATED);
    for wrong in [" ", &"k".repeat(300)] {
        assert_eq!(create(&ana, wrong, &whole("x")).await.error(), (400, "InvalidParameter"));
    }
}

/// Two clicks on Send, or ten: one ticket.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_at_once_give_one_request() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let body = whole("Double click");
    let answers = futures::future::join_all((0..10).map(|_| create(&ana, "click", &body))).await;
    let hits = answers.iter().filter(|answer| answer.header("x-idempotency-lookup") == Some("hit")).count();
    assert_eq!(hits, 9);
    assert!(answers.iter().all(|answer| answer.status == StatusCode::CREATED && answer.text == answers[0].text));
    assert_eq!((desk.count("requests").await, desk.count("comments").await), (1, 1));
}

/// Writes that wait at the same time share a commit, in which the twin is found before it is on the disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_twin_is_answered_once_the_write_is_on_the_disk() {
    // However slow the machine is, each of them gets its turn.
    let desk = Desk::with(|config| config.database_busy = Duration::from_secs(60)).await;
    let ana = desk.sign_in("ana", "acme").await;
    let body = whole("Double click");
    let before = desk.app.store.begin().await.unwrap();
    let click = async || {
        let answer = create(&ana, "click", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(desk.count("requests").await, 1, "{:?}", answer.header("x-idempotency-lookup"));
    };
    let wait_for_their_turn = async {
        // Each of them reads before it asks for its turn: while this reads as often, they come to it.
        for _ in 0..40 {
            assert_eq!(desk.count("requests").await, 0);
        }
        drop(before);
    };
    tokio::join!(futures::future::join_all((0..10).map(|_| click())), wait_for_their_turn);
}

#[tokio::test]
async fn replies_have_keys_too() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = ana.open("Reply").await;
    let other = ana.open("Other").await;
    let reply = json!({ "request": { "comment": { "body": "Once" } } });
    let put = async |id: u64| {
        ana.send(Method::PUT, &format!("/api/v2/requests/{id}"), &[("idempotency-key", "r")], reply.to_string()).await
    };
    let (one, two) = (put(id).await, put(id).await);
    assert_eq!((one.status, &one.text), (two.status, &two.text));
    assert_eq!(two.header("x-idempotency-lookup"), Some("hit"));
    assert_eq!(ana.get(&format!("/api/v2/requests/{id}/comments")).await.json["count"], 2);
    // The same key for another request is another write.
    assert_eq!(put(other).await.error(), (400, "IdempotentRequestError"));
}
