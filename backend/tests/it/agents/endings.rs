//! What an administrator made ends with them: with the person, the role, the token. Nobody reads its secret again.

use super::webhooks::{Received, receiver, round, webhook};
use super::{MARINA, Office, RAFAEL};
use crate::common::Client;
use crate::directory::{done, json_of, refused};
use axum::http::{Method, StatusCode};
use balcao_backend::webhooks::{Round, sign};
use chrono::TimeDelta;
use serde_json::json;
use std::sync::{Arc, Mutex};

/// An office whose administrator made a webhook; one message has arrived, and one waits because the receiver was away.
struct WebhookLog {
    office: Office,
    received: Received,
    hook: String,
    secret: String,
}

impl WebhookLog {
    async fn open() -> Self {
        let office = Office::with(|config| config.webhook_networks = vec!["127.0.0.0/8".parse().unwrap()]).await;
        let answers = Arc::new(Mutex::new(StatusCode::OK));
        let (address, received) = receiver(answers.clone()).await;
        let made = office.marina.post("/api/v2/webhooks", &webhook(&address, &["created"])).await.json();
        let hook = made["webhook"]["id"].as_str().unwrap().to_owned();
        let secret = made["webhook"]["signing_secret"]["secret"].as_str().unwrap().to_owned();
        office.request("Arrives").await;
        assert_eq!(round(&office).await, Round { delivered: 1, failed: 0 });
        *answers.lock().unwrap() = StatusCode::SERVICE_UNAVAILABLE;
        office.request("Waits").await;
        assert_eq!(round(&office).await, Round { delivered: 0, failed: 1 });
        *answers.lock().unwrap() = StatusCode::OK;
        office.app.wait(TimeDelta::minutes(2));
        Self { office, received, hook, secret }
    }

    /// Nothing leaves: neither what waits nor what happens from now on.
    async fn is_silent(&self, why: &str) {
        let before = self.received.lock().unwrap().len();
        self.office.request("Not told").await;
        assert_eq!(round(&self.office).await, Round::default(), "{why}");
        assert_eq!(self.received.lock().unwrap().len(), before, "{why}");
        let listed = json_of(&self.office.app, "webhook endpoints --json").await;
        assert_eq!((&listed[0]["switched_on"], &listed[0]["ended"]), (&json!(true), &json!(why)));
        assert!(done(&self.office.app, "webhook list --waiting").await.contains("waiting, webhook off"), "{why}");
    }
}

#[tokio::test]
async fn a_webhook_is_off_with_the_person_who_answers_for_it() {
    let told = WebhookLog::open().await;
    done(&told.office.app, &format!("user disable {MARINA}")).await;
    told.is_silent("person").await;
    // With the person it comes back: what waited is sent, what was not told stays untold.
    done(&told.office.app, &format!("user enable {MARINA}")).await;
    assert_eq!(round(&told.office).await, Round { delivered: 1, failed: 0 });
}

#[tokio::test]
async fn a_webhook_is_off_with_the_role_of_an_administrator() {
    let told = WebhookLog::open().await;
    let said = done(&told.office.app, &format!("user administrator {MARINA} off")).await;
    assert!(said.contains("webhooks that they answered for are off"), "{said}");
    told.is_silent("role").await;
}

#[tokio::test]
async fn a_webhook_is_off_with_the_role_of_an_agent() {
    let told = WebhookLog::open().await;
    done(&told.office.app, &format!("user agent {MARINA} off")).await;
    told.is_silent("role").await;
}

#[tokio::test]
async fn a_webhook_is_off_with_the_token_that_it_was_made_by() {
    let told = WebhookLog::open().await;
    done(&told.office.app, "token revoke 1").await;
    told.is_silent("token").await;
}

#[tokio::test]
async fn a_webhook_is_off_with_the_end_of_its_token() {
    let told = WebhookLog::open().await;
    let said = done(&told.office.app, &format!("token add {MARINA} --description short --days 2")).await;
    let short = Client { bearer: said.lines().nth(1).map(str::to_owned), ..told.office.app.nobody() };
    let path = format!("/api/v2/webhooks/{}", told.hook);
    let changed = short.put(&path, &json!({ "webhook": { "name": "Mine by another token" } })).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT, "{}", changed.text());
    told.office.app.wait(TimeDelta::days(2));
    told.is_silent("token").await;
    // Whoever changes it answers for it: with a good token it is on again.
    assert_eq!(told.office.marina.get(&path).await.json()["webhook"]["status"], "inactive");
    let changed = told.office.marina.put(&path, &json!({ "webhook": { "status": "active" } })).await;
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    assert_eq!(round(&told.office).await, Round { delivered: 1, failed: 0 });
}

