//! The panel's first page: what waits, what is new, and a question that goes along to Copilot.

use super::desk::agent;
use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::json;

/// How many of the requests that wait for the reader are shown.
async fn waiting(page: &Page) -> Result<u64> {
    let script = "return document.querySelectorAll('section[aria-labelledby=home-waiting] li').length";
    Ok(page.script(script).await?.as_u64().unwrap_or_default())
}

#[tokio::test]
async fn what_waits_for_the_reader_stands_first_and_changes_while_it_is_looked_at() {
    let samples = [("CHANNELS_SAMPLES", "true")];
    let backend = Backend::start_with(&samples).await.expect("the backend starts");
    journey("home", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.open_support("", language).await?;
            page.see(words.text("home.waiting")).await?;
            page.looks_right("home", language).await?;
        }
        page.width(1440).await?;
        let words = Words::of(Language::English)?;
        page.open_support("", Language::English).await?;
        page.see(words.text("home.open")).await?;
        let before = waiting(&page).await?;
        let open =
            page.script("return document.querySelector('section[aria-labelledby=home-open] li').dataset.request");
        let id: u64 = open.await?.as_str().unwrap_or_default().parse()?;
        agent(&page, id, json!({ "status": "pending", "comment": { "body": "Which browser?" } })).await?;
        page.until("the answered request waits", async || Ok(waiting(&page).await? == before + 1)).await
    })
    .await;
}

#[tokio::test]
async fn a_question_typed_at_home_goes_along_to_copilot() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("home-question", backend, async |page| {
        let words = Words::of(Language::Portuguese)?;
        let question = "Como cadastro um vendedor & um sócio?";
        page.open_support("", Language::Portuguese).await?;
        page.fill(words.text("home.ask"), question).await?;
        page.click(words.text("home.ask_button")).await?;
        page.click(words.text("copilot.scenario_doubt")).await?;
        page.see(words.text("copilot.question")).await?;
        let kept = page.value(words.text("copilot.question")).await?;
        ensure!(kept == question, "{kept}");
        Ok(())
    })
    .await;
}
