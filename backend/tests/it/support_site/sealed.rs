//! Codes on their way: they lie in no file of the data folder that others read, and no command shows them.

use super::password::enrolled;
use super::*;
use crate::copilot::begin;
use crate::directory::{done, json_of};
use balcao_mail::{Letterhead, SendError, Sender, Worker};
use balcao_store::outbox::QueuedMessage;
use chrono::TimeDelta;
use lettre::message::Message;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// Every kind of message with a code, and what it says.
async fn codes(app: &TestApp) -> Vec<(&'static str, String)> {
    let mut browser = Browser::new(app);
    browser.post("/support/email", &[("email", ANA)]).await;
    Browser::new(app).post("/support/reset", &[("email", ANA)]).await;
    let admin = app.sign_in(ANA, ACCOUNT).await;
    let conversation = begin(&admin, "en", "doubt").await;
    let sent = admin.post(&format!("/api/panel/conversations/{conversation}/code"), &json!({})).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.text());
    let mut codes = Vec::new();
    for kind in ["sign_in_code", "password_code", "code"] {
        codes.push((kind, messages(app, ANA, kind).await.pop().expect(kind)));
    }
    codes
}

/// The database with what has not been moved into it yet.
fn database(app: &TestApp) -> Vec<u8> {
    let files = std::fs::read_dir(&app.app.config.data_dir).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("balcao.sqlite3"));
    files.flat_map(|path| std::fs::read(path).unwrap()).collect()
}

fn assert_says_nothing(app: &TestApp, codes: &[(&'static str, String)], when: &str) {
    let database = database(app);
    assert!(contains(&database, ANA.as_bytes()), "{when}: what is looked at is the database");
    for (kind, text) in codes {
        // The line with the code, and the sentence before it.
        for line in text.lines().filter(|line| line.starts_with("    ") || line.ends_with(':')) {
            assert!(!contains(&database, format!("{line}\n").as_bytes()), "{when}, {kind}: {line}");
        }
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A mail server that has a bad day, then a good one.
#[derive(Default)]
struct Postbox {
    refuses: Mutex<bool>,
    taken: Mutex<Vec<String>>,
}

#[async_trait::async_trait]
impl Sender for Postbox {
    async fn send(&self, queued: &QueuedMessage, _letter: &Message) -> Result<(), SendError> {
        if *self.refuses.lock().unwrap() {
            return Err(SendError::Refused("a bad day".to_owned()));
        }
        self.taken.lock().unwrap().push(queued.message.text.clone());
        Ok(())
    }
}

#[tokio::test]
async fn no_code_is_readable_in_the_database_before_it_is_sent_or_after() {
    let app = app().await;
    let codes = codes(&app).await;
    assert_eq!(codes.len(), 3);
    assert_says_nothing(&app, &codes, "waiting");

    let postbox = Arc::new(Postbox::default());
    let letterhead = Letterhead::new("Support <support@desk.example>").unwrap();
    let worker = Worker::new(app.app.store.clone(), app.clock.clone(), postbox.clone(), letterhead)
        .opening_with(app.app.identity.site.key.clone());
    let stop = CancellationToken::new();
    *postbox.refuses.lock().unwrap() = true;
    worker.run_due(&stop).await.unwrap();
    assert_says_nothing(&app, &codes, "refused");
    *postbox.refuses.lock().unwrap() = false;
    app.wait(TimeDelta::minutes(5));
    worker.run_due(&stop).await.unwrap();
    let mut taken = postbox.taken.lock().unwrap().clone();
    let mut expected: Vec<String> = codes.iter().map(|(_, text)| text.clone()).collect();
    taken.sort();
    expected.sort();
    assert_eq!(taken, expected, "what arrives is readable");
    assert_says_nothing(&app, &codes, "sent");
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE sealed IS NOT NULL OR text_body <> ''")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn an_operator_sees_that_a_code_waits_and_not_which() {
    let app = app().await;
    let codes = codes(&app).await;
    let listed = json_of(&app, "outbox list --waiting --json").await;
    assert_eq!(listed.as_array().unwrap().len(), 3);
    for (at, (kind, text)) in codes.iter().enumerate() {
        let code = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).unwrap();
        let id = listed.as_array().unwrap().iter().find(|mail| mail["kind"] == *kind).expect(kind)["id"].clone();
        let shown = done(&app, &format!("outbox show {id}")).await;
        assert!(shown.contains("it holds a code"), "{shown}");
        assert!(!shown.contains(code) && !listed.to_string().contains(code), "{at}");
    }
    // What holds no code is shown as before.
    enrolled(&app, &mut Browser::new(&app).in_network("203.0.113.4"), ANA).await;
    let listed = json_of(&app, "outbox list --waiting --json").await;
    let told = listed.as_array().unwrap().iter().find(|mail| mail["kind"] == "second_factor_added").unwrap().clone();
    let shown = done(&app, &format!("outbox show {}", told["id"])).await;
    assert!(shown.contains("/support") && !shown.contains("it holds a code"), "{shown}");
}

#[tokio::test]
async fn a_code_that_was_sealed_with_a_key_that_is_gone_is_never_sent_and_stops_nothing() {
    let app = app().await;
    codes(&app).await;
    let postbox = Arc::new(Postbox::default());
    let letterhead = Letterhead::new("Support <support@desk.example>").unwrap();
    let other = balcao_keys::SiteKey::new([9; 32]);
    let worker = Worker::new(app.app.store.clone(), app.clock.clone(), postbox.clone(), letterhead).opening_with(other);
    let round = worker.run_due(&CancellationToken::new()).await.unwrap();
    assert_eq!((round.sent, round.failed), (0, 0));
    assert!(postbox.taken.lock().unwrap().is_empty());
}
