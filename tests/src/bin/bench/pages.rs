//! What a page of the panel costs whoever opens it, on a slow machine with a slow network: bytes, requests, when it can be
//! used, the main thread's work, how far it shifts, and how long an interaction takes until it is seen. Signed in on the
//! support site, in Chromium, whose own throttling makes processor and network slow. Beside them a plain page, as the floor
//! of this machine.

use anyhow::{Context, Result, bail};
use balcao_tests::browser::Browser;
use balcao_tests::{Backend, Page};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use thirtyfour::prelude::*;

/// How often each page is opened cold and then warm.
const RUNS: usize = 7;
/// How many times slower than this machine.
const PROCESSOR: u32 = 4;
/// 1.6 and 0.75 Mbit a second, and as long as a call takes at least, in milliseconds.
const NETWORK: (f64, f64, u32) = (200_000.0, 93_750.0, 150);
const EMAIL: &str = "ana@acmestore.example";
const STORE: &str = "acmestore";

/// A page, and what is there once it can be used.
struct Measured {
    name: &'static str,
    path: String,
    usable: &'static str,
}

/// Opened as the very first thing, and again with what the browser kept.
const KINDS: [&str; 2] = ["cold", "warm"];

/// Prints two tables.
pub async fn measure(settings: &[(&str, &str)]) -> Result<()> {
    let backend = Backend::start_with(settings).await?;
    let ana = backend.sign_in("ana").await?;
    let body = json!({ "request": { "subject": "Checkout", "comment": { "body": "It is slow." } } });
    let opened = ana.post("/api/v2/requests.json", &body).await?;
    let request = opened["request"]["id"].as_u64().context("a number")?;
    let browser = Browser::start().await?;
    let page = Page { driver: browser.driver.clone(), backend: Arc::new(backend.into()) };
    page.width(1440).await?;
    println!(
        "\n{RUNS} times each, medians; processor {PROCESSOR} times slower, {:.1} Mbit/s, {} ms",
        NETWORK.0 * 8.0 / 1e6,
        NETWORK.2
    );
    println!(
        "until it can be used: KB, requests, ms, ms of long tasks of the main thread; in all: KB, requests, shift\n"
    );
    println!(
        "{:<22} {:>7} {:>5} {:>7} {:>7} {:>7} | {:>7} {:>5} {:>7}",
        "", "KB", "req", "ms", "ratio", "busy", "KB", "req", "shift"
    );
    throttle(&page, true).await?;
    let plain = Measured { name: "plain page", path: "/support?locale=en".to_owned(), usable: "#email" };
    let floor = row(&page, &plain, None).await?;

    throttle(&page, false).await?;
    page.open("/support?locale=en").await?;
    page.sign_in_by_mail(EMAIL).await?;
    // She has two stores; the request above is of this one.
    page.choose(STORE).await?;
    page.element(By::Css("main .button-primary")).await?.click().await?;
    page.until("the store is chosen", async || Ok(page.address().await?.contains("step=kind"))).await?;
    throttle(&page, true).await?;
    let panel = |name, path: &str, usable| Measured { name, path: format!("/panel{path}"), usable };
    for measured in [
        panel("history", "/requests", ".history-table tbody tr a"),
        panel("request", &format!("/requests/{request}"), ".thread .comment-text"),
        panel("form", "/new/technical", ".form-page textarea, .form-page input, .form-page select"),
        panel("start", "/new", "main input, main a.card, main ul a"),
        panel("copilot", "/copilot", "main .copilot input, main .copilot button"),
        panel("survey", "/survey", "main h1"),
    ] {
        row(&page, &measured, Some(floor)).await?;
    }
    interactions(&page, request).await?;
    launcher(&page).await?;
    browser.close().await;
    Ok(())
}

/// What the button's script costs a host's main thread before anybody clicks: the script itself, and what the browser does on
/// its behalf (the frame that asks how many answers are unread). By the browser's own profiler, on this machine as it is
/// and slower.
async fn launcher(page: &Page) -> Result<()> {
    println!("\n{:<44} {:>7}", "a host's main thread before a click", "ms");
    let cdp = page.driver.cdp();
    for rate in [1, PROCESSOR] {
        cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await?;
        let mut runs = Vec::new();
        for _ in 0..RUNS {
            page.open("/admin?locale=en-US&user=ana").await?;
            cdp.send_raw("Profiler.enable", json!({})).await?;
            cdp.send_raw("Profiler.setSamplingInterval", json!({ "interval": 100 })).await?;
            cdp.send_raw("Profiler.start", json!({})).await?;
            page.driver.refresh().await?;
            tokio::time::sleep(Duration::from_secs(3)).await;
            runs.push(of_script(&cdp.send_raw("Profiler.stop", json!({})).await?["profile"], "/copilot.js"));
        }
        for (what, at) in [("the script itself", 0), ("with what the browser does for it", 1)] {
            let mut values: Vec<f64> = runs.iter().map(|run| run[at]).collect();
            values.sort_by(f64::total_cmp);
            println!("{:<44} {:>7.1}", format!("{what}, {rate} × slower"), values[values.len() / 2]);
        }
    }
    Ok(())
}

