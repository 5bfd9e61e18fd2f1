//! The support site: a browser without scripts that signs in, and everything that must not get in.

mod email;
mod equal;
mod lost_factor;
mod pages;
pub mod password;
mod reset;
mod sealed;

use crate::common::{ACCOUNT, Answer, Client, TestApp};
use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use balcao_contract::locale::Locale;
use balcao_store::directory;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const ANA: &str = "ana@acmestore.example";
pub const NOBODY: &str = "nobody@acmestore.example";

/// A browser: it keeps cookies and says where its requests come from.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    pub cookies: BTreeMap<String, String>,
    pub origin: String,
    /// More headers of each request.
    pub headers: Vec<(&'static str, String)>,
}

impl Browser {
    pub fn new(app: &TestApp) -> Self {
        let origin = app.app.config.own_origin();
        Self { client: app.nobody(), cookies: BTreeMap::new(), origin, headers: Vec::new() }
    }

    /// The same browser after a restart of the application.
    pub fn after_restart(&self, app: &TestApp) -> Self {
        Self { client: app.nobody(), ..self.clone() }
    }

    /// In another network; the tests' proxy is believed.
    pub fn in_network(mut self, address: &str) -> Self {
        self.headers.push(("x-forwarded-for", address.to_owned()));
        self
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    /// Sends a form of our own pages.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = self.origin.clone();
        self.form(path, fields, &[("origin", &origin), ("sec-fetch-site", "same-origin")]).await
    }

    /// Sends a form with these headers.
    pub async fn form(&mut self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(Method::POST, path, &all, Body::from(body)).await
    }

    /// What the panel does when it is opened.
    pub async fn open_panel(&mut self, body: &Value) -> Answer {
        let origin = self.origin.clone();
        let headers = [("content-type", "application/json"), ("origin", &origin), ("sec-fetch-site", "same-origin")];
        self.send(Method::POST, "/api/panel/session", &headers, Body::from(body.to_string())).await
    }

    pub async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let more = self.headers.clone();
        let mut all: Vec<(&str, &str)> = more.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if !cookies.is_empty() {
            all.push(("cookie", &cookies));
        }
        all.extend_from_slice(headers);
        let mut answer = self.client.send(method, path, &all, body).await;
        // As a browser reads it; what could begin a tag or end an attribute stays as it is.
        answer.bytes = answer.text().replace("&#x2f;", "/").replace("&#x27;", "'").into_bytes();
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            // The panel reads the language; it proves nothing.
            let hidden = set.contains("; HttpOnly") || set.starts_with("balcao_locale=");
            assert!(hidden && set.contains("; Path=/;") && set.contains("; SameSite="), "{set}");
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            match set.contains("Max-Age=0;") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        answer
    }
}

/// The panel's session of a browser that is signed in.
pub async fn panel_session(browser: &mut Browser) -> Client {
    let answer = browser.open_panel(&json!({})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let session = answer.json()["session"].clone();
    let text = |key: &str| Some(session[key].as_str().unwrap().to_owned());
    Client { bearer: text("token"), csrf: text("csrf_token"), ..browser.client.clone() }
}

/// An application where Ana is a member of a store, and behind a proxy that is believed.
pub async fn app() -> TestApp {
    app_with(|_| {}).await
}

pub async fn app_with(change: impl FnOnce(&mut balcao_config::Config)) -> TestApp {
    let app = TestApp::with(|config| {
        config.trusted_proxies = vec!["0.0.0.0/8".parse().unwrap()];
        config.limits.sign_ins_per_minute = 0;
        change(config);
    })
    .await;
    member(&app, ANA, ACCOUNT).await;
    app
}

/// Makes somebody a member of a store.
pub async fn member(app: &TestApp, email: &str, account: &str) {
    let mut write = app.app.store.begin().await.unwrap();
    let account = directory::ensure_account(&mut write, account, "latin_america", 0).await.unwrap();
    let user = directory::ensure_person(&mut write, email, "Ana Souza", Locale::Pt, false, 0).await.unwrap();
    directory::ensure_membership(&mut write, user, account, 0).await.unwrap();
    write.commit().await.unwrap();
}

pub async fn run(app: &TestApp, sql: &str) {
    let mut write = app.app.store.begin().await.unwrap();
    sqlx::query(sql).execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
}

/// The messages of a kind that wait for an address.
pub async fn messages(app: &TestApp, email: &str, kind: &str) -> Vec<String> {
    crate::common::waiting_messages(app, email, kind).await
}

/// The code of the newest message to an address.
pub async fn newest_code(app: &TestApp, email: &str) -> String {
    newest_code_of(app, email, "sign_in_code").await
}

/// The code of the newest message of a kind.
pub async fn newest_code_of(app: &TestApp, email: &str, kind: &str) -> String {
    let text = messages(app, email, kind).await.pop().expect("a message");
    text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).expect("a code").to_owned()
}

pub fn other_than(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

pub fn assert_leads_to(answer: &Answer, place: &str) {
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, place), "{}", answer.text());
}

/// Signs in with a code.
pub async fn sign_in(app: &TestApp, browser: &mut Browser, email: &str) {
    assert_leads_to(&browser.post("/support/email", &[("email", email)]).await, "/support/code");
    let code = newest_code(app, email).await;
    assert_leads_to(&browser.post("/support/code", &[("code", &code)]).await, "/panel/new");
}
