//! Long work does not hold up what is asked meanwhile.

use super::common::{ACCOUNT, TestApp};
use axum::http::StatusCode;
use balcao_runtime::work::{Budget, SMALL, Who, Work};
use serde_json::json;
use std::num::NonZeroUsize;
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;

fn one_at_once(in_line: usize) -> Work {
    let one = NonZeroUsize::MIN;
    Work::new(Budget { at_once: one, of_one: one, in_line, patience: Duration::from_secs(3600) })
}

#[tokio::test]
async fn health_and_short_comments_are_answered_while_every_turn_is_taken() {
    let app = TestApp::with_part(|parts| parts.work = one_at_once(8)).await;
    let ana = app.sign_in("ana@acme.example", ACCOUNT).await;
    let new = |body: String| json!({ "request": { "subject": "Checkout", "comment": { "body": body } } });
    let short = ana.post("/api/v2/requests", &new("It **stops**.".to_owned())).await.json()["request"]["id"].clone();
    let long = ana.post("/api/v2/requests", &new("word ".repeat(SMALL))).await.json()["request"]["id"].clone();
    let comments = |id: &serde_json::Value| format!("/api/v2/requests/{id}/comments");

    let ((begin, begun), (go, gone)) = (oneshot::channel(), mpsc::channel::<()>());
    let work = app.app.work.clone();
    let heavy = tokio::spawn(async move {
        let held = move || {
            begin.send(()).unwrap();
            gone.recv().unwrap();
        };
        work.run_long(Who::Mail, held).await
    });
    begun.await.unwrap();
    let reader = tokio::spawn({
        let (ana, path) = (ana.clone(), comments(&long));
        async move { ana.get(&path).await }
    });
    // One thread serves all of this: what is done on it ends before anything else is answered.
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.nobody().get(path).await.status, StatusCode::OK, "{path}");
    }
    let read = ana.get(&comments(&short)).await;
    assert_eq!(read.json()["comments"][0]["html_body"], "<p>It <strong>stops</strong>.</p>");
    assert!(!reader.is_finished(), "a long comment waits for its turn");
    go.send(()).unwrap();
    heavy.await.unwrap().unwrap();
    assert_eq!(reader.await.unwrap().status, StatusCode::OK);
}

#[tokio::test]
async fn whoever_asks_for_too_much_at_once_is_told_when_to_come_again() {
    let app = TestApp::with_part(|parts| parts.work = one_at_once(1)).await;
    let ana = app.sign_in("ana@acme.example", ACCOUNT).await;
    let new = json!({ "request": { "subject": "Checkout", "comment": { "body": "word ".repeat(SMALL) } } });
    let id = ana.post("/api/v2/requests", &new).await.json()["request"]["id"].clone();
    let user = ana.get("/api/v2/users/me").await.json()["user"]["id"].clone();
    let user = serde_json::from_value(user).unwrap();

    let ((begin, begun), (go, gone)) = (oneshot::channel(), mpsc::channel::<()>());
    let work = app.app.work.clone();
    let heavy = tokio::spawn(async move {
        let held = move || {
            begin.send(()).unwrap();
            gone.recv().unwrap();
        };
        work.run_long(Who::Person(user), held).await
    });
    begun.await.unwrap();
    let refused = ana.get(&format!("/api/v2/requests/{id}/comments")).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "2"));
    go.send(()).unwrap();
    heavy.await.unwrap().unwrap();
    assert_eq!(ana.get(&format!("/api/v2/requests/{id}/comments")).await.status, StatusCode::OK);
}