/// Milliseconds of a profile in functions of a script, and in these with all that they call.
fn of_script(profile: &Value, ending: &str) -> [f64; 2] {
    let nodes = profile["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_its = |node: &Value| node["callFrame"]["url"].as_str().is_some_and(|url| url.ends_with(ending));
    let (mut own, mut called) = (HashSet::new(), HashSet::new());
    // A caller stands before what it calls.
    for node in nodes {
        let id = node["id"].as_u64().unwrap_or_default();
        if is_its(node) {
            own.insert(id);
        }
        if is_its(node) || called.contains(&id) {
            called.insert(id);
            called.extend(node["children"].as_array().into_iter().flatten().filter_map(Value::as_u64));
        }
    }
    let samples = profile["samples"].as_array().into_iter().flatten().filter_map(Value::as_u64);
    let times = profile["timeDeltas"].as_array().into_iter().flatten().filter_map(Value::as_f64);
    samples.zip(times).fold([0.0, 0.0], |[sum, with], (id, time)| {
        let part = |known: &HashSet<u64>| if known.contains(&id) { time / 1000.0 } else { 0.0 };
        [sum + part(&own), with + part(&called)]
    })
}

/// Measures one page, cold and warm, and gives its median time until it can be used.
async fn row(page: &Page, measured: &Measured, floor: Option<f64>) -> Result<f64> {
    let mut first = 0.0;
    let mut runs: [Vec<[f64; 7]>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..RUNS {
        page.driver.goto("about:blank").await?;
        page.driver.cdp().send_raw("Network.clearBrowserCache", json!({})).await?;
        for runs in &mut runs {
            runs.push(once(page, measured).await?);
        }
    }
    for (kind, runs) in KINDS.into_iter().zip(&runs) {
        let median = |at: usize| {
            let mut values: Vec<f64> = runs.iter().map(|run| run[at]).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let ratio = floor.map_or(String::new(), |floor| format!("{:.2}", median(2) / floor));
        println!(
            "{:<22} {:>7.1} {:>5} {:>7.0} {:>7} {:>7.0} | {:>7.1} {:>5} {:>7.3}",
            format!("{}, {kind}", measured.name),
            median(0),
            median(1),
            median(2),
            ratio,
            median(3),
            median(4),
            median(5),
            median(6)
        );
        if kind == "cold" {
            first = median(2);
        }
    }
    Ok(first)
}

/// In the page from its first moment: notes when it can be used, how it shifts and how long the main thread was busy. `SELECTOR` is replaced.
const WATCH: &str = "(() => {
    const seen = self.balcaoBench = { usable: null, shift: 0, tasks: [], slowest: 0, handled: 0 };
    const watch = (type, take, more) => new PerformanceObserver((list) => list.getEntries().forEach(take))
        .observe({ type, buffered: true, ...more });
    watch('layout-shift', (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
    watch('longtask', (entry) => seen.tasks.push([entry.startTime, entry.duration]));
    watch('event', (entry) => {
        if (!entry.interactionId || entry.startTime < (seen.since ?? 0)) return;
        seen.slowest = Math.max(seen.slowest, entry.duration);
        seen.handled = Math.max(seen.handled, entry.processingEnd - entry.startTime);
    }, { durationThreshold: 16 });
    const look = () => {
        const found = [...document.querySelectorAll(SELECTOR)].some((found) => found.getClientRects().length);
        if (found) seen.usable = performance.now(); else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()";

/// Once the page has been quiet for a second and a half: all that was seen.
const SEEN: &str = "const done = arguments[0];
    const files = () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    const wait = () => {
        const seen = self.balcaoBench;
        const last = Math.max(...files().map((file) => file.responseEnd), ...seen.tasks.map(([from, long]) => from + long));
        if (seen.usable === null || performance.now() - last < 1500) return setTimeout(wait, 100);
        const sum = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
        const before = files().filter((file) => file.responseEnd <= seen.usable);
        const kilobytes = (files) => sum(files.map((file) => file.transferSize)) / 1024;
        const busy = sum(seen.tasks.map(([from, long]) => Math.max(0, Math.min(long, seen.usable - from))));
        done([kilobytes(before), before.length, seen.usable, busy, kilobytes(files()), files().length, seen.shift]);
    };
    wait();";

async fn once(page: &Page, measured: &Measured) -> Result<[f64; 7]> {
    let source = WATCH.replace("SELECTOR", &json!(measured.usable).to_string());
    let cdp = page.driver.cdp();
    let added = cdp.send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
    page.open(&measured.path).await?;
    let seen = match page.driver.execute_async(SEEN, Vec::new()).await {
        Ok(seen) => seen,
        Err(error) => {
            let noted = page.script("return JSON.stringify(self.balcaoBench)").await.unwrap_or_default();
            let shown = page.text().await.unwrap_or_default();
            bail!("{} never shows {}, or is never quiet: {error}\n{noted}\n{shown}", measured.path, measured.usable);
        }
    };
    cdp.send_raw("Page.removeScriptToEvaluateOnNewDocument", json!({ "identifier": added["identifier"] })).await?;
    let numbers: Vec<f64> = seen.json().as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    numbers.try_into().map_err(|numbers| anyhow::anyhow!("not what was asked: {numbers:?}"))
}

/// Makes processor and network slow, or as they are.
async fn throttle(page: &Page, slow: bool) -> Result<()> {
    let cdp = page.driver.cdp();
    cdp.send_raw("Network.enable", json!({})).await?;
    let (down, up, latency) = if slow { NETWORK } else { (-1.0, -1.0, 0) };
    let conditions =
        json!({ "offline": false, "latency": latency, "downloadThroughput": down, "uploadThroughput": up });
    cdp.send_raw("Network.emulateNetworkConditions", conditions).await?;
    let rate = if slow { PROCESSOR } else { 1 };
    cdp.send_raw("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await?;
    Ok(())
}

/// From a key or a click to the next picture, the slowest of each kind, in steps of 8 ms (the browser's own); and until the panel
/// has done all that it does because of it. A browser without a screen draws when it likes: where the two differ by much, that
/// is what was waited for. Each begins when the page is quiet.
async fn interactions(page: &Page, request: u64) -> Result<()> {
    println!("\n{:<44} {:>7} {:>7}", "from an interaction to the next picture", "ms", "done");
    let source = WATCH.replace("SELECTOR", "\"main\"");
    page.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
    page.open("/panel/new/technical").await?;
    let field = page.element(By::Css(".form-page textarea, .form-page input:not([type=radio])")).await?;
    slowest(page, "typing ten letters into a form", async || {
        for letter in "Checkout i".chars() {
            field.send_keys(letter.to_string()).await?;
        }
        Ok(())
    })
    .await?;
    let choice = page.element(By::Css(".form-page [type=radio], .form-page [type=checkbox]")).await;
    if let Ok(choice) = choice {
        slowest(page, "choosing in a form", async || Ok(choice.click().await?)).await?;
    }
    let go_on = page.element(By::Css(".form-actions .button-primary")).await?;
    slowest(page, "Continue", async || Ok(go_on.click().await?)).await?;
    page.open("/panel/requests").await?;
    let filter = page.element(By::Css(".history-filter:not([aria-current])")).await?;
    slowest(page, "a filter of the history", async || Ok(filter.click().await?)).await?;
    page.open("/panel/requests").await?;
    let link = page.element(By::Css(format!("main a[href$='/requests/{request}']"))).await?;
    slowest(page, "opening a request", async || Ok(link.click().await?)).await
}

async fn slowest(page: &Page, what: &str, act: impl AsyncFn() -> Result<()>) -> Result<()> {
    let seen = page.driver.execute_async(SEEN, Vec::new()).await;
    seen.with_context(|| format!("the page is never quiet before {what}"))?;
    page.script("Object.assign(self.balcaoBench, { slowest: 0, handled: 0, since: performance.now() })").await?;
    act().await?;
    // What an interaction sets going has been drawn, and reported, by then.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let seen = page.script("return [self.balcaoBench.slowest, self.balcaoBench.handled]").await?;
    let shown = |at: usize| match seen[at].as_f64().unwrap_or_default() {
        0.0 => "< 16".to_owned(),
        time => format!("{time:.0}"),
    };
    println!("{what:<44} {:>7} {:>7}", shown(0), shown(1));
    Ok(())
}
