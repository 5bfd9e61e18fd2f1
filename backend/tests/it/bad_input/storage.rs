//! The database is locked, full or gone; the mail server is down.

use super::open;
use crate::common::{ACCOUNT, Client, TestApp};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::Connection as _;
use std::time::Duration;

async fn count(app: &TestApp, table: &str) -> i64 {
    sqlx::query_scalar(&format!("SELECT count(*) FROM {table}"))
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap()
}

async fn upload(client: &Client, bytes: &'static str) -> crate::common::Answer {
    client.send(Method::POST, "/api/v2/uploads?filename=a.txt", &[], Body::from(bytes)).await
}

#[tokio::test]
async fn while_the_database_is_locked_every_write_is_told_to_come_back_and_reads_go_on() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await.speaking("es");
    let id = open(&ana, "Before", "text", &[]).await.json()["request"]["id"].clone();
    let conversation = crate::copilot::begin(&ana, "es", "doubt").await;
    // Nobody waits here for a lock that is held all the time; the start, and what reads, have to get along with it, too.
    let app = app.restarted_with(|config| config.database_busy = Duration::from_millis(250)).await;
    let ana = Client { service: app.service.clone(), ..ana };
    let mut other = sqlx::SqliteConnection::connect(app.app.config.database_path().to_str().unwrap()).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();

    let begin = json!({ "conversation": { "locale": "es", "scenario": "doubt" } });
    let question = json!({ "question": { "text": "¿Cómo?", "problem": "", "tried": "" } });
    let nothing = json!({});
    let writes: [(Method, String, &Value); 5] = [
        (Method::PUT, format!("/api/v2/requests/{id}"), &json!({ "request": { "comment": { "body": "x" } } })),
        (Method::POST, "/api/panel/conversations".to_owned(), &begin),
        (Method::POST, format!("/api/panel/conversations/{conversation}/questions"), &question),
        (Method::POST, format!("/api/panel/conversations/{conversation}/code"), &nothing),
        (Method::DELETE, "/api/panel/session".to_owned(), &nothing),
    ];
    let mut answers = vec![open(&ana, "Locked", "text", &[]).await, upload(&ana, "text").await];
    for (method, path, body) in writes {
        answers.push(ana.json(method, &path, body, &[]).await);
    }
    for answer in answers {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.text());
        assert_eq!(answer.refusal().0, "ServiceUnavailable");
        assert_eq!(answer.header("retry-after"), "2");
        assert!(answer.text().contains("Inténtalo de nuevo"), "{}", answer.text());
    }
    assert_eq!(ana.get("/api/v2/requests").await.json()["count"], 1);

    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    let app = app.restarted_with(|config| config.database_busy = Duration::from_secs(5)).await;
    let ana = Client { service: app.service.clone(), ..ana };
    assert_eq!(open(&ana, "After", "text", &[]).await.status, StatusCode::CREATED);
    assert_eq!((count(&app, "requests").await, count(&app, "comments").await, count(&app, "files").await), (2, 2, 0));
}

#[tokio::test]
async fn a_full_database_takes_nothing_half_and_goes_on_once_there_is_room() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await.speaking("pt-BR");
    assert_eq!(open(&ana, "Before", "text", &[]).await.status, StatusCode::CREATED);
    let most = async |pages: &str| {
        let mut write = app.app.store.begin().await.unwrap();
        sqlx::query(&format!("PRAGMA max_page_count = {pages}")).execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
    };
    // Never below what there is: so there is no room for one page more.
    most("1").await;
    let text: String = "palavras que não cabem mais ".repeat(2_000);
    let answer = open(&ana, "Full", &text, &[]).await;
    assert_eq!(answer.status, StatusCode::INSUFFICIENT_STORAGE, "{}", answer.text());
    assert_eq!(answer.refusal().0, "InsufficientStorage");
    assert!(answer.text().contains("espaço"), "{}", answer.text());
    assert_eq!(ana.get("/api/v2/requests").await.json()["count"], 1);
    most("1000000").await;
    assert_eq!(open(&ana, "Room", &text, &[]).await.status, StatusCode::CREATED);
    let all = (count(&app, "requests").await, count(&app, "comments").await, count(&app, "outbox").await);
    assert_eq!(all, (2, 2, 2));
}

