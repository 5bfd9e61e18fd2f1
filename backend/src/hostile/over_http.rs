//! What one person writes and others read, over HTTP.

#[path = "../../tests/it/common.rs"]
#[allow(unreachable_pub, reason = "shared with the tests beside this crate")]
mod common;

use axum::http::StatusCode;
use common::{ACCOUNT, TestApp};
use serde_json::json;

/// A comment of an address and 65,500 brackets was taken in a hundredth of a second, and read in ten.
#[tokio::test]
async fn reading_a_comment_takes_steps_by_its_length_whatever_stands_in_it() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@acme.example", ACCOUNT).await;
    let mut taken = Vec::new();
    for body in ["word ".repeat(13_100), format!("http://a{}", ")".repeat(65_500))] {
        let new = json!({ "request": { "subject": "Checkout", "comment": { "body": body } } });
        let opened = ana.post("/api/v2/requests", &new).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
        let id = opened.json()["request"]["id"].clone();
        for path in [
            format!("/api/v2/requests/{id}/comments?include=rich_text"),
            format!("/api/panel/requests/{id}/download"),
            format!("/api/panel/requests/{id}/download?format=json"),
        ] {
            let before = app.app.work.steps();
            assert_eq!(ana.get(&path).await.status, StatusCode::OK);
            taken.push(app.app.work.steps() - before);
        }
    }
    let (words, brackets) = taken.split_at(3);
    assert!(words.iter().all(|steps| *steps > 65_500), "the reading is counted: {words:?}");
    assert!(brackets.iter().zip(words).all(|(brackets, words)| *brackets < 3 * words), "{words:?} and {brackets:?}");
}
