//! The door of VTEX ID, against a stand-in on loopback that follows the published contract.

use crate::common::{ACCOUNT, Answer, HOST_KEY, TestApp, sign};
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use axum::{Json, Router};
use balcao_config::VtexId;
use chrono::TimeDelta;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

/// `POST /api/vtexid/credential/validate?an={account}` with `{"token"}`. A token is `user@host|account|audience`, or
/// the name of a fault.
#[derive(Default)]
struct StandIn {
    asked: AtomicU32,
    down: AtomicBool,
}

async fn validate(
    State(stand_in): State<Arc<StandIn>>,
    Query(query): Query<HashMap<String, String>>,
    Json(body): Json<Value>,
) -> Response {
    stand_in.asked.fetch_add(1, Ordering::SeqCst);
    if stand_in.down.load(Ordering::SeqCst) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    assert!(query.contains_key("an"));
    let token = body["token"].as_str().unwrap().to_owned();
    match token.as_str() {
        "slow" => std::future::pending().await,
        "page" => "<html>a page of a proxy</html>".into_response(),
        "elsewhere" => Redirect::temporary("http://127.0.0.1:1/").into_response(),
        "long" => "x".repeat(100_000).into_response(),
        _ => match token.split('|').collect::<Vec<_>>().as_slice() {
            [user, account, audience] => Json(json!({
                "authStatus": "Success", "id": "6a5f", "user": user, "account": account, "audience": audience,
                "tokenType": "user",
            }))
            .into_response(),
            _ => (StatusCode::UNAUTHORIZED, Json(json!({ "authStatus": "InvalidToken" }))).into_response(),
        },
    }
}

struct Scene {
    test: TestApp,
    vtex_id: Arc<StandIn>,
}

const ANA: &str = "ana@acmestore.example|acmestore|admin";

