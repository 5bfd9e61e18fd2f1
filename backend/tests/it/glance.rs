//! The number on the host's button, without a session.

use crate::common::TestApp;
use axum::http::StatusCode;
use balcao_contract::id::{RequestId, UserId};
use balcao_store::comments;
use serde_json::json;

const ANA: &str = "ana@example.com";
const ACCOUNT: &str = "acmestore";

async fn rows(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut *app.app.store.read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn the_hosts_word_is_enough_for_a_number_and_leaves_nothing_behind() {
    let app = TestApp::new().await;
    let sign_in = json!({ "token": app.host_token(ANA, ACCOUNT) });
    let first = app.nobody().post("/api/panel/glance", &sign_in).await;
    assert_eq!((first.status, first.json()), (StatusCode::OK, json!({ "glance": { "unread": 0, "channel": null } })));
    assert_eq!(rows(&app, "SELECT count(*) FROM users").await, 0);

    let ana = app.sign_in(ANA, ACCOUNT).await;
    let request = json!({ "request": { "subject": "Checkout is slow", "comment": { "body": "x" } } });
    let opened = ana.post("/api/v2/requests", &request).await.json();
    let request = RequestId::try_from(opened["request"]["id"].as_u64().unwrap()).unwrap();
    let mut tx = app.app.store.begin().await.unwrap();
    let agent: i64 = sqlx::query_scalar(
        "INSERT INTO users (email, name, locale, agent, created_at, updated_at) \
         VALUES ('marina@support.example', 'Marina', 'en', 1, 0, 0) RETURNING id",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    let agent = UserId::try_from(agent as u64).unwrap();
    comments::insert(&mut tx, request, agent, "Hello", "web", app.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();

    let sessions = rows(&app, "SELECT count(*) FROM sessions").await;
    let glance = app.nobody().post("/api/panel/glance", &sign_in).await.json();
    assert_eq!(glance["glance"]["unread"], 1, "{glance}");
    assert!(glance["glance"]["channel"].as_str().unwrap().starts_with("balcao-live-"));
    let elsewhere = json!({ "token": app.host_token(ANA, "otherstore") });
    assert_eq!(app.nobody().post("/api/panel/glance", &elsewhere).await.json()["glance"]["unread"], 0);
    assert_eq!(rows(&app, "SELECT count(*) FROM sessions").await, sessions);
}

#[tokio::test]
async fn a_number_is_for_who_is_named_by_the_host_and_guessing_is_slowed_down() {
    let app = TestApp::with(|config| config.limits.sign_ins_per_minute = 3).await;
    for wrong in [json!({}), json!({ "token": "x" }), json!({ "token": "a.b.c", "account": ACCOUNT })] {
        assert_eq!(app.nobody().post("/api/panel/glance", &wrong).await.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let wrong = app.nobody().post("/api/panel/glance", &json!({ "token": "x" })).await;
    assert_eq!(wrong.status, StatusCode::TOO_MANY_REQUESTS);
    // A host's many pages, all of one office, are not.
    for _ in 0..10 {
        let sign_in = json!({ "token": app.host_token(ANA, ACCOUNT) });
        assert_eq!(app.nobody().post("/api/panel/glance", &sign_in).await.status, StatusCode::OK);
    }
}
