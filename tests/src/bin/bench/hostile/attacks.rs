//! What the attacker does: one person of a store, with an ordinary session, or four of them.

use anyhow::{Context, Result};
use balcao_tests::Backend;
use balcao_tests::backend::ApiUser;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Long comments of the request that grows.
const COMMENTS: usize = 1_500;
/// Streams that are opened, and as many downloads; none of them is read.
const CONNECTIONS: usize = 600;
/// After a refusal the next try comes at once; this keeps the attacker from burning the processor that others measure with.
const AFTER_REFUSAL: Duration = Duration::from_millis(20);

/// The five ways of old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attack {
    /// Text that made a parser quadratic.
    Brackets,
    /// A body of faults.
    Faults,
    /// A request that grows, and is downloaded.
    Growth,
    /// Connections that are not read.
    Connections,
    /// Files beyond the quota.
    Files,
}

/// An attack that is ready to begin.
pub struct Prepared {
    attack: Attack,
    sessions: Vec<Arc<ApiUser>>,
    address: String,
    /// The request, or the address, that it is about.
    about: String,
}

impl Attack {
    pub const ALL: [Self; 5] = [Self::Brackets, Self::Faults, Self::Growth, Self::Connections, Self::Files];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Brackets => "1 a comment of 65,500 brackets",
            Self::Faults => "2 140,000 ids of fields",
            Self::Growth => "3 a request of 1,500 comments",
            Self::Connections => "4 600 streams and 600 downloads",
            Self::Files => "5 files beyond the quota",
        }
    }

    /// Builds what the attack needs, within that time.
    pub async fn prepare(self, backend: &Backend, sessions: &[Arc<ApiUser>], within: Duration) -> Result<Prepared> {
        let session = sessions.first().context("a session")?;
        let about = match self {
            Self::Brackets => open(session, &format!("http://a{}", ")".repeat(65_500))).await?,
            Self::Faults | Self::Files => open(session, "It is slow.").await?,
            Self::Growth => {
                let request = open(session, &words(0)).await?;
                let built = grow(sessions, &request, within).await;
                println!("{:<34} built a request of {built} comments of 60,000 letters", "");
                request
            }
            Self::Connections => {
                let file = upload(session, 4 * 1024 * 1024).await?;
                let address = file["upload"]["attachment"]["content_url"].as_str().context("a file's address")?;
                address.strip_prefix(&backend.url("")).context("an address of the backend")?.to_owned()
            }
        };
        let address = backend.url("").trim_start_matches("http://").to_owned();
        Ok(Prepared { attack: self, sessions: sessions.to_vec(), address, about })
    }
}

impl Prepared {
    /// Attacks until that moment.
    pub async fn run(self, end: Instant) {
        let Self { attack, sessions, address, about } = self;
        let mut workers = JoinSet::new();
        match attack {
            Attack::Connections => {
                for number in 0..2 * CONNECTIONS {
                    let token = sessions[number % sessions.len()].token().to_owned();
                    let path = if number % 2 == 0 { "/api/panel/events".to_owned() } else { about.clone() };
                    workers.spawn(hold(address.clone(), path, token, end));
                }
            }
            Attack::Brackets | Attack::Faults | Attack::Growth | Attack::Files => {
                let ids: Vec<u64> = (100_000..240_000).collect();
                let faults = json!({ "request": {
                    "subject": "Checkout", "comment": { "body": "It is slow." }, "custom_fields": ids
                } });
                let faults = Arc::new(faults.to_string());
                for (number, session) in sessions.into_iter().enumerate() {
                    let (about, faults) = (about.clone(), Arc::clone(&faults));
                    workers.spawn(async move {
                        while Instant::now() < end {
                            let done = match attack {
                                Attack::Brackets => {
                                    read(&session, &format!("/api/v2/requests/{about}/comments.json")).await
                                }
                                Attack::Faults => fail(&session, &faults).await,
                                Attack::Growth if number % 2 == 0 => {
                                    reply(&session, &about, &words(number), None).await
                                }
                                Attack::Growth => download(&session, &about).await,
                                _ => attach(&session, &about).await,
                            };
                            if !done.is_ok_and(|status| status.is_success()) {
                                tokio::time::sleep(AFTER_REFUSAL).await;
                            }
                        }
                    });
                }
            }
        }
        while workers.join_next().await.is_some() {}
    }
}