impl Scene {
    async fn new() -> Self {
        let vtex_id = Arc::new(StandIn::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/api/vtexid/credential/validate", post(validate)).with_state(vtex_id.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let test = TestApp::with(|config| {
            config.vtex_id = Some(VtexId { url, timeout: Duration::from_millis(400) });
        });
        Self { test: test.await, vtex_id }
    }

    async fn show(&self, body: Value) -> Answer {
        self.test.nobody().post("/api/panel/session", &body).await
    }

    async fn show_token(&self, token: &str) -> Answer {
        self.show(json!({ "token": token, "account": ACCOUNT })).await
    }

    async fn show_cookie(&self, cookie: &str, body: Value, from: &[(&str, &str)]) -> StatusCode {
        let mut headers = vec![("cookie", cookie), ("content-type", "application/json")];
        headers.extend_from_slice(from);
        let body = Body::from(body.to_string());
        self.test.nobody().send(Method::POST, "/api/panel/session", &headers, body).await.status
    }

    fn asked(&self) -> u32 {
        self.vtex_id.asked.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn whom_vtex_id_knows_is_signed_in_under_the_name_the_directory_has() {
    let scene = Scene::new().await;
    let answer = scene.show_token(ANA).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let session = &answer.json()["session"];
    assert_eq!(session["user"]["email"], "ana@acmestore.example");
    assert_eq!(session["user"]["name"], "ana");
    assert_eq!(session["account"]["name"], ACCOUNT);
    assert_eq!(session["door"], "vtex_id");
    // The host says how somebody is called; VTEX ID does not, and leaves the name alone.
    let mut claims = scene.test.claims("ana@acmestore.example", ACCOUNT);
    claims["name"] = json!("Ana Souza");
    assert_eq!(scene.show_token(&sign(&claims, HOST_KEY, Algorithm::HS256)).await.json()["session"]["door"], "host");
    assert_eq!(scene.show_token(ANA).await.json()["session"]["user"]["name"], "Ana Souza");
}

/// VTEX ID says who somebody is; what the License Manager gave them it does not say.
#[tokio::test]
async fn in_brazil_vtex_id_alone_gives_nobody_technical_requests() {
    let scene = Scene::new().await;
    let mut claims = scene.test.claims("bruno@acmestore.example", ACCOUNT);
    claims["region"] = json!("brazil");
    assert_eq!(scene.show_token(&sign(&claims, HOST_KEY, Algorithm::HS256)).await.status, StatusCode::CREATED);
    let may = |answer: Answer| {
        let capabilities = answer.json()["session"]["capabilities"].as_array().unwrap().clone();
        capabilities.contains(&json!("open_technical_requests"))
    };
    assert!(!may(scene.show_token(ANA).await));
    // Whom the host has let in before keeps what it gave.
    assert!(may(scene.show_token("bruno@acmestore.example|acmestore|admin").await));
}

#[tokio::test]
async fn what_vtex_id_does_not_vouch_for_opens_nothing() {
    let scene = Scene::new().await;
    for token in [
        "stale",
        "",
        "ana@acmestore.example|other|admin",
        "ana@acmestore.example|acmestore|webstore",
        "vtexappkey-acmestore-ABC|acmestore|admin",
        &"x".repeat(100_000),
    ] {
        let answer = scene.show_token(token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token:.40}");
        assert_eq!(answer.json(), json!({ "error": "Couldn't authenticate you" }));
    }
    assert_eq!(scene.show(json!({ "token": ANA })).await.status, StatusCode::UNAUTHORIZED, "no store is named");
    for account in ["../x", "other", "", "acme.store"] {
        let answer = scene.show(json!({ "token": ANA, "account": account })).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{account}");
    }
}

#[tokio::test]
async fn an_answer_that_is_none_is_no_refusal_and_says_when_to_come_back() {
    for token in ["page", "elsewhere", "long", "slow"] {
        let scene = Scene::new().await;
        let answer = scene.show_token(token).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{token}");
        assert!(!answer.header("retry-after").is_empty());
        assert_eq!(scene.show_token(ANA).await.status, StatusCode::CREATED, "{token}: the next one is tried");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_left_alone_and_found_again() {
    let scene = Scene::new().await;
    scene.vtex_id.down.store(true, Ordering::SeqCst);
    for _ in 0..5 {
        assert_eq!(scene.show_token(ANA).await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    let asked = scene.asked();
    let answer = scene.show_token(ANA).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "15"));
    assert_eq!(scene.asked(), asked, "nobody waits for it in vain");
    // The host's own tokens need nobody.
    let own = scene.test.host_token("ana@acmestore.example", ACCOUNT);
    assert_eq!(scene.show_token(&own).await.status, StatusCode::CREATED);
    scene.vtex_id.down.store(false, Ordering::SeqCst);
    scene.test.wait(TimeDelta::seconds(15));
    assert_eq!(scene.show_token(ANA).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn vtex_id_is_asked_once_a_minute_about_one_token() {
    let scene = Scene::new().await;
    for _ in 0..3 {
        assert_eq!(scene.show_token(ANA).await.status, StatusCode::CREATED);
    }
    assert_eq!(scene.asked(), 1);
    scene.test.wait(TimeDelta::seconds(61));
    assert_eq!(scene.show_token(ANA).await.status, StatusCode::CREATED);
    assert_eq!(scene.asked(), 2);
}

#[tokio::test]
async fn the_admins_cookie_counts_on_our_own_pages_alone() {
    let scene = Scene::new().await;
    let own = scene.test.app.config.own_origin();
    let plain = format!("theme=dark; VtexIdclientAutCookie={ANA}");
    let named = format!("VtexIdclientAutCookie_acmestore={ANA}");
    let account = json!({ "account": ACCOUNT });
    let same = [("sec-fetch-site", "same-origin")];
    assert_eq!(scene.show_cookie(&plain, account.clone(), &same).await, StatusCode::CREATED);
    assert_eq!(scene.show_cookie(&named, json!({}), &same).await, StatusCode::CREATED);
    assert_eq!(scene.show_cookie(&named, account.clone(), &[("origin", &own)]).await, StatusCode::CREATED);
    for from in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ] {
        assert_eq!(scene.show_cookie(&plain, account.clone(), from).await, StatusCode::UNAUTHORIZED, "{from:?}");
    }
    // Which store is meant is not guessed.
    assert_eq!(scene.show_cookie(&plain, json!({}), &same).await, StatusCode::UNAUTHORIZED);
    let two = format!("{named}; VtexIdclientAutCookie_other=x");
    assert_eq!(scene.show_cookie(&two, json!({}), &same).await, StatusCode::UNAUTHORIZED);
    assert_eq!(scene.show_cookie(&two, account.clone(), &same).await, StatusCode::CREATED);
    // A shopper's cookie has the store's name, the administrator's has none.
    let shopper = format!("VtexIdclientAutCookie_acmestore=buyer@shop.example|acmestore|webstore; {plain}");
    assert_eq!(scene.show_cookie(&shopper, account, &same).await, StatusCode::CREATED);
}

#[tokio::test]
async fn without_vtex_id_its_cookie_is_nothing() {
    let test = TestApp::new().await;
    let cookie = format!("VtexIdclientAutCookie={ANA}");
    let headers =
        [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
    let body = Body::from(json!({ "account": ACCOUNT }).to_string());
    let answer = test.nobody().send(Method::POST, "/api/panel/session", &headers, body).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

/// `sponsor: true` makes a sponsor and leaves a line; its absence changes nothing.
#[tokio::test]
async fn the_host_names_the_sponsor() {
    let test = TestApp::new().await;
    let enter = async |email: &str, sponsor: Value| {
        let mut claims = test.claims(email, ACCOUNT);
        claims["sponsor"] = sponsor;
        let token = sign(&claims, HOST_KEY, Algorithm::HS256);
        let answer = test.nobody().post("/api/panel/session", &json!({ "token": token })).await;
        let capabilities = answer.json()["session"]["capabilities"].as_array().unwrap().clone();
        capabilities.contains(&json!("open_commercial_requests"))
    };
    let (ana, bruno) = ("ana@acmestore.example", "bruno@acmestore.example");
    assert!(!enter(ana, json!(false)).await);
    assert!(enter(ana, json!(true)).await);
    assert!(enter(ana, json!(false)).await, "not said is not taken away");
    assert!(enter(bruno, json!(true)).await);
    assert!(!enter(ana, json!(false)).await, "there is one");
    let lines: Vec<(String, String)> =
        sqlx::query_as("SELECT actor, subject FROM audit_entries WHERE action = 'account.sponsor'")
            .fetch_all(&mut *test.app.store.read().await.unwrap())
            .await
            .unwrap();
    assert_eq!(lines, vec![("host".to_owned(), "account:acmestore".to_owned()); 2]);
}
