//! The log of a whole journey, at its most talkative: no address, no token, no code, nothing anybody wrote.

use super::open;
use crate::common::{ACCOUNT, TestApp};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use balcao_mail::{Letterhead, MailboxFolder, Worker};
use serde_json::json;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_whole_journey_leaves_no_secret_and_nobodys_name_in_the_log() {
    let lines = Lines::default();
    let filter = "trace,sqlx=info,hyper=info";
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(lines.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    // With one subscriber alone `tracing` asks the thread that reaches a line first, and other tests run on theirs.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());

    let app = TestApp::new().await;
    let email = "confidential.person@private.example";
    let host_token = app.host_token(email, ACCOUNT);
    let ana = app.sign_in(email, ACCOUNT).await;
    let conversation = crate::copilot::begin(&ana, "en", "doubt").await;
    crate::copilot::ask(&ana, &conversation, json!({ "text": "zebrafish question", "problem": "", "tried": "" })).await;
    let base = format!("/api/panel/conversations/{conversation}");
    assert_eq!(ana.post(&format!("{base}/code"), &json!({})).await.status, StatusCode::ACCEPTED);
    let subject: String = sqlx::query_scalar("SELECT subject FROM outbox")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    let text = crate::common::waiting_messages(&app, email, "code").await.pop().expect("a message");
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| digits.len() == 6).unwrap().to_owned();
    assert!(!subject.contains(&code));
    ana.post(&format!("{base}/code/check"), &json!({ "code": "12" })).await;
    assert_eq!(ana.post(&format!("{base}/code/check"), &json!({ "code": code })).await.status, StatusCode::NO_CONTENT);
    let upload = ana.send(Method::POST, "/api/v2/uploads?filename=zebrafish.txt", &[], Body::from("zebrafish")).await;
    let upload_token = upload.json()["upload"]["token"].as_str().unwrap().to_owned();
    let created = open(&ana, "zebrafish title", "zebrafish text", &[&upload_token]).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    ana.get("/api/v2/requests/search?query=zebrafish").await;
    ana.delete(&format!("/api/v2/uploads/{upload_token}")).await;
    app.nobody().get("/zebrafish").await;
    // What goes wrong talks most.
    app.nobody().post("/api/panel/session", &json!({ "token": format!("{host_token}x") })).await;
    ana.post("/api/v2/requests", &json!({ "request": { "subject": { "zebrafish": 1 }, "zebrafish": 2 } })).await;
    let mut write = app.app.store.begin().await.unwrap();
    let sql = "CREATE TRIGGER breaks BEFORE INSERT ON comments BEGIN SELECT RAISE(ABORT, 'broken'); END";
    sqlx::query(sql).execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
    assert_eq!(open(&ana, "zebrafish", "zebrafish", &[]).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let folder = MailboxFolder::new(&app.folder.path().join("letters")).unwrap();
    let letterhead = Letterhead::new("Support <support@desk.example>").unwrap();
    let worker = Worker::new(app.app.store.clone(), app.clock.clone(), Arc::new(folder), letterhead)
        .opening_with(app.app.identity.site.key.clone());
    assert_eq!(worker.run_due(&CancellationToken::new()).await.unwrap().sent, 2);

    ana.get("/api/v2/tickets").await;
    let nobodys = [("authorization", "Basic bm9ib2R5QGEuZXhhbXBsZS90b2tlbjp3cm9uZw==")];
    app.nobody().send(Method::GET, "/api/v2/requests", &nobodys, Body::empty()).await;

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("answered") && log.contains("internal error") && log.contains("sign-in refused"), "{log}");
    // Who came in and by which door, who was refused and why: ids and words of ours alone.
    for part in ["signed in user=1 account=1 door=", "refused reason=\"ForAgents\"", "door=\"api_token\"", " user=1"] {
        assert!(log.contains(part), "{part}: {log}");
    }
    let (bearer, csrf) = (ana.bearer.unwrap(), ana.csrf.unwrap());
    for secret in [
        email,
        "confidential",
        "zebrafish",
        &host_token,
        &bearer,
        &csrf,
        &code,
        &upload_token,
        &conversation,
        host_token.rsplit('.').next().unwrap(),
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
