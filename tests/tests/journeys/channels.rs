//! What is going on around support: an incident above every page, and the page with everything.

use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};

/// The sample sources are read once the backend has started: a page that came before says nothing of them yet.
async fn open_when_read(page: &Page, route: &str, language: Language) -> Result<()> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    let is_read = async || {
        let channels = ana.get("/api/panel/channels").await?;
        Ok(channels["channels"]["feeds"].as_array().is_some_and(|feeds| feeds.len() == 5)
            && channels["channels"]["components"].is_object()
            && channels["channels"]["health"].is_object())
    };
    page.until("every sample is read", is_read).await?;
    page.open_support(route, language).await
}

#[tokio::test]
async fn an_incident_is_said_above_every_page_and_told_on_its_own() {
    let samples = [("CHANNELS_SAMPLES", "true")];
    let backend = Backend::start_with(&samples).await.expect("the backend starts");
    journey("channels", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.width(1440).await?;
            open_when_read(&page, "/new/technical", language).await?;
            page.see("Shipping options are slow at checkout").await?;
            page.click(words.text("frame.incident_more")).await?;
            page.see(words.text("channels.incidents")).await?;
            for section in ["components", "health", "announcements", "releases", "blog", "plan"] {
                page.see(words.text(&format!("channels.{section}"))).await?;
            }
            let above = page.script("return document.querySelectorAll('.frame-incident').length").await?;
            ensure!(above == 0, "on its own page the incident is said twice");
            let marks = page.script("return document.querySelectorAll('.component:first-child .day').length").await?;
            ensure!(marks == 90, "{marks} days");
            page.looks_right("channels", language).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn copilots_drawer_says_what_is_known_before_it_is_asked() {
    let samples = [("CHANNELS_SAMPLES", "true")];
    let backend = Backend::start_with(&samples).await.expect("the backend starts");
    journey("channels-copilot", backend, async |page| {
        let words = Words::of(Language::Portuguese)?;
        open_when_read(&page, "/requests", Language::Portuguese).await?;
        page.open_copilot().await?;
        page.see("Shipping options are slow at checkout").await?;
        page.accessible("the drawer with an incident").await?;
        page.click(words.text("frame.incident_more")).await?;
        page.see(words.text("channels.components")).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn without_a_source_there_is_no_way_to_an_empty_page() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("channels-none", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("history.title")).await?;
        ensure!(!page.text().await?.contains(words.text("frame.channels")), "a link to nothing");
        page.open_support("/status", Language::English).await?;
        page.see(words.text("channels.none_title")).await?;
        page.see(words.text("channels.plan")).await?;
        Ok(())
    })
    .await;
}
