//! The figures of the README: over HTTP on loopback, a release build, 100,000 requests in the database.
//! `cargo xtask bench` runs it; `--requests N` fills less, for a quick look.

use anyhow::{Context, Result, ensure};
use balcao_tests::Backend;
use balcao_tests::backend::ApiUser;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Calls of each measurement, and how many run at once: a busy store's support team, not a benchmark's.
const CALLS: usize = 2_000;
const AT_ONCE: usize = 4;
/// Creates are durable one by one, so fewer of them tell enough.
const CREATES: usize = 500;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let requests = match arguments.iter().position(|argument| argument == "--requests") {
        Some(at) => arguments.get(at + 1).context("--requests takes a number")?.parse()?,
        None => 100_000_usize,
    };

    // Limits protect against what a bench does.
    let mut backend = Backend::start_with(&[("LIMITS__REQUESTS_PER_MINUTE", "100000000")]).await?;
    println!("filling the database with {requests} requests …");
    let began = Instant::now();
    backend.fill("ana@acmestore.example", requests).await?;
    println!("filled in {:.1} s", began.elapsed().as_secs_f64());

    let user = Arc::new(backend.sign_in("ana").await?);
    let count = user.get("/api/v2/requests.json?per_page=1").await?["count"].as_u64().unwrap_or_default();
    ensure!(count as usize >= requests, "only {count} requests are listed");
    let newest = user.get("/api/v2/requests.json?per_page=1&sort_by=created_at&sort_order=desc").await?;
    let newest = newest["requests"][0]["id"].as_u64().context("a newest request")?;

    println!("\n{CALLS} calls each ({CREATES} creates), {AT_ONCE} at once, {count} requests in the database\n");
    println!("{:<34} {:>9} {:>9} {:>9} {:>11}", "", "p50 ms", "p99 ms", "max ms", "calls/s");
    let list =
        |page: usize| format!("/api/v2/requests.json?status=new,open,hold&sort_by=updated_at&per_page=20&page={page}");
    read(&user, "list of 20, first page", CALLS, move |_| list(1)).await?;
    read(&user, "list of 20, pages 1 to 50", CALLS, move |n| list(n % 50 + 1)).await?;
    read(&user, "list of 20, by cursor", CALLS, |_| "/api/v2/requests.json?page[size]=20&sort=-updated_at".to_owned())
        .await?;
    read(&user, "search by number", CALLS, move |n| {
        let number = newest - (n as u64 * 7_919) % (requests as u64 - 1).max(1);
        format!("/api/v2/requests/search.json?query=%23{number}&per_page=20")
    })
    .await?;
    const WORDS: [&str; 5] = ["checkout%20lento", "pagamento%20recusado", "frete", "invoice%20missing", "catalogo"];
    read(&user, "search by words", CALLS, |n| {
        format!("/api/v2/requests/search.json?query={}&per_page=20", WORDS[n % WORDS.len()])
    })
    .await?;
    read(&user, "counts of the four filters", CALLS, |_| "/api/panel/requests/counts".to_owned()).await?;
    read(&user, "one request", CALLS, move |n| format!("/api/v2/requests/{}.json", newest - n as u64 % 1000)).await?;
    create(&user).await?;

    println!(
        "\nmemory of the backend: {:.1} MB resident, {:.1} MB at its highest",
        memory(&backend, "VmRSS")?,
        memory(&backend, "VmHWM")?
    );
    backend.kill().await
}

/// Measures reads of addresses that depend on the number of the call.
async fn read(
    user: &Arc<ApiUser>,
    name: &str,
    calls: usize,
    address: impl Fn(usize) -> String + Send + Sync + 'static,
) -> Result<()> {
    let address = Arc::new(address);
    measure(
        name,
        calls,
        move |user, n| {
            let address = Arc::clone(&address);
            async move {
                let answer = user.call(Method::GET, &address(n)).send().await?;
                let status = answer.status();
                let body = answer.bytes().await?;
                ensure!(status.is_success(), "{status} for {}: {}", address(n), String::from_utf8_lossy(&body));
                Ok(())
            }
        },
        user,
    )
    .await
}

/// Measures creates, each durable when it is answered.
async fn create(user: &Arc<ApiUser>) -> Result<()> {
    measure(
        "create",
        CREATES,
        |user, n| async move {
            let body: Value = json!({ "request": {
            "subject": format!("Checkout does not load, case {n}"),
            "comment": { "body": "Buyers see a blank page after choosing the address. It began this morning." }
        } });
            user.post("/api/v2/requests.json", &body).await.map(drop)
        },
        user,
    )
    .await
}

async fn measure<F, Fut>(name: &str, calls: usize, call: F, user: &Arc<ApiUser>) -> Result<()>
where
    F: Fn(Arc<ApiUser>, usize) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    let call = Arc::new(call);
    // Connections, caches and the query planner's statements are warm before anything counts.
    for n in 0..20 {
        call(Arc::clone(user), calls + n).await?;
    }
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (call, user, next) = (Arc::clone(&call), Arc::clone(user), Arc::clone(&next));
            tokio::spawn(async move {
                let mut times = Vec::new();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= calls {
                        return Ok::<_, anyhow::Error>(times);
                    }
                    let began = Instant::now();
                    call(Arc::clone(&user), n).await?;
                    times.push(began.elapsed());
                }
            })
        })
        .collect();
    let mut times: Vec<Duration> = Vec::with_capacity(calls);
    for worker in workers {
        times.extend(worker.await??);
    }
    let whole = began.elapsed();
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part).round() as usize].as_secs_f64() * 1000.0;
    println!(
        "{name:<34} {:>9.2} {:>9.2} {:>9.2} {:>11.0}",
        at(0.5),
        at(0.99),
        at(1.0),
        calls as f64 / whole.as_secs_f64()
    );
    Ok(())
}

/// A line of `/proc/<pid>/status`, in MB.
fn memory(backend: &Backend, line: &str) -> Result<f64> {
    let process = backend.process_id().context("the backend runs")?;
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))
        .context("Linux tells a process's memory in /proc")?;
    let kilobytes = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.strip_prefix(':')?.split_whitespace().next()?.parse::<f64>().ok())
        .with_context(|| format!("no {line}"))?;
    Ok(kilobytes / 1024.0)
}
