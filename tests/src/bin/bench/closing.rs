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
/// A percentile of one run is chance; the middle of these is not.
const RUNS: usize = 3;
/// How often the progress is looked at: lists in between are what is measured.
const LISTS_BETWEEN: usize = 20;
/// It is given up as failed then.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(120);

/// What one run came to: seconds, and p99 in milliseconds.
struct Run {
    closed: f64,
    closing: f64,
    mailing: f64,
    afterwards: f64,
    memory: f64,
}

/// Prints how long closing them takes, and what it does to lists.
pub async fn measure(settings: &[(&str, &str)]) -> Result<()> {
    println!("\n{DUE} solved requests due at once, and the p99 of a list of 20 meanwhile");
    println!(
        "{:<8} {:>12} {:>12} {:>12} {:>14} {:>9}",
        "", "closed in s", "closing ms", "mailing ms", "afterwards ms", "MB"
    );
    let mut runs = Vec::with_capacity(RUNS);
    for number in 1..=RUNS {
        let run = run(settings).await?;
        line(&format!("run {number}"), &run);
        runs.push(run);
    }
    let middle = |of: fn(&Run) -> f64| {
        let mut all: Vec<f64> = runs.iter().map(of).collect();
        all.sort_unstable_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let whole = middle(|run| run.closed);
    let median = Run {
        closed: whole,
        closing: middle(|run| run.closing),
        mailing: middle(|run| run.mailing),
        afterwards: middle(|run| run.afterwards),
        memory: middle(|run| run.memory),
    };
    line("median", &median);
    let slower = middle(|run| run.closing.max(run.mailing) / run.afterwards);
    println!(
        "closed: {}; a list takes {slower:.1} times as long: {}",
        verdict(whole, LONGEST),
        verdict(slower, SLOWER)
    );
    Ok(())
}

fn line(name: &str, run: &Run) {
    println!(
        "{name:<8} {:>12.1} {:>12.2} {:>12.2} {:>14.2} {:>9.1}",
        run.closed, run.closing, run.mailing, run.afterwards, run.memory
    );
}

async fn run(settings: &[(&str, &str)]) -> Result<Run> {
    let mut backend = Backend::start_with(settings).await?;
    backend.fill_with("ana@acmestore.example", DUE, Some("solved")).await?;
    let began = Instant::now();
    let user = backend.sign_in("ana").await?;
    // As everywhere: connections and statements are warm before anything counts.
    lists(&user, 20, &mut Vec::new()).await?;
    let mut closing = Vec::new();
    while solved(&user).await? > DUE as u64 / 100 {
        ensure!(began.elapsed() < GIVEN_UP_AFTER, "the requests were not closed:\n{}", backend.log());
        lists(&user, LISTS_BETWEEN, &mut closing).await?;
    }
    let closed = began.elapsed().as_secs_f64();
    // The mails about it leave meanwhile and afterwards, and are part of what an idle backend does not do.
    let mut mailing = Vec::new();
    while mails(&backend) < DUE * 95 / 100 {
        ensure!(began.elapsed() < GIVEN_UP_AFTER, "{} mails were written", mails(&backend));
        lists(&user, LISTS_BETWEEN, &mut mailing).await?;
    }
    let written = began.elapsed().as_secs_f64();
    // The last ones, too.
    while mails(&backend) < DUE && began.elapsed().as_secs_f64() < written * 1.2 {
        lists(&user, LISTS_BETWEEN, &mut Vec::new()).await?;
    }
    let mut afterwards = Vec::new();
    lists(&user, CALLS, &mut afterwards).await?;
    let memory = memory(&backend, "VmHWM")?;
    backend.kill().await?;
    Ok(Run { closed, closing: p99(closing), mailing: p99(mailing), afterwards: p99(afterwards), memory })
}

/// Those whose window is still open stay solved; they are a few.
async fn solved(user: &ApiUser) -> Result<u64> {
    user.get("/api/v2/requests.json?status=solved&per_page=1").await?["count"].as_u64().context("a count")
}

/// Mails that have left: files, since counting them over HTTP would keep the backend busy by itself.
fn mails(backend: &Backend) -> usize {
    std::fs::read_dir(backend.folder().join("data/mailbox")).map_or(0, Iterator::count)
}

async fn lists(user: &ApiUser, count: usize, times: &mut Vec<Duration>) -> Result<()> {
    for _ in 0..count {
        let began = Instant::now();
        user.get("/api/v2/requests.json?sort_by=updated_at&per_page=20").await?;
        times.push(began.elapsed());
    }
    Ok(())
}

/// In milliseconds.
fn p99(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let at = (times.len().saturating_sub(1) * 99).div_ceil(100);
    times.get(at).map_or(0.0, Duration::as_secs_f64) * 1000.0
}