#[tokio::test]
async fn operators_list_stop_start_and_delete_webhooks() {
    let told = WebhookLog::open().await;
    let (app, hook) = (&told.office.app, &told.hook);
    let listed = done(app, "webhook endpoints").await;
    for part in [hook.as_str(), "Board", "/hook", MARINA, "on"] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    assert!(!done(app, "webhook endpoints --json").await.contains(&told.secret));
    assert!(done(app, &format!("webhook stop {hook}")).await.contains("switched off"));
    assert_eq!(round(&told.office).await, Round::default());
    assert_eq!(
        told.office.marina.get(&format!("/api/v2/webhooks/{hook}")).await.json()["webhook"]["status"],
        "inactive"
    );
    done(app, &format!("webhook start {hook}")).await;
    assert_eq!(round(&told.office).await, Round { delivered: 1, failed: 0 });

    // Nobody starts what nobody answers for; another administrator may.
    done(app, &format!("user disable {MARINA}")).await;
    done(app, &format!("webhook stop {hook}")).await;
    assert!(refused(app, &format!("webhook start {hook}")).await.contains("--as <address>"));
    assert!(refused(app, &format!("webhook start {hook} --as {RAFAEL}")).await.contains("is no administrator"));
    done(app, &format!("user administrator {RAFAEL} on")).await;
    done(app, &format!("webhook start {hook} --as {RAFAEL}")).await;
    told.office.request("Told again").await;
    assert_eq!(round(&told.office).await, Round { delivered: 1, failed: 0 });

    assert!(done(app, &format!("webhook delete {hook}")).await.contains("is gone"));
    for line in [format!("webhook delete {hook}"), format!("webhook stop {hook}"), "webhook start nothing".to_owned()] {
        assert!(refused(app, &line).await.contains("webhook endpoints"), "{line}");
    }
    let audit = json_of(app, "audit list --json").await;
    assert_eq!(
        (&audit[0]["action"], &audit[0]["subject"]),
        (&json!("webhook.delete"), &json!(format!("webhook:{hook}")))
    );
}

#[tokio::test]
async fn a_secret_is_shown_when_it_is_made_and_never_again_to_anybody() {
    let told = WebhookLog::open().await;
    let path = format!("/api/v2/webhooks/{}/signing_secret", told.hook);
    let again = told.office.marina.get(&path).await;
    assert_eq!((again.status, again.refusal().0.as_str()), (StatusCode::FORBIDDEN, "Forbidden"));
    assert!(again.text().contains("POST to this address"), "{}", again.text());
    let reset = told.office.marina.json(Method::POST, &path, &json!({}), &[]).await;
    assert_eq!(reset.status, StatusCode::CREATED, "{}", reset.text());
    let secret = reset.json()["signing_secret"]["secret"].as_str().unwrap().to_owned();
    assert_ne!(secret, told.secret);
    assert_eq!(told.office.marina.get(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(round(&told.office).await, Round { delivered: 1, failed: 0 });
    let (headers, body) = told.received.lock().unwrap().last().unwrap().clone();
    let timestamp = headers["x-zendesk-webhook-signature-timestamp"].to_str().unwrap();
    let signature = headers["x-zendesk-webhook-signature"].to_str().unwrap();
    assert_eq!(signature, sign(secret.as_bytes(), timestamp, &body), "signed with the new one");
    // By those who are no administrators neither shown nor reset.
    for client in [&told.office.rafael, &told.office.ana] {
        assert_eq!(client.get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(client.json(Method::POST, &path, &json!({}), &[]).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn what_concerns_every_ticket_is_for_administrators() {
    let office = Office::open().await;
    office.request("Orders stop").await;
    for path in [
        "/api/v2/webhooks",
        "/api/v2/incremental/tickets?start_time=1",
        "/api/v2/incremental/tickets/cursor?start_time=1",
    ] {
        assert_eq!(office.marina.get(path).await.status, StatusCode::OK, "{path}");
        let answer = office.rafael.get(path).await;
        assert_eq!((answer.status, answer.refusal().0.as_str()), (StatusCode::FORBIDDEN, "Forbidden"), "{path}");
        assert!(answer.text().contains("administrators"), "{}", answer.text());
    }
    let role = async |client: &Client| client.get("/api/v2/users/me").await.json()["user"]["role"].clone();
    assert_eq!((role(&office.marina).await, role(&office.rafael).await), (json!("admin"), json!("agent")));
    let named = office.marina.get("/api/v2/users?role=admin").await.json();
    assert_eq!((&named["count"], &named["users"][0]["email"]), (&json!(1), &json!(MARINA)));
    assert_eq!(office.marina.get("/api/v2/users?role=agent").await.json()["users"][0]["email"], RAFAEL);
    // A requester's own eyes would show more than an agent's.
    let headers = [("x-on-behalf-of", super::ANA)];
    let by_rafael = office.rafael.send(Method::GET, "/api/v2/requests", &headers, axum::body::Body::empty()).await;
    assert_eq!(by_rafael.status, StatusCode::FORBIDDEN, "{}", by_rafael.text());
    assert!(by_rafael.text().contains("administrators"));
}
