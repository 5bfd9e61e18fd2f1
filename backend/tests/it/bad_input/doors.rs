//! Every path that the API describes: closed without a session, and for writes without their second token.

use crate::common::{ACCOUNT, Client, TestApp};
use axum::body::Body;
use axum::http::{Method, StatusCode};

/// What anybody may ask.
const OPEN: [&str; 6] = [
    "GET /api/v2/users/me",
    "GET /api/v2/help_center/articles/search",
    "GET /api/panel/articles",
    "GET /api/panel/articles/nothing",
    "POST /api/panel/session",
    "POST /api/panel/glance",
];

async fn described(app: &TestApp) -> Vec<(Method, String)> {
    let description = app.nobody().get("/api/openapi.json").await.json();
    let mut all = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method: Method = method.to_ascii_uppercase().parse().unwrap();
            let path = path.replace("{slug}", "nothing").replace("{key}", "technical");
            let filled = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part });
            all.push((method, filled.collect::<Vec<_>>().join("/")));
        }
    }
    assert!(all.len() > 35, "{}", all.len());
    all
}

async fn knock(client: &Client, method: &Method, path: &str) -> crate::common::Answer {
    client.send(method.clone(), path, &[("content-type", "application/json")], Body::from("{}")).await
}

#[tokio::test]
async fn nothing_opens_without_a_session_but_what_is_meant_to() {
    let app = TestApp::new().await;
    for (method, path) in described(&app).await {
        if OPEN.contains(&format!("{method} {path}").as_str()) {
            continue;
        }
        for path in [path.clone(), format!("{path}.json")] {
            let answer = knock(&app.nobody(), &method, &path).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}: {}", answer.text());
            assert_eq!(answer.text(), "{\"error\":\"Couldn't authenticate you\"}", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn no_write_goes_through_without_its_second_token() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let other = app.sign_in("bruno@example.com", ACCOUNT).await;
    let mut writes = 0;
    for (method, path) in described(&app).await {
        if method == Method::GET || OPEN.contains(&format!("{method} {path}").as_str()) {
            continue;
        }
        writes += 1;
        for csrf in [None, Some(String::new()), other.csrf.clone()] {
            let answer = knock(&Client { csrf, ..ana.clone() }, &method, &path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}: {}", answer.text());
            assert_eq!(answer.refusal().0, "InvalidCsrfToken", "{method} {path}");
        }
    }
    assert!(writes > 10, "{writes}");
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::OK);
}

/// Somebody who signs in for the first time and somebody known are answered alike, and so are a code's requests.
#[tokio::test]
async fn an_answer_does_not_tell_whether_an_address_was_known() {
    let app = TestApp::new().await;
    let shape = async |email: &str| {
        let client = app.sign_in(email, ACCOUNT).await;
        let id = crate::copilot::begin(&client, "en", "doubt").await;
        let sent = client.post(&format!("/api/panel/conversations/{id}/code"), &serde_json::json!({})).await;
        let keys: Vec<String> = sent.json().as_object().unwrap().keys().cloned().collect();
        (sent.status, keys)
    };
    let first = shape("new@example.com").await;
    app.wait(chrono::TimeDelta::minutes(1));
    assert_eq!(first, shape("new@example.com").await);
    assert_eq!(first, shape("other@example.com").await);
}
