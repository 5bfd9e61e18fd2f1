//! What is sent to a provider of text messages, and what becomes of its answers; against a stand-in on loopback.

use super::*;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::Mutex;

/// How the provider answers.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Status(u16),
    Elsewhere,
    Never,
}
use Answer::{Elsewhere, Never, Status};

/// A provider: its next answers, and what it was sent.
#[derive(Default)]
struct Provider {
    answers: Mutex<VecDeque<Answer>>,
    got: Mutex<Vec<(HeaderMap, Value)>>,
}

async fn take(State(provider): State<Arc<Provider>>, headers: HeaderMap, body: axum::Json<Value>) -> Response {
    provider.got.lock().unwrap().push((headers, body.0));
    let answer = provider.answers.lock().unwrap().pop_front();
    match answer.unwrap_or(Status(500)) {
        Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Elsewhere => Redirect::temporary("/messages").into_response(),
        Never => std::future::pending().await,
    }
}

/// A sender, and the provider it talks to.
async fn scene(answers: &[Answer], token: Option<&str>) -> (HttpSms, Arc<Provider>) {
    let provider = Arc::new(Provider { answers: Mutex::new(answers.iter().copied().collect()), ..Provider::default() });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/messages", listener.local_addr().unwrap()).parse().unwrap();
    let router = Router::new().route("/messages", post(take)).with_state(Arc::clone(&provider));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let settings = Sms { url, token: token.map(str::to_owned), from: "Balcão".to_owned() };
    // Short enough not to wait for, long enough for loopback.
    (HttpSms::new(settings, Duration::from_millis(400)).unwrap(), provider)
}

async fn send(sms: &HttpSms) -> Result<(), String> {
    sms.send("+5511987654321", "123456 is your code", Utc::now()).await.map_err(|error| error.to_string())
}

#[test]
fn numbers_are_read_however_they_are_grouped() {
    for typed in ["+55 11 98765-4321", "0055 (11) 98765.4321", "+5511987654321", " +55/11/987654321 "] {
        assert_eq!(number(typed).as_deref(), Some("+5511987654321"), "{typed}");
    }
    for typed in ["", "11 98765-4321", "+55", "+55119876543210123", "+05511987654321", "+55 11 abc", "+55;11987654321"]
    {
        assert_eq!(number(typed), None, "{typed}");
    }
    assert_eq!(masked("+5511987654321"), "+55 ••• 21");
}

#[tokio::test]
async fn a_message_goes_out_once_with_its_token_and_a_key() {
    let (sms, provider) = scene(&[Status(202), Status(200)], Some("a secret")).await;
    assert_eq!(send(&sms).await, Ok(()));
    assert_eq!(send(&sms).await, Ok(()));
    let got = provider.got.lock().unwrap().clone();
    let expected = json!({ "to": "+5511987654321", "from": "Balcão", "text": "123456 is your code" });
    assert_eq!((got.len(), &got[0].1), (2, &expected));
    assert_eq!(got[0].0["authorization"], "Bearer a secret");
    assert_ne!(got[0].0["idempotency-key"], got[1].0["idempotency-key"], "two messages, two keys");

    let (sms, provider) = scene(&[Status(200)], None).await;
    assert_eq!(send(&sms).await, Ok(()));
    assert!(!provider.got.lock().unwrap()[0].0.contains_key("authorization"));
}

#[tokio::test]
async fn what_may_pass_is_tried_once_more_under_the_same_key() {
    for (answers, outcome, tries) in [
        (vec![Status(503), Status(200)], Ok(()), 2),
        (vec![Never, Status(200)], Ok(()), 2),
        (vec![Status(500), Status(502), Status(200)], Err("text message: the provider is out of order"), 2),
        (vec![Never, Never, Status(200)], Err("text message: the provider does not answer"), 2),
        (vec![Status(400), Status(200)], Err("text message: the provider refused it"), 1),
        (vec![Status(401), Status(200)], Err("text message: the provider refused it"), 1),
        // Neither number nor text goes where somebody else points to.
        (vec![Elsewhere, Status(200)], Err("text message: the provider refused it"), 1),
    ] {
        let (sms, provider) = scene(&answers, None).await;
        assert_eq!(send(&sms).await, outcome.map_err(str::to_owned), "{answers:?}");
        let got = provider.got.lock().unwrap().clone();
        assert_eq!(got.len(), tries, "{answers:?}");
        assert!(got.iter().all(|(headers, _)| headers["idempotency-key"] == got[0].0["idempotency-key"]));
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_an_error_without_the_number_in_it() {
    // A port that was free a moment ago.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/messages", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    let settings = Sms { url, token: None, from: "Balcão".to_owned() };
    let sms = HttpSms::new(settings, Duration::from_secs(5)).unwrap();
    assert_eq!(send(&sms).await, Err("text message: the provider does not answer".to_owned()));
}
