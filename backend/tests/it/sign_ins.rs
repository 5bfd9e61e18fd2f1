//! "Where am I signed in", and signing out there or everywhere.

use crate::common::{ACCOUNT, Client, TestApp};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use balcao_backend::identity::{Arrival, Sessions};
use balcao_contract::panel::DoorName;
use chrono::TimeDelta;
use serde_json::{Value, json};

const ANA: &str = "ana@acmestore.example";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
const CHROME: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36";

/// Somebody in a browser of that name.
struct Browser(Client, &'static str);

impl Browser {
    async fn new(app: &TestApp, email: &str, name: &'static str) -> Self {
        let body = json!({ "token": app.host_token(email, ACCOUNT) });
        let headers = [("user-agent", name)];
        let answer = app.nobody().json(Method::POST, "/api/panel/session", &body, &headers).await;
        Self(client(app, &answer.json()["session"]), name)
    }

    async fn call(&self, method: Method, path: &str) -> (StatusCode, Value) {
        let answer = self.0.send(method, path, &[("user-agent", self.1)], Body::empty()).await;
        let json = if answer.bytes.is_empty() { Value::Null } else { answer.json() };
        (answer.status, json)
    }

    async fn places(&self) -> Vec<Value> {
        let (status, body) = self.call(Method::GET, "/api/panel/sign_ins").await;
        assert_eq!(status, StatusCode::OK);
        body["sign_ins"].as_array().unwrap().clone()
    }

    async fn is_signed_in(&self) -> bool {
        self.call(Method::GET, "/api/panel/session").await.0 == StatusCode::OK
    }
}

fn client(app: &TestApp, session: &Value) -> Client {
    Client {
        bearer: Some(session["token"].as_str().unwrap().to_owned()),
        csrf: Some(session["csrf_token"].as_str().unwrap().to_owned()),
        ..app.nobody()
    }
}

/// A sign-in on the support site, as its own pages make one, and a session that comes from it.
async fn on_the_support_site(app: &TestApp, user: u64, account: u64) -> (i64, Client) {
    let now = app.app.clock.now().timestamp_millis();
    let mut write = app.app.store.begin().await.unwrap();
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO sign_ins (token_hash, user_id, door, user_agent, created_at, last_seen_at, ends_at) \
         VALUES (x'01', ?1, 'google', ?2, ?3, ?3, ?4) RETURNING id",
    )
    .bind(user as i64)
    .bind(CHROME)
    .bind(now)
    .bind(now + 3_600_000)
    .fetch_one(&mut *write)
    .await
    .unwrap();
    write.commit().await.unwrap();
    let arrival = Arrival { door: DoorName::Google, user_agent: CHROME.to_owned(), sign_in: Some(id) };
    let (user, account) = (user.try_into().unwrap(), account.try_into().unwrap());
    let session = Sessions::new(&app.app.identity).begin_for(user, account, &arrival).await.unwrap();
    let (token, csrf) = (session.token.as_str().to_owned(), session.signed_in.csrf_token);
    (id, Client { bearer: Some(token), csrf: Some(csrf), ..app.nobody() })
}

#[tokio::test]
async fn one_sees_each_browser_once_and_which_one_asks() {
    let app = TestApp::new().await;
    let firefox = Browser::new(&app, ANA, FIREFOX).await;
    app.wait(TimeDelta::minutes(2));
    Browser::new(&app, ANA, FIREFOX).await;
    let chrome = Browser::new(&app, ANA, CHROME).await;
    Browser::new(&app, "bruno@acmestore.example", CHROME).await;
    app.wait(TimeDelta::minutes(1));
    assert!(chrome.is_signed_in().await);
    let places = firefox.places().await;
    assert_eq!(places.len(), 2, "{places:?}");
    let of = |browser: &str| places.iter().find(|place| place["browser"] == browser).unwrap();
    assert_eq!(of("Firefox")["system"], "Linux");
    assert_eq!(of("Firefox")["current"], true);
    assert_eq!(of("Firefox")["created_at"], "2026-11-23T12:00:00Z", "since the first of its pages");
    assert_eq!((&of("Chrome")["system"], &of("Chrome")["current"]), (&json!("Android"), &json!(false)));
    assert_eq!(of("Chrome")["door"], "host");
    // A place that nobody used for the idle time is none any more.
    app.wait(TimeDelta::minutes(59));
    assert!(firefox.is_signed_in().await);
    // As the job does every few seconds.
    app.app.identity.seen.write(&app.app.store).await.unwrap();
    app.wait(TimeDelta::minutes(2));
    let places = firefox.places().await;
    assert_eq!(places.len(), 1, "{places:?}");
}

