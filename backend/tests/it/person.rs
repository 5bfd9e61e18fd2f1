//! How somebody wants to be called.

use crate::common::{ACCOUNT, Client, TestApp};
use axum::http::StatusCode;
use balcao_backend::identity::{Arrival, Sessions};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::panel::DoorName;
use serde_json::json;

const ANA: &str = "ana@acmestore.example";
const ROUTE: &str = "/api/panel/session/person";

/// Ana as the support site lets her in.
async fn on_the_support_site(app: &TestApp) -> Client {
    let host = app.sign_in(ANA, ACCOUNT).await;
    let session = host.get("/api/panel/session").await.json();
    let id = |part: &str| session["session"][part]["id"].as_u64().unwrap();
    let user = UserId::try_from(id("user")).unwrap();
    let account = AccountId::try_from(id("account")).unwrap();
    let arrival = Arrival { door: DoorName::Password, user_agent: String::new(), sign_in: None };
    let new = Sessions::new(&app.app.identity).begin_for(user, account, &arrival).await.unwrap();
    Client { bearer: Some(new.token.as_str().to_owned()), csrf: Some(new.signed_in.csrf_token.clone()), ..app.nobody() }
}

#[tokio::test]
async fn a_name_is_corrected_on_the_support_site() {
    let app = TestApp::new().await;
    let ana = on_the_support_site(&app).await;
    let answer = ana.put(ROUTE, &json!({ "name": " Ana  Maria\r\nSouza\u{202e} " })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.json()["session"]["user"]["name"], "Ana Maria Souza");
    assert!(answer.json()["session"].get("token").is_none());
    assert_eq!(ana.get("/api/panel/session").await.json()["session"]["user"]["name"], "Ana Maria Souza");
    assert_eq!(ana.get("/api/v2/users/me").await.json()["user"]["name"], "Ana Maria Souza");
}

#[tokio::test]
async fn what_is_no_name_is_refused_and_changes_nothing() {
    let app = TestApp::new().await;
    let ana = on_the_support_site(&app).await;
    let long = "x".repeat(300);
    for (name, fault) in [
        ("", "name BlankValue"),
        ("\u{200b}", "name BlankValue"),
        ("Ana", "name InvalidValue"),
        (&format!("Ana {long}"), "name ValueTooLong"),
    ] {
        let answer = ana.put(ROUTE, &json!({ "name": name })).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
        assert_eq!(answer.refusal(), ("RecordInvalid".to_owned(), vec![fault.to_owned()]));
    }
    assert_eq!(ana.get("/api/panel/session").await.json()["session"]["user"]["name"], "ana");
}

#[tokio::test]
async fn nobody_else_renames_anybody() {
    let app = TestApp::new().await;
    let body = json!({ "name": "Ana Maria Souza" });
    assert_eq!(app.nobody().put(ROUTE, &body).await.status, StatusCode::UNAUTHORIZED);
    // Inside the admin the name is the host's.
    let host = app.sign_in(ANA, ACCOUNT).await;
    assert_eq!(host.put(ROUTE, &body).await.status, StatusCode::FORBIDDEN);
    let ana = on_the_support_site(&app).await;
    let without = Client { csrf: None, ..ana.clone() };
    assert_eq!(without.put(ROUTE, &body).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ana.get("/api/panel/session").await.json()["session"]["user"]["name"], "ana");
}
