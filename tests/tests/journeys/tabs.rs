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
        for (tag, words) in
            [("en-US", "have new replies"), ("pt-BR", "novas respostas"), ("es-AR", "respuestas nuevas")]
        {
            page.open(&format!("/admin?locale={tag}&user=ana")).await?;
            page.until("the new one is counted", async || {
                Ok(page.script(number).await? == (before + 1).to_string()
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