#[tokio::test]
async fn one_signs_out_elsewhere_and_not_for_others() {
    let app = TestApp::new().await;
    let firefox = Browser::new(&app, ANA, FIREFOX).await;
    let chrome = Browser::new(&app, ANA, CHROME).await;
    let bruno = Browser::new(&app, "bruno@acmestore.example", CHROME).await;
    let places = firefox.places().await;
    let other = places.iter().find(|place| place["current"] == false).unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/panel/sign_ins/{other}");
    assert_eq!(firefox.call(Method::DELETE, &path).await.0, StatusCode::NO_CONTENT);
    assert!(!chrome.is_signed_in().await && firefox.is_signed_in().await && bruno.is_signed_in().await);
    assert_eq!(firefox.call(Method::DELETE, &path).await.0, StatusCode::NOT_FOUND);
    assert_eq!(firefox.call(Method::DELETE, "/api/panel/sign_ins/s1").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_sign_in_of_the_support_site_is_a_place_and_ends_with_its_sessions() {
    let app = TestApp::new().await;
    let firefox = Browser::new(&app, ANA, FIREFOX).await;
    let session = firefox.call(Method::GET, "/api/panel/session").await.1["session"].clone();
    let (user, account) = (session["user"]["id"].as_u64().unwrap(), session["account"]["id"].as_u64().unwrap());
    let (id, site) = on_the_support_site(&app, user, account).await;
    let places = site.get("/api/panel/sign_ins").await.json()["sign_ins"].clone();
    let here: Vec<&Value> = places.as_array().unwrap().iter().filter(|place| place["current"] == true).collect();
    assert_eq!((here.len(), &here[0]["door"], &here[0]["id"]), (1, &json!("google"), &json!(format!("s{id}"))));
    let bruno = Browser::new(&app, "bruno@acmestore.example", CHROME).await;
    let path = format!("/api/panel/sign_ins/s{id}");
    assert_eq!(bruno.call(Method::DELETE, &path).await.0, StatusCode::NOT_FOUND, "somebody else's");
    assert_eq!(firefox.call(Method::DELETE, &path).await.0, StatusCode::NO_CONTENT);
    assert_eq!(site.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    assert!(firefox.is_signed_in().await);
}

#[tokio::test]
async fn signing_out_everywhere_is_everywhere() {
    let app = TestApp::new().await;
    let firefox = Browser::new(&app, ANA, FIREFOX).await;
    let chrome = Browser::new(&app, ANA, CHROME).await;
    let bruno = Browser::new(&app, "bruno@acmestore.example", CHROME).await;
    let session = firefox.call(Method::GET, "/api/panel/session").await.1["session"].clone();
    let (user, account) = (session["user"]["id"].as_u64().unwrap(), session["account"]["id"].as_u64().unwrap());
    let (_, site) = on_the_support_site(&app, user, account).await;
    assert_eq!(firefox.call(Method::DELETE, "/api/panel/sign_ins").await.0, StatusCode::NO_CONTENT);
    assert!(!firefox.is_signed_in().await && !chrome.is_signed_in().await && bruno.is_signed_in().await);
    assert_eq!(site.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM sign_ins")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn signing_out_everywhere_needs_the_csrf_token() {
    let app = TestApp::new().await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let without = Client { csrf: None, ..ana.clone() };
    assert_eq!(without.delete("/api/panel/sign_ins").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ana.get("/api/panel/session").await.status, StatusCode::OK);
}
