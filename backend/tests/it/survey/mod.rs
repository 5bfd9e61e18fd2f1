//! The satisfaction survey: who may answer, until when, and what others read of it.

mod figures;
mod model;
mod page;
mod rating;
mod ratings;
mod reminder;

use crate::common::{ACCOUNT, Client, TestApp};
use crate::tickets::whole;
use axum::http::StatusCode;
use balcao_backend::jobs::{Closed, Closing};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

pub const ANA: &str = "ana@acmestore.example";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// An application whose sessions outlive the survey, and whose clock says Monday, 15:00 UTC; the region's day is 14:00
/// to 23:00 UTC (Bogotá), so that 27 working hours end on Thursday, 15:00.
pub async fn open() -> TestApp {
    let app = TestApp::with(|config| {
        config.limits.requests_per_minute = 0;
        config.limits.address_requests_per_minute = 0;
        config.limits.sign_ins_per_minute = 0;
        config.session.idle = Duration::from_secs(90 * 24 * 3600);
        config.session.absolute = Duration::from_secs(90 * 24 * 3600);
    });
    let app = app.await;
    app.clock.set(at("2026-11-23T15:00:00Z"));
    app
}

/// The number of a request that Ana opened and marked as solved.
pub async fn solved(app: &TestApp, ana: &Client, subject: &str) -> u64 {
    let opened = ana.post("/api/v2/requests", &whole(subject)).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    let request = opened.json()["request"]["id"].as_u64().unwrap();
    let agent = agent(app).await;
    run(app, &format!("UPDATE requests SET status = 'open', assignee_id = {agent} WHERE id = {request}")).await;
    solve(ana, request).await;
    request
}

pub async fn solve(ana: &Client, request: u64) {
    let answer = ana.put(&format!("/api/v2/requests/{request}"), &json!({ "request": { "solved": true } })).await;
    assert_eq!(answer.json()["request"]["status"], "solved", "{}", answer.text());
}

pub async fn reopen(ana: &Client, request: u64) {
    let body = json!({ "request": { "comment": { "body": "It is back" } } });
    let answer = ana.put(&format!("/api/v2/requests/{request}"), &body).await;
    assert_eq!(answer.json()["request"]["status"], "open", "{}", answer.text());
}

/// Somebody of support.
pub async fn agent(app: &TestApp) -> i64 {
    run(
        app,
        "INSERT INTO users (email, name, locale, agent, created_at, updated_at) \
         VALUES ('rui@support.example', 'Rui Costa', 'en', 1, 0, 0) ON CONFLICT DO NOTHING",
    )
    .await;
    sqlx::query_scalar("SELECT id FROM users WHERE email = 'rui@support.example'")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap()
}

pub async fn run(app: &TestApp, statement: &str) {
    let mut write = app.app.store.begin().await.unwrap();
    sqlx::query(statement).execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
}

/// Closes and reminds what is due.
pub async fn tick(app: &TestApp) -> Closed {
    let job = Closing::new(
        app.app.store.clone(),
        app.app.config.clone(),
        app.app.outbox.clone(),
        app.app.reply_addresses.clone(),
    );
    job.run_due(app.app.clock.now(), &CancellationToken::new()).await.unwrap()
}

pub async fn ana(app: &TestApp) -> Client {
    app.sign_in(ANA, ACCOUNT).await
}

pub fn rating_of(request: u64) -> String {
    format!("/api/v2/tickets/{request}/satisfaction_rating")
}

pub fn score(score: &str) -> Value {
    json!({ "satisfaction_rating": { "score": score } })
}

/// What is kept as having happened, each with its data.
pub async fn events(app: &TestApp, kind: &str) -> Vec<Value> {
    let rows: Vec<String> = sqlx::query_scalar("SELECT data FROM events WHERE kind = ? ORDER BY id")
        .bind(kind)
        .fetch_all(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    rows.iter().map(|data| serde_json::from_str(data).unwrap()).collect()
}
