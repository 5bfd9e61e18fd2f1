//! Everybody else: a few people of a store who list and create, and a probe. Their calls begin on time, whether the one
//! before was answered or not: who waits for an answer asks less, and would hide what others wait.

use anyhow::{Result, ensure};
use balcao_tests::Backend;
use balcao_tests::backend::ApiUser;
use reqwest::Method;
use serde_json::json;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Who list, and as many who create.
const PEOPLE: usize = 4;
/// How often each of them does it.
const LISTS: Duration = Duration::from_millis(200);
const CREATES: Duration = Duration::from_millis(400);
const PROBES: Duration = Duration::from_millis(100);
/// A call that takes longer has failed, and counts as so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// Calls of one person that wait at the same time; a browser has no more connections either. The next ones have failed.
const WAITING: usize = 6;

/// They, signed in.
pub struct Others {
    people: Vec<Arc<ApiUser>>,
    probe: Arc<ApiUser>,
}

/// What was waited for one kind of call.
pub struct Waited {
    pub call: &'static str,
    pub failed: usize,
    times: Vec<Duration>,
}

impl Waited {
    /// In milliseconds, of that part of the calls.
    pub fn at(&self, part: f64) -> f64 {
        let last = self.times.len().saturating_sub(1) as f64;
        self.times.get((last * part).round() as usize).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
    }
}

#[derive(Clone, Copy)]
enum Call {
    List,
    Create,
    Probe,
}

impl Call {
    const ALL: [(Self, &str, Duration); 3] =
        [(Self::List, "list", LISTS), (Self::Create, "create", CREATES), (Self::Probe, "healthz", PROBES)];

    async fn make(self, person: Arc<ApiUser>) -> Result<()> {
        let call = match self {
            Self::List => person.call(Method::GET, "/api/v2/requests.json?sort_by=updated_at&per_page=20"),
            // Over a connection of its own each time, as probes and newcomers come: who has one already is not shut out.
            Self::Probe => person.call(Method::GET, "/healthz").header("connection", "close"),
            Self::Create => {
                let body = json!({ "request": {
                    "subject": "Checkout does not load",
                    "comment": { "body": "Buyers see a blank page after choosing the address. It began this morning." }
                } });
                person.call(Method::POST, "/api/v2/requests.json").json(&body)
            }
        };
        let answer = call.send().await?;
        let status = answer.status();
        answer.bytes().await?;
        ensure!(status.is_success(), "{status}");
        Ok(())
    }
}

impl Others {
    /// Signs them in.
    pub async fn arrive(backend: &Backend, key: &str, from: Ipv4Addr) -> Result<Self> {
        let mut people = Vec::with_capacity(PEOPLE);
        for number in 0..PEOPLE {
            let email = format!("person{number}@acmestore.example");
            people.push(Arc::new(backend.sign_in_as(&email, "acmestore", key, from).await?));
        }
        let probe = backend.sign_in_as("probe@acmestore.example", "acmestore", key, from).await?;
        Ok(Self { people, probe: Arc::new(probe) })
    }

    /// Works, and says what it waited for each kind of call.
    pub async fn work_until(&self, end: Instant) -> Vec<Waited> {
        let kinds = Call::ALL.map(|(call, name, every)| async move {
            let people = match call {
                Call::Probe => std::slice::from_ref(&self.probe),
                Call::List | Call::Create => &self.people,
            };
            let each = people.iter().enumerate().map(|(number, person)| {
                let first = Instant::now() + every * number as u32 / people.len() as u32;
                repeat(call, Arc::clone(person), (first, every), end)
            });
            let all: Vec<Option<Duration>> = futures::future::join_all(each).await.into_iter().flatten().collect();
            let mut times: Vec<Duration> = all.iter().map(|time| time.unwrap_or(PATIENCE)).collect();
            times.sort_unstable();
            Waited { call: name, failed: all.iter().filter(|time| time.is_none()).count(), times }
        });
        futures::future::join_all(kinds).await
    }
}

/// How long each call took; `None` for what failed.
async fn repeat(
    call: Call,
    person: Arc<ApiUser>,
    (mut next, every): (Instant, Duration),
    end: Instant,
) -> Vec<Option<Duration>> {
    let mut calls = JoinSet::new();
    let mut times = Vec::new();
    while next < end {
        tokio::time::sleep_until(next.into()).await;
        while let Some(ended) = calls.try_join_next() {
            times.push(ended.ok().flatten());
        }
        if calls.len() < WAITING {
            let (person, began) = (Arc::clone(&person), next);
            calls.spawn(async move {
                let made = tokio::time::timeout(PATIENCE, call.make(person)).await;
                matches!(made, Ok(Ok(()))).then(|| began.elapsed())
            });
        } else {
            times.push(None);
        }
        next += every;
    }
    while let Some(ended) = calls.join_next().await {
        times.push(ended.ok().flatten());
    }
    times
}
