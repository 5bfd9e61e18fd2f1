//! The process is killed fifty times in the middle of forty people's writing. What was acknowledged is there afterwards,
//! and what was sent again because nobody knew is there once.

use anyhow::{Context as _, Result, ensure};
use balcao_tests::Backend;
use balcao_tests::backend::ApiUser;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const KILLS: usize = 50;
const WRITERS: usize = 40;
const PEOPLE: usize = 4;
/// What the host signs with: the people are none of the sample admin's.
const HOST_KEY: &str = "the durability test's own key, which opens nothing else";
const SETTINGS: [(&str, &str); 5] = [
    ("HOST_TOKEN_KEY", HOST_KEY),
    ("LIMITS_REQUESTS_PER_MINUTE", "0"),
    ("LIMITS_ADDRESS_REQUESTS_PER_MINUTE", "0"),
    // The answers are what counts here, not who is asked to wait.
    ("LIMITS_PERSON_REQUESTS", "0"),
    ("LIMITS_ADDRESS_CONNECTIONS", "0"),
];

/// Somebody who opens one request after the other, each with a key of its own.
struct Writer {
    number: usize,
    user: Arc<ApiUser>,
    /// Subjects, which are also the keys, and the numbers that were acknowledged.
    acknowledged: BTreeMap<String, u64>,
}

impl Writer {
    /// Opens the next request: what was not answered the last time, under the same key. False where no answer comes.
    async fn open(&mut self) -> Result<bool> {
        let subject = format!("Writer {} case {}", self.number, self.acknowledged.len());
        let body = json!({ "request": { "subject": subject, "comment": { "body": "Buyers see a blank page." } } });
        let call = self.user.call(Method::POST, "/api/v2/requests.json").header("Idempotency-Key", &subject);
        let Ok(answer) = call.json(&body).send().await else { return Ok(false) };
        let status = answer.status();
        // The head of an answer is no answer.
        let Ok(text) = answer.text().await else { return Ok(false) };
        ensure!(status == StatusCode::CREATED, "{subject}: {status} {text}");
        let created: Value = serde_json::from_str(&text)?;
        self.acknowledged.insert(subject, created["request"]["id"].as_u64().context("a number")?);
        Ok(true)
    }

    async fn open_until_it_breaks(mut self, answers: Arc<Semaphore>) -> Result<Self> {
        while self.open().await? {
            answers.add_permits(1);
        }
        Ok(self)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_in_the_middle_of_writing_lose_nothing_and_double_nothing() -> Result<()> {
    let mut backend = Backend::start_with(&SETTINGS).await?;
    let mut people = Vec::new();
    for number in 0..PEOPLE {
        let email = format!("writer{number}@durable.example");
        people.push(Arc::new(backend.sign_in_as(&email, "durable", HOST_KEY, Ipv4Addr::LOCALHOST).await?));
    }
    let mut writers: Vec<Writer> = (0..WRITERS)
        .map(|number| Writer { number, user: Arc::clone(&people[number % PEOPLE]), acknowledged: BTreeMap::new() })
        .collect();
    for kill in 0..KILLS {
        let answers = Arc::new(Semaphore::new(0));
        let mut writing = JoinSet::new();
        for writer in writers.drain(..) {
            writing.spawn(writer.open_until_it_breaks(Arc::clone(&answers)));
        }
        // After another number of answers each time: at the head, in the middle and at the end of a commit.
        let enough = u32::try_from(1 + kill * 7 % WRITERS)?;
        tokio::select! {
            enough = answers.acquire_many(enough) => enough?.forget(),
            // A writer ends before the kill only where something is wrong.
            Some(ended) = writing.join_next() => {
                let ended = ended??;
                anyhow::bail!("the connection of writer {} broke before kill {kill}:\n{}", ended.number, backend.log());
            }
        }
        backend.kill().await?;
        while let Some(ended) = writing.join_next().await {
            writers.push(ended??);
        }
        backend.run().await?;
    }
    for writer in &mut writers {
        ensure!(writer.open().await?, "writer {} gets no answer:\n{}", writer.number, backend.log());
    }

    let acknowledged: BTreeMap<&String, u64> =
        writers.iter().flat_map(|writer| &writer.acknowledged).map(|(subject, id)| (subject, *id)).collect();
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for person in &people {
        for (subject, id) in all_of(person).await? {
            found.entry(subject).or_default().push(id);
        }
    }
    for (subject, id) in &acknowledged {
        let there = found.get(*subject).map(Vec::as_slice).unwrap_or_default();
        ensure!(there == [*id], "{subject} was acknowledged as {id}, and {there:?} are there");
    }
    ensure!(found.len() == acknowledged.len(), "{} requests of {} are there", found.len(), acknowledged.len());
    println!("{KILLS} kills, {} requests acknowledged, all there, none twice", acknowledged.len());
    backend.kill().await
}

/// Every request of a person: subject and number.
async fn all_of(person: &ApiUser) -> Result<Vec<(String, u64)>> {
    let mut all = Vec::new();
    loop {
        // Nobody writes any more: a page is what it was.
        let page = all.len() / 100 + 1;
        let path = format!("/api/v2/requests.json?per_page=100&page={page}&sort_by=created_at&sort_order=asc");
        let listed = person.get(&path).await?;
        for request in listed["requests"].as_array().context("a list")? {
            let subject = request["subject"].as_str().context("a subject")?.to_owned();
            all.push((subject, request["id"].as_u64().context("a number")?));
        }
        if listed["next_page"].is_null() {
            return Ok(all);
        }
    }
}
