//! Creates of one person and of two hundred at once, each durable when it is answered, beside what the disk's own sync
//! allows in the same minute.

use crate::{HOST_KEY, verdict};
use anyhow::{Context, Result, ensure};
use balcao_tests::Backend;
use balcao_tests::backend::ApiUser;
use reqwest::Method;
use serde_json::json;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const WRITERS: usize = 200;
/// How long each measurement takes.
const MEASURED: Duration = Duration::from_secs(10);
const SYNCS: Duration = Duration::from_secs(3);
/// What the product promises: so many times the disk's syncs, or so many creates a second; and the p99 in milliseconds.
const TIMES_THE_DISK: f64 = 10.0;
const A_SECOND: f64 = 3_000.0;
const P99: f64 = 100.0;

/// Prints creates a second and how long they take.
pub async fn measure(settings: &[(&str, &str)]) -> Result<()> {
    let own = [
        ("HOST_TOKEN_KEY", HOST_KEY),
        ("LIMITS_ADDRESS_CONNECTIONS", "0"),
        ("LIMITS_SIGN_INS_PER_MINUTE", "0"),
        ("LIMITS_PERSON_REQUESTS", "0"),
    ];
    let mut backend = Backend::start_with(&[settings, &own].concat()).await?;
    let mut people = Vec::with_capacity(WRITERS);
    for number in 0..WRITERS {
        let email = format!("person{number}@acmestore.example");
        people.push(Arc::new(backend.sign_in_as(&email, "acmestore", HOST_KEY, Ipv4Addr::LOCALHOST).await?));
    }
    println!("\n{:<44} {:>8} {:>9} {:>9} {:>9} {:>9}", "", "calls", "p50 ms", "p99 ms", "max ms", "calls/s");
    let before = syncs(backend.folder())?;
    create("create, one person", &people[..1]).await?;
    let between = syncs(backend.folder())?;
    let (a_second, p99) = create("create, 200 people at once", &people).await?;
    let after = syncs(backend.folder())?;
    let disk = (before + between + after) / 3.0;
    let times = a_second / disk;
    println!(
        "the disk alone: {before:.0}, {between:.0}, {after:.0} fdatasync a second; so 200 people are {times:.1} times it"
    );
    let fast = times >= TIMES_THE_DISK || a_second >= A_SECOND;
    println!("creates of 200 people: {}; their p99: {}", verdict(if fast { 0.0 } else { 1.0 }, 0.5), verdict(p99, P99));
    backend.kill().await
}

/// How many small appends a second the disk takes, each synced.
fn syncs(folder: &Path) -> Result<f64> {
    let path = folder.join("syncs");
    let mut file = std::fs::File::create(&path)?;
    let (began, mut number) = (Instant::now(), 0_u32);
    while began.elapsed() < SYNCS {
        file.write_all(&[b'x'; 4_096])?;
        file.sync_data()?;
        number += 1;
    }
    let rate = f64::from(number) / began.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(rate)
}

/// Creates a second, and the p99 in milliseconds.
async fn create(name: &str, people: &[Arc<ApiUser>]) -> Result<(f64, f64)> {
    for person in people {
        one(person, &format!("{name}, warming up")).await?;
    }
    let began = Instant::now();
    let mut writing = JoinSet::new();
    for (number, person) in people.iter().enumerate() {
        let (person, name) = (Arc::clone(person), name.to_owned());
        writing.spawn(async move {
            let mut times = Vec::new();
            while began.elapsed() < MEASURED {
                let asked = Instant::now();
                one(&person, &format!("{name}, {number}.{}", times.len())).await?;
                times.push(asked.elapsed());
            }
            Ok::<_, anyhow::Error>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(ended) = writing.join_next().await {
        times.extend(ended??);
    }
    let whole = began.elapsed().as_secs_f64();
    ensure!(!times.is_empty(), "nothing was measured");
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part).round() as usize].as_secs_f64() * 1000.0;
    let a_second = times.len() as f64 / whole;
    println!("{name:<44} {:>8} {:>9.2} {:>9.2} {:>9.2} {a_second:>9.0}", times.len(), at(0.5), at(0.99), at(1.0));
    Ok((a_second, at(0.99)))
}

/// As the panel sends it: with a key.
async fn one(person: &ApiUser, key: &str) -> Result<()> {
    let body = json!({ "request": {
        "subject": format!("Checkout does not load: {key}"),
        "comment": { "body": "Buyers see a blank page after choosing the address. It began this morning." }
    } });
    let call = person.call(Method::POST, "/api/v2/requests.json").header("Idempotency-Key", key).json(&body);
    let answer = call.send().await.context("no answer")?;
    let status = answer.status();
    let text = answer.text().await?;
    ensure!(status.is_success(), "{status}: {text}");
    Ok(())
}
