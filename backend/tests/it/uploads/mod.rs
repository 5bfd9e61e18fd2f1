//! Files: what is taken, under which name and type, for whom, and what stays when something goes wrong.

mod failures;
mod limits;
mod totals;

use crate::common::{ACCOUNT, Answer, Client, TestApp};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use balcao_evidence::Swept;
use balcao_runtime::clock::Clock as _;
use bytes::Bytes;
use chrono::TimeDelta;
use futures::stream;
use serde_json::{Value, json};
use std::io;
use std::path::Path;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x06\0\0\0";

async fn send(client: &Client, address: &str, headers: &[(&str, &str)], bytes: impl Into<Body>) -> Answer {
    client.send(Method::POST, address, headers, bytes.into()).await
}

async fn upload(client: &Client, name: &str, bytes: &'static [u8]) -> Answer {
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    send(client, &format!("/api/v2/uploads.json?filename={name}"), &[("content-type", "application/binary")], bytes)
        .await
}

fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["upload"]["token"].as_str().unwrap().to_owned()
}

/// The path of an address of ours.
fn path(address: &Value) -> String {
    url::Url::parse(address.as_str().unwrap()).unwrap().path().to_owned()
}

fn files_in(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_in(&path) } else { 1 }).sum()
}

async fn rows(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut *app.app.store.read().await.unwrap()).await.unwrap()
}

async fn new_request(client: &Client, uploads: &[&str]) -> Answer {
    let body = json!({ "request": { "subject": "A title", "comment": { "body": "A text", "uploads": uploads } } });
    client.post("/api/v2/requests", &body).await
}

#[tokio::test]
async fn a_file_is_stored_described_and_given_back_byte_for_byte() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let answer = upload(&ana, "shot.png", PNG).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let upload = &answer.json()["upload"];
    assert_eq!(upload["expires_at"], "2026-11-23T13:00:00Z");
    let file = &upload["attachment"];
    assert_eq!(file["file_name"], "shot.png");
    assert_eq!(file["content_type"], "image/png");
    assert_eq!(
        (file["size"].as_u64(), file["width"].as_u64(), file["height"].as_u64()),
        (Some(29), Some(640), Some(480))
    );
    assert_eq!(upload["attachments"].as_array().unwrap().len(), 1);
    assert_eq!(answer.header("location"), file["url"].as_str().unwrap());

    let shown = ana.get(&path(&file["url"])).await;
    assert_eq!(&shown.json()["attachment"], file);
    let content = ana.get(&path(&file["content_url"])).await;
    assert_eq!(content.status, StatusCode::OK);
    assert_eq!(content.bytes, PNG);
    assert_eq!(content.header("content-length"), "29");
}

#[tokio::test]
async fn a_body_in_pieces_is_the_same_file() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let pieces: Vec<Result<Bytes, io::Error>> = (0..1000).map(|_| Ok(Bytes::from_static(b"0123456789"))).collect();
    let answer = send(&ana, "/api/v2/uploads?filename=a.log", &[], Body::from_stream(stream::iter(pieces))).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let content = ana.get(&path(&answer.json()["upload"]["attachment"]["content_url"])).await;
    assert_eq!(content.bytes, b"0123456789".repeat(1000));
}

#[tokio::test]
async fn downloads_are_never_run_and_never_drawn_on_their_own() {
    let app = TestApp::with(|config| {
        config.evidence.limits.extensions.extend(["svg".to_owned(), "html".to_owned()]);
    })
    .await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for (name, bytes, content_type) in [
        ("a.svg", &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..], "text/plain"),
        ("a.html", b"<script>alert(1)</script>", "text/plain"),
        ("a.xml", b"<?xml version='1.0'?><x/>", "text/plain"),
        ("a.pdf", b"%PDF-1.7 /OpenAction /JavaScript", "application/pdf"),
        // An office file that is none within its zip: taken, and not called one.
        ("a.docx", b"PK\x03\x04\x14\0\0\0\x08\0report.txt", "application/octet-stream"),
    ] {
        let answer = upload(&ana, name, bytes).await;
        let file = answer.json()["upload"]["attachment"].clone();
        assert_eq!(file["content_type"], content_type, "{name}");
        let content = ana.get(&path(&file["content_url"])).await;
        assert_eq!(content.header("content-type"), content_type);
        assert_eq!(content.header("content-disposition"), format!("attachment; filename=\"{name}\""));
        assert_eq!(content.header("x-content-type-options"), "nosniff");
        assert_eq!(content.header("content-security-policy"), "sandbox; default-src 'none'");
        assert_eq!(content.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(content.header("cache-control"), "private, no-store");
    }
}

