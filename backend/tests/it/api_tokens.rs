//! `Authorization: Basic <email>/token:<token>` on the API that Zendesk's clients know.

use crate::common::{ACCOUNT, Answer, TestApp};
use crate::directory::done;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use serde_json::json;

const ANA: &str = "ana@acmestore.example";

/// Ana, a member, and a token of hers.
pub async fn token_of_ana(app: &TestApp, more: &str) -> String {
    app.sign_in(ANA, ACCOUNT).await;
    let said = done(app, &format!("token add {ANA} --description export{more}")).await;
    said.lines().nth(1).unwrap().to_owned()
}

pub const MARINA: &str = "marina@support.example";

/// What Marina sends, who is an administrator and belongs to no store.
pub async fn token_of_administrator(app: &TestApp) -> String {
    token_of(app, MARINA, "--administrator").await
}

/// What an agent sends.
pub async fn token_of_agent(app: &TestApp, email: &str) -> String {
    token_of(app, email, "--agent").await
}

async fn token_of(app: &TestApp, email: &str, role: &str) -> String {
    done(app, &format!("user add {email} --name 'Works for support' {role}")).await;
    let said = done(app, &format!("token add {email} --description desk")).await;
    basic(email, said.lines().nth(1).unwrap())
}

pub fn basic(email: &str, token: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{email}/token:{token}")))
}

async fn ask(app: &TestApp, method: Method, path: &str, authorization: &str, body: &str) -> Answer {
    let headers = [("authorization", authorization), ("content-type", "application/json")];
    app.nobody().send(method, path, &headers, Body::from(body.to_owned())).await
}

async fn status(app: &TestApp, authorization: &str) -> StatusCode {
    ask(app, Method::GET, "/api/v2/requests.json", authorization, "").await.status
}

#[tokio::test]
async fn a_token_reads_and_opens_requests_without_a_csrf_token() {
    let app = TestApp::new().await;
    let authorization = basic("Ana@AcmeStore.example", &token_of_ana(&app, "").await);
    let body = crate::tickets::whole("By a program").to_string();
    let opened = ask(&app, Method::POST, "/api/v2/requests.json", &authorization, &body).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    let list = ask(&app, Method::GET, "/api/v2/requests.json", &authorization, "").await;
    assert_eq!(list.json()["count"], 1);
    assert_eq!(app.sign_in(ANA, ACCOUNT).await.get("/api/v2/requests").await.json()["count"], 1);
    app.app.identity.seen.write(&app.app.store).await.unwrap();
    let listed = done(&app, "token list --json").await;
    assert!(listed.contains("\"last_used_at\": \"2026-11-23T12:00:00Z\""), "{listed}");
}

#[tokio::test]
async fn a_token_is_no_session() {
    let app = TestApp::new().await;
    let authorization = basic(ANA, &token_of_ana(&app, "").await);
    for path in ["/api/panel/session", "/api/panel/sign_ins", "/api/panel/requests/counts"] {
        assert_eq!(ask(&app, Method::GET, path, &authorization, "").await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let begun = ask(&app, Method::POST, "/api/panel/conversations", &authorization, "{\"conversation\":{}}").await;
    assert_eq!(begun.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_wrong_token_is_refused_and_too_many_of_them_are_slowed_down() {
    let app = TestApp::with(|config| config.limits.sign_ins_per_minute = 20).await;
    let token = token_of_ana(&app, "").await;
    app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    for authorization in [
        basic(ANA, "wrong"),
        basic(ANA, ""),
        basic("bruno@acmestore.example", &token),
        basic("nobody@acmestore.example", &token),
        format!("Basic {}", STANDARD.encode(format!("{ANA}:{token}"))),
        "Basic not-base64!".to_owned(),
        "Bearer wrong".to_owned(),
    ] {
        let answer = ask(&app, Method::GET, "/api/v2/requests", &authorization, "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{authorization}");
        assert!(!answer.header("www-authenticate").to_lowercase().contains("basic"), "no browser asks for a password");
    }
    let mut last = StatusCode::UNAUTHORIZED;
    for _ in 0..20 {
        last = status(&app, &basic(ANA, "wrong")).await;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status(&app, &basic(ANA, &token)).await, StatusCode::OK, "the good one goes through");
}

#[tokio::test]
async fn a_token_ends_with_its_time_its_person_and_the_operators_word() {
    let app = TestApp::new().await;
    let authorization = basic(ANA, &token_of_ana(&app, " --days 2").await);
    assert_eq!(status(&app, &authorization).await, StatusCode::OK);
    done(&app, &format!("user disable {ANA}")).await;
    assert_eq!(status(&app, &authorization).await, StatusCode::UNAUTHORIZED);
    done(&app, &format!("user enable {ANA}")).await;
    assert_eq!(status(&app, &authorization).await, StatusCode::OK);
    done(&app, &format!("account disable {ACCOUNT}")).await;
    assert_eq!(status(&app, &authorization).await, StatusCode::UNAUTHORIZED);
    done(&app, &format!("account enable {ACCOUNT}")).await;
    app.wait(TimeDelta::days(2));
    assert_eq!(status(&app, &authorization).await, StatusCode::UNAUTHORIZED);
    let authorization = basic(ANA, &token_of_ana(&app, "").await);
    assert_eq!(status(&app, &authorization).await, StatusCode::OK);
    done(&app, "token revoke 2").await;
    assert_eq!(status(&app, &authorization).await, StatusCode::UNAUTHORIZED);
    let kept = format!("{:?}", json!(done(&app, "token list --json").await));
    assert!(!kept.contains(authorization.trim_start_matches("Basic ")));
}
