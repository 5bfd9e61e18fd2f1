//! How much one person and one store may keep for ever, and how much of the disk stays free.

use super::{files_in, new_request, rows, send, token, upload};
use crate::common::{ACCOUNT, Client, TestApp};
use crate::directory::{done, json_of};
use axum::http::StatusCode;
use balcao_evidence::Evidence;
use balcao_runtime::clock::Clock as _;
use bytes::Bytes;
use std::io;

async fn limited(user_bytes: u64, account_bytes: u64) -> TestApp {
    TestApp::with(|config| {
        config.evidence.limits.max_bytes = 1000;
        config.evidence.user_bytes = user_bytes;
        config.evidence.account_bytes = account_bytes;
    })
    .await
}

async fn attach(client: &Client, bytes: usize) -> StatusCode {
    let sent = send(client, "/api/v2/uploads?filename=a.txt", &[], vec![b'x'; bytes]).await;
    if sent.status == StatusCode::CREATED {
        assert_eq!(new_request(client, &[&token(&sent)]).await.status, StatusCode::CREATED);
    }
    sent.status
}

/// The counters hold what a scan of all files would find.
async fn counters_are_true(app: &TestApp) {
    let wrong = rows(
        app,
        "SELECT count(*) FROM (SELECT 'user' AS kind, user_id AS owner, count(*) AS files, sum(size) AS bytes FROM files \
             WHERE state <> 'doomed' GROUP BY 2 UNION ALL \
             SELECT 'account', account_id, count(*), sum(size) FROM files WHERE state <> 'doomed' GROUP BY 2) s \
         FULL JOIN (SELECT * FROM file_totals WHERE files <> 0 OR bytes <> 0) t ON t.kind = s.kind AND t.owner_id = s.owner \
         WHERE t.files IS NOT s.files OR t.bytes IS NOT s.bytes",
    )
    .await;
    assert_eq!(wrong, 0);
}

#[tokio::test]
async fn what_is_attached_counts_against_the_persons_total() {
    let app = limited(2500, 0).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    assert_eq!(attach(&ana, 1000).await, StatusCode::CREATED);
    assert_eq!(attach(&ana, 1000).await, StatusCode::CREATED);
    for (language, expected) in
        [("en", "one person may keep"), ("pt-BR", "uma pessoa pode"), ("es", "una persona puede")]
    {
        let full = upload(&ana.speaking(language), "b.txt", &[b'x'; 600]).await;
        let fault = ("RecordInvalid".to_owned(), vec!["evidence FilesQuotaExceeded".to_owned()]);
        assert_eq!((full.status, full.refusal()), (StatusCode::UNPROCESSABLE_ENTITY, fault));
        assert!(full.text().contains(expected) && full.text().contains("2"), "{}", full.text());
    }
    // What still fits is taken, and others have their own room.
    let announced = [("content-length", "500")];
    let fits = send(&ana, "/api/v2/uploads?filename=b.txt", &announced, vec![b'x'; 500]).await;
    assert_eq!(fits.status, StatusCode::CREATED, "{}", fits.text());
    let bruno = app.sign_in("bruno@example.com", ACCOUNT).await;
    assert_eq!(attach(&bruno, 1000).await, StatusCode::CREATED);
    // Writing needs no room for files.
    assert_eq!(new_request(&ana, &[]).await.status, StatusCode::CREATED);
    counters_are_true(&app).await;
}