#[tokio::test]
async fn what_is_not_what_its_ending_says_is_refused_in_a_sentence() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for (name, bytes) in [
        ("a.png", &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..]),
        ("a.jpg", b"%PDF-1.7"),
        ("a.pdf", b"MZ\x90\0\x03\0\0\0"),
        ("a.txt", b"MZ\x90\0\x03\0\0\0"),
    ] {
        let answer = upload(&ana, name, bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_eq!(answer.refusal(), ("RecordInvalid".into(), vec!["evidence InvalidUpload".into()]), "{name}");
        assert!(answer.text().contains("does not match its ending"), "{}", answer.text());
    }
    // Nothing of them stays; the same file in a zip is taken.
    assert_eq!(upload(&ana, "a.zip", b"PK\x03\x04\x14\0\0\0").await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn the_senders_content_type_counts_for_nothing() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for claimed in ["text/html", "image/svg+xml", "application/json", "no/such;;type"] {
        let answer = send(&ana, "/api/v2/uploads?filename=a.txt", &[("content-type", claimed)], "plain").await;
        assert_eq!(answer.json()["upload"]["attachment"]["content_type"], "text/plain", "{claimed}");
    }
}

#[tokio::test]
async fn a_part_of_a_file_is_given_on_request() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let answer = upload(&ana, "a.txt", b"0123456789").await;
    let address = path(&answer.json()["upload"]["attachment"]["content_url"]);
    let part = ana.send(Method::GET, &address, &[("range", "bytes=2-4")], Body::empty()).await;
    assert_eq!((part.status, part.bytes.as_slice()), (StatusCode::PARTIAL_CONTENT, &b"234"[..]));
    assert_eq!(part.header("content-range"), "bytes 2-4/10");
    let beyond = ana.send(Method::GET, &address, &[("range", "bytes=10-")], Body::empty()).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.header("content-range"), "bytes */10");
    let other = [("range", "bytes=2-4"), ("if-range", "\"other\"")];
    let whole = ana.send(Method::GET, &address, &other, Body::empty()).await;
    assert_eq!((whole.status, whole.bytes.len()), (StatusCode::OK, 10));
}

#[tokio::test]
async fn hostile_names_are_made_safe_or_refused() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for (sent, kept) in [
        ("../../etc/passwd.txt", Some("passwd.txt")),
        ("C:\\Users\\ana\\shot.txt", Some("shot.txt")),
        ("/etc/report.txt", Some("report.txt")),
        ("re\u{200b}port\u{202e}.txt", Some("report.txt")),
        ("a\0b.txt", Some("ab.txt")),
        ("a\r\nX-Evil: 1.txt", Some("aX-Evil 1.txt")),
        ("CON.txt", Some("_CON.txt")),
        ("ação.txt", Some("ação.txt")),
        (".htaccess", None),
        ("a.pdf.exe", None),
        ("a\u{202e}fdp.exe", None),
        ("noending", None),
        ("a.txt.", Some("a.txt")),
        ("..", None),
    ] {
        let answer = upload(&ana, sent, b"text").await;
        match kept {
            Some(kept) => {
                assert_eq!(answer.status, StatusCode::CREATED, "{sent:?} {}", answer.text());
                assert_eq!(answer.json()["upload"]["attachment"]["file_name"], kept, "{sent:?}");
            }
            None => {
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{sent:?}");
                assert_eq!(
                    answer.refusal(),
                    ("RecordInvalid".into(), vec!["evidence InvalidUpload".into()]),
                    "{sent:?}"
                );
            }
        }
    }
    let long = format!("{}.txt", "é".repeat(300));
    let answer = upload(&ana, &long, b"text").await;
    let kept = answer.json()["upload"]["attachment"]["file_name"].as_str().unwrap().to_owned();
    assert!(kept.len() <= 255 && kept.ends_with(".txt"), "{kept}");
    // Whatever the name, the bytes lie under a random one.
    let mut stack = vec![app.app.config.evidence.dir.clone()];
    while let Some(folder) = stack.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            assert!(entry.file_name().to_str().unwrap().bytes().all(|byte| byte.is_ascii_hexdigit()));
            if entry.path().is_dir() {
                stack.push(entry.path());
            }
        }
    }
}

