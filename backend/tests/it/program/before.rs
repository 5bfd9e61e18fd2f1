//! What people made before keys were rotated or a backup was restored, and whether all of it works afterwards.

use crate::agents::{ANA, Office, upload};
use crate::common::{Client, TestApp};
use crate::support_site::password::{PASSWORD, app_code, enrolled, with_password};
use crate::support_site::{Browser, assert_leads_to};
use axum::http::StatusCode;
use balcao_contract::id::{RequestId, UserId};
use balcao_keys::purpose::WEBHOOK_SECRET;
use balcao_mail::inbox::Outcome;
use balcao_runtime::clock::Clock as _;
use chrono::TimeDelta;
use serde_json::json;

const HOOK: &str = "what signs a webhook's messages";
pub const FILE: &str = "what the log said";

pub struct Before {
    /// Of the authenticator app.
    secret: String,
    pub recovery_codes: Vec<String>,
    ana: Client,
    request: RequestId,
    user: UserId,
    /// Where a reply to a mail of that time goes.
    address: String,
    /// The path of a file's bytes.
    pub file: String,
}

impl Before {
    /// A password with a second factor, a webhook, a request with a file, and a mail that can be answered.
    pub async fn make(office: &Office) -> Self {
        let app = &office.app;
        let (secret, recovery_codes) = enrolled(app, &mut Browser::new(app), ANA).await;
        let request = office.request("Orders stop").await;
        let sent = upload(&office.ana, "log.txt", FILE).await;
        let comment = json!({ "request": { "comment": { "body": "The log", "uploads": [sent["token"]] } } });
        let answer = office.ana.put(&format!("/api/v2/requests/{request}"), &comment).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let file = url::Url::parse(sent["attachment"]["content_url"].as_str().unwrap()).unwrap().path().to_owned();
        let sealed = app.app.identity.site.key.seal(WEBHOOK_SECRET, HOOK.as_bytes()).unwrap();
        let marina = office.id_of(crate::agents::MARINA).await as i64;
        let mut write = app.app.store.begin().await.unwrap();
        sqlx::query(
            "INSERT INTO webhooks (id, name, endpoint, subscriptions, secret, active, after_event, created_by, created_at, \
             updated_at) VALUES ('hook', 'Board', 'https://board.example/hook', '[]', ?, 1, 0, ?, 0, 0)",
        )
        .bind(sealed)
        .bind(marina)
        .execute(&mut *write)
        .await
        .unwrap();
        write.commit().await.unwrap();
        let (request, user): (RequestId, UserId) =
            (request.try_into().unwrap(), office.id_of(ANA).await.try_into().unwrap());
        let address = app.app.reply_addresses.of(request, user).unwrap();
        Self { secret, recovery_codes, ana: office.ana.clone(), request, user, address, file }
    }

    /// Password and second factor, webhook, reply address, file and session.
    pub async fn works(&self, app: &TestApp) {
        self.password_works(app).await;
        self.reply_lands(app).await;
        self.webhook_works(app).await;
        let ana = Client { service: app.service.clone(), ..self.ana.clone() };
        let file = ana.get(&self.file).await;
        assert_eq!((file.status, file.text().as_str()), (StatusCode::OK, FILE));
    }

    pub async fn password_works(&self, app: &TestApp) {
        let mut browser = Browser::new(app);
        assert_leads_to(&with_password(&mut browser, ANA, PASSWORD).await, "/support/second-factor");
        let code = app_code(&self.secret, app, 0);
        let proved = browser.post("/support/second-factor", &[("way", "app"), ("code", &code)]).await;
        assert_leads_to(&proved, "/panel/new");
        // No code of the app works twice.
        app.wait(TimeDelta::seconds(60));
    }

    /// Whether a recovery code lets its owner in.
    pub async fn recovery_code_works(&self, app: &TestApp, number: usize) -> bool {
        let mut browser = Browser::new(app);
        assert_leads_to(&with_password(&mut browser, ANA, PASSWORD).await, "/support/second-factor");
        let fields = [("way", "recovery"), ("code", self.recovery_codes[number].as_str())];
        browser.post("/support/second-factor", &fields).await.status == StatusCode::SEE_OTHER
    }

    /// A reply to a mail that was sent then is a comment now.
    pub async fn reply_lands(&self, app: &TestApp) {
        assert_eq!(app.app.inbox().take_in(self.reply(app).into(), true).await.unwrap(), Outcome::Joined(self.request));
        assert_eq!(app.app.reply_addresses.read(&self.address), Some((self.request, self.user)));
    }

    /// A reply as a mail server hands it over.
    pub fn reply(&self, app: &TestApp) -> Vec<u8> {
        let (id, date) = (uuid::Uuid::new_v4(), app.clock.now().to_rfc2822());
        format!(
            "Return-Path: <{ANA}>\r\nAuthentication-Results: localhost; dmarc=pass header.from=acmestore.example\r\n\
             From: <{ANA}>\r\nTo: <{}>\r\nSubject: Re: Orders stop\r\nDate: {date}\r\nMessage-ID: <{id}@acmestore.example>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\nHere it is: {id}\r\n",
            self.address
        )
        .into_bytes()
    }

    pub async fn webhook_works(&self, app: &TestApp) {
        let sealed: Vec<u8> = sqlx::query_scalar("SELECT secret FROM webhooks WHERE id = 'hook' AND active = 1")
            .fetch_one(&mut *app.app.store.read().await.unwrap())
            .await
            .unwrap();
        assert_eq!(app.app.identity.site.key.open(WEBHOOK_SECRET, &sealed).unwrap().as_slice(), HOOK.as_bytes());
    }
}
