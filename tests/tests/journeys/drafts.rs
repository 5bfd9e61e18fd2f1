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

        page.choose(words.option("affected_users", "buyers")).await?;
        page.choose(words.option("impact", "important")).await?;
        reload(&page).await?;
        page.see(words.text("priority.high")).await?;
        ensure!(page.is_chosen(words.option("impact", "important")).await?, "the choice is lost");

        steps::unfold(&page).await?;
        page.choose(words.option("experience", "advanced")).await?;
        page.input(words.field("agency")).await?.clear().await?;
        reload(&page).await?;
        page.see(words.step("problem")).await?;
        steps::unfold(&page).await?;
        ensure!(page.is_chosen(words.option("experience", "advanced")).await?, "the choice is lost");
        ensure!(page.value(words.field("agency")).await?.is_empty(), "what was taken out is there again");

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
        page.driver.back().await?;
        page.into_support_frame().await?;
        page.see(words.step("problem")).await?;
        let address = page.address().await?;
        ensure!(address.contains("/new/technical/problem"), "Back leads to {address}");
        ensure!(page.value(words.field("subject")).await? == "One step back", "the title is lost");
        page.driver.forward().await?;
        page.into_support_frame().await?;
        page.see(words.text("form.review")).await?;
        page.see(words.option("impact", "critical")).await?;
        // The form's own way back.
        page.click(words.text("form.back")).await?;
        page.see(words.step("problem")).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_new_request_begins_at_the_first_page_and_an_unsent_one_is_offered() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("discard", backend, async |page| {
        let words = Words::of(Language::English)?;
        let banner = words.beginning("draft.other");
        steps::to_evidence(&page, &words, Language::English, "Another day").await?;
        ensure!(!page.text().await?.contains(banner), "nothing else is unsent");
        let folder = tempfile::tempdir()?;
        let picture = page.screenshot_file(folder.path(), "kept.png").await?;
        page.choose_files(&[&picture]).await?;
        page.files_arrived(1).await?;
        steps::review(&page, &words).await?;

        // Another day, without the draft's address: a new request, from its first page, and the other beside it.
        page.open_support("/new/technical", Language::English).await?;
        page.see(banner).await?;
        page.see("Another day").await?;
        page.see(words.step("problem")).await?;
        ensure!(page.value(words.field("subject")).await?.is_empty(), "it is not a new one");
        page.looks_right("form-other-draft", Language::English).await?;
        // Only looking at it leaves nothing behind that would be offered as well.
        page.open_support("/new/technical", Language::English).await?;
        page.see("Another day").await?;
        page.click(words.text("draft.go_on")).await?;
        page.see("kept.png").await?;
        page.gone(banner).await?;
        page.files_arrived(1).await?;

        page.open_support("/new/technical", Language::English).await?;
        page.see(banner).await?;
        page.click(words.text("draft.discard")).await?;
        page.see(words.text("draft.discard_title")).await?;
        page.looks_right("form-discard", Language::English).await?;
        page.script("[...document.querySelectorAll('dialog[open] .button-primary')][0].click()").await?;
        page.gone(banner).await?;
        page.open_support("/new/technical", Language::English).await?;
        page.see(words.step("problem")).await?;
        ensure!(page.value(words.field("subject")).await?.is_empty(), "what was discarded came back");
        ensure!(!page.text().await?.contains(banner), "what was discarded came back");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_draft_in_two_tabs_loses_no_words_and_says_what_the_other_changed() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("two-tabs", backend, async |page| {
        let words = Words::of(Language::English)?;
        let tab = async |title: &str, description: &str| -> Result<()> {
            page.until(&format!("{title:?} and {description:?} stand here"), async || {
                let (subject, text) = (words.field("subject"), words.field("description"));
                Ok(page.value(subject).await? == title && page.value(text).await? == description)
            })
            .await
        };
        page.width(1440).await?;
        page.open_support("/new/technical", Language::English).await?;
        page.see(words.step("problem")).await?;
        page.fill(words.field("subject"), "Checkout").await?;
        page.until("the draft is in the address", async || Ok(page.address().await?.contains("draft="))).await?;
        page.see(words.text("draft.kept")).await?;
        page.driver.enter_default_frame().await?;
        let address = page.address().await?;
        let one = page.driver.window().await?;
        let other = page.driver.new_tab().await?;
        page.driver.switch_to_window(other.clone()).await?;
        page.open(&address).await?;
        page.into_support_frame().await?;
        tab("Checkout", "").await?;

        // Here the long text, there a small edit: neither is lost, in either tab.
        page.fill(words.field("description"), "A long description").await?;
        page.driver.switch_to_window(one.clone()).await?;
        page.into_support_frame().await?;
        tab("Checkout", "A long description").await?;
        page.see(words.text("draft.other_tab")).await?;
        page.fill(words.field("subject"), " fails").await?;
        page.driver.switch_to_window(other.clone()).await?;
        page.into_support_frame().await?;
        tab("Checkout fails", "A long description").await?;
        page.see(words.text("draft.other_tab")).await?;
        page.looks_right("form-two-tabs", Language::English).await?;
        page.width(1440).await?;
        // What stood here before can be had back, and then it is the newest.
        page.click(&words.filled("draft.put_back", "field", words.field("subject"))).await?;
        tab("Checkout", "A long description").await?;
        page.driver.switch_to_window(one.clone()).await?;
        page.into_support_frame().await?;
        tab("Checkout", "A long description").await?;

        // Discarded there, it is not kept here any more, and that is said.
        page.click(words.text("draft.discard")).await?;
        page.script("[...document.querySelectorAll('dialog[open] .button-primary')][0].click()").await?;
        page.until("it begins anew", async || Ok(page.value(words.field("subject")).await?.is_empty())).await?;
        page.driver.switch_to_window(other).await?;
        page.into_support_frame().await?;
        page.see(words.text("draft.taken_away")).await?;
        page.looks_right("form-taken-away", Language::English).await
    })
    .await;
}
