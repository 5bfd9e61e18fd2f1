//! Mail coming in as a mail server's pipe hands it over: a process of `mail ingest` for each message, beside the server.

use crate::verdict;
use anyhow::{Context, Result, ensure};
use balcao_tests::Backend;
use balcao_tests::backend::ApiUser;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Messages of each measurement.
const MAILS: usize = 300;
/// They answer so many requests.
const REQUESTS: usize = 20;
const AGENT: &str = "marina.costa@support.example";
/// What the product promises, in messages a minute.
const A_MINUTE: f64 = 1_000.0;
/// The agent's answers are given up as lost then.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(60);
/// Who vouches for the samples' senders.
const TRUSTED: &str = "mx.desk.example";

/// Replies as mail clients write them, of the backend's own tests: with `{{reply}}` where the reply address stands.
const SAMPLES: [&str; 10] = [
    include_str!("../../../../backend/tests/mails/gmail-en.eml"),
    include_str!("../../../../backend/tests/mails/gmail-pt.eml"),
    include_str!("../../../../backend/tests/mails/gmail-html-only-es.eml"),
    include_str!("../../../../backend/tests/mails/outlook-en.eml"),
    include_str!("../../../../backend/tests/mails/outlook-html-only-pt.eml"),
    include_str!("../../../../backend/tests/mails/outlook-web-es.eml"),
    include_str!("../../../../backend/tests/mails/apple-mail-en.eml"),
    include_str!("../../../../backend/tests/mails/iphone-pt.eml"),
    include_str!("../../../../backend/tests/mails/thunderbird-es.eml"),
    include_str!("../../../../backend/tests/mails/files-without-text.eml"),
];

/// Prints how many mails a minute become comments, one after the other and two at a time.
pub async fn measure(settings: &[(&str, &str)]) -> Result<()> {
    let settings = [settings, &[("MAIL_IN_TRUSTED_SERVER", TRUSTED)]].concat();
    let mut backend = Backend::start_with(&settings).await?;
    let user = backend.sign_in("ana").await?;
    let requests = answered(&backend, &user).await?;
    let addresses = reply_addresses(&backend).await?;
    println!();
    for (round, at_once) in [1, 2].into_iter().enumerate() {
        let before = comments(&user, &requests).await?;
        let began = Instant::now();
        for first in (0..MAILS).step_by(at_once) {
            let mails = (first..first + at_once).map(|number| {
                let address = &addresses[number % addresses.len()];
                mail(SAMPLES[number % SAMPLES.len()], &format!("{round}.{number}"), address)
            });
            let ingesting = mails.map(|mail| backend.ingest(mail));
            futures::future::try_join_all(ingesting).await?;
        }
        let a_minute = MAILS as f64 * 60.0 / began.elapsed().as_secs_f64();
        let came = comments(&user, &requests).await? - before;
        ensure!(came == MAILS as u64, "{came} of {MAILS} mails became comments:\n{}", backend.log());
        println!(
            "{MAILS} mails, each by a process of `mail ingest`, {at_once} at a time: {a_minute:.0} a minute: {}",
            verdict(A_MINUTE, a_minute)
        );
    }
    backend.kill().await
}

/// Requests that an agent has answered, so that their requester has something to reply to.
async fn answered(backend: &Backend, user: &ApiUser) -> Result<Vec<u64>> {
    let token = backend.api_token(AGENT).await?;
    let client = reqwest::Client::new();
    let mut requests = Vec::with_capacity(REQUESTS);
    for number in 0..REQUESTS {
        let subject = format!("Orders are stuck, case {number}");
        let body = json!({ "request": { "subject": subject, "comment": { "body": "Since this morning." } } });
        let opened = user.post("/api/v2/requests.json", &body).await?;
        let request = opened["request"]["id"].as_u64().context("a number")?;
        let answer = json!({ "ticket": { "comment": { "body": "Does it work now?", "public": true } } });
        let call = client.put(backend.url(&format!("/api/v2/tickets/{request}.json")));
        call.basic_auth(format!("{AGENT}/token"), Some(&token)).json(&answer).send().await?.error_for_status()?;
        requests.push(request);
    }
    Ok(requests)
}

/// Where replies to those answers go: one address for each request.
async fn reply_addresses(backend: &Backend) -> Result<Vec<String>> {
    let began = Instant::now();
    loop {
        let mails: Value = reqwest::get(backend.url("/dev/mailbox.json")).await?.json().await?;
        let mails = mails.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut addresses: Vec<String> =
            mails.iter().filter_map(|mail| mail["reply_to"].as_str()).map(str::to_owned).collect();
        addresses.sort_unstable();
        addresses.dedup();
        if addresses.len() == REQUESTS {
            return Ok(addresses);
        }
        ensure!(began.elapsed() < GIVEN_UP_AFTER, "{} of {REQUESTS} answers were mailed", addresses.len());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// A sample of Ana's as her mail server and the desk's hand it over.
fn mail(sample: &str, id: &str, reply_address: &str) -> String {
    let of_ana = sample.replace("store.example", "acmestore.example").replace("{{reply}}", reply_address);
    of_ana.replacen("\nMessage-ID: <", &format!("\nMessage-ID: <{id}."), 1).replace('\n', "\r\n")
}

async fn comments(user: &ApiUser, requests: &[u64]) -> Result<u64> {
    let mut all = 0;
    for request in requests {
        let answer = user.get(&format!("/api/v2/requests/{request}/comments.json?per_page=1")).await?;
        all += answer["count"].as_u64().context("a count")?;
    }
    Ok(all)
}
