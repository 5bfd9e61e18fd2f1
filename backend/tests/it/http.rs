//! What every answer has in common: errors, headers, limits, files, sample pages.

use crate::common::{ACCOUNT, TestApp};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode};
use balcao_config::Mode;
use balcao_store::{Store, StoreError, StoreOptions};
use chrono::TimeDelta;
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;
use tower::ServiceExt as _;

const ANA: &str = "ana@acmestore.example";

fn production(config: &mut balcao_config::Config) {
    config.mode = Mode::Production;
    config.host_origins = vec!["https://admin.example.com".to_owned()];
}

async fn with_panel(change: impl FnOnce(&mut balcao_config::Config)) -> TestApp {
    let app = TestApp::with(change).await;
    let panel = &app.app.config.panel_dir;
    std::fs::create_dir_all(panel.join("locales")).unwrap();
    let page = "<meta name=\"balcao-host-origins\" content=\"__BALCAO_HOST_ORIGINS__\">";
    std::fs::write(panel.join("index.html"), page).unwrap();
    std::fs::write(panel.join("panel-0123456789abcdef_bg.wasm"), b"\0asm").unwrap();
    std::fs::write(panel.join("panel-0123456789abcdef_bg.wasm.br"), b"packed").unwrap();
    std::fs::write(panel.join("locales/pt.json"), b"{}").unwrap();
    std::fs::write(panel.join("copilot.js"), b"(() => {})()").unwrap();
    std::fs::write(app.folder.path().join("secret.txt"), b"secret").unwrap();
    app
}