#[tokio::test]
async fn empty_nameless_and_foreign_types_are_refused_in_the_readers_language() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await.speaking("pt-BR");
    for answer in [
        upload(&ana, "a.txt", b"").await,
        send(&ana, "/api/v2/uploads", &[], "x").await,
        send(&ana, "/api/v2/uploads?filename=%20", &[], "x").await,
        upload(&ana, "a.exe", b"x").await,
        send(&ana, "/api/v2/uploads?filename=a.txt&token=nobodys", &[], "x").await,
    ] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        assert_eq!(answer.refusal(), ("RecordInvalid".into(), vec!["evidence InvalidUpload".into()]));
        assert!(answer.text().contains("Evidência: "), "{}", answer.text());
    }
    assert_eq!(files_in(&app.app.config.evidence.dir), 0);
    assert_eq!(rows(&app, "SELECT COUNT(*) FROM files").await, 0);
}

#[tokio::test]
async fn several_files_join_one_token_up_to_the_limit() {
    let app = TestApp::with(|config| config.evidence.limits.max_files = 3).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let first = token(&upload(&ana, "1.txt", b"1").await);
    for number in 2..=3 {
        let answer = send(&ana, &format!("/api/v2/uploads?filename={number}.txt&token={first}"), &[], "x").await;
        assert_eq!(token(&answer), first);
        assert_eq!(answer.json()["upload"]["attachments"].as_array().unwrap().len(), number);
        assert_eq!(answer.json()["upload"]["attachment"]["file_name"], format!("{number}.txt"));
    }
    let answer = send(&ana, &format!("/api/v2/uploads?filename=4.txt&token={first}"), &[], "x").await;
    assert_eq!(answer.refusal(), ("RecordInvalid".into(), vec!["evidence TooManyFiles".into()]));

    let created = new_request(&ana, &[&first]).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let id = created.json()["request"]["id"].clone();
    let comments = ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
    assert_eq!(comments["comments"][0]["attachments"].as_array().unwrap().len(), 3);
    // Spent: not again, neither for a comment nor for one more file.
    assert_eq!(new_request(&ana, &[&first]).await.refusal().1, ["evidence InvalidUpload"]);
    let answer = send(&ana, &format!("/api/v2/uploads?filename=5.txt&token={first}"), &[], "x").await;
    assert_eq!(answer.refusal().1, ["evidence InvalidUpload"]);
}

