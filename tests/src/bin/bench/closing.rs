//! The closing job: so many requests fall due at once, while somebody reads lists.

use crate::{CALLS, memory, verdict};
use anyhow::{Context, Result, ensure};
use balcao_tests::Backend;
use balcao_tests::backend::ApiUser;
use std::time::{Duration, Instant};

/// So many at once: a long holiday of a large desk.
const DUE: usize = 10_000;
/// What the product promises, in seconds, and by how much a list may slow down.
const LONGEST: f64 = 10.0;
const SLOWER: f64 = 2.0;
/// It is given up as failed then.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(120);

/// Prints how long closing them takes, and what it does to lists.
pub async fn measure(settings: &[(&str, &str)]) -> Result<()> {
    let mut backend = Backend::start_with(settings).await?;
    backend.fill_with("ana@acmestore.example", DUE, Some("solved")).await?;
    let began = Instant::now();
    let user = backend.sign_in("ana").await?;
    // As everywhere: connections and statements are warm before anything counts.
    for _ in 0..20 {
        list(&user).await?;
    }
    let mut during = Vec::new();
    while solved(&user).await? > DUE as u64 / 100 {
        ensure!(began.elapsed() < GIVEN_UP_AFTER, "the requests were not closed:\n{}", backend.log());
        during.push(list(&user).await?);
    }
    let whole = began.elapsed().as_secs_f64();
    // The mails about it leave afterwards, and are part of what an idle backend does not do.
    let waits_for_mail = Instant::now();
    while backend.mails("ana@acmestore.example").await? < DUE * 95 / 100 && waits_for_mail.elapsed() < GIVEN_UP_AFTER {
        during.push(list(&user).await?);
    }
    let mut idle = Vec::new();
    for _ in 0..CALLS {
        idle.push(list(&user).await?);
    }
    let (during, idle) = (p99(during), p99(idle));
    println!("\n{DUE} solved requests due at once: closed {whole:.1} s after the start: {}", verdict(whole, LONGEST));
    println!(
        "list of 20 meanwhile, and while their mails are written: p99 {during:.2} ms, afterwards {idle:.2} ms: {}",
        verdict(during / idle, SLOWER)
    );
    println!("memory at its highest: {:.1} MB", memory(&backend, "VmHWM")?);
    backend.kill().await
}

/// Those whose window is still open stay solved; they are a few.
async fn solved(user: &ApiUser) -> Result<u64> {
    user.get("/api/v2/requests.json?status=solved&per_page=1").await?["count"].as_u64().context("a count")
}

async fn list(user: &ApiUser) -> Result<Duration> {
    let began = Instant::now();
    user.get("/api/v2/requests.json?sort_by=updated_at&per_page=20").await?;
    Ok(began.elapsed())
}

/// In milliseconds.
fn p99(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let at = (times.len().saturating_sub(1) * 99).div_ceil(100);
    times.get(at).map_or(0.0, Duration::as_secs_f64) * 1000.0
}