#[tokio::test]
async fn every_address_of_the_api_answers_with_and_without_json() {
    let app = TestApp::new().await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    for path in ["/api/panel/session", "/api/panel/session.json", "/api/v2/requests", "/api/v2/requests.json?page=1"] {
        assert_eq!(ana.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_method_are_refused_in_json() {
    let app = TestApp::new().await;
    for path in ["/api/v2/nothing", "/api/v2/nothing.json", "/api/panel/x", "/nothing", "/api/v2/.json"] {
        let answer = app.nobody().get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.json(), json!({ "error": "InvalidEndpoint", "description": "Not found" }));
    }
    let answer = app.nobody().send(Method::PATCH, "/api/panel/session", &[], Body::empty()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.json()["error"], "MethodNotAllowed");
    assert!(answer.header("allow").contains("POST"), "{:?}", answer.headers);
    let head = app.nobody().send(Method::HEAD, "/healthz", &[], Body::empty()).await;
    assert_eq!(head.status, StatusCode::OK);
    assert!(head.bytes.is_empty());
}

#[tokio::test]
async fn a_refusal_speaks_the_readers_language() {
    let app = TestApp::new().await;
    let told = async |language| app.nobody().speaking(language).get("/api/v2/x").await.json()["description"].clone();
    assert_eq!(told("pt-BR").await, "Não encontrado");
    assert_eq!(told("es-AR,en;q=0.5").await, "No se encontró");
    assert_eq!(told("de").await, "Not found");
}

/// Other clients ask for no language and compare with the documents, whoever is signed in.
#[tokio::test]
async fn without_a_language_asked_for_documented_refusals_are_the_documents() {
    let app = TestApp::new().await;
    let mut claims = app.claims(ANA, ACCOUNT);
    claims["locale"] = json!("pt-BR");
    let token = crate::common::sign(&claims, crate::common::HOST_KEY, jsonwebtoken::Algorithm::HS256);
    let begun = app.nobody().post("/api/panel/session", &json!({ "token": token })).await.json();
    let text = |key: &str| begun["session"][key].as_str().map(str::to_owned);
    let ana = crate::common::Client { bearer: text("token"), csrf: text("csrf_token"), ..app.nobody() };
    let missing = ana.get("/api/v2/requests/424242").await;
    assert_eq!(missing.json(), json!({ "error": "RecordNotFound", "description": "Not found" }));
    assert_eq!(missing.header("content-language"), "en-US");
    assert_eq!(ana.speaking("es").get("/api/v2/requests/424242").await.json()["description"], "No se encontró");
    // What says something about one's own input is in one's own language.
    let refused = ana.post("/api/v2/requests", &json!({ "request": {} })).await;
    assert_eq!(refused.json()["details"]["base"][0]["description"], "Título: não pode ficar em branco");
}

#[tokio::test]
async fn a_body_that_is_not_the_json_asked_for_is_refused() {
    let app = TestApp::new().await;
    let send = async |kind: &str, body: Vec<u8>| {
        let headers = [("content-type", kind)];
        let headers = if kind.is_empty() { &headers[..0] } else { &headers[..] };
        let answer = app.nobody().send(Method::POST, "/api/panel/session", headers, Body::from(body)).await;
        (answer.status.as_u16(), answer.json()["error"].as_str().unwrap().to_owned())
    };
    let json = "application/json; charset=utf-8";
    assert_eq!(send(json, b"{\"token\":".to_vec()).await, (400, "InvalidJson".to_owned()));
    assert_eq!(send(json, b"{\"token\":\"\"} x".to_vec()).await, (400, "InvalidJson".to_owned()));
    assert_eq!(send(json, b"\xff\xfe".to_vec()).await, (400, "InvalidJson".to_owned()));
    assert_eq!(send(json, b"{\"token\":5}".to_vec()).await, (400, "InvalidJson".to_owned()));
    assert_eq!(send(json, b"[".repeat(100_000)).await, (400, "InvalidJson".to_owned()));
    assert_eq!(send(json, b"".to_vec()).await, (400, "InvalidJson".to_owned()));
    assert_eq!(send("text/plain", b"{}".to_vec()).await, (415, "UnsupportedMediaType".to_owned()));
    assert_eq!(send("", b"{}".to_vec()).await, (415, "UnsupportedMediaType".to_owned()));
    let long = format!("{{\"token\":\"{}\"}}", "x".repeat(2_000_000));
    assert_eq!(send(json, long.into_bytes()).await, (413, "PayloadTooLarge".to_owned()));
}

#[tokio::test]
async fn unknown_keys_are_ignored_and_named() {
    let app = TestApp::new().await;
    let body = json!({ "token": app.host_token(ANA, ACCOUNT), "role": "ad\r\nmin" , "x\r\ny: z": 1 });
    let answer = app.nobody().post("/api/panel/session", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let warnings: Vec<_> = answer.headers.get_all("x-zendesk-api-warn").iter().map(|v| v.to_str().unwrap()).collect();
    assert!(warnings.iter().any(|warning| warning.contains("role")), "{warnings:?}");
    assert_eq!(warnings.len(), 2);
}

#[tokio::test]
async fn answers_of_the_api_are_kept_nowhere_and_framed_nowhere() {
    let app = TestApp::new().await;
    for path in ["/api/v2/requests", "/healthz", "/api/v2/nothing", "/api/openapi.json"] {
        let answer = app.nobody().get(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn a_request_id_is_taken_over_only_if_a_log_can_carry_it() {
    let app = TestApp::new().await;
    let id = async |given: &str| {
        let answer = app.nobody().send(Method::GET, "/healthz", &[("x-request-id", given)], Body::empty()).await;
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(id("proxy-1.a_B").await, "proxy-1.a_B");
    for bad in ["a b", "", "a\tlevel=ERROR", "x;y", &"x".repeat(65)] {
        let given = id(bad).await;
        assert_ne!(given, *bad);
        assert_eq!(given.len(), 36, "{given}");
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let app = TestApp::with(|config| config.limits.requests_per_minute = 3).await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    for left in ["2", "1", "0"] {
        let answer = ana.get("/api/panel/session").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("x-rate-limit"), "3");
        assert_eq!(answer.header("x-rate-limit-remaining"), left);
        assert_eq!(answer.header("ratelimit-reset"), "60");
    }
    app.wait(TimeDelta::seconds(20));
    let answer = ana.get("/api/panel/session").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.json()["error"], "TooManyRequests");
    assert_eq!(answer.header("retry-after"), "40");
    let other = app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    assert_eq!(other.get("/api/panel/session").await.status, StatusCode::OK);
    app.wait(TimeDelta::seconds(40));
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_forged_forwarded_for_does_not_escape_the_limit() {
    let status = async |app: &TestApp, forwarded: &str| {
        let request = Request::get("/api/v2/requests")
            .header("x-forwarded-for", forwarded)
            .extension(ConnectInfo(SocketAddr::from(([10, 0, 0, 9], 4000))))
            .body(Body::empty());
        app.service.clone().oneshot(request.unwrap()).await.unwrap().status()
    };
    let app = TestApp::with(|config| config.limits.address_requests_per_minute = 1).await;
    assert_eq!(status(&app, "203.0.113.1").await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&app, "203.0.113.2").await, StatusCode::TOO_MANY_REQUESTS);
    let app = TestApp::with(|config| {
        config.limits.address_requests_per_minute = 1;
        config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
    })
    .await;
    assert_eq!(status(&app, "203.0.113.1").await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&app, "203.0.113.2").await, StatusCode::UNAUTHORIZED);
    // What the sender put before the address that the proxy saw counts for nothing.
    assert_eq!(status(&app, "198.51.100.7, 203.0.113.2").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status(&app, "203.0.113.2, 10.1.1.1").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn it_is_ready_only_if_files_can_be_kept() {
    let app = TestApp::new().await;
    assert_eq!(app.nobody().get("/healthz").await.status, StatusCode::OK);
    assert_eq!(app.nobody().get("/readyz").await.status, StatusCode::OK);
    std::fs::remove_dir_all(&app.app.config.evidence.dir).unwrap();
    let answer = app.nobody().get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["checks"]["evidence"], "failed");
    assert_eq!(app.nobody().get("/healthz").await.status, StatusCode::OK);
}

/// Only a reader was asked once, and reading goes on beside a lock: it called itself ready while every write was refused.
#[tokio::test]
async fn it_is_not_ready_while_no_write_gets_its_turn() {
    let app = TestApp::with(|config| config.database_busy = Duration::from_secs(1)).await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let options = StoreOptions { busy_timeout: Duration::from_secs(1), ..StoreOptions::default() };
    let elsewhere = Store::open(&app.app.config.database_path(), options).await.unwrap();
    for (holder, whose) in [(&elsewhere, "another program's"), (&app.app.store, "our own")] {
        let lock = holder.begin().await.unwrap();
        let answer = app.nobody().get("/readyz").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{whose}");
        let checks = answer.json()["checks"].clone();
        assert_eq!((&checks["database"], &checks["writes"]), (&json!("ok"), &json!("failed")), "{whose}");
        assert_eq!(ana.get("/api/v2/requests").await.status, StatusCode::OK, "{whose}: reading goes on");
        assert_eq!(app.nobody().get("/healthz").await.status, StatusCode::OK);
        // However short it waits, it holds nothing up afterwards.
        let tried = app.app.store.can_write(Duration::ZERO).await;
        assert!(matches!(tried, Err(StoreError::Busy)), "{whose}: {tried:?}");
        drop(lock);
        assert_eq!(app.nobody().get("/readyz").await.json()["checks"]["writes"], "ok", "{whose}");
    }
    elsewhere.close().await;
}

#[tokio::test]
async fn browsers_are_kept_on_https_where_that_is_the_address() {
    for (url, expected) in [
        ("https://support.example.com", "max-age=31536000"),
        ("http://support.example.com", ""),
        ("http://127.0.0.1:8080", ""),
    ] {
        let app = with_panel(|config| config.public_url = url.parse().unwrap()).await;
        let nobody = app.nobody();
        for path in ["/panel/", "/copilot.js", "/api/v2/requests", "/support", "/nowhere", "/healthz"] {
            assert_eq!(nobody.get(path).await.header("strict-transport-security"), expected, "{url}{path}");
        }
    }
}

/// One person's share of what is answered at the same time, whatever connections, sessions and tokens it comes by.
#[tokio::test]
async fn nobody_is_answered_everywhere_at_once() {
    let app = TestApp::with(|config| config.limits.person_requests = 3).await;
    let (first, second) = (app.sign_in(ANA, ACCOUNT).await, app.sign_in(ANA, ACCOUNT).await);
    let bruno = app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    let mut unread = Vec::new();
    for client in [&first, &second, &first] {
        let request = Request::builder().uri("/api/v2/requests");
        let request = request.header("authorization", format!("Bearer {}", client.bearer.as_ref().unwrap()));
        let response = app.service.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        unread.push(response);
    }
    let refused = second.get("/api/v2/requests").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    assert_eq!(bruno.get("/api/v2/requests").await.status, StatusCode::OK);
    // An answer that was read to its end, or is given up, is none any more.
    unread.pop();
    assert_eq!(second.get("/api/v2/requests").await.status, StatusCode::OK);
    assert_eq!(second.get("/api/v2/requests").await.status, StatusCode::OK);
}

#[tokio::test]
async fn figures_name_routes_and_no_addresses() {
    balcao_backend::telemetry::figures();
    let app = TestApp::new().await;
    app.nobody().get("/api/v2/requests/12345").await;
    app.nobody().get("/somebody@example.com").await;
    let text = app.nobody().get("/metrics").await.text();
    assert!(text.contains("balcao_http_requests_total"), "{text}");
    assert!(text.contains("route=\"/api/v2/requests/{id}\""), "{text}");
    assert!(!text.contains("12345") && !text.contains("somebody"), "{text}");
}

#[tokio::test]
async fn the_panel_may_do_only_what_it_needs_and_be_framed_only_by_its_hosts() {
    let app = with_panel(production).await;
    for path in ["/panel", "/panel/", "/panel/requests/7", "/panel/new/technical/review?x=1", "/panel/index.html"] {
        let answer = app.nobody().get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert!(!answer.header("permissions-policy").is_empty());
        assert!(answer.text().contains("content=\"https://admin.example.com\""), "{}", answer.text());
        let policy = answer.header("content-security-policy");
        assert!(policy.ends_with("frame-ancestors https://admin.example.com"), "{policy}");
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains('*'), "{policy}");
    }
    let nobody = with_panel(|config| config.mode = Mode::Production).await;
    let answer = nobody.nobody().get("/panel/").await;
    assert!(answer.header("content-security-policy").ends_with("frame-ancestors 'none'"));
}

#[tokio::test]
async fn a_page_names_the_files_that_it_will_need() {
    let app = with_panel(|_| {}).await;
    let link = async |path: &str, headers: &[(&str, &str)]| {
        app.nobody().send(Method::GET, path, headers, Body::empty()).await.header("link").to_owned()
    };
    assert_eq!(link("/panel/new/technical", &[]).await, "", "a panel without a list works as well");
    let list = json!({
        "sentences": { "en": ["/panel/locales/en.json?v=1", "/panel/locales/pages/en.json?v=2"],
            "pt": ["/panel/locales/pt.json?v=3", "/panel/locales/pages/pt.json?v=4"] },
        "pages": [["/new/", ["/panel/form-1a.wasm"]], ["/new", ["/panel/start-1a.wasm"]]],
    });
    let file = app.app.config.panel_dir.join("preload.json");
    std::fs::write(&file, list.to_string()).unwrap();
    let fetched = |address: &str| format!("<{address}>; rel=preload; as=fetch; crossorigin; fetchpriority=low");
    let form = fetched("/panel/form-1a.wasm");
    assert_eq!(link("/panel/new/technical", &[]).await, form, "a host names the language itself");
    assert_eq!(link("/panel/requests", &[]).await, "");
    let document = ("sec-fetch-dest", "document");
    let sentences = [fetched("/panel/locales/pt.json?v=3"), fetched("/panel/locales/pages/pt.json?v=4")].join(", ");
    let start = [sentences, fetched("/panel/start-1a.wasm")].join(", ");
    assert_eq!(link("/panel/new", &[document, ("accept-language", "pt-BR,en;q=0.5")]).await, start);
    let kept = [document, ("accept-language", "pt-BR"), ("cookie", "balcao_locale=en")];
    let first = fetched("/panel/locales/en.json?v=1");
    assert_eq!(link("/panel/requests", &kept).await, first, "the history has no other sentences");
    std::fs::write(&file, "{").unwrap();
    let answer = app.nobody().get("/panel/new").await;
    assert_eq!((answer.status, answer.header("link")), (StatusCode::OK, ""), "a damaged list is no reason to fail");
}

#[tokio::test]
async fn files_of_the_panel_are_packed_and_kept_for_long() {
    let app = with_panel(production).await;
    let get =
        async |path: &str, headers: &[(&str, &str)]| app.nobody().send(Method::GET, path, headers, Body::empty()).await;
    let wasm = get("/panel/panel-0123456789abcdef_bg.wasm", &[("accept-encoding", "br, gzip")]).await;
    assert_eq!(wasm.header("content-type"), "application/wasm");
    assert_eq!(wasm.header("content-encoding"), "br");
    assert_eq!(wasm.bytes, b"packed");
    assert_eq!(wasm.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(get("/panel/panel-0123456789abcdef_bg.wasm", &[]).await.bytes, b"\0asm");
    let locale = get("/panel/locales/pt.json?v=abc", &[]).await;
    assert!(locale.header("cache-control").contains("immutable"));
    assert_eq!(get("/panel/locales/pt.json", &[]).await.header("cache-control"), "no-cache");
    let launcher = get("/copilot.js", &[]).await;
    assert_eq!(launcher.header("cache-control"), "public, max-age=300");
    assert!(launcher.header("content-type").contains("javascript"));
    let page = get("/panel/requests", &[]).await;
    let tag = page.header("etag").to_owned();
    assert_eq!(get("/panel/requests", &[("if-none-match", &tag)]).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn nothing_outside_the_panels_folder_is_served() {
    let app = with_panel(|_| {}).await;
    for path in [
        "/panel/../secret.txt",
        "/panel/%2e%2e/secret.txt",
        "/panel/..%2fsecret.txt",
        "/panel/locales/..%2f..%2f..%2fsecret.txt",
        "/panel//etc/passwd.txt",
        "/panel/missing.js",
        "/panel/a%00.js",
    ] {
        let answer = app.nobody().get(path).await;
        assert_ne!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.text().contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn sample_pages_exist_in_development_only() {
    let paths = ["/admin", "/admin/support", "/admin/context", "/dev/mailbox", "/dev/mailbox.json", "/dev/host.js"];
    let app = with_panel(|_| {}).await;
    for path in paths {
        assert_eq!(app.nobody().get(path).await.status, StatusCode::OK, "{path}");
    }
    let app = with_panel(production).await;
    for path in paths.into_iter().chain(["/dev/reload", "/"]) {
        let answer = app.nobody().get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.json()["error"], "InvalidEndpoint", "{path}");
    }
}

#[tokio::test]
async fn the_sample_host_gives_tokens_that_open_a_session() {
    let app = TestApp::new().await;
    let context = app.nobody().get("/admin/context?user=bruno&locale=en-US").await.json();
    assert_eq!(context["account"], "acmestore");
    assert_eq!(context["basePath"], "/admin/support");
    assert_eq!(context["locale"], "en-US");
    let answer = app.nobody().post("/api/panel/session", &json!({ "token": context["token"] })).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.json()["session"]["user"]["email"], "bruno@acmestore.example");
    assert_eq!(app.nobody().get("/admin/context?user=root").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_mailbox_shows_messages_and_runs_nothing_of_them() {
    let app = TestApp::new().await;
    let folder = &app.app.config.mail.mailbox_dir;
    std::fs::create_dir_all(folder).unwrap();
    let message = "From: Support <support@localhost>\r\nTo: Ana <ana@acmestore.example>\r\nSubject: <b>123456</b> & co\r\n\
        Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n\
        --x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nYour code: 123456 <script>\r\n\
        --x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>123456</p><script>alert(1)</script>\r\n--x--\r\n";
    std::fs::write(folder.join("20261123T120000000Z-000001-code.eml"), message).unwrap();
    let list = app.nobody().get("/dev/mailbox.json").await.json();
    assert_eq!(list[0]["to"], "ana@acmestore.example");
    assert_eq!(list[0]["subject"], "<b>123456</b> & co");
    assert!(list[0]["text"].as_str().unwrap().contains("Your code: 123456"));
    assert!(app.nobody().get("/dev/mailbox").await.text().contains("&lt;b&gt;123456&lt;/b&gt; &amp; co"));
    let one = "/dev/mailbox/20261123T120000000Z-000001-code.eml";
    let page = app.nobody().get(one).await.text();
    assert!(page.contains("<iframe sandbox ") && !page.contains("<script>"), "{page}");
    let html = app.nobody().get(&format!("{one}/html")).await;
    assert!(html.header("content-security-policy").contains("sandbox"));
    assert_eq!(app.nobody().get(&format!("{one}/source")).await.header("content-type"), "message/rfc822");
    for bad in ["..%2fhost.key", "%2e%2e%2fhost.key", "x.eml", ".x.eml", "host.key"] {
        assert_eq!(app.nobody().get(&format!("/dev/mailbox/{bad}")).await.status, StatusCode::NOT_FOUND, "{bad}");
    }
}
