//! The whole request as a file.
#![allow(deprecated, reason = "of the two readers this one reads from memory")]

use super::{Desk, Person, call, whole};
use async_zip::base::read::mem::ZipFileReader;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use futures::AsyncReadExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

const SCRIPT: &str = "<script>alert(1)</script> & \"quoted\"";

/// A request with markup in every text, and two files of the same name.
async fn written(ana: &Person) -> u64 {
    let mut tokens = Vec::new();
    for content in ["first", "second"] {
        let path = "/api/v2/uploads?filename=..%2F..%2Flog.txt";
        let answer = ana.send(Method::POST, path, &[("content-type", "application/binary")], content).await;
        tokens.push(answer.json["upload"]["token"].clone());
    }
    let mut body = whole(SCRIPT);
    body["request"]["comment"] = json!({ "body": format!("{SCRIPT}\n\nIt **fails**"), "uploads": tokens });
    let answer = ana.post("/api/v2/requests", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json["request"]["id"].as_u64().unwrap()
}

fn path(id: u64, format: &str) -> String {
    format!("/api/panel/requests/{id}/download?format={format}")
}

#[tokio::test]
async fn the_page_is_escaped_and_in_the_readers_language() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = written(&ana).await;
    for (language, words) in [("en", "Conversation"), ("pt-BR", "Conversa"), ("es", "Conversación")] {
        let page = ana.send(Method::GET, &path(id, "html"), &[("accept-language", language)], "").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains(words), "{language}");
        assert!(!page.text.contains("<script"), "{}", page.text);
        assert!(page.text.contains("&lt;script&gt;") && page.text.contains("<strong>fails</strong>"), "{}", page.text);
        assert_eq!(page.header("content-disposition"), Some(&*format!("attachment; filename=\"request-{id}.html\"")));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert!(page.header("content-security-policy").unwrap().starts_with("sandbox; default-src 'none'"));
    }
}

#[tokio::test]
async fn data_are_the_shapes_of_the_api_and_hold_no_internal_note() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = written(&ana).await;
    let agent = desk.agent("marina").await;
    for (public, body) in [(1, "For you"), (0, "Between us")] {
        let mut tx = desk.app.store.begin().await.unwrap();
        sqlx::query("INSERT INTO comments (request_id, author_id, public, channel, created_at, body) VALUES (?, ?, ?, 'api', 1, ?)")
            .bind(id as i64)
            .bind(agent as i64)
            .bind(public)
            .bind(body)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let data = ana.get(&path(id, "json")).await;
    assert_eq!(data.json["request"], ana.get(&format!("/api/v2/requests/{id}")).await.json["request"]);
    let comments = ana.get(&format!("/api/v2/requests/{id}/comments")).await.json["comments"].clone();
    assert_eq!(data.json["comments"], comments);
    assert_eq!(data.json["users"].as_array().map(Vec::len), Some(2));
    assert!(data.json["answers"].as_array().is_some_and(|answers| answers.len() >= 5), "{}", data.text);
    for format in ["json", "html"] {
        assert!(!ana.get(&path(id, format)).await.text.contains("Between us"), "{format}");
    }
}

#[tokio::test]
async fn the_archive_holds_page_data_and_every_file_once() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = written(&ana).await;
    let request = Request::get(path(id, "zip")).header("authorization", format!("Bearer {}", ana.token));
    let response =
        balcao_backend::http::service(desk.app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/zip");
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec();
    let zip = ZipFileReader::new(bytes).await.unwrap();
    let mut entries = Vec::new();
    for index in 0..zip.file().entries().len() {
        let mut content = String::new();
        let mut entry = zip.reader_with_entry(index).await.unwrap();
        entry.read_to_string(&mut content).await.unwrap();
        let name = zip.file().entries()[index].filename().as_str().unwrap().to_owned();
        entries.push((name, content));
    }
    let named = |name: &str| entries.iter().find(|(known, _)| known == name).map(|(_, content)| content.as_str());
    let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["request.html", "request.json", "files/log.txt", "files/log (2).txt"]);
    assert_eq!((named("files/log.txt"), named("files/log (2).txt")), (Some("first"), Some("second")));
    assert!(named("request.html").unwrap().contains("log%20%282%29.txt\">log.txt</a>"), "{}", entries[0].1);
    assert_eq!(serde_json::from_str::<Value>(&entries[1].1).unwrap()["request"]["id"], id);
}

