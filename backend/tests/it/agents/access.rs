//! Who is an agent, and for whom they act.

use super::{ANA, MARINA, Office, agent};
use crate::api_tokens::basic;
use crate::common::{ACCOUNT, Client, TestApp};
use crate::directory::done;
use crate::tickets::whole;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn both_ways_of_sending_a_token_open_the_desk_and_a_session_does_not() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let path = format!("/api/v2/tickets/{id}.json");
    let token = office.marina.bearer.clone().unwrap();
    let authorization = basic("Marina@Support.example", &token);
    let headers = [("authorization", authorization.as_str())];
    let by_basic = office.app.nobody().send(Method::GET, &path, &headers, Body::empty()).await;
    assert_eq!(by_basic.json(), office.marina.get(&path).await.json());
    let answer = office.ana.get(&path).await;
    assert_eq!((answer.status, answer.refusal().0.as_str()), (StatusCode::FORBIDDEN, "Forbidden"));
    assert_eq!(office.app.nobody().get(&path).await.status, StatusCode::UNAUTHORIZED);
    let wrong = Client { bearer: Some("wrong".to_owned()), ..office.app.nobody() };
    assert_eq!(wrong.get(&path).await.status, StatusCode::UNAUTHORIZED);
    // An agent who signs in like anybody is a requester there.
    let in_person = office.app.sign_in(MARINA, ACCOUNT).await;
    assert_eq!(in_person.get(&path).await.status, StatusCode::FORBIDDEN);
    done(&office.app, &format!("user agent {MARINA} off")).await;
    assert_eq!(office.marina.get(&path).await.status, StatusCode::FORBIDDEN, "no agent any more");
    done(&office.app, &format!("user disable {MARINA}")).await;
    assert_eq!(office.marina.get(&path).await.status, StatusCode::UNAUTHORIZED);
}

async fn on_behalf(client: &Client, method: Method, path: &str, email: &str, body: &str) -> crate::common::Answer {
    let headers = [("x-on-behalf-of", email), ("content-type", "application/json")];
    client.send(method, path, &headers, Body::from(body.to_owned())).await
}

#[tokio::test]
async fn an_administrator_acts_for_a_requester_as_that_requester() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let list = on_behalf(&office.marina, Method::GET, "/api/v2/requests", " Ana@AcmeStore.example", "").await;
    assert_eq!(list.json()["count"], 1, "{}", list.text());
    let opened = on_behalf(&office.marina, Method::POST, "/api/v2/requests", ANA, &whole("By phone").to_string()).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    assert_eq!(opened.json()["request"]["requester_id"], office.id_of(ANA).await);
    assert_eq!(office.ana.get("/api/v2/requests").await.json()["count"], 2);
    let reply = json!({ "request": { "comment": { "body": "She called again" } } }).to_string();
    let path = format!("/api/v2/requests/{id}");
    assert_eq!(on_behalf(&office.marina, Method::PUT, &path, ANA, &reply).await.status, StatusCode::OK);
    let thread = office.ana.get(&format!("{path}/comments")).await.json();
    assert_eq!(thread["comments"][1]["author_id"], office.id_of(ANA).await);

    // For a requester there is no desk.
    let ticket = on_behalf(&office.marina, Method::GET, &format!("/api/v2/tickets/{id}"), ANA, "").await;
    assert_eq!(ticket.status, StatusCode::FORBIDDEN);
    for nobody in ["nobody@acmestore.example", "", MARINA] {
        let answer = on_behalf(&office.marina, Method::GET, "/api/v2/requests", nobody, "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{nobody}: {}", answer.text());
    }
    done(&office.app, &format!("user disable {ANA}")).await;
    let gone = on_behalf(&office.marina, Method::GET, "/api/v2/requests", ANA, "").await;
    assert_eq!(gone.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn nobody_but_an_agent_acts_for_others() {
    let office = Office::open().await;
    let bruno = "bruno@acmestore.example";
    office.app.sign_in(bruno, ACCOUNT).await;
    let said = done(&office.app, &format!("token add {bruno} --description mine")).await;
    let token = Client { bearer: said.lines().nth(1).map(str::to_owned), ..office.app.nobody() };
    for client in [&token, &office.ana] {
        let answer = on_behalf(client, Method::GET, "/api/v2/requests", ANA, "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    }
}

#[tokio::test]
async fn an_agent_of_no_store_is_told_how_to_ask_for_a_requester() {
    let office = Office::open().await;
    let answer = office.marina.get("/api/v2/requests").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.text().contains("X-On-Behalf-Of"));
}

#[tokio::test]
async fn an_agent_before_the_first_store_finds_an_empty_desk() {
    let app = TestApp::new().await;
    let marina = agent(&app, MARINA, "Marina Prado").await;
    assert_eq!(marina.get("/api/v2/tickets/1").await.status, StatusCode::NOT_FOUND);
    let new = json!({ "ticket": { "subject": "x", "comment": { "body": "y" } } });
    assert_eq!(marina.post("/api/v2/tickets", &new).await.refusal().1, ["organization_id BlankValue"]);
}
