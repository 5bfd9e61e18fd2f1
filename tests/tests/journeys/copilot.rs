//! Ways through Copilot besides the usual one: without a question, without the drawer, with a wrong code, after a reload.

use super::steps;
use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};

/// Types the code that came by mail, and the form opens.
async fn prove_address(page: &Page, words: &Words) -> Result<()> {
    page.see(words.text("copilot.code_label")).await?;
    let code = steps::code(page).await?;
    page.fill(words.text("copilot.code_label"), &code).await?;
    page.see(words.step("problem")).await?;
    Ok(())
}

#[tokio::test]
async fn a_person_is_reached_without_asking_anything() {
    let backend = Backend::start_with(&steps::WITH_CODE).await.expect("the backend starts");
    journey("person", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        // Without the drawer too: Copilot is a page of the panel.
        page.open_support("/requests", Language::English).await?;
        page.click(words.text("history.new")).await?;
        page.click(words.text("start.copilot")).await?;
        page.see(words.text("copilot.scenario")).await?;
        page.looks_right("copilot-page", Language::English).await?;
        page.click(words.text("copilot.person")).await?;
        page.see(words.text("copilot.person_scenario")).await?;
        page.click(words.text("copilot.scenario_setup")).await?;
        page.see(words.text("copilot.code_title")).await?;
        prove_address(&page, &words).await?;
        ensure!(page.is_chosen(words.option("problem_type", "task")).await?, "the scenario does not preselect");
        ensure!(page.value(words.field("subject")).await?.is_empty(), "a title from nowhere");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_wrong_code_is_said_to_be_wrong_and_the_right_one_still_works() {
    let backend = Backend::start_with(&steps::WITH_CODE).await.expect("the backend starts");
    journey("wrong-code", backend, async |page| {
        let words = Words::of(Language::Portuguese)?;
        page.width(1440).await?;
        page.open_support("/copilot", Language::Portuguese).await?;
        page.click(words.text("copilot.person")).await?;
        page.click(words.text("copilot.scenario_doubt")).await?;
        page.see(words.text("copilot.code_label")).await?;
        let code = steps::code(&page).await?;
        let wrong = if code == "000000" { "111111" } else { "000000" };
        page.fill(words.text("copilot.code_label"), wrong).await?;
        page.until("the field is marked as wrong", async || {
            let error = page.script("return document.getElementById('one-time-code-error').innerText").await?;
            Ok(error.as_str().is_some_and(|error| !error.is_empty()))
        })
        .await?;
        ensure!(page.focused_id().await? == "one-time-code", "the focus is not on the code");
        page.looks_right("copilot-wrong-code", Language::Portuguese).await?;
        // As people copy it from a mail; the wrong one is selected, so that the right one takes its place.
        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        page.press(spaced.as_str()).await?;
        page.see(words.step("problem")).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_reload_keeps_the_conversation_and_the_words_not_asked_yet() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("conversation-reload", backend, async |page| {
        let words = Words::of(Language::Spanish)?;
        page.width(1440).await?;
        page.open(&format!("/admin?locale={}&user=ana", Language::Spanish.tag())).await?;
        page.open_copilot().await?;
        page.click(words.text("copilot.scenario_doubt")).await?;
        page.fill(words.text("copilot.question"), "¿Cómo sigo mi solicitud?").await?;
        page.click(words.text("copilot.ask")).await?;
        page.see(words.text("copilot.you_asked")).await?;
        page.fill(words.text("copilot.ask_another"), "Y también").await?;
        page.driver.enter_default_frame().await?;
        page.driver.refresh().await?;
        page.open_copilot().await?;
        page.see("¿Cómo sigo mi solicitud?").await?;
        ensure!(page.value(words.text("copilot.ask_another")).await? == "Y también", "the words are lost");
        // Starting over forgets the conversation.
        page.click(words.text("copilot.start_over")).await?;
        page.see(words.text("copilot.language")).await?;
        ensure!(!page.text().await?.contains(words.text("copilot.you_asked")), "the conversation is still there");
        Ok(())
    })
    .await;
}
