//! How much is taken, and from one person at the same time; what a repeated upload does.

use super::{files_in, new_request, path, rows, send, token, upload};
use crate::common::{ACCOUNT, TestApp};
use axum::body::Body;
use axum::http::StatusCode;
use bytes::Bytes;
use chrono::TimeDelta;
use futures::stream;
use std::io;

/// A body of so many bytes that is made while it is read.
fn zeros(bytes: usize) -> Body {
    const PIECE: usize = 1 << 20;
    let pieces = (0..bytes.div_ceil(PIECE))
        .map(move |i| Ok::<_, io::Error>(Bytes::from(vec![b'0'; PIECE.min(bytes - i * PIECE)])));
    Body::from_stream(stream::iter(pieces))
}

#[tokio::test]
async fn a_file_of_the_limit_is_taken_and_one_byte_more_is_not() {
    const LIMIT: usize = 50 * 1024 * 1024;
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let answer = send(&ana, "/api/v2/uploads?filename=a.log", &[], zeros(LIMIT)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(answer.json()["upload"]["attachment"]["size"], LIMIT);
    // Chunked, so that it is found out on the way; and announced.
    let length = (LIMIT + 1).to_string();
    for headers in [&[][..], &[("content-length", length.as_str())]] {
        let answer = send(&ana, "/api/v2/uploads?filename=a.log", headers, zeros(LIMIT + 1)).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(answer.refusal().0, "PayloadTooLarge");
        assert!(answer.text().contains("50 MB"), "{}", answer.text());
    }
    assert_eq!(files_in(&app.app.config.evidence.dir), 1);
    assert_eq!(rows(&app, "SELECT COUNT(*) FROM files").await, 1);
}

#[tokio::test]
async fn nobody_fills_the_disk_with_files_that_wait() {
    let app = TestApp::with(|config| {
        config.evidence.limits.max_bytes = 1000;
        config.evidence.quota_bytes = 2500;
    })
    .await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let bytes = vec![b'x'; 1000];
    let first = send(&ana, "/api/v2/uploads?filename=a.txt", &[], bytes.clone()).await;
    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(send(&ana, "/api/v2/uploads?filename=b.txt", &[], bytes.clone()).await.status, StatusCode::CREATED);
    let full = send(&ana, "/api/v2/uploads?filename=c.txt", &[], bytes.clone()).await;
    assert_eq!((full.status, full.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "3600"));
    // Of others nothing is taken away, and what is attached counts no more.
    let bruno = app.sign_in("bruno@example.com", ACCOUNT).await;
    assert_eq!(send(&bruno, "/api/v2/uploads?filename=c.txt", &[], bytes.clone()).await.status, StatusCode::CREATED);
    assert_eq!(new_request(&ana, &[&token(&first)]).await.status, StatusCode::CREATED);
    assert_eq!(send(&ana, "/api/v2/uploads?filename=c.txt", &[], bytes).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn parallel_uploads_count_against_the_quota_before_they_are_whole() {
    let app = TestApp::with(|config| {
        config.evidence.limits.max_bytes = 1000;
        config.evidence.quota_bytes = 2500;
    })
    .await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let uploads = (0..4).map(|_| send(&ana, "/api/v2/uploads?filename=a.txt", &[], zeros(1000)));
    let answers = futures::future::join_all(uploads).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count(), 2);
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS).count(), 2);
}

#[tokio::test]
async fn ten_thousand_tiny_files_are_not_taken() {
    let app = TestApp::with(|config| config.evidence.limits.max_files = 2).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for _ in 0..20 {
        assert_eq!(upload(&ana, "a.txt", b"x").await.status, StatusCode::CREATED);
    }
    assert_eq!(upload(&ana, "a.txt", b"x").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_same_idempotency_key_keeps_one_file_and_gives_one_answer() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let key = [("idempotency-key", "5f0c")];
    let address = "/api/v2/uploads?filename=a.txt";
    let first = send(&ana, address, &key, "once").await;
    assert_eq!((first.status, first.header("x-idempotency-lookup")), (StatusCode::CREATED, "miss"));
    app.wait(TimeDelta::minutes(10));
    let second = send(&ana, address, &key, "once").await;
    assert_eq!((second.status, second.header("x-idempotency-lookup")), (StatusCode::CREATED, "hit"));
    assert_eq!(first.json(), second.json());
    assert_eq!(files_in(&app.app.config.evidence.dir), 1);
    for (address, body) in [(address, "other"), ("/api/v2/uploads?filename=b.txt", "once")] {
        let other = send(&ana, address, &key, body).await;
        assert_eq!((other.status, other.refusal().0.as_str()), (StatusCode::BAD_REQUEST, "IdempotentRequestError"));
    }
    // Somebody else's key of the same name is another key.
    let bruno = app.sign_in("bruno@example.com", ACCOUNT).await;
    assert_eq!(send(&bruno, address, &key, "mine").await.header("x-idempotency-lookup"), "miss");
    // With a joined token as well, also once the token is full.
    let join = format!("/api/v2/uploads?filename=c.txt&token={}", token(&first));
    let key = [("idempotency-key", "5f0d")];
    let joined = send(&ana, &join, &key, "joined").await;
    assert_eq!(joined.json(), send(&ana, &join, &key, "joined").await.json());
    assert_eq!(joined.json()["upload"]["attachments"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn twins_with_one_key_become_one_file() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let key = [("idempotency-key", "5f0c")];
    let twins = (0..4).map(|_| send(&ana, "/api/v2/uploads?filename=a.txt", &key, "once"));
    let answers = futures::future::join_all(twins).await;
    for answer in &answers {
        assert_eq!(answer.json(), answers[0].json());
    }
    assert_eq!(files_in(&app.app.config.evidence.dir), 1);
}

/// 100,000 zeros, packed with gzip into 133 bytes.
fn packed() -> Vec<u8> {
    const HEAD: &[u8] =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\x4a\xeb\x9f\xce\x1a\x1e\x40\x01";
    const TAIL: &[u8] = b"\xaf\x06\x85\xc2\x4d\xc5\xa0\x86\x01\x00";
    [HEAD, &[0; 96], TAIL].concat()
}

#[tokio::test]
async fn what_is_packed_is_kept_packed_and_counts_as_it_came() {
    let app = TestApp::with(|config| {
        config.evidence.limits.max_bytes = 1000;
        config.evidence.limits.extensions.push("gz".to_owned());
    })
    .await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for headers in [&[][..], &[("content-encoding", "gzip")]] {
        let answer = send(&ana, "/api/v2/uploads?filename=a.gz", headers, packed()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let file = answer.json()["upload"]["attachment"].clone();
        assert_eq!(file["size"], packed().len());
        let content = ana.get(&path(&file["content_url"])).await;
        assert_eq!((content.header("content-encoding"), content.bytes.as_slice()), ("", packed().as_slice()));
    }
    // A packed body of any other call is no JSON, however little it would unpack to.
    let headers = [("content-encoding", "gzip"), ("content-type", "application/json")];
    let answer = send(&ana, "/api/v2/requests", &headers, packed()).await;
    assert!(answer.status.is_client_error(), "{}", answer.text());
}
