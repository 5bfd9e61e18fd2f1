//! Live updates: a thousand open pages of fifty people of a store, and how soon each hears of an agent's answer.

use crate::{HOST_KEY, memory, verdict};
use anyhow::{Context, Result, ensure};
use balcao_tests::Backend;
use reqwest::Method;
use serde_json::json;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const PEOPLE: usize = 50;
/// As many as one person may have.
const PAGES_OF_EACH: usize = 20;
const LISTENERS: usize = PEOPLE * PAGES_OF_EACH;
const AGENT: &str = "marina.costa@support.example";
/// What the product promises, in seconds and MB.
const HEARD_WITHIN: f64 = 1.0;
const MEMORY: f64 = 200.0;

/// Prints when the listeners heard, and what they cost.
pub async fn measure(settings: &[(&str, &str)]) -> Result<()> {
    // All of them come from this machine, which is no proxy.
    let settings = [settings, &[("LIMITS_ADDRESS_CONNECTIONS", "0"), ("HOST_TOKEN_KEY", HOST_KEY)]].concat();
    let mut backend = Backend::start_with(&settings).await?;
    backend.operator(&["account", "share", "acmestore", "on"]).await?;
    let user = backend.sign_in("ana").await?;
    let body = json!({ "request": { "subject": "Checkout", "comment": { "body": "It is slow." } } });
    let opened = user.post("/api/v2/requests.json", &body).await?;
    let request = opened["request"]["id"].as_u64().context("a number")?;
    let token = backend.api_token(AGENT).await?;
    let before = memory(&backend, "VmRSS")?;

    let mut listeners = JoinSet::new();
    let mut people = Vec::with_capacity(PEOPLE);
    for number in 0..PEOPLE {
        let email = format!("person{number}@acmestore.example");
        people.push(backend.sign_in_as(&email, "acmestore", HOST_KEY, Ipv4Addr::LOCALHOST).await?);
    }
    for number in 0..LISTENERS {
        let mut stream =
            people[number % PEOPLE].call(Method::GET, "/api/panel/events").send().await?.error_for_status()?;
        let first = stream.chunk().await?.context("a stream begins with a word")?;
        ensure!(!first.is_empty());
        listeners.spawn(async move {
            let mut heard = String::new();
            while !heard.contains("commented") {
                heard.push_str(&String::from_utf8_lossy(&stream.chunk().await?.context("the stream has ended")?));
            }
            Ok::<_, anyhow::Error>((Instant::now(), stream))
        });
    }
    let with_all = memory(&backend, "VmRSS")?;

    let answer = json!({ "ticket": { "comment": { "body": "Look again, please.", "public": true } } });
    let call = reqwest::Client::new().put(backend.url(&format!("/api/v2/tickets/{request}.json")));
    let call = call.basic_auth(format!("{AGENT}/token"), Some(token)).json(&answer);
    call.send().await?.error_for_status()?;
    let answered = Instant::now();
    let mut streams = Vec::with_capacity(LISTENERS);
    let mut last = Duration::ZERO;
    while let Some(heard) = listeners.join_next().await {
        let (at, stream) = heard??;
        last = last.max(at.saturating_duration_since(answered));
        streams.push(stream);
    }
    let last = last.as_secs_f64();
    println!(
        "\n{LISTENERS} listeners: the last one heard of an agent's answer after {last:.2} s: {}",
        verdict(last, HEARD_WITHIN)
    );
    println!("memory {before:.1} MB without, {with_all:.1} MB with them: {}", verdict(with_all, MEMORY));
    drop(streams);
    backend.kill().await
}
