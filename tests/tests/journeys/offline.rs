//! The way to a person without a network: each step says so in words, keeps what was typed, and goes on after.

use super::steps;
use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};

#[tokio::test]
async fn without_a_network_copilot_and_the_form_say_so_in_english() {
    offline_copilot(Language::English).await;
}

#[tokio::test]
async fn without_a_network_copilot_and_the_form_say_so_in_portuguese() {
    offline_copilot(Language::Portuguese).await;
}

#[tokio::test]
async fn without_a_network_copilot_and_the_form_say_so_in_spanish() {
    offline_copilot(Language::Spanish).await;
}

/// Asks, asks for a code, types it and opens the form, each of it first without a network.
async fn offline_copilot(language: Language) {
    let backend = Backend::start_with(&steps::WITH_CODE).await.expect("the backend starts");
    journey(&format!("offline-copilot-{}", language.code()), backend, async |page| {
        let words = Words::of(language)?;
        page.width(1440).await?;
        page.open_support("/copilot", language).await?;
        page.click(words.text("copilot.scenario_unexpected")).await?;
        page.fill(words.text("copilot.question"), "Checkout Pix").await?;

        page.network(false).await?;
        page.click(words.text("copilot.ask")).await?;
        page.see(words.text("error.network")).await?;
        page.looks_right("offline-ask", language).await?;
        let shown = page.text().await?;
        ensure!(
            shown.contains("Checkout Pix") || page.value(words.text("copilot.question")).await? == "Checkout Pix",
            "the question is lost:\n{shown}"
        );
        page.network(true).await?;
        retry(&page, &words, words.text("copilot.ask"), words.text("copilot.helped")).await?;

        page.network(false).await?;
        page.click(words.text("copilot.person")).await?;
        page.see(words.text("error.network")).await?;
        page.looks_right("offline-code", language).await?;
        page.network(true).await?;
        retry(&page, &words, words.text("copilot.create_ticket"), words.text("copilot.code_label")).await?;
        let code = steps::code(&page).await?;
        page.gone(words.text("error.network")).await?;
        page.network(false).await?;
        page.fill(words.text("copilot.code_label"), &code).await?;
        page.see(words.text("error.network")).await?;
        ensure!(page.value(words.text("copilot.code_label")).await? == code, "the code is lost");
        page.looks_right("offline-code-check", language).await?;
        page.network(true).await?;
        page.click(words.text("copilot.code_check")).await?;
        page.see(words.step("problem")).await?;
        page.until("the question was taken over", async || {
            Ok(page.value(words.field("subject")).await? == "Checkout Pix")
        })
        .await?;
        Ok(())
    })
    .await;
}

/// Clicks *Try again*, or the button of before where it is its own way on, until something is shown.
pub async fn retry(page: &Page, words: &Words, before: &str, until: &str) -> Result<()> {
    // The button may go at any moment, as what was on its way arrives: it is clicked where it is, and not waited for.
    let script = "const [again, before] = arguments, buttons = [...document.querySelectorAll('button')];
        const says = (words) => buttons.find((button) => button.innerText.trim() === words);
        (says(again) ?? says(before))?.click()";
    page.until(&format!("{until:?} is shown after another try"), async || {
        if page.text().await?.contains(until) {
            return Ok(true);
        }
        let said = [words.text("common.retry"), before].map(serde_json::Value::from);
        page.driver.execute(script, said.to_vec()).await?;
        Ok(false)
    })
    .await
}
