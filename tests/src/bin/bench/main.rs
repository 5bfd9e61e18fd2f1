//! The figures of the README: over HTTP on loopback, a release build, 100,000 requests in the database, all of one
//! person, which is the worst case for lists, counts and words. `cargo xtask bench` runs it; `--requests N` fills less,
//! for a quick look, `--only closing` measures one part, and `--seconds N` is how long each attack of `hostile` lasts. It ends by itself: every measurement has a number of calls and a longest time.

mod closing;
mod hostile;
mod live;
mod mails;
mod pages;
mod writes;

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
/// A measurement that takes longer ends with fewer calls.
const LONGEST: Duration = Duration::from_secs(30);
const LONGEST_FILL: Duration = Duration::from_secs(20 * 60);
/// What the product promises, in milliseconds and MB.
const P99: f64 = 20.0;
/// What knowing who is asking may add to a call.
const SESSION_P99: f64 = 1.0;
const MEMORY: f64 = 100.0;
/// What the host signs with, where people sign in who are not in the demo data.
const HOST_KEY: &str = "the bench's own key, which opens nothing else";

#[tokio::main]
async fn main() -> Result<()> {
    let wanted = Wanted::read(std::env::args().skip(1))?;
    // Limits protect against what a bench does.
    let no_limits = ["LIMITS_REQUESTS_PER_MINUTE", "LIMITS_ADDRESS_REQUESTS_PER_MINUTE"].map(|name| (name, "0"));
    if wanted.has("requests") {
        many_requests(wanted.requests, &no_limits).await?;
    }
    if wanted.has("writes") {
        writes::measure(&no_limits).await?;
    }
    if wanted.has("mails") {
        mails::measure(&no_limits).await?;
    }
    if wanted.has("closing") {
        closing::measure(&no_limits).await?;
    }
    if wanted.has("live") {
        live::measure(&no_limits).await?;
    }
    if wanted.has("pages") {
        pages::measure(&no_limits).await?;
    }
    if wanted.has("hostile") {
        hostile::measure(wanted.seconds).await?;
    }
    Ok(())
}

/// What is measured: all of it, or one part.
struct Wanted {
    requests: usize,
    /// Of each attack.
    seconds: u64,
    only: Option<String>,
}

const PARTS: [&str; 7] = ["requests", "writes", "mails", "closing", "live", "pages", "hostile"];

impl Wanted {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut wanted = Self { requests: 100_000, seconds: 60, only: None };
        while let Some(name) = arguments.next() {
            let value = arguments.next();
            match name.as_str() {
                "--requests" => {
                    let number = value.and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                    wanted.requests = number.context("--requests takes a number from 1")?;
                }
                "--seconds" => {
                    let seconds = value.and_then(|seconds| seconds.parse().ok()).filter(|n| (5..=600).contains(n));
                    wanted.seconds = seconds.context("--seconds takes a number from 5 to 600")?;
                }
                "--only" => {
                    let part = value.filter(|part| PARTS.contains(&part.as_str()));
                    wanted.only = Some(part.with_context(|| format!("--only takes one of {}", PARTS.join(", ")))?);
                }
                _ => anyhow::bail!("there are only `--requests N`, `--seconds N` and `--only PART`"),
            }
        }
        Ok(wanted)
    }

    fn has(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

/// A backend with so many requests: lists, searches, creates, and the memory they take.
async fn many_requests(requests: usize, settings: &[(&str, &str)]) -> Result<()> {
    let mut backend = Backend::start_with(settings).await?;
    println!("filling the database with {requests} requests of one person …");
    let began = Instant::now();
    let filling = backend.fill("ana@acmestore.example", requests);
    tokio::time::timeout(LONGEST_FILL, filling).await.context("filling takes too long")??;
    println!("filled in {:.1} s", began.elapsed().as_secs_f64());

    let user = Arc::new(backend.sign_in("ana").await?);
    let count = count(&user, "/api/v2/requests.json?per_page=1").await?;
    ensure!(count as usize >= requests, "only {count} requests are listed");
    // The oldest is the first that was filled in; the numbers after it are all of the same person.
    let oldest = user.get("/api/v2/requests.json?per_page=1&sort_by=created_at&sort_order=asc").await?;
    let oldest = oldest["requests"][0]["id"].as_u64().context("an oldest request")?;
    let number = move |n: usize| oldest + (n as u64 * 7_919) % requests as u64;

    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "\n{count} requests in the database, {AT_ONCE} calls at once, client and backend on the same {cores} cores\n"
    );
    println!("{:<44} {:>6} {:>9} {:>9} {:>9} {:>9}  p99", "", "calls", "p50 ms", "p99 ms", "max ms", "calls/s");
    let list =
        |page: usize| format!("/api/v2/requests.json?status=new,open,hold&sort_by=updated_at&per_page=20&page={page}");
    // One call at a time: what one call costs, not how four of them wait for two cores. The statuses are constants, so
    // all that such a call asks of the database is whose session it is.
    one_by_one(&user, "whose session it is, and nothing else", "/api/v2/custom_statuses.json").await?;
    read(&user, "list of 20, first page", Some(P99), move |_| list(1)).await?;
    read(&user, "list of 20, pages 1 to 50", Some(P99), move |n| list(n % 50 + 1)).await?;
    let cursor = |_| "/api/v2/requests.json?page[size]=20&sort=-updated_at".to_owned();
    read(&user, "list of 20, by cursor", Some(P99), cursor).await?;
    read(&user, "search by number", Some(P99), move |n| {
        format!("/api/v2/requests/search.json?query=%23{}&per_page=20", number(n))
    })
    .await?;
    // From words that few requests hold to one that a third of them holds.
    for words in ["sitemap indexado firefox", "checkout freight", "pagamento", "pedido"] {
        let address = format!("/api/v2/requests/search.json?query={}&per_page=20", words.replace(' ', "%20"));
        let found = self::count(&user, &address).await?;
        read(&user, &format!("search by words, {found} found"), None, move |_| address.clone()).await?;
    }
    let organization = user.get("/api/v2/users/me.json").await?["user"]["organization_id"].clone();
    backend.operator(&["account", "share", "acmestore", "on"]).await?;
    let of_store = format!("/api/v2/organizations/{organization}/requests.json?sort_by=updated_at&per_page=20");
    read(&user, "list of a whole store, pages 1 to 50", Some(P99), move |n| format!("{of_store}&page={}", n % 50 + 1))
        .await?;
    let of_store = format!("/api/v2/organizations/{organization}/requests.json?sort_by=updated_at&per_page=20");
    read(&user, "list of a whole store, awaiting a reply", Some(P99), move |_| format!("{of_store}&status=pending"))
        .await?;
    let of_store = format!("/api/v2/requests/search.json?query=checkout%20freight&organization_id={organization}");
    read(&user, "search of a whole store by words", None, move |_| format!("{of_store}&per_page=20")).await?;
    read(&user, "counts of the four filters", None, |_| "/api/panel/requests/counts".to_owned()).await?;
    read(&user, "one request", None, move |n| format!("/api/v2/requests/{}.json", number(n))).await?;
    create(&user).await?;

    let (now, highest) = (memory(&backend, "VmRSS")?, memory(&backend, "VmHWM")?);
    println!(
        "\nmemory of the backend: {now:.1} MB resident, {highest:.1} MB at its highest: {}",
        verdict(highest, MEMORY)
    );
    backend.kill().await
}