#[tokio::test]
async fn a_store_has_a_total_over_all_its_people() {
    let app = limited(0, 2500).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let bruno = app.sign_in("bruno@example.com", ACCOUNT).await;
    assert_eq!(attach(&ana, 1000).await, StatusCode::CREATED);
    assert_eq!(attach(&bruno, 1000).await, StatusCode::CREATED);
    let full = upload(&ana.speaking("es"), "b.txt", &[b'x'; 600]).await;
    assert_eq!(full.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(full.text().contains("tu tienda"), "{}", full.text());
    let carla = app.sign_in("carla@example.com", "otherstore").await;
    assert_eq!(attach(&carla, 1000).await, StatusCode::CREATED);
    counters_are_true(&app).await;
}

#[tokio::test]
async fn uploads_at_the_same_time_never_pass_the_totals() {
    for (user_bytes, account_bytes) in [(2500, 0), (0, 2500)] {
        let app = limited(user_bytes, account_bytes).await;
        let people = [app.sign_in("ana@example.com", ACCOUNT).await, app.sign_in("bruno@example.com", ACCOUNT).await];
        let of = |n: usize| &people[if account_bytes > 0 { n % 2 } else { 0 }];
        let sent = (0..6).map(|n| send(of(n), "/api/v2/uploads?filename=a.txt", &[], vec![b'x'; 1000]));
        let answers = futures::future::join_all(sent).await;
        let with = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((with(StatusCode::CREATED), with(StatusCode::UNPROCESSABLE_ENTITY)), (2, 4));
        assert_eq!(files_in(&app.app.config.evidence.dir), 2);
        counters_are_true(&app).await;
    }
}

/// A body that is longer than it said would otherwise take more than was set aside for it.
#[tokio::test]
async fn a_file_never_becomes_larger_than_it_announced() {
    let app = limited(2500, 0).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let answer = send(&ana, "/api/v2/uploads?filename=a.txt", &[("content-length", "10")], vec![b'x'; 1000]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(rows(&app, "SELECT coalesce(sum(bytes), 0) FROM file_totals").await, 0);
}

#[tokio::test]
async fn what_is_taken_back_or_lapses_makes_room_again() {
    let app = limited(1000, 0).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let first = upload(&ana, "a.txt", &[b'x'; 1000]).await;
    assert_eq!(upload(&ana, "b.txt", b"x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ana.delete(&format!("/api/v2/uploads/{}", token(&first))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(upload(&ana, "b.txt", &[b'x'; 1000]).await.status, StatusCode::CREATED);
    app.wait(chrono::TimeDelta::hours(2));
    app.app.evidence.sweep_once(&app.app.store, app.clock.now()).await.unwrap();
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    assert_eq!(upload(&ana, "c.txt", &[b'x'; 1000]).await.status, StatusCode::CREATED);
    counters_are_true(&app).await;
}

/// Who answers for support is not stopped by what they answered in years.
#[tokio::test]
async fn the_totals_are_for_those_who_ask() {
    let app = limited(1000, 1000).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    done(&app, "user agent ana@example.com on").await;
    assert_eq!(upload(&ana, "a.txt", &[b'x'; 900]).await.status, StatusCode::CREATED);
    assert_eq!(upload(&ana, "a.txt", &[b'x'; 900]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn below_the_free_share_no_file_is_taken_and_everything_else_goes_on() {
    // No disk is wholly free.
    let app = TestApp::with(|config| config.evidence.min_free_percent = 100).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for (language, expected) in [("en", "no room"), ("pt-BR", "espaço"), ("es", "espacio")] {
        let full = upload(&ana.speaking(language), "a.txt", b"text").await;
        assert_eq!((full.status, full.refusal().0.as_str()), (StatusCode::INSUFFICIENT_STORAGE, "InsufficientStorage"));
        assert!(full.text().contains(expected), "{}", full.text());
    }
    assert_eq!((files_in(&app.app.config.evidence.dir), rows(&app, "SELECT count(*) FROM files").await), (0, 0));
    app.sign_in("bruno@example.com", ACCOUNT).await;
    let opened = new_request(&ana, &[]).await;
    assert_eq!(opened.status, StatusCode::CREATED);
    let reply = serde_json::json!({ "request": { "comment": { "body": "More" } } });
    let address = format!("/api/v2/requests/{}", opened.json()["request"]["id"]);
    assert_eq!(ana.put(&address, &reply).await.status, StatusCode::OK);
}

/// A killed server once left its unfinished files in their owner's quota for four hours.
#[tokio::test]
async fn what_a_killed_server_was_writing_is_given_back_at_the_next_start() {
    let app = limited(1000, 0).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    hang(&app, &app.app.evidence, "ana@example.com").await;
    assert_eq!(rows(&app, "SELECT count(*) FROM files WHERE state = 'writing'").await, 1);
    assert_eq!(upload(&ana, "a.txt", b"text").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let app = app.restarted().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    assert_eq!(upload(&ana, "a.txt", &[b'x'; 1000]).await.status, StatusCode::CREATED);
    app.app.evidence.sweep_once(&app.app.store, app.clock.now()).await.unwrap();
    assert_eq!(files_in(&app.app.config.evidence.dir), 1);
}

/// A mail that a command takes in beside the server is not lost because the server starts meanwhile; and where the
/// command was killed, its place is given back after minutes.
#[tokio::test]
async fn what_a_command_is_writing_is_left_alone_for_minutes() {
    let app = limited(1000, 0).await;
    app.sign_in("ana@example.com", ACCOUNT).await;
    let evidence = Evidence::open_for_command(&app.app.config.evidence, app.app.work.clone()).unwrap();
    hang(&app, &evidence, "ana@example.com").await;
    let app = app.restarted().await;
    assert_eq!(rows(&app, "SELECT count(*) FROM files WHERE state = 'writing'").await, 1);
    app.wait(chrono::TimeDelta::minutes(11));
    app.app.evidence.sweep_once(&app.app.store, app.clock.now()).await.unwrap();
    assert_eq!((files_in(&app.app.config.evidence.dir), rows(&app, "SELECT count(*) FROM files").await), (0, 0));
}

/// Begins to send a file and is killed.
async fn hang(app: &TestApp, evidence: &Evidence, email: &str) {
    let incoming = super::failures::incoming_of(app, email).await;
    let (store, clock, evidence) = (app.app.store.clone(), app.clock.clone(), evidence.clone());
    let (mut sender, receiver) = futures::channel::mpsc::channel::<Result<Bytes, io::Error>>(0);
    let task = tokio::spawn(async move { evidence.take_in(&store, clock.as_ref(), &incoming, receiver).await });
    for _ in 0..2 {
        futures::SinkExt::send(&mut sender, Ok(Bytes::from_static(b"x"))).await.unwrap();
    }
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn an_operator_sees_who_keeps_most_and_how_full_the_disk_is() {
    let app = limited(2000, 4000).await;
    let (ana, bruno) =
        (app.sign_in("ana@example.com", ACCOUNT).await, app.sign_in("bruno@example.com", "otherstore").await);
    attach(&ana, 1000).await;
    attach(&ana, 500).await;
    attach(&bruno, 800).await;
    let usage = json_of(&app, "files usage --json").await;
    assert_eq!((usage["all"]["files"].as_u64(), usage["all"]["bytes"].as_u64()), (Some(3), Some(2300)));
    assert!(usage["disk"]["total_bytes"].as_u64() >= usage["disk"]["free_bytes"].as_u64(), "{usage}");
    assert_eq!(usage["people"][0]["name"], "ana@example.com");
    assert_eq!((&usage["people"][0]["bytes"], &usage["people"][0]["limit_bytes"]), (&1500.into(), &2000.into()));
    assert_eq!((&usage["accounts"][1]["name"], &usage["accounts"][1]["bytes"]), (&"otherstore".into(), &800.into()));
    let said = done(&app, "files usage --limit 1").await;
    assert!(said.contains("ana@example.com") && !said.contains("bruno@example.com"), "{said}");
    assert!(said.contains("75 %"), "{said}");
}
