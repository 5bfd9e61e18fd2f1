//! Nothing that was typed is lost: reloads, Back, coming another day; and discarding really discards.

use super::steps;
use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};

/// Reloads the whole admin, as F5 does.
async fn reload(page: &Page) -> Result<()> {
    page.driver.enter_default_frame().await?;
    page.driver.refresh().await?;
    page.into_support_frame().await
}

#[tokio::test]
async fn a_reload_in_the_middle_of_each_step_costs_nothing() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("reloads", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::open_form(&page, &words, Language::English).await?;
        page.choose(words.option("problem_type", "incident")).await?;
        page.fill(words.field("subject"), "Kept through it all").await?;
        page.fill(words.field("description"), "First line").await?;
        // At once, before the moment has passed after which a draft is saved.
        reload(&page).await?;
        page.see(words.step("problem")).await?;
        ensure!(page.is_chosen(words.option("problem_type", "incident")).await?, "the choice is lost");
        ensure!(page.value(words.field("subject")).await? == "Kept through it all", "the title is lost");
        ensure!(page.value(words.field("description")).await? == "First line", "the description is lost");
        page.click(words.text("form.continue")).await?;

        page.see(words.step("context")).await?;
        page.choose(words.option("affected_users", "buyers")).await?;
        page.choose(words.option("impact", "important")).await?;
        page.choose(words.option("environment", "production")).await?;
        reload(&page).await?;
        page.see(words.step("context")).await?;
        page.see(words.text("priority.high")).await?;
        ensure!(page.is_chosen(words.option("impact", "important")).await?, "the choice is lost");
        page.click(words.text("form.continue")).await?;

        page.see(words.step("experience")).await?;
        page.choose(words.option("experience", "advanced")).await?;
        reload(&page).await?;
        page.see(words.step("experience")).await?;
        ensure!(page.is_chosen(words.option("experience", "advanced")).await?, "the choice is lost");
        page.click(words.text("form.continue")).await?;

        page.see(words.text("evidence.choose")).await?;
        let folder = tempfile::tempdir()?;
        let picture = page.screenshot_file(folder.path(), "kept.png").await?;
        page.choose_files(&[&picture]).await?;
        page.files_arrived(1).await?;
        reload(&page).await?;
        page.see("kept.png").await?;
        page.files_arrived(1).await?;
        // One that is still on its way goes on by itself: its bytes are on the device.
        let slow = folder.path().join("slow.log");
        std::fs::write(&slow, vec![b'x'; 400_000])?;
        page.upload_speed(Some(20_000)).await?;
        page.choose_files(&[&slow]).await?;
        page.until("the file is on its way", async || Ok(page.file_states().await?[1] == "sending")).await?;
        reload(&page).await?;
        page.see("slow.log").await?;
        page.upload_speed(None).await?;
        page.files_arrived(2).await?;

        steps::review(&page, &words).await?;
        reload(&page).await?;
        let shown = page.see(words.text("form.review")).await?;
        for expected in ["Kept through it all", "First line", words.option("impact", "important")] {
            ensure!(shown.contains(expected), "{expected:?} is lost:\n{shown}");
        }
        page.see("kept.png").await?;
        page.see("slow.log").await?;
        page.click(words.submit()).await?;
        let number = steps::sent_number(&page, &words).await?;
        // The confirmation's address holds the number.
        reload(&page).await?;
        ensure!(steps::sent_number(&page, &words).await? == number, "another number after the reload");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn back_goes_one_step_back() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("back", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("history.title")).await?;
        steps::to_evidence(&page, &words, Language::English, "One step back").await?;
        steps::review(&page, &words).await?;
        for (step, said) in [
            ("evidence", words.text("evidence.choose")),
            ("experience", words.step("experience")),
            ("context", words.step("context")),
            ("problem", words.step("problem")),
        ] {
            page.driver.back().await?;
            page.into_support_frame().await?;
            page.see(said).await?;
            let address = page.address().await?;
            ensure!(address.contains(&format!("/new/technical/{step}")), "Back leads to {address}, not to {step}");
        }
        ensure!(page.value(words.field("subject")).await? == "One step back", "the title is lost");
        page.driver.forward().await?;
        page.into_support_frame().await?;
        page.see(words.step("context")).await?;
        ensure!(page.is_chosen(words.option("impact", "critical")).await?, "the choice is lost");
        // The form's own way back.
        page.click(words.text("form.back")).await?;
        page.see(words.step("problem")).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_unfinished_form_comes_back_and_can_be_discarded() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("discard", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "Another day").await?;
        let folder = tempfile::tempdir()?;
        let picture = page.screenshot_file(folder.path(), "kept.png").await?;
        page.choose_files(&[&picture]).await?;
        page.files_arrived(1).await?;

        // Another day, without the draft's address: it is found, and said so.
        page.open_support("/new/technical", Language::English).await?;
        page.see(words.beginning("draft.came_back")).await?;
        page.see("kept.png").await?;
        page.looks_right("form-came-back", Language::English).await?;
        page.click(words.text("draft.go_on")).await?;
        page.gone(words.beginning("draft.came_back")).await?;
        page.files_arrived(1).await?;

        page.open_support("/new/technical", Language::English).await?;
        page.see(words.beginning("draft.came_back")).await?;
        page.click(words.text("draft.discard")).await?;
        page.see(words.text("draft.discard_title")).await?;
        page.looks_right("form-discard", Language::English).await?;
        page.script("[...document.querySelectorAll('dialog[open] .button-primary')][0].click()").await?;
        page.see(words.step("problem")).await?;
        page.until("the form is empty", async || Ok(page.value(words.field("subject")).await?.is_empty())).await?;
        page.open_support("/new/technical", Language::English).await?;
        page.see(words.step("problem")).await?;
        ensure!(page.value(words.field("subject")).await?.is_empty(), "what was discarded came back");
        ensure!(!page.text().await?.contains(words.beginning("draft.came_back")), "what was discarded came back");
        Ok(())
    })
    .await;
}
