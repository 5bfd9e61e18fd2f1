//! Webhooks: who may make them, where they may go, and what arrives there.

use super::Office;
use crate::directory::{done, json_of, refused};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::post;
use balcao_backend::webhooks::{Round, Webhooks, sign};
use balcao_outbound::Targets;
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

pub(super) type Received = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A program that is told, on loopback: what it received, and what it answers.
pub(super) async fn receiver(answers: Arc<Mutex<StatusCode>>) -> (String, Received) {
    let received = Received::default();
    let kept = received.clone();
    let take = async move |headers: HeaderMap, body: String| {
        kept.lock().unwrap().push((headers, body));
        *answers.lock().unwrap()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/hook", post(take));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, received)
}

pub(super) async fn round(office: &Office) -> Round {
    let app = &office.app.app;
    let targets = Targets::new(app.config.webhook_networks.clone());
    let worker = Webhooks::new(app.store.clone(), app.clock.clone(), app.identity.site.key.clone(), targets).unwrap();
    worker.run_due(&CancellationToken::new()).await.unwrap()
}

pub(super) fn webhook(endpoint: &str, types: &[&str]) -> Value {
    let types: Vec<String> = types.iter().map(|name| format!("zen:event-type:ticket.{name}")).collect();
    json!({ "webhook": {
        "name": "Board", "endpoint": endpoint, "subscriptions": types, "http_method": "POST", "request_format": "json",
    } })
}

#[tokio::test]
async fn a_webhook_is_told_signed_once_and_again_until_it_hears() {
    let office = Office::with(|config| config.webhook_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let answers = Arc::new(Mutex::new(StatusCode::INTERNAL_SERVER_ERROR));
    let (address, received) = receiver(answers.clone()).await;
    office.request("Before there was one").await;
    let made = office.marina.post("/api/v2/webhooks", &webhook(&address, &["created", "status_changed"])).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let made = made.json()["webhook"].clone();
    let (hook, secret) = (made["id"].as_str().unwrap(), made["signing_secret"]["secret"].as_str().unwrap());
    let path = format!("/api/v2/webhooks/{hook}");
    for path in ["/api/v2/webhooks", &path, &format!("{path}/signing_secret"), &format!("{path}/invocations")] {
        let shown = office.marina.get(path).await;
        assert!(!shown.text().contains(secret), "{path}: shown when it is made, and never again");
    }

    let id = office.request("Orders stop").await;
    assert_eq!(round(&office).await, Round { delivered: 0, failed: 1 });
    assert_eq!(round(&office).await, Round::default(), "not due again yet");
    *answers.lock().unwrap() = StatusCode::NO_CONTENT;
    office.app.wait(TimeDelta::seconds(11));
    assert_eq!(round(&office).await, Round { delivered: 1, failed: 0 });
    office.change(id, json!({ "status": "pending", "comment": { "body": "Which?" } })).await;
    assert_eq!(round(&office).await, Round { delivered: 1, failed: 0 }, "comments were not subscribed to");
    assert_eq!(round(&office).await, Round::default());

    let all = received.lock().unwrap().clone();
    let header = |place: usize, name: &str| all[place].0[name].to_str().unwrap().to_owned();
    assert_eq!(all.len(), 3);
    assert_eq!(all[0].1, all[1].1, "the same message at every attempt");
    assert_eq!(header(0, "idempotency-key"), header(1, "idempotency-key"));
    assert_ne!(header(1, "idempotency-key"), header(2, "idempotency-key"));
    for (place, (_, body)) in all.iter().enumerate() {
        let timestamp = header(place, "x-zendesk-webhook-signature-timestamp");
        assert_eq!(header(place, "x-zendesk-webhook-signature"), sign(secret.as_bytes(), &timestamp, body));
    }
    let created: Value = serde_json::from_str(&all[1].1).unwrap();
    assert_eq!(created["type"], "zen:event-type:ticket.created");
    assert_eq!(created["subject"], format!("zen:ticket:{id}"));
    assert_eq!(created["detail"]["subject"], "Orders stop");
    let changed: Value = serde_json::from_str(&all[2].1).unwrap();
    assert_eq!(changed["event"], json!({ "previous": "new", "current": "pending" }));

    let log = office.marina.get(&format!("/api/v2/webhooks/{hook}/invocations")).await.json();
    let states: Vec<_> = log["invocations"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(states, ["delivered", "delivered"]);
    let path = format!("/api/v2/webhooks/{hook}");
    assert_eq!(office.marina.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(office.marina.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.marina.delete(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_secret_of_a_webhook_is_kept_in_clear_nowhere() {
    let office = Office::open().await;
    let body = webhook("https://hooks.example.com/", &["created"]);
    let headers = [("idempotency-key", "board-1")];
    let first = office.marina.json(Method::POST, "/api/v2/webhooks", &body, &headers).await;
    let second = office.marina.json(Method::POST, "/api/v2/webhooks", &body, &headers).await;
    assert_eq!((first.header("x-idempotency-lookup"), second.header("x-idempotency-lookup")), ("miss", "hit"));
    let (first, second) = (first.json()["webhook"].clone(), second.json()["webhook"].clone());
    assert_eq!((&first["id"], &second["signing_secret"]), (&second["id"], &Value::Null));
    let secret = first["signing_secret"]["secret"].as_str().unwrap();
    let store = &office.app.app.store;
    let kept: Vec<u8> = sqlx::query_scalar("SELECT body FROM idempotency_keys")
        .fetch_one(&mut *store.read().await.unwrap())
        .await
        .unwrap();
    assert!(!String::from_utf8(kept).unwrap().contains(secret));
}

#[tokio::test]
async fn a_webhook_for_everything_is_told_of_everything() {
    let office = Office::with(|config| config.webhook_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let (address, received) = receiver(Arc::new(Mutex::new(StatusCode::OK))).await;
    let mut body = webhook(&address, &[]);
    body["webhook"]["subscriptions"] = json!(["conditional_ticket_events"]);
    assert_eq!(office.marina.post("/api/v2/webhooks", &body).await.status, StatusCode::CREATED);
    let id = office.request("Orders stop").await;
    office.change(id, json!({ "tags": ["vip", "pix"] })).await;
    office.change(id, json!({ "tags": ["vip", "sale"], "priority": "low" })).await;
    round(&office).await;
    let bodies: Vec<Value> =
        received.lock().unwrap().iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect();
    let mut types: Vec<&str> = bodies.iter().map(|body| body["type"].as_str().unwrap()).collect();
    types.sort_unstable();
    let expected = ["created", "priority_changed", "tags_changed", "tags_changed"];
    assert_eq!(types, expected.map(|name| format!("zen:event-type:ticket.{name}")));
    let change = json!({ "tags_added": ["sale"], "tags_removed": ["pix"] });
    assert!(bodies.iter().any(|body| body["event"] == change), "{bodies:?}");
}

#[tokio::test]
async fn a_webhook_that_never_answers_rests_and_is_given_up_for_somebody_to_see() {
    let office = Office::with(|config| config.webhook_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let answers = Arc::new(Mutex::new(StatusCode::SERVICE_UNAVAILABLE));
    let (address, received) = receiver(answers.clone()).await;
    let made = office.marina.post("/api/v2/webhooks", &webhook(&address, &["created"])).await.json();
    let hook = made["webhook"]["id"].as_str().unwrap().to_owned();
    for _ in 0..7 {
        office.request("Orders stop").await;
    }
    assert_eq!(round(&office).await.failed, 5, "after five failures in a row it is left alone");
    office.app.wait(TimeDelta::minutes(1));
    assert_eq!(round(&office).await, Round::default());
    for _ in 0..240 {
        office.app.wait(TimeDelta::hours(1));
        if round(&office).await == Round::default() {
            break;
        }
    }
    let dead = office.marina.get(&format!("/api/v2/webhooks/{hook}/invocations?filter%5Bstatus%5D=dead")).await.json();
    assert_eq!(dead["invocations"].as_array().unwrap().len(), 7);
    assert_eq!(dead["invocations"][0]["fault"], "answered 503");
    assert!(received.lock().unwrap().len() <= 7 * 30);
}

/// A webhook whose messages were all given up, and their number.
async fn given_up(office: &Office, endpoint: &str, requests: usize) -> String {
    let made = office.marina.post("/api/v2/webhooks", &webhook(endpoint, &["created"])).await.json();
    for number in 0..requests {
        office.request(&format!("Orders stop {number}")).await;
    }
    round(office).await;
    let mut write = office.app.app.store.begin().await.unwrap();
    let sql = "UPDATE webhook_messages SET state = 'dead', attempts = 30, settled_at = 1, last_fault = 'answered 503'";
    sqlx::query(sql).execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
    made["webhook"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn messages_that_were_given_up_are_seen_sent_again_or_forgotten() {
    let office = Office::with(|config| config.webhook_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let app = &office.app;
    assert!(done(app, "webhook list").await.contains("(none)"));
    let answers = Arc::new(Mutex::new(StatusCode::SERVICE_UNAVAILABLE));
    let (address, received) = receiver(answers.clone()).await;
    let hook = given_up(&office, &address, 6).await;
    *answers.lock().unwrap() = StatusCode::OK;
    let ids: Vec<String> =
        received.lock().unwrap().iter().map(|(head, _)| head["idempotency-key"].to_str().unwrap().to_owned()).collect();

    let listed = done(app, "webhook list").await;
    for part in ["ticket.created", "Board", "30", "given up", "answered 503"] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    let dead = json_of(app, "webhook list --json").await;
    let [first, second] = [0, 1].map(|place: usize| dead[place]["id"].as_i64().unwrap());
    let shown = done(app, &format!("webhook show {second}")).await;
    for part in [&address, "ticket.created of #", "Orders stop 1", &ids[1], &hook] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(done(app, &format!("webhook drop {first}")).await.contains("will not be sent"));
    for line in [format!("webhook drop {first}"), format!("webhook resend {first}"), format!("webhook show {first}")] {
        assert!(refused(app, &line).await.contains("webhook list"), "{line}");
    }
    assert!(refused(app, "webhook resend").await.contains("<ID|--all>"));

    // It rested after so many failures; who sends again has looked after the reason.
    assert!(done(app, &format!("webhook resend {second}")).await.starts_with("1 to be tried again"));
    assert_eq!(round(&office).await, Round { delivered: 1, failed: 0 });
    let again = received.lock().unwrap().last().unwrap().0["idempotency-key"].to_str().unwrap().to_owned();
    assert_eq!(again, ids[1], "under the id that the receiver knows");
    assert!(done(app, "webhook resend --all").await.starts_with("4 to be tried again"));
    assert_eq!(round(&office).await, Round { delivered: 4, failed: 0 });
    assert!(done(app, "webhook list --waiting").await.contains("(none)"));
    let audit = json_of(app, "audit list --json").await;
    let noted: Vec<&str> = (0..3).map(|place: usize| audit[place]["action"].as_str().unwrap()).collect();
    assert_eq!(noted, ["webhook.resend", "webhook.resend", "webhook.drop"]);
}

#[tokio::test]
async fn messages_for_a_webhook_that_is_switched_off_wait_and_that_is_said() {
    let office = Office::with(|config| config.webhook_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let (address, received) = receiver(Arc::new(Mutex::new(StatusCode::SERVICE_UNAVAILABLE))).await;
    let hook = given_up(&office, &address, 1).await;
    let path = format!("/api/v2/webhooks/{hook}");
    office.marina.put(&path, &json!({ "webhook": { "status": "inactive" } })).await;
    let said = done(&office.app, "webhook resend --all").await;
    assert!(said.contains("1 of them wait until their webhook is switched on"), "{said}");
    assert_eq!(round(&office).await, Round::default());
    assert!(done(&office.app, "webhook list --waiting").await.contains("waiting, webhook off"));
    assert_eq!(received.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let office = Office::with(|config| config.webhook_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let (elsewhere, received) = receiver(Arc::new(Mutex::new(StatusCode::OK))).await;
    for status in [StatusCode::FOUND, StatusCode::TEMPORARY_REDIRECT, StatusCode::PERMANENT_REDIRECT] {
        let location = elsewhere.clone();
        let redirect = async move || (status, [(axum::http::header::LOCATION, location)]);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/hook", post(redirect));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let made = office.marina.post("/api/v2/webhooks", &webhook(&endpoint, &["created"])).await.json();
        office.request("Orders stop").await;
        assert_eq!(round(&office).await, Round { delivered: 0, failed: 1 });
        let path = format!("/api/v2/webhooks/{}", made["webhook"]["id"].as_str().unwrap());
        let log = office.marina.get(&format!("{path}/invocations")).await.json();
        assert_eq!(log["invocations"][0]["fault"], format!("answered {}", status.as_u16()));
        office.marina.delete(&path).await;
    }
    assert!(received.lock().unwrap().is_empty());
}

#[tokio::test]
async fn no_message_leaves_for_inside() {
    let office = Office::open().await;
    for endpoint in [
        "http://hooks.example.com/",
        "https://127.0.0.1:8443/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://localhost/",
        "file:///etc/passwd",
        "https://user:word@hooks.example.com/",
        "nothing",
    ] {
        let answer = office.marina.post("/api/v2/webhooks", &webhook(endpoint, &["created"])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{endpoint}: {}", answer.text());
        assert_eq!(answer.refusal().1, ["endpoint InvalidValue"], "{endpoint}");
    }
    // Allowed once, and no longer: what was kept is looked at again before every attempt.
    let good = office.marina.post("/api/v2/webhooks", &webhook("https://hooks.example.com/", &["created"])).await;
    let id = good.json()["webhook"]["id"].as_str().unwrap().to_owned();
    let (address, received) = receiver(Arc::new(Mutex::new(StatusCode::OK))).await;
    let mut write = office.app.app.store.begin().await.unwrap();
    let moved = sqlx::query("UPDATE webhooks SET endpoint = ? WHERE id = ?").bind(&address).bind(&id);
    moved.execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
    office.request("Orders stop").await;
    round(&office).await;
    assert!(received.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_webhook_is_named() {
    let office = Office::open().await;
    let cases = [
        (json!({}), vec!["name BlankValue", "endpoint BlankValue", "subscriptions BlankValue"]),
        (
            json!({ "name": " ", "endpoint": "https://a.example/", "subscriptions": [] }),
            vec!["name BlankValue", "subscriptions BlankValue"],
        ),
        (
            json!({ "name": "x", "endpoint": "https://a.example/", "subscriptions": ["zen:event-type:ticket.merged"] }),
            vec!["subscriptions InvalidValue"],
        ),
        (
            json!({ "name": "x", "endpoint": "https://a.example/", "status": "on",
                    "subscriptions": ["zen:event-type:ticket.created"], "http_method": "GET" }),
            vec!["status InvalidValue", "http_method InvalidValue"],
        ),
    ];
    for (body, expected) in cases {
        let answer = office.marina.post("/api/v2/webhooks", &json!({ "webhook": body })).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", answer.text());
        assert_eq!(answer.refusal().1, expected, "{body}");
    }
}

/// Telling of one comment once read the whole thread, inside the writer. Counted in the steps of SQLite's machine.
#[tokio::test]
async fn telling_of_a_comment_reads_that_one_alone() {
    let office = Office::with(|config| config.webhook_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let (address, _) = receiver(Arc::new(Mutex::new(StatusCode::NO_CONTENT))).await;
    let made = office.marina.post("/api/v2/webhooks", &webhook(&address, &["comment_added"])).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let id = office.request("Growing").await;
    let store = &office.app.app.store;
    let mut steps = Vec::new();
    for more in [0, 2_000] {
        let mut write = store.begin().await.unwrap();
        for _ in 0..more {
            let sql = "INSERT INTO comments (request_id, author_id, channel, created_at, body) \
                       SELECT id, requester_id, 'web', 0, 'x' FROM requests WHERE id = ?";
            sqlx::query(sql).bind(id as i64).execute(&mut *write).await.unwrap();
        }
        write.commit().await.unwrap();
        office.change(id, json!({ "comment": { "body": "Look here" } })).await;
        // The writer is one connection: what it does meanwhile is the round's.
        let counted = Arc::new(std::sync::atomic::AtomicU64::new(0));
        let kept = counted.clone();
        let mut write = store.begin().await.unwrap();
        write.raw().lock_handle().await.unwrap().set_progress_handler(1, move || {
            kept.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            true
        });
        drop(write);
        round(&office).await;
        let mut write = store.begin().await.unwrap();
        write.raw().lock_handle().await.unwrap().remove_progress_handler();
        drop(write);
        steps.push(counted.load(std::sync::atomic::Ordering::Relaxed));
    }
    assert!(steps[1] < steps[0] + 500, "{steps:?}");
}
