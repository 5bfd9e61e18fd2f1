//! Signing in and out, and everything that must not get in.

use crate::common::{ACCOUNT, Client, HOST_KEY, TestApp, sign};
use axum::http::{Method, StatusCode};
use balcao_config::{HostTokenAlgorithm, HostTokenKey};
use balcao_contract::panel::SessionEnvelope;
use balcao_contract::priority::Priority;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

const ANA: &str = "ana@acmestore.example";

async fn try_token(app: &TestApp, token: &str) -> StatusCode {
    app.nobody().post("/api/panel/session", &json!({ "token": token })).await.status
}

fn changed(claims: &Value, key: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[key] = value;
    claims
}

#[tokio::test]
async fn a_host_token_opens_a_session_that_says_who_one_is() {
    let app = TestApp::new().await;
    let mut claims = app.claims("Ana@ACMEstore.example", "ACMEstore");
    claims["name"] = json!("Ana\r\nBcc: x\u{202e} Souza");
    claims["locale"] = json!("pt-BR");
    let token = sign(&claims, HOST_KEY, Algorithm::HS256);
    let answer = app.nobody().post("/api/panel/session", &json!({ "token": token })).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("cache-control"), "no-store");
    let session = &answer.json()["session"];
    assert_eq!(session["user"]["email"], ANA);
    assert_eq!(session["user"]["name"], "Ana Bcc: x Souza");
    assert_eq!(session["user"]["locale"], "pt");
    assert_eq!(session["account"]["name"], ACCOUNT);
    assert_eq!(session["account"]["region"], "latin_america");
    assert_eq!(session["expires_at"], "2026-11-23T13:00:00Z");
    assert!(session["token"].as_str().unwrap().len() >= 43);
    let again = app.sign_in(ANA, ACCOUNT).await.get("/api/panel/session").await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.json()["session"]["user"]["id"], session["user"]["id"]);
    assert!(again.json()["session"].get("token").is_none());
}