/// Two forms that carry the same files: one gets them.
#[tokio::test]
async fn an_upload_goes_with_one_request_only_even_at_the_same_time() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let token = upload(&ana, "text").await.json()["upload"]["token"].as_str().unwrap().to_owned();
    let tokens = [token.as_str()];
    let (one, two, three) = tokio::join!(
        open(&ana, "One", "text", &tokens),
        open(&ana, "Two", "text", &tokens),
        open(&ana, "Three", "text", &tokens)
    );
    let created = [&one, &two, &three].into_iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(created, 1);
    for refused in [one, two, three].into_iter().filter(|answer| answer.status != StatusCode::CREATED) {
        assert_eq!(refused.refusal(), ("RecordInvalid".to_owned(), vec!["evidence InvalidUpload".to_owned()]));
    }
    assert_eq!((count(&app, "requests").await, count(&app, "outbox").await), (1, 1));
    // The same token twice in one request is one file.
    let token = upload(&ana, "text").await.json()["upload"]["token"].as_str().unwrap().to_owned();
    let twice = open(&ana, "Twice", "text", &[&token, &token]).await;
    assert_eq!(twice.status, StatusCode::CREATED, "{}", twice.text());
    let id = twice.json()["request"]["id"].clone();
    let thread = ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
    assert_eq!(thread["comments"][0]["attachments"].as_array().unwrap().len(), 1);
}

/// Attack 6: whoever opens requests by the hundred does not fill a mailbox, and no request is lost for it.
#[tokio::test]
async fn an_address_gets_sixty_confirmations_an_hour() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let bruno = app.sign_in("bruno@example.com", ACCOUNT).await;
    for number in 0..62 {
        assert_eq!(open(&ana, &format!("Number {number}"), "text", &[]).await.status, StatusCode::CREATED);
    }
    assert_eq!((count(&app, "requests").await, count(&app, "outbox").await), (62, 60));
    assert_eq!(open(&bruno, "Mine", "text", &[]).await.status, StatusCode::CREATED);
    assert_eq!(count(&app, "outbox").await, 61);
    app.wait(chrono::TimeDelta::minutes(59));
    open(&ana, "Still too early", "text", &[]).await;
    assert_eq!(count(&app, "outbox").await, 61);
    app.wait(chrono::TimeDelta::minutes(2));
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    open(&ana, "An hour later", "text", &[]).await;
    assert_eq!(count(&app, "outbox").await, 62);
}

/// What was acknowledged before a restart is there afterwards: a session, a file that waits, a form half sent.
#[tokio::test]
async fn a_restart_in_the_middle_loses_nothing_and_files_stay_as_they_were() {
    // Every byte there is, in no order that a text could have, and the beginning of a ZIP.
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend((0..1_500_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8));
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let send = async |client: &Client, name: &str| {
        let path = format!("/api/v2/uploads?filename={name}");
        let answer = client.send(Method::POST, &path, &[], Body::from(bytes.clone())).await;
        answer.json()["upload"]["token"].as_str().unwrap().to_owned()
    };
    let first = send(&ana, "first.zip").await;
    let app = app.restarted().await;
    let ana = Client { service: app.service.clone(), ..ana };
    let created = open(&ana, "After a restart", "text", &[&first]).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let id = created.json()["request"]["id"].clone();
    let second = send(&ana, "second.zip").await;
    let reply = json!({ "request": { "comment": { "body": "And this", "uploads": [second] } } });
    assert_eq!(ana.put(&format!("/api/v2/requests/{id}"), &reply).await.status, StatusCode::OK);

    let app = app.restarted().await;
    let ana = Client { service: app.service.clone(), ..ana };
    let thread = ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
    for (comment, name) in [(0, "first.zip"), (1, "second.zip")] {
        let file = &thread["comments"][comment]["attachments"][0];
        assert_eq!((&file["file_name"], &file["size"]), (&json!(name), &json!(bytes.len())));
        let address = url::Url::parse(file["content_url"].as_str().unwrap()).unwrap();
        let content = ana.get(address.path()).await;
        assert!(content.bytes == bytes, "{name}: {} bytes came back", content.bytes.len());
        assert_eq!(content.header("content-disposition"), format!("attachment; filename=\"{name}\""));
        assert_eq!(content.header("x-content-type-options"), "nosniff");
    }
}
