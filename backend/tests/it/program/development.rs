//! Development hands a sign-in to whoever asks. On an address that others reach it once did so by default.

use super::server::{Server, not_started, serve};
use crate::common::TestApp;
use axum::body::Body;
use axum::http::Method;
use serde_json::Value;

#[test]
fn development_that_others_reach_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    for settings in [
        [("BALCAO_LISTEN", "0.0.0.0:0"), ("BALCAO_MODE", "development")].as_slice(),
        &[("BALCAO_LISTEN", "[::]:0"), ("BALCAO_MODE", "development")],
        &[("BALCAO_TRUSTED_PROXIES", "127.0.0.1"), ("BALCAO_MODE", "development")],
        &[("BALCAO_PUBLIC_URL", "https://support.example.com"), ("BALCAO_MODE", "development")],
    ] {
        let said = not_started(serve(&data_dir, settings));
        assert!(said.contains("mode: development lets anybody sign in as anybody"), "{said}");
        assert!(said.contains("development.public = \"anybody may sign in as anybody\""), "{said}");
    }
    // Without a mode it is production, which says what it is missing.
    let said = not_started(serve(&data_dir, &[("BALCAO_LISTEN", "0.0.0.0:0"), ("BALCAO_CLOCK_OFFSET_MINUTES", "0")]));
    for part in
        ["mode: not given, and other machines reach listen", "host_token.key: required in production", "public_url"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!data_dir.exists(), "nothing was touched");
}

#[tokio::test]
async fn the_sample_admin_gives_its_tokens_to_this_machine_alone() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(serve(folder.path(), &[])).unwrap();
    let client = reqwest::Client::new();
    let context = || client.get(server.url("/admin/context?user=ana"));
    let here: Value = context().send().await.unwrap().json().await.unwrap();
    assert!(here["token"].as_str().is_some_and(|token| token.len() > 100), "{here}");
    let port = server.origin.rsplit(':').next().unwrap();
    assert_eq!(context().header("host", format!("localhost:{port}")).send().await.unwrap().status(), 200);
    for (name, value) in [
        // A name of somebody else's that was made to lead here.
        ("host", format!("evil.example:{port}")),
        ("host", "192.168.1.7".to_owned()),
        ("x-forwarded-for", "203.0.113.9".to_owned()),
        ("x-forwarded-host", "support.example.com".to_owned()),
        ("forwarded", "for=203.0.113.9".to_owned()),
        ("via", "1.1 proxy".to_owned()),
    ] {
        for path in ["/admin/context?user=ana", "/dev/mailbox.json", "/dev/mailbox", "/admin"] {
            let answer = client.get(server.url(path)).header(name, &value).header("accept-language", "pt-BR");
            let answer = answer.send().await.unwrap();
            assert_eq!(answer.status(), 403, "{name}: {value} {path}");
            let said = answer.text().await.unwrap();
            assert!(said.contains("Esta página é para desenvolvimento") && !said.contains("\"token\""), "{said}");
        }
    }
    let health = client.get(server.url("/healthz")).header("host", "evil.example").send().await.unwrap();
    assert_eq!(health.status(), 200, "everything else is as it was");
}

#[tokio::test]
async fn whoever_says_in_words_that_anybody_may_gets_it() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = not_started(serve(
        folder.path(),
        &[("BALCAO_MODE", "development"), ("BALCAO_LISTEN", "0.0.0.0:0"), ("BALCAO_DEVELOPMENT_PUBLIC", "true")],
    ));
    assert!(wrong.contains("development.public: expected the words"), "{wrong}");
    let settings = [
        ("BALCAO_MODE", "development"),
        ("BALCAO_TRUSTED_PROXIES", "127.0.0.1"),
        ("BALCAO_DEVELOPMENT_PUBLIC", "anybody may sign in as anybody"),
    ];
    let server = Server::start(serve(folder.path(), &settings)).unwrap();
    let answer = reqwest::Client::new().get(server.url("/admin/context")).header("host", "desk.example");
    assert_eq!(answer.header("x-forwarded-for", "203.0.113.9").send().await.unwrap().status(), 200);
    let log = tokio::task::spawn_blocking(|| server.stop()).await.unwrap();
    assert!(log.contains("development, and a proxy of trusted_proxies brings other machines to it"), "{log}");
}

/// Without the server around it, as the other tests ask.
#[tokio::test]
async fn a_request_by_another_name_is_refused_before_anything_is_looked_at() {
    let app = TestApp::new().await;
    let nobody = app.nobody();
    assert_eq!(nobody.get("/admin/context?user=ana").await.status, 200);
    let rebound = nobody.send(Method::GET, "/admin/context?user=nobody", &[("host", "evil.example")], Body::empty());
    assert_eq!(rebound.await.status, 403);
}
