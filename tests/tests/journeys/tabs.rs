//! Many pages of one person in one browser, and the host's pages that have none of the panel.

use super::desk::{opened, says};
use anyhow::ensure;
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::json;

/// How often the backend was asked for something, as its log has it.
async fn times_asked(page: &Page, route: &str) -> usize {
    let log = page.backend.lock().await.log();
    log.lines().filter(|line| line.contains(route) && line.contains("answered")).count()
}

/// Browsers open six connections to an origin over HTTP/1.1. In development each tab of the sample admin has one of them to
/// hear of a new build: with a stream for each besides, the fourth would wait for ever.
#[tokio::test]
async fn four_tabs_share_one_stream_and_all_of_them_hear_of_an_answer() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("tabs", backend, async |page| {
        let words = Words::of(Language::English)?;
        let request = opened(&page, "Checkout is slow").await?;
        let mut tabs = vec![page.driver.window().await?];
        page.open_support("/requests", Language::English).await?;
        page.see("Checkout is slow").await?;
        for _ in 1..4 {
            let tab = page.driver.new_tab().await?;
            page.driver.switch_to_window(tab.clone()).await?;
            page.open_support("/requests", Language::English).await?;
            page.see("Checkout is slow").await?;
            tabs.push(tab);
        }
        let streams = times_asked(&page, "/api/panel/events").await;
        ensure!(streams == 1, "{streams} streams for {} tabs", tabs.len());
        says(&page, request, "Which browser is it?").await?;
        let fresh = format!(
            "return document.querySelector('tr[data-request=\"{request}\"]').innerText.includes('{}')",
            words.text("live.new")
        );
        for tab in tabs {
            page.driver.switch_to_window(tab).await?;
            page.into_support_frame().await?;
            page.until("the answer is marked", async || Ok(page.script(&fresh).await? == true)).await?;
        }
        Ok(())
    })
    .await;
}

/// Whoever reads next closes the tab that reads for all.
#[tokio::test]
async fn the_stream_goes_on_when_the_tab_that_reads_it_is_closed() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("tabs-closed", backend, async |page| {
        let words = Words::of(Language::English)?;
        let request = opened(&page, "Checkout is slow").await?;
        page.open_support("/requests", Language::English).await?;
        page.see("Checkout is slow").await?;
        let first = page.driver.window().await?;
        let second = page.driver.new_tab().await?;
        page.driver.switch_to_window(second.clone()).await?;
        page.open_support(&format!("/requests/{request}"), Language::English).await?;
        page.see("It began this morning.").await?;
        page.driver.switch_to_window(first).await?;
        page.driver.close_window().await?;
        page.driver.switch_to_window(second).await?;
        page.into_support_frame().await?;
        says(&page, request, "Which browser is it?").await?;
        page.see("Which browser is it?").await?;
        page.see(words.text("live.new")).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_number_is_on_the_button_before_anything_of_the_panel_is_loaded() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("glance", backend, async |page| {
        let number = "const badge = document.querySelector('balcao-copilot').shadowRoot.querySelector('b');
            return badge.hidden ? '0' : badge.textContent";
        let said = "return document.querySelector('balcao-copilot').shadowRoot.querySelector('button').ariaDescription";
        let request = opened(&page, "Checkout is slow").await?;
        page.open("/admin?locale=en-US&user=ana").await?;
        page.until("the sample's own answers are counted", async || Ok(page.script(number).await? != "0")).await?;
        let before: u64 = page.script(number).await?.as_str().unwrap_or_default().parse()?;
        says(&page, request, "Which browser is it?").await?;
        let now = json!((before + 1).to_string());
        for (tag, words) in
            [("en-US", "have new replies"), ("pt-BR", "novas respostas"), ("es-AR", "respuestas nuevas")]
        {
            page.open(&format!("/admin?locale={tag}&user=ana")).await?;
            page.until("the new one is counted", async || {
                Ok(page.script(number).await? == now
                    && page.script(said).await?.as_str().unwrap_or_default().contains(words))
            })
            .await?;
        }
        page.width(1440).await?;
        page.picture("glance-en-1440").await?;
        page.accessible("the button with a number").await?;
        let loaded = "return [...document.querySelectorAll('iframe')].flatMap((frame) =>
            frame.contentWindow.performance.getEntriesByType('resource').map((file) => new URL(file.name).pathname))";
        let loaded = page.script(loaded).await?;
        ensure!(loaded == json!(["/panel/glance.js", "/api/panel/glance"]), "{loaded}");
        Ok(())
    })
    .await;
}

/// In the host's page: how often the panel in it asks for the context.
const COUNT_REQUESTS: &str = "self.contextRequests = 0;
    addEventListener('message', ({ data, source }) => {
        const panel = document.querySelector('iframe')?.contentWindow;
        if (source === panel && data?.type === 'contextRequest') self.contextRequests += 1;
    });";

/// Each answer takes a second and a half: what is not asked one after the other is there soon. Counted, not timed: a slow machine
/// changes nothing. The time is printed.
#[tokio::test]
async fn on_a_slow_network_the_list_waits_for_the_page_and_for_one_answer() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("list-latency", backend, async |page| {
        page.width(1440).await?;
        opened(&page, "Checkout is slow").await?;
        // What the page is made of is in the browser's memory after the first visit.
        page.open_support("/requests", Language::English).await?;
        page.see("Checkout is slow").await?;
        page.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNT_REQUESTS })).await?;
        let conditions = json!({ "offline": false, "latency": 1500, "downloadThroughput": -1, "uploadThroughput": -1 });
        page.driver.cdp().send_raw("Network.enable", json!({})).await?;
        page.driver.cdp().send_raw("Network.emulateNetworkConditions", conditions).await?;
        page.open_support("/requests", Language::English).await?;
        page.see("Checkout is slow").await?;
        let seen = "const shown = performance.now(), calls = performance.getEntriesByType('resource')
                .filter((call) => call.name.includes('/api/'))
                .map((call) => ({ path: new URL(call.name).pathname, from: call.startTime, to: call.responseEnd }));
            const depth = (call) => 1 + Math.max(0, ...calls.filter((other) => other.to <= call.from).map(depth));
            return [Math.round(shown), calls.map((call) => [depth(call), call.path, Math.round(call.from), Math.round(call.to)])]";
        let seen = page.script(seen).await?;
        println!("list-latency: the list is there {} ms after its frame began; calls: {}", seen[0], seen[1]);
        let calls = seen[1].as_array().into_iter().flatten();
        let asked: Vec<_> = calls.filter(|call| call[0] == 1).map(|call| call[1].clone()).collect();
        ensure!(asked.contains(&json!("/api/panel/session")), "{seen}");
        let list = |call: &&serde_json::Value| call[1] == "/api/v2/requests" || call[1] == "/api/panel/requests/counts";
        ensure!(seen[1].as_array().into_iter().flatten().find(list).is_none(), "the list was asked for again: {seen}");
        page.driver.enter_default_frame().await?;
        let asked = page.script("return self.contextRequests").await?;
        ensure!(asked == 0, "the host says by itself who is asking, and was asked {asked} times");
        Ok(())
    })
    .await;
}
