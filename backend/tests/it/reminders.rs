//! Reminders can be switched off by the mail that reminds, by a person or by a mail program, and by nobody who only looks.

use crate::common::{ACCOUNT, Answer, TestApp};
use async_trait::async_trait;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_mail::messages::{self, Ending, Reader};
use balcao_mail::{Letterhead, NewMessage, SendError, Sender, Worker};
use balcao_runtime::clock::Clock as _;
use balcao_store::outbox::{self, QueuedMessage};
use lettre::message::Message;
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

#[derive(Default)]
struct Postbox(Mutex<Vec<String>>);

#[async_trait]
impl Sender for Postbox {
    async fn send(&self, _queued: &QueuedMessage, letter: &Message) -> Result<(), SendError> {
        self.0.lock().unwrap().push(String::from_utf8(letter.formatted()).unwrap().replace("\r\n ", " "));
        Ok(())
    }
}

/// Somebody's request, and a mail that it closes soon. What was sent.
async fn remind(app: &TestApp, request: u64, key: &str) -> Vec<String> {
    let number = RequestId::try_from(request).unwrap();
    let mail = messages::closing_soon(&Ending {
        reader: Reader { email: "Ana@example.com", name: "Ana", locale: Locale::Pt },
        number,
        title: "Checkout",
        solved_at: app.clock.now(),
        closes_at: None,
        zone: chrono_tz::America::Sao_Paulo,
        link: "https://store.example/1",
        survey_link: None,
        reply_to: None,
    });
    let mail = NewMessage { dedupe_key: key.to_owned(), ..mail.unwrap() };
    let mut write = app.app.store.begin().await.unwrap();
    assert!(outbox::enqueue(&mut write, &mail, app.clock.now()).await.unwrap());
    write.commit().await.unwrap();
    let postbox = Arc::new(Postbox::default());
    let letterhead = Letterhead::new("Support <support@desk.example>").unwrap().reminders_at("https://desk.example");
    let worker = Worker::new(app.app.store.clone(), app.clock.clone(), postbox.clone(), letterhead);
    worker.run_due(&CancellationToken::new()).await.unwrap();
    let sent = postbox.0.lock().unwrap().clone();
    sent.into_iter().filter(|mail| mail.contains("closes soon") || mail.contains("List-Unsubscribe")).collect()
}

async fn opened(app: &TestApp) -> u64 {
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let body = json!({ "request": { "subject": "Checkout", "comment": { "body": "It stopped." } } });
    let answer = ana.post("/api/v2/requests", &body).await;
    answer.json()["request"]["id"].as_u64().unwrap()
}

async fn post(app: &TestApp, path: &str, body: &'static str) -> Answer {
    let kind = ("content-type", "application/x-www-form-urlencoded");
    app.nobody().send(Method::POST, path, &[kind], Body::from(body)).await
}

fn link(mail: &str) -> String {
    let line = mail.lines().find_map(|line| line.strip_prefix("List-Unsubscribe: ")).unwrap();
    line.trim_start_matches("<https://desk.example").trim_end_matches('>').to_owned()
}

#[tokio::test]
async fn one_click_ends_reminders_and_looking_does_not() {
    let app = TestApp::new().await;
    let request = opened(&app).await;
    let first = remind(&app, request, "closing_soon:1").await;
    assert!(first[0].contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{}", first[0]);
    let path = link(&first[0]);
    let page = app.nobody().speaking("pt-BR").get(&path).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("ana@example.com") && page.text().contains("Parar os lembretes"));
    assert_eq!(remind(&app, request, "closing_soon:2").await.len(), 1, "a page that was opened changes nothing");
    assert_eq!(post(&app, &path, "List-Unsubscribe=One-Click").await.status, StatusCode::OK);
    assert_eq!(remind(&app, request, "closing_soon:3").await.len(), 0);
    assert_eq!(post(&app, &path, "reminders=on").await.status, StatusCode::OK);
    assert_eq!(remind(&app, request, "closing_soon:4").await.len(), 1);
}

#[tokio::test]
async fn a_link_of_nobody_changes_nothing_and_mails_that_matter_have_none() {
    let app = TestApp::new().await;
    opened(&app).await;
    for path in ["/reminders/00000000-0000-4000-8000-000000000000", "/reminders/'"] {
        assert_eq!(app.nobody().get(path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(post(&app, path, "List-Unsubscribe=One-Click").await.status, StatusCode::NOT_FOUND);
    }
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM no_reminders")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(count, 0);
    let postbox = Arc::new(Postbox::default());
    let letterhead = Letterhead::new("support@desk.example").unwrap().reminders_at("https://desk.example");
    let worker = Worker::new(app.app.store.clone(), app.clock.clone(), postbox.clone(), letterhead);
    worker.run_due(&CancellationToken::new()).await.unwrap();
    let sent = postbox.0.lock().unwrap().clone();
    assert!(sent.len() == 1 && !sent[0].contains("List-Unsubscribe"), "{sent:?}");
}
