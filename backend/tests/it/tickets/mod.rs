//! Requests over the wire: what a Zendesk client and the panel send, and what comes back.

mod attacks;
mod closing;
mod comments;
mod copies;
mod create;
mod demo;
mod download;
mod fill;
mod growing;
mod idempotency;
mod letters;
mod list;
mod live;
mod many;
mod people;
mod promise;
mod reply;
mod search;
mod shared;
mod speed;
mod withdraw;

use crate::common::TestApp;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use balcao_backend::http::{App, service};
use balcao_backend::identity::{Arrival, HostIdentity, Sessions};
use balcao_config::Config;
use balcao_contract::locale::Locale;
use balcao_contract::panel::DoorName;
use balcao_contract::support::Region;
use balcao_runtime::clock::ManualClock;
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;

/// A backend of its own, with its own database.
pub struct Desk {
    pub app: App,
    pub clock: Arc<ManualClock>,
    _test: TestApp,
}

/// Somebody with a session.
#[derive(Clone)]
pub struct Person {
    app: App,
    token: String,
    csrf: String,
    pub user: u64,
    pub account: u64,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Answer {
    /// The error's name and, sorted, the fields it names with what is wrong with each.
    pub fn faults(&self) -> Vec<(String, String)> {
        let entries = self.json["details"].as_object().into_iter().flat_map(|details| details.values());
        let mut faults: Vec<_> = entries
            .flat_map(|list| list.as_array().cloned().unwrap_or_default())
            .map(|fault| (text(&fault["field_key"]), text(&fault["error"])))
            .collect();
        faults.sort();
        faults
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn error(&self) -> (u16, &str) {
        (self.status.as_u16(), self.json["error"].as_str().unwrap_or_default())
    }

    /// The numbers of the requests in a list.
    pub fn numbers(&self) -> Vec<u64> {
        let requests = self.json["requests"].as_array().unwrap_or_else(|| panic!("no list: {}", self.text));
        requests.iter().map(|request| request["id"].as_u64().unwrap()).collect()
    }
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Desk {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let test = TestApp::with(|config| {
            config.limits.requests_per_minute = 0;
            config.limits.address_requests_per_minute = 0;
            config.session.idle = Duration::from_secs(30 * 24 * 3600);
            config.session.absolute = Duration::from_secs(30 * 24 * 3600);
            change(config);
        });
        let test = test.await;
        test.clock.set("2026-11-20T12:00:00Z".parse().unwrap());
        Self { app: test.app.clone(), clock: test.clock.clone(), _test: test }
    }

    pub fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    pub async fn sign_in(&self, name: &str, account: &str) -> Person {
        let identity = HostIdentity {
            email: format!("{name}@{account}.example"),
            name: Some(name.to_owned()),
            account: account.to_owned(),
            locale: Some(Locale::En),
            region: Some(Region::LatinAmerica),
            resources: None,
            support_resource_by_default: true,
            sponsor: false,
            email_verified: false,
        };
        self.enter(&identity).await
    }

    pub async fn enter(&self, identity: &HostIdentity) -> Person {
        let arrival = Arrival { door: DoorName::Host, user_agent: String::new(), sign_in: None };
        let session = Sessions::new(&self.app.identity).begin(identity, &arrival).await.unwrap();
        Person {
            app: self.app.clone(),
            token: session.token.as_str().to_owned(),
            csrf: session.signed_in.csrf_token.clone(),
            user: session.signed_in.user.get(),
            account: session.signed_in.account.get(),
        }
    }

    /// What an agent or the clock would do: these commands belong to a later part of the product.
    pub async fn set(&self, request: u64, status: &str, assignee: Option<u64>) {
        let mut tx = self.app.store.begin().await.unwrap();
        sqlx::query("UPDATE requests SET status = ?, assignee_id = ?, version = version + 1 WHERE id = ?")
            .bind(status)
            .bind(assignee.map(|id| id as i64))
            .bind(request as i64)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// An agent of that name.
    pub async fn agent(&self, name: &str) -> u64 {
        let mut tx = self.app.store.begin().await.unwrap();
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO users (email, name, locale, agent, created_at, updated_at) VALUES (?, ?, 'en', 1, 0, 0) RETURNING id",
        )
        .bind(format!("{name}@support.example"))
        .bind(name)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        id as u64
    }

    pub async fn count(&self, table: &str) -> i64 {
        sqlx::query_scalar(&format!("SELECT count(*) FROM {table}"))
            .fetch_one(&mut *self.app.store.read().await.unwrap())
            .await
            .unwrap()
    }
}

impl Person {
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("x-csrf-token", &self.csrf);
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        call(&self.app, request.body(body.into()).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[], body.to_string()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, &[], body.to_string()).await
    }

    /// Opens a request as the panel does and gives its number.
    pub async fn open(&self, subject: &str) -> u64 {
        let answer = self.post("/api/v2/requests", &whole(subject)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json["request"]["id"].as_u64().unwrap()
    }
}

pub async fn call(app: &App, request: Request<Body>) -> Answer {
    let response = service(app.clone()).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status: parts.status, headers: parts.headers, text, json }
}

/// A request with the technical form filled in.
pub fn whole(subject: &str) -> Value {
    json!({ "request": {
        "subject": subject,
        "comment": { "body": format!("About {subject}.\n\nIt **fails** since noon.") },
        "ticket_form_id": 1001,
        "custom_fields": [
            { "id": 1103, "value": "advanced" }, { "id": 1105, "value": "buyers" }, { "id": 1106, "value": "critical" },
            { "id": 1107, "value": "production" }, { "id": 1108, "value": "incident" },
        ],
    } })
}