async fn count(user: &ApiUser, address: &str) -> Result<u64> {
    user.get(address).await?["count"].as_u64().context("a count")
}

fn verdict(figure: f64, most: f64) -> &'static str {
    if figure < most { "within the target" } else { "ABOVE THE TARGET" }
}

/// Measures reads of addresses that depend on the number of the call.
async fn read(
    user: &Arc<ApiUser>,
    name: &str,
    most: Option<f64>,
    address: impl Fn(usize) -> String + Send + Sync + 'static,
) -> Result<()> {
    let address = Arc::new(address);
    let call = move |user: Arc<ApiUser>, n| {
        let address = Arc::clone(&address);
        async move {
            let answer = user.call(Method::GET, &address(n)).send().await?;
            let status = answer.status();
            let body = answer.bytes().await?;
            ensure!(status.is_success(), "{status} for {}: {}", address(n), String::from_utf8_lossy(&body));
            Ok(())
        }
    };
    measure(name, (CALLS, AT_ONCE), most, call, user).await
}

/// Measures one address, a call after the other.
async fn one_by_one(user: &Arc<ApiUser>, name: &str, address: &'static str) -> Result<()> {
    let call = move |user: Arc<ApiUser>, _| async move { user.get(address).await.map(drop) };
    measure(name, (CALLS, 1), Some(SESSION_P99), call, user).await
}

/// Measures creates, each durable when it is answered.
async fn create(user: &Arc<ApiUser>) -> Result<()> {
    let call = |user: Arc<ApiUser>, n| async move {
        let body: Value = json!({ "request": {
            "subject": format!("Checkout does not load, case {n}"),
            "comment": { "body": "Buyers see a blank page after choosing the address. It began this morning." }
        } });
        user.post("/api/v2/requests.json", &body).await.map(drop)
    };
    measure("create", (CREATES, AT_ONCE), None, call, user).await
}

async fn measure<F, Fut>(
    name: &str,
    (calls, at_once): (usize, usize),
    most: Option<f64>,
    call: F,
    user: &Arc<ApiUser>,
) -> Result<()>
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
    let workers: Vec<_> = (0..at_once)
        .map(|_| {
            let (call, user, next) = (Arc::clone(&call), Arc::clone(user), Arc::clone(&next));
            tokio::spawn(async move {
                let mut times = Vec::new();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= calls || began.elapsed() > LONGEST {
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
        "{name:<44} {:>6} {:>9.2} {:>9.2} {:>9.2} {:>9.0}  {}",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0),
        times.len() as f64 / whole.as_secs_f64(),
        most.map_or("", |most| verdict(at(0.99), most))
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