/// The panel says by when, not only within how many working hours.
#[tokio::test]
async fn a_session_knows_by_when_its_promises_are_kept() {
    let app = TestApp::new().await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let promised_at = async |priority: Priority, moment: &str| {
        let answer = ana.get("/api/panel/session").await;
        let session: SessionEnvelope = serde_json::from_str(&answer.text()).unwrap();
        let moment: DateTime<Utc> = moment.parse().unwrap();
        let due = session.session.first_responses.of(priority).due(moment.into(), &session.session.open_hours);
        due.map(|due| due.0.to_rfc3339())
    };
    // From 9:00 to 18:00 in Bogotá; what is left on a Friday evening goes on on Monday.
    let cases = [
        (Priority::Urgent, "2026-11-24T14:30:00Z", "2026-11-24T15:30:00+00:00"),
        (Priority::Urgent, "2026-11-27T22:30:00Z", "2026-11-30T14:30:00+00:00"),
        (Priority::High, "2026-11-24T21:00:00Z", "2026-11-25T16:00:00+00:00"),
    ];
    for (priority, sent, due) in cases {
        assert_eq!(promised_at(priority, sent).await.as_deref(), Some(due), "{priority} {sent}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_the_hosts_opens_nothing() {
    let app = TestApp::new().await;
    let good = app.claims(ANA, ACCOUNT);
    let now = good["exp"].as_i64().unwrap() - 300;
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let unsigned = |alg: &str| format!("{}.{}.", part(json!({ "alg": alg, "typ": "JWT" })), part(good.clone()));
    let signed = |claims: &Value| sign(claims, HOST_KEY, Algorithm::HS256);
    let mut no_exp = good.clone();
    no_exp.as_object_mut().unwrap().remove("exp");
    let mut no_sub = good.clone();
    no_sub.as_object_mut().unwrap().remove("sub");
    let whole = signed(&good);
    for (what, token) in [
        ("nothing", String::new()),
        ("no token", "a.b.c".to_owned()),
        ("too long", "x".repeat(100_000)),
        ("none", unsigned("none")),
        ("None", unsigned("None")),
        ("HS256 without signature", unsigned("HS256")),
        ("cut", whole[..whole.len() - 2].to_owned()),
        ("another key", sign(&good, b"another key of another host, 32 bytes", Algorithm::HS256)),
        ("another algorithm", sign(&good, HOST_KEY, Algorithm::HS512)),
        ("expired", signed(&changed(&good, "exp", json!(now - 31)))),
        ("for ever", signed(&changed(&good, "exp", json!(now + 3700)))),
        ("infinite", signed(&changed(&good, "exp", json!(1e300)))),
        ("no end", signed(&no_exp)),
        ("nobody", signed(&no_sub)),
        ("not yet", signed(&changed(&good, "nbf", json!(now + 60)))),
        ("another audience", signed(&changed(&good, "aud", json!("another")))),
        ("another issuer", signed(&changed(&good, "iss", json!("evil")))),
        ("no address", signed(&changed(&good, "email", json!("ana")))),
        ("two addresses", signed(&changed(&good, "email", json!("a@b.example,c@d.example")))),
        ("a header in the address", signed(&changed(&good, "email", json!("a@b.example\r\nBcc: c@d.example")))),
        ("an account with a path", signed(&changed(&good, "account", json!("../x")))),
        ("no account", signed(&changed(&good, "account", json!("")))),
    ] {
        assert_eq!(try_token(&app, &token).await, StatusCode::UNAUTHORIZED, "{what}");
    }
    assert_eq!(try_token(&app, &whole).await, StatusCode::CREATED);
    let listed = signed(&changed(&good, "aud", json!(["other", "balcao"])));
    assert_eq!(try_token(&app, &listed).await, StatusCode::CREATED);
}

const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

#[tokio::test]
async fn a_public_key_is_no_shared_key() {
    let app = TestApp::with(|config| {
        config.host_token.algorithm = HostTokenAlgorithm::EdDsa;
        config.host_token.key = HostTokenKey::PublicPem(PUBLIC_KEY.as_bytes().to_vec());
    })
    .await;
    let forged = sign(&app.claims(ANA, ACCOUNT), PUBLIC_KEY.as_bytes(), Algorithm::HS256);
    assert_eq!(try_token(&app, &forged).await, StatusCode::UNAUTHORIZED);
}

/// While the host changes over, tokens of both keys are taken; afterwards those of the new one alone.
#[tokio::test]
async fn two_keys_of_the_host_are_valid_at_once_until_the_old_one_is_taken_away() {
    let new_key = b"the next key of the host, 32 bytes and more".to_vec();
    let app = TestApp::new().await;
    let claims = app.claims(ANA, ACCOUNT);
    let (old, new) = (sign(&claims, HOST_KEY, Algorithm::HS256), sign(&claims, &new_key, Algorithm::HS256));
    let other = sign(&claims, b"a key that nobody has named, 32 bytes and more", Algorithm::HS256);
    assert_eq!(try_token(&app, &new).await, StatusCode::UNAUTHORIZED);
    let app = app.restarted_with(|config| {
        config.host_token.key = HostTokenKey::Shared(new_key);
        config.host_token.old_key = Some(HOST_KEY.to_vec().into());
    });
    let app = app.await;
    for (token, expected) in
        [(&old, StatusCode::CREATED), (&new, StatusCode::CREATED), (&other, StatusCode::UNAUTHORIZED)]
    {
        assert_eq!(try_token(&app, token).await, expected);
    }
    let app = app.restarted_with(|config| config.host_token.old_key = None).await;
    assert_eq!(try_token(&app, &old).await, StatusCode::UNAUTHORIZED);
    assert_eq!(try_token(&app, &new).await, StatusCode::CREATED);
}

#[tokio::test]
async fn a_file_of_several_public_keys_takes_tokens_of_each() {
    let pair = || rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let (first, second, other) = (pair(), pair(), pair());
    let signed = |key: &rcgen::KeyPair, claims: &Value| {
        let key = jsonwebtoken::EncodingKey::from_ed_pem(key.serialize_pem().as_bytes()).unwrap();
        jsonwebtoken::encode(&jsonwebtoken::Header::new(Algorithm::EdDSA), claims, &key).unwrap()
    };
    let both = format!("# before\n{}\n# and now\n{}", first.public_key_pem(), second.public_key_pem());
    let app = TestApp::with(|config| {
        config.host_token.algorithm = HostTokenAlgorithm::EdDsa;
        config.host_token.key = HostTokenKey::PublicPem(both.into_bytes());
    });
    let app = app.await;
    let claims = app.claims(ANA, ACCOUNT);
    for (key, expected) in
        [(&first, StatusCode::CREATED), (&second, StatusCode::CREATED), (&other, StatusCode::UNAUTHORIZED)]
    {
        assert_eq!(try_token(&app, &signed(key, &claims)).await, expected);
    }
    let alone = second.public_key_pem();
    let app = app.restarted_with(|config| config.host_token.key = HostTokenKey::PublicPem(alone.into_bytes())).await;
    assert_eq!(try_token(&app, &signed(&first, &claims)).await, StatusCode::UNAUTHORIZED);
    assert_eq!(try_token(&app, &signed(&second, &claims)).await, StatusCode::CREATED);
}

#[tokio::test]
async fn a_session_ends_when_nothing_happens_and_after_its_longest_life() {
    let app = TestApp::new().await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let idle = app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    for _ in 0..23 {
        app.wait(TimeDelta::minutes(31));
        assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::OK);
    }
    let gone = idle.get("/api/panel/session").await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
    assert_eq!(gone.json(), json!({ "error": "Couldn't authenticate you" }));
    app.wait(TimeDelta::minutes(31));
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_a_restart_does_not() {
    let app = TestApp::new().await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let app = app.restarted().await;
    let ana = Client { service: app.service.clone(), ..ana };
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::OK);
    assert_eq!(ana.delete("/api/panel/session").await.status, StatusCode::NO_CONTENT);
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_write_needs_the_token_of_its_own_session() {
    let app = TestApp::new().await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let other = app.sign_in(ANA, ACCOUNT).await;
    for csrf in [None, Some(String::new()), Some("x".repeat(43)), other.csrf.clone()] {
        let answer = Client { csrf, ..ana.clone() }.delete("/api/panel/session").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.json()["error"], "InvalidCsrfToken");
    }
    assert_eq!(ana.delete("/api/panel/session").await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn in_brazil_technical_requests_need_the_resource() {
    let app = TestApp::new().await;
    let mut claims = app.claims(ANA, ACCOUNT);
    claims["region"] = json!("brazil");
    for (resources, may) in [(json!(["open-support-ticket"]), true), (json!(["catalog"]), false), (json!([]), false)] {
        let token = sign(&changed(&claims, "resources", resources), HOST_KEY, Algorithm::HS256);
        let answer = app.nobody().post("/api/panel/session", &json!({ "token": token })).await;
        let capabilities = answer.json()["session"]["capabilities"].to_string();
        assert_eq!(capabilities.contains("open_technical_requests"), may, "{capabilities}");
    }
}

#[tokio::test]
async fn only_the_bearer_scheme_carries_a_session() {
    let app = TestApp::new().await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let token = ana.bearer.clone().unwrap();
    let status = async |name: &str, value: String, path: &str| {
        app.nobody().send(Method::GET, path, &[(name, &value)], axum::body::Body::empty()).await.status
    };
    let path = "/api/panel/session";
    assert_eq!(status("authorization", format!("bearer {token}"), path).await, StatusCode::OK);
    assert_eq!(status("authorization", format!("Basic {token}"), path).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status("cookie", format!("session={token}"), path).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status("x-user", ANA.to_owned(), path).await, StatusCode::UNAUTHORIZED);
    let in_address = format!("{path}?token={token}&access_token={token}");
    assert_eq!(status("accept", "*/*".to_owned(), &in_address).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn secrets_do_not_show_in_debug_output() {
    let app =
        TestApp::with(|config| config.mail.smtp_url = Some("smtp://user:pass-word@mail.example".to_owned())).await;
    let shown = format!("{:?}", app.app.config);
    assert!(!shown.contains("pass-word"), "{shown}");
    assert!(!shown.contains("test key"), "{shown}");
    let key = format!("{:?}", HOST_KEY);
    assert!(!shown.contains(&key[1..40]), "{shown}");
}

/// Reading once waited for its turn to write that it was read: with a busy writer, seconds.
#[tokio::test]
async fn reading_waits_for_no_write() {
    // Whoever waits for the writer in here waits for ever, and is noticed.
    let app = TestApp::with(|config| config.database_busy = std::time::Duration::from_secs(24 * 3600)).await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let token = crate::api_tokens::token_of_ana(&app, "").await;
    let authorization = crate::api_tokens::basic(ANA, &token);
    app.wait(TimeDelta::minutes(30));
    let held = app.app.store.begin().await.unwrap();
    let reading = async {
        assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::OK);
        assert_eq!(ana.get("/api/v2/requests").await.status, StatusCode::OK);
        let headers = [("authorization", authorization.as_str())];
        let by_token = app.nobody().send(Method::GET, "/api/v2/requests", &headers, axum::body::Body::empty()).await;
        assert_eq!(by_token.status, StatusCode::OK);
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), reading).await.expect("reading waits for the writer");
    drop(held);
    let last_seen = async || -> i64 {
        let sql = "SELECT max(last_seen_at) FROM sessions";
        sqlx::query_scalar(sql).fetch_one(&mut *app.app.store.read().await.unwrap()).await.unwrap()
    };
    let before = last_seen().await;
    assert_eq!(app.app.identity.seen.write(&app.app.store).await.unwrap(), 2, "the session and the token, each once");
    assert_eq!(last_seen().await - before, 30 * 60 * 1000);
    assert_eq!(app.app.identity.seen.write(&app.app.store).await.unwrap(), 0, "written down once");
}

/// What was used a moment ago is kept, though that is not written down yet.
#[tokio::test]
async fn a_session_in_use_is_not_swept_away_by_anothers_sign_in() {
    let app = TestApp::new().await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    app.wait(TimeDelta::minutes(59));
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::OK);
    app.wait(TimeDelta::minutes(2));
    app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::OK);
}
