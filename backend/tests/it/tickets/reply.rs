use super::Desk;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

fn says(body: &str) -> Value {
    json!({ "request": { "comment": { "body": body } } })
}

fn solved() -> Value {
    json!({ "request": { "solved": true } })
}

#[tokio::test]
async fn a_reply_opens_what_waited_or_was_solved() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("marina").await;
    let id = ana.open("Life").await;
    let path = format!("/api/v2/requests/{id}");
    for (status, after) in [("new", "new"), ("open", "open"), ("pending", "open"), ("hold", "open"), ("solved", "open")]
    {
        desk.set(id, status, Some(agent)).await;
        desk.pass(TimeDelta::minutes(1));
        let answer = ana.put(&path, &says("More")).await;
        assert_eq!((answer.status, &answer.json["request"]["status"]), (StatusCode::OK, &json!(after)), "{status}");
    }
    desk.set(id, "solved", Some(agent)).await;
    let thanks = json!({ "request": { "comment": { "body": "Thank you" }, "solved": true } });
    assert_eq!(ana.put(&path, &thanks).await.json["request"]["status"], "solved");
    assert_eq!(ana.get(&format!("{path}/comments")).await.json["count"], 7);
}

#[tokio::test]
async fn a_closed_request_takes_no_reply_and_loses_none() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = ana.open("Over").await;
    desk.set(id, "closed", None).await;
    let path = format!("/api/v2/requests/{id}");
    let answer = ana.put(&path, &says("But")).await;
    assert_eq!(answer.error(), (422, "RequestClosed"));
    assert!(answer.json["description"].as_str().unwrap().contains("follow-up"));
    assert_eq!(ana.get(&format!("{path}/comments")).await.json["count"], 1);
    assert_eq!(ana.put(&path, &solved()).await.json["request"]["status"], "closed");
}

#[tokio::test]
async fn solving_is_for_those_who_may() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("marina").await;
    let id = ana.open("Solve me").await;
    let path = format!("/api/v2/requests/{id}");
    let unchanged = ana.get(&path).await.json;
    desk.pass(TimeDelta::minutes(1));
    let refused = ana.put(&path, &solved()).await;
    assert_eq!((refused.status, refused.json), (StatusCode::OK, unchanged));
    desk.set(id, "pending", Some(agent)).await;
    assert_eq!(ana.get(&path).await.json["request"]["can_be_solved_by_me"], true);
    let done = ana.put(&path, &solved()).await;
    assert_eq!(
        (&done.json["request"]["status"], &done.json["request"]["can_be_solved_by_me"]),
        (&json!("solved"), &json!(false))
    );
}

#[tokio::test]
async fn an_empty_reply_is_a_fault_and_other_keys_are_ignored() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = ana.open("Empty").await;
    let path = format!("/api/v2/requests/{id}");
    for (body, error) in [
        (says(" \u{200b}\n"), "BlankValue"),
        (json!({ "request": { "comment": {} } }), "BlankValue"),
        (json!({ "request": { "comment": { "body": 7 } } }), "InvalidValue"),
        (says(&"x".repeat(70_000)), "ValueTooLong"),
    ] {
        let answer = ana.put(&path, &body).await;
        assert_eq!(
            (answer.status, answer.faults()),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![("comment".to_owned(), error.to_owned())])
        );
    }
    let answer = ana.put(&path, &json!({ "request": { "comment": { "body": "x", "uploads": ["nobody's"] } } })).await;
    assert_eq!(answer.faults(), [("evidence".to_owned(), "InvalidUpload".to_owned())]);
    let before = ana.get(&path).await.json;
    let tampered =
        json!({ "request": { "status": "closed", "subject": "Mine now", "requester_id": 9, "priority": "urgent" } });
    let answer = ana.put(&path, &tampered).await;
    assert_eq!((answer.status, answer.json), (StatusCode::OK, before));
    assert_eq!(ana.get(&format!("{path}/comments")).await.json["count"], 1);
}

#[tokio::test]
async fn a_safe_update_loses_to_a_change_in_between() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = ana.open("Safe").await;
    let path = format!("/api/v2/requests/{id}");
    let stamp = ana.get(&path).await.json["request"]["updated_at"].clone();
    let safe = json!({ "request": { "comment": { "body": "x" }, "safe_update": true, "updated_stamp": stamp } });
    desk.pass(TimeDelta::seconds(2));
    assert_eq!(ana.put(&path, &safe).await.status, StatusCode::OK);
    assert_eq!(ana.put(&path, &safe).await.error(), (409, "Conflict"));
    assert_eq!(ana.get(&format!("{path}/comments")).await.json["count"], 2);
}

#[tokio::test]
async fn two_replies_at_once_are_both_kept() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("marina").await;
    let id = ana.open("Race").await;
    desk.set(id, "solved", Some(agent)).await;
    let path = format!("/api/v2/requests/{id}");
    let (first, second) = (says("one"), says("two"));
    let (one, two) = tokio::join!(ana.put(&path, &first), ana.put(&path, &second));
    assert_eq!((one.status, two.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(ana.get(&format!("{path}/comments")).await.json["count"], 3);
    // Reopened once.
    let reopened: i64 = sqlx::query_scalar("SELECT count(*) FROM events WHERE kind = 'status_changed'")
        .fetch_one(&mut *desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(reopened, 1);
}
