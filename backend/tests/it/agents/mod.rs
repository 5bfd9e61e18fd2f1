//! Agents at work, by the API token that their tools send.

mod access;
mod copies;
mod endings;
mod export;
mod groups;
mod life;
mod many;
mod open;
mod readers;
mod tags;
mod thread;
mod update;
mod webhooks;

use crate::common::{ACCOUNT, Answer, Client, TestApp};
use crate::directory::done;
use crate::tickets::whole;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use balcao_config::Config;
use serde_json::{Value, json};
use std::time::Duration;

pub const ANA: &str = "ana@acmestore.example";
pub const MARINA: &str = "marina@support.example";
pub const RAFAEL: &str = "rafael@support.example";

/// A store with Ana in it, and two agents, who belong to none: Marina is an administrator, Rafael is not.
pub struct Office {
    pub app: TestApp,
    pub ana: Client,
    pub marina: Client,
    pub rafael: Client,
}

impl Office {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let app = TestApp::with(|config| {
            config.limits.requests_per_minute = 0;
            config.limits.address_requests_per_minute = 0;
            // Weeks pass in some of these tests.
            config.session.idle = Duration::from_secs(400 * 24 * 3600);
            config.session.absolute = Duration::from_secs(400 * 24 * 3600);
            change(config);
        });
        let app = app.await;
        let ana = app.sign_in(ANA, ACCOUNT).await;
        let marina = administrator(&app, MARINA, "Marina Prado").await;
        let rafael = agent(&app, RAFAEL, "Rafael Costa").await;
        Self { app, ana, marina, rafael }
    }

    /// A request of Ana's.
    pub async fn request(&self, subject: &str) -> u64 {
        let opened = self.ana.post("/api/v2/requests", &whole(subject)).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
        opened.json()["request"]["id"].as_u64().unwrap()
    }

    /// What Marina changes about a ticket; it must go through.
    pub async fn change(&self, ticket: u64, change: Value) -> Value {
        let answer = self.marina.put(&format!("/api/v2/tickets/{ticket}"), &json!({ "ticket": change })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }

    /// What Marina is refused.
    pub async fn refused(&self, ticket: u64, change: Value) -> (u16, Vec<String>) {
        let answer = self.marina.put(&format!("/api/v2/tickets/{ticket}"), &json!({ "ticket": change })).await;
        (answer.status.as_u16(), answer.refusal().1)
    }

    pub async fn ticket(&self, ticket: u64) -> Value {
        self.marina.get(&format!("/api/v2/tickets/{ticket}.json")).await.json()["ticket"].clone()
    }

    /// The request as Ana sees it.
    pub async fn seen_by_ana(&self, request: u64) -> Value {
        self.ana.get(&format!("/api/v2/requests/{request}.json")).await.json()["request"].clone()
    }

    /// Somebody's id.
    pub async fn id_of(&self, email: &str) -> u64 {
        let sql = "SELECT id FROM users WHERE email = ?";
        let id: i64 = sqlx::query_scalar(sql)
            .bind(email)
            .fetch_one(&mut *self.app.app.store.read().await.unwrap())
            .await
            .unwrap();
        id as u64
    }
}

/// An agent who comes with a token.
pub async fn agent(app: &TestApp, email: &str, name: &str) -> Client {
    with_token(app, email, name, "--agent").await
}

/// An agent who sees to what concerns every ticket.
pub async fn administrator(app: &TestApp, email: &str, name: &str) -> Client {
    with_token(app, email, name, "--administrator").await
}

async fn with_token(app: &TestApp, email: &str, name: &str, role: &str) -> Client {
    done(app, &format!("user add {email} --name '{name}' {role}")).await;
    let said = done(app, &format!("token add {email} --description desk")).await;
    Client { bearer: said.lines().nth(1).map(str::to_owned), ..app.nobody() }
}

/// A file, and its token.
pub async fn upload(client: &Client, name: &str, content: &str) -> Value {
    let path = format!("/api/v2/uploads.json?filename={name}");
    let headers = [("content-type", "application/binary")];
    let answer: Answer = client.send(Method::POST, &path, &headers, Body::from(content.to_owned())).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["upload"].clone()
}