/// Different words, as long as a comment may be: the most work for an index.
fn words(seed: usize) -> String {
    let mut text = String::with_capacity(60_000);
    let mut word = seed * 10_000;
    while text.len() < 59_990 {
        // Writing to a String cannot fail.
        let _ = write!(text, "w{word:x} ");
        word += 1;
    }
    text
}

/// A new request's number.
async fn open(session: &ApiUser, body: &str) -> Result<String> {
    let body = json!({ "request": { "subject": "Checkout", "comment": { "body": body } } });
    let opened = session.post("/api/v2/requests.json", &body).await?;
    Ok(opened["request"]["id"].as_u64().context("a number")?.to_string())
}

/// Replies as fast as it is allowed; says how many comments there are then.
async fn grow(sessions: &[Arc<ApiUser>], request: &str, within: Duration) -> usize {
    let end = Instant::now() + within;
    let workers = sessions.iter().enumerate().map(|(number, session)| async move {
        let mut replies = 0;
        let mut refusals = 0;
        while replies < COMMENTS / sessions.len() && refusals < 50 && Instant::now() < end {
            let text = words(1 + number * COMMENTS + replies);
            match reply(session, request, &text, None).await {
                Ok(status) if status.is_success() => (replies, refusals) = (replies + 1, 0),
                _ => {
                    refusals += 1;
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
        replies
    });
    1 + futures::future::join_all(workers).await.into_iter().sum::<usize>()
}

async fn reply(session: &ApiUser, request: &str, text: &str, upload: Option<&str>) -> Result<StatusCode> {
    let uploads: Vec<&str> = upload.into_iter().collect();
    let body = json!({ "request": { "comment": { "body": text, "uploads": uploads } } });
    let path = format!("/api/v2/requests/{request}.json");
    Ok(session.call(Method::PUT, &path).json(&body).send().await?.status())
}

async fn read(session: &ApiUser, path: &str) -> Result<StatusCode> {
    let mut answer = session.call(Method::GET, path).send().await?;
    while answer.chunk().await?.is_some() {}
    Ok(answer.status())
}

/// Two at the same time.
async fn download(session: &ApiUser, request: &str) -> Result<StatusCode> {
    let path = format!("/api/panel/requests/{request}/download?format=json");
    let (first, second) = tokio::join!(read(session, &path), read(session, &path));
    second?;
    first
}

async fn fail(session: &ApiUser, body: &str) -> Result<StatusCode> {
    let call = session.call(Method::POST, "/api/v2/requests.json").header("content-type", "application/json");
    let answer = call.body(body.to_owned()).send().await?;
    let status = answer.status();
    answer.bytes().await?;
    Ok(status)
}

async fn upload(session: &ApiUser, size: usize) -> Result<Value> {
    let call = session.call(Method::POST, "/api/v2/uploads.json?filename=large.log");
    let call = call.header("content-type", "application/binary").body("a line of a log\n".repeat(size / 16));
    Ok(call.send().await?.error_for_status()?.json().await?)
}

async fn attach(session: &ApiUser, request: &str) -> Result<StatusCode> {
    let file = upload(session, 1024 * 1024).await?;
    reply(session, request, "As attached.", file["upload"]["token"].as_str()).await
}

/// Asks, reads nothing, and asks anew once it was let go.
async fn hold(address: String, path: String, token: String, end: Instant) {
    let head = format!("GET {path} HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n\r\n");
    while Instant::now() < end {
        if let Ok(mut stream) = TcpStream::connect(&address).await
            && stream.write_all(head.as_bytes()).await.is_ok()
        {
            // Whether the other side has gone is noticed by writing on.
            while Instant::now() < end && stream.write_all(b"G").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