#[tokio::test]
async fn an_archive_that_cannot_be_finished_breaks_off() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = written(&ana).await;
    let mut tx = desk.app.store.begin().await.unwrap();
    sqlx::query("UPDATE files SET object_key = object_key || '-gone'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let request = Request::get(path(id, "zip")).header("authorization", format!("Bearer {}", ana.token));
    let response =
        balcao_backend::http::service(desk.app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert!(axum::body::to_bytes(response.into_body(), usize::MAX).await.is_err());
}

#[tokio::test]
async fn nobody_elses_and_no_other_format() {
    let desk = Desk::open().await;
    let (ana, eve) = (desk.sign_in("ana", "acme").await, desk.sign_in("eve", "acme").await);
    let id = ana.open("Mine").await;
    for format in ["html", "json", "zip"] {
        let (theirs, nothing) = (eve.get(&path(id, format)).await, eve.get(&path(999_999, format)).await);
        assert_eq!((theirs.status, theirs.text), (nothing.status, nothing.text), "{format}");
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(ana.get(&path(id, "exe")).await.status, StatusCode::BAD_REQUEST);
    let nobody = Request::get(path(id, "zip")).body(Body::empty()).unwrap();
    assert_eq!(call(&desk.app, nobody).await.status, StatusCode::UNAUTHORIZED);
    let plain = ana.get(&format!("/api/panel/requests/{id}/download")).await;
    assert_eq!(plain.header("content-type"), Some("text/html; charset=utf-8"));
}

#[tokio::test]
async fn what_goes_on_from_a_closed_request_is_known_on_both_sides() {
    let desk = Desk::open().await;
    let (ana, eve) = (desk.sign_in("ana", "acme").await, desk.sign_in("eve", "acme").await);
    let source = ana.open("First").await;
    desk.set(source, "closed", None).await;
    let mut body = whole("Again");
    body["request"]["via_followup_source_id"] = json!(source);
    let followup = ana.post("/api/v2/requests", &body).await.json["request"].clone();
    assert_eq!(followup["followup_source_id"], source);
    let path = format!("/api/panel/requests/{source}/followups");
    assert_eq!(ana.get(&path).await.json, json!({ "request_ids": [followup["id"]], "can_follow_up": true }));
    assert_eq!(eve.get(&path).await.status, StatusCode::NOT_FOUND);
}

/// Letters that do not pack well.
fn letters(seed: u64, count: usize) -> String {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut letter = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'a' + (state % 26) as u8)
    };
    (0..count).map(|_| letter()).collect()
}

/// A thread of 64 comments of 8 KB each: more than the pipe of an archive holds, packed.
async fn long(desk: &Desk, ana: &Person) -> u64 {
    let id = ana.open("Long").await;
    let mut write = desk.app.store.begin().await.unwrap();
    for place in 0..64_i64 {
        let sql = "INSERT INTO comments (request_id, author_id, channel, created_at, body) VALUES (?, ?, 'web', ?, ?)";
        let query = sqlx::query(sql).bind(id as i64).bind(ana.user as i64);
        // After the first one, in pairs of the same moment.
        let moment = 1_900_000_000_000 + place / 2;
        query
            .bind(moment)
            .bind(format!("Number {place}. {}", letters(place as u64, 8_000)))
            .execute(&mut *write)
            .await
            .unwrap();
    }
    write.commit().await.unwrap();
    id
}

/// Four downloads of one long request once took gigabytes: whole, shaped and written they were in memory at once. What is
/// taken away while a download waits for its reader would be in it, had it been read before.
#[tokio::test]
async fn a_download_is_read_as_it_is_taken() {
    use futures::StreamExt as _;
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    for format in ["html", "json", "zip"] {
        let id = long(&desk, &ana).await;
        let request = Request::get(path(id, format)).header("authorization", format!("Bearer {}", ana.token));
        let request = request.body(Body::empty()).unwrap();
        let response = balcao_backend::http::service(desk.app.clone()).oneshot(request).await.unwrap();
        let mut pieces = response.into_body().into_data_stream();
        let mut taken = pieces.next().await.unwrap().unwrap().to_vec();
        let mut write = desk.app.store.begin().await.unwrap();
        sqlx::query("DELETE FROM comments WHERE request_id = ? AND body LIKE 'Number 63.%'")
            .bind(id as i64)
            .execute(&mut *write)
            .await
            .unwrap();
        write.commit().await.unwrap();
        let mut largest = 0;
        while let Some(piece) = pieces.next().await {
            let piece = piece.unwrap();
            largest = largest.max(piece.len());
            taken.extend(piece);
        }
        // Sixteen comments, in each of the three ways that data show a text in.
        assert!(largest < 16 * 3 * 9_000, "{format}: {largest} bytes at once");
        if format == "zip" {
            let zip = ZipFileReader::new(taken).await.unwrap();
            let mut content = String::new();
            zip.reader_with_entry(1).await.unwrap().read_to_string(&mut content).await.unwrap();
            taken = content.into_bytes();
        }
        let text = String::from_utf8(taken).unwrap();
        // Data show a text as it was written, as HTML and plain.
        let times = if format == "html" { 1 } else { 3 };
        for place in 0..63 {
            assert_eq!(text.matches(&format!("Number {place}. ")).count(), times, "{format}: {place}");
        }
        assert!(!text.contains("Number 63. "), "{format}: it was read before anybody took it");
        let order: Vec<usize> = (0..63).map(|place| text.find(&format!("Number {place}. ")).unwrap()).collect();
        assert!(order.is_sorted(), "{format}");
    }
}

/// The data are laid out as they always were.
#[tokio::test]
async fn data_in_pieces_are_what_they_are_in_one() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = written(&ana).await;
    for _ in 0..2 {
        let data = ana.get(&path(id, "json")).await;
        assert_eq!(data.text, serde_json::to_string_pretty(&data.json).unwrap());
        for place in 0..40 {
            let reply = json!({ "request": { "comment": { "body": format!("Reply {place}\nwith lines") } } });
            ana.put(&format!("/api/v2/requests/{id}"), &reply).await;
        }
    }
    let data = ana.get(&path(id, "json")).await;
    assert_eq!(data.json["comments"].as_array().unwrap().len(), 81);
}
