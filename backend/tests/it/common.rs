//! An application on a temporary folder, and somebody who talks to it.
#![allow(dead_code, reason = "every file uses a part of it")]

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use balcao_backend::http::{App, Parts, Service, service};
use balcao_config::{Config, HostTokenKey};
use balcao_runtime::clock::{Clock as _, ManualClock};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub const HOST_KEY: &[u8] = b"a test key of the host, 32 bytes and more";
pub const ACCOUNT: &str = "acmestore";

/// Monday morning.
pub fn start_of_tests() -> DateTime<Utc> {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// An application, its folder and its clock. The folder goes with it.
pub struct TestApp {
    pub app: App,
    pub service: Service,
    pub clock: Arc<ManualClock>,
    pub folder: Arc<TempDir>,
}

impl TestApp {
    /// The defaults, on a folder of its own.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let mut config = settings(folder.path());
        change(&mut config);
        Self::start(config, folder, Arc::new(ManualClock::new(start_of_tests()))).await
    }

    /// With a part replaced by one that breaks.
    pub async fn with_part(change: impl FnOnce(&mut Parts)) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let clock = Arc::new(ManualClock::new(start_of_tests()));
        let mut parts = Parts::open(settings(folder.path()), clock.clone()).await.unwrap();
        change(&mut parts);
        let app = App::new(parts);
        let service = service(app.clone());
        Self { app, service, clock, folder }
    }

    /// The same folder after a restart.
    pub async fn restarted(self) -> Self {
        self.restarted_with(|_| {}).await
    }

    /// The same folder after a restart with other settings.
    pub async fn restarted_with(self, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::clone(&self.app.config);
        change(&mut config);
        self.app.store.close().await;
        Self::start(config, self.folder, self.clock).await
    }

    async fn start(config: Config, folder: Arc<TempDir>, clock: Arc<ManualClock>) -> Self {
        let app = App::open(config, clock.clone()).await.unwrap();
        let service = service(app.clone());
        Self { app, service, clock, folder }
    }

    /// Moves the clock on.
    pub fn wait(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// A token of the host for that person, good for five minutes.
    pub fn host_token(&self, email: &str, account: &str) -> String {
        sign(&self.claims(email, account), HOST_KEY, Algorithm::HS256)
    }

    /// What a token of the host says.
    pub fn claims(&self, email: &str, account: &str) -> Value {
        let name = email.split('@').next().unwrap();
        let host = &self.app.config.host_token;
        json!({
            "sub": email, "email": email, "name": name, "account": account, "region": "latin_america",
            "iss": host.issuer, "aud": host.audience, "exp": self.clock.now().timestamp() + 300,
        })
    }

    /// Signs somebody in.
    pub async fn sign_in(&self, email: &str, account: &str) -> Client {
        self.sign_in_with(&self.claims(email, account)).await
    }

    /// Signs somebody in of whom the host says that.
    pub async fn sign_in_with(&self, claims: &Value) -> Client {
        let token = sign(claims, HOST_KEY, Algorithm::HS256);
        let answer = self.nobody().post("/api/panel/session", &json!({ "token": token })).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let session = &answer.json()["session"];
        Client {
            service: self.service.clone(),
            bearer: Some(session["token"].as_str().unwrap().to_owned()),
            csrf: Some(session["csrf_token"].as_str().unwrap().to_owned()),
            language: None,
        }
    }

    /// A client without a session.
    pub fn nobody(&self) -> Client {
        Client { service: self.service.clone(), bearer: None, csrf: None, language: None }
    }
}

/// Development settings that keep everything under a folder and check tokens with [`HOST_KEY`].
pub fn settings(folder: &std::path::Path) -> Config {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut config = Config::development(&folder.join("data"));
    config.host_token.key = HostTokenKey::Shared(HOST_KEY.to_vec());
    config.copilot.articles_dir = Some(root.join("articles"));
    config.panel_dir = folder.join("panel");
    config.demo_data = false;
    // How full the disk of whoever runs the tests is must not decide about them.
    config.evidence.min_free_percent = 0;
    config
}

pub fn sign(claims: &Value, key: &[u8], algorithm: Algorithm) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(key)).unwrap()
}

/// Somebody who talks to the application, signed in or not.
#[derive(Clone)]
pub struct Client {
    pub service: Service,
    pub bearer: Option<String>,
    pub csrf: Option<String>,
    pub language: Option<&'static str>,
}

impl Client {
    /// The same person, asking for another language.
    pub fn speaking(&self, language: &'static str) -> Self {
        Self { language: Some(language), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.json(Method::POST, path, body, &[]).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.json(Method::PUT, path, body, &[]).await
    }

    /// JSON with more headers.
    pub async fn json(&self, method: Method, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.send(method, path, &all, Body::from(body.to_string())).await
    }

    /// Anything.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let mut request = Request::builder().method(method.clone()).uri(path);
        if let Some(bearer) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        if let Some(csrf) = self.csrf.as_ref().filter(|_| method != Method::GET) {
            request = request.header("x-csrf-token", csrf);
        }
        if let Some(language) = self.language {
            request = request.header(header::ACCEPT_LANGUAGE, language);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.service.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        // What has no end is not waited for.
        let endless = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if endless { Body::empty() } else { body };
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header, empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The error's name and the faults' `field_key error`, for refusals.
    pub fn refusal(&self) -> (String, Vec<String>) {
        let body = self.json();
        let faults = body["details"]["base"].as_array().into_iter().flatten();
        let faults = faults
            .map(|fault| format!("{} {}", fault["field_key"].as_str().unwrap(), fault["error"].as_str().unwrap()));
        (body["error"].as_str().unwrap_or_default().to_owned(), faults.collect())
    }
}

/// What the messages of a kind to an address say, oldest first: those that wait in the outbox, codes and all. What was
/// sealed with a key that is gone says nothing to anybody.
pub async fn waiting_messages(app: &TestApp, email: &str, kind: &str) -> Vec<String> {
    let rows: Vec<(String, String, Option<Vec<u8>>)> = sqlx::query_as(
        "SELECT dedupe_key, text_body, sealed FROM outbox WHERE to_address = ? AND kind = ? ORDER BY id",
    )
    .bind(email)
    .bind(kind)
    .fetch_all(&mut *app.app.store.read().await.unwrap())
    .await
    .unwrap();
    rows.into_iter()
        .filter_map(|(dedupe_key, text, sealed)| match sealed {
            None => Some(text),
            Some(sealed) => {
                let said = app.app.identity.site.key.open(&format!("mail {dedupe_key}"), &sealed)?;
                Some(serde_json::from_slice::<(String, String)>(&said).unwrap().0)
            }
        })
        .collect()
}