#[tokio::test]
async fn files_stand_in_the_order_in_which_they_were_added() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let mut tokens = Vec::new();
    for name in ["third.txt", "first.txt", "second.txt"] {
        tokens.push(token(&upload(&ana, name, b"x").await));
    }
    // Their bytes came in another order than the one that they were chosen in.
    let created = new_request(&ana, &[&tokens[1], &tokens[2], &tokens[0]]).await;
    let id = created.json()["request"]["id"].clone();
    let comments = ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
    let files = comments["comments"][0]["attachments"].as_array().unwrap();
    let names: Vec<_> = files.iter().map(|file| file["file_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["first.txt", "second.txt", "third.txt"]);
}

#[tokio::test]
async fn a_refused_request_leaves_its_files_waiting() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let good = token(&upload(&ana, "1.txt", b"1").await);
    assert_eq!(new_request(&ana, &[&good, "nobodys"]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(new_request(&ana, &[&good]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn somebody_elses_file_and_token_do_not_exist() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let answer = upload(&ana, "a.txt", b"secret").await;
    let (token, file) = (token(&answer), answer.json()["upload"]["attachment"].clone());
    let others = [
        app.sign_in("bruno@example.com", ACCOUNT).await,
        app.sign_in("carla@example.com", "otherstore").await,
        // The same person, working in another account.
        app.sign_in("ana@example.com", "otherstore").await,
    ];
    for attached in [false, true] {
        if attached {
            assert_eq!(new_request(&ana, &[&token]).await.status, StatusCode::CREATED);
        }
        for other in &others {
            let nothing = other.get("/api/v2/attachments/999999").await;
            for address in [path(&file["url"]), path(&file["content_url"])] {
                let answer = other.get(&address).await;
                assert_eq!((answer.status, &answer.bytes), (StatusCode::NOT_FOUND, &nothing.bytes), "{address}");
            }
            assert_eq!(new_request(other, &[&token]).await.refusal().1, ["evidence InvalidUpload"]);
            assert_eq!(other.delete(&format!("/api/v2/uploads/{token}")).await.status, StatusCode::NOT_FOUND);
            let joined = send(other, &format!("/api/v2/uploads?filename=b.txt&token={token}"), &[], "x").await;
            assert_eq!(joined.refusal().1, ["evidence InvalidUpload"]);
        }
        assert_eq!(ana.get(&path(&file["content_url"])).await.bytes, b"secret");
    }
    assert_eq!(app.nobody().get(&path(&file["content_url"])).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_taken_back_is_gone_with_its_files() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let answer = upload(&ana, "a.txt", b"x").await;
    let token = token(&answer);
    let address = format!("/api/v2/uploads/{token}.json");
    assert_eq!(ana.delete(&address).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ana.delete(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ana.get(&path(&answer.json()["upload"]["attachment"]["url"])).await.status, StatusCode::NOT_FOUND);
    app.app.evidence.sweep_once(&app.app.store, app.clock.now()).await.unwrap();
    assert_eq!((files_in(&app.app.config.evidence.dir), rows(&app, "SELECT COUNT(*) FROM files").await), (0, 0));
}

#[tokio::test]
async fn a_write_without_its_csrf_token_is_refused() {
    let app = TestApp::new().await;
    let ana = Client { csrf: None, ..app.sign_in("ana@example.com", ACCOUNT).await };
    assert_eq!(upload(&ana, "a.txt", b"x").await.refusal().0, "InvalidCsrfToken");
}

#[tokio::test]
async fn what_is_not_attached_in_time_is_swept_and_what_is_attached_stays() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let kept = upload(&ana, "kept.txt", b"kept").await;
    assert_eq!(new_request(&ana, &[&token(&kept)]).await.status, StatusCode::CREATED);
    let late = upload(&ana, "late.txt", b"late").await;
    app.wait(TimeDelta::minutes(59));
    assert_eq!(app.app.evidence.sweep_once(&app.app.store, app.clock.now()).await.unwrap(), Swept::default());
    app.wait(TimeDelta::minutes(1));
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    // Over before it is swept.
    assert_eq!(new_request(&ana, &[&token(&late)]).await.refusal().1, ["evidence InvalidUpload"]);
    assert_eq!(ana.get(&path(&late.json()["upload"]["attachment"]["url"])).await.status, StatusCode::NOT_FOUND);
    let swept = app.app.evidence.sweep_once(&app.app.store, app.clock.now()).await.unwrap();
    assert_eq!(swept, Swept { removed: 1, left: 0 });
    app.wait(TimeDelta::hours(3));
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    app.app.evidence.sweep_once(&app.app.store, app.clock.now()).await.unwrap();
    assert_eq!(rows(&app, "SELECT COUNT(*) FROM uploads").await, 0);
    assert_eq!(ana.get(&path(&kept.json()["upload"]["attachment"]["content_url"])).await.bytes, b"kept");
    assert_eq!(files_in(&app.app.config.evidence.dir), 1);
}

#[tokio::test]
async fn a_joined_file_gives_the_token_more_time() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let first = token(&upload(&ana, "1.txt", b"1").await);
    app.wait(TimeDelta::minutes(40));
    let joined = send(&ana, &format!("/api/v2/uploads?filename=2.txt&token={first}"), &[], "x").await;
    assert_eq!(joined.json()["upload"]["expires_at"], "2026-11-23T13:40:00Z");
    app.wait(TimeDelta::minutes(40));
    app.app.evidence.sweep_once(&app.app.store, app.clock.now()).await.unwrap();
    let created = new_request(&ana, &[&first]).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
}
