//! The whole way without a mouse: Tab, Enter, Space and arrows; the focus is seen at every stop.

use super::steps;
use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use thirtyfour::Key;

/// Tab to it, Enter.
pub async fn enter_on(page: &Page, words: &str) -> Result<()> {
    page.tab_to(words).await?;
    page.press(Key::Enter).await
}

/// Tab backwards to it.
pub async fn back_to(page: &Page, words: &str) -> Result<()> {
    for _ in 0..40 {
        if page.focused().await?.contains(words) {
            return page.focus_is_seen().await;
        }
        page.shift_tab().await?;
    }
    page.has_focus(words).await
}

/// Tab into a group of choices by its first, then as many times down.
pub async fn choose(page: &Page, first: &str, downs: usize) -> Result<()> {
    page.tab_to(first).await?;
    page.press(Key::Space).await?;
    for _ in 0..downs {
        page.press(Key::Down).await?;
    }
    page.focus_is_seen().await
}

#[tokio::test]
async fn a_ticket_is_opened_by_keyboard_alone() {
    let backend = Backend::start_with(&steps::WITH_CODE).await.expect("the backend starts");
    journey("keyboard", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        page.open("/admin?locale=en-US&user=ana").await?;
        // The button in the host's bar; the drawer takes the focus with it.
        enter_on(&page, "Copilot").await?;
        page.into_copilot_frame().await?;
        page.see(words.text("copilot.scenario")).await?;
        enter_on(&page, words.text("copilot.scenario_unexpected")).await?;
        page.has_focus(words.text("copilot.question")).await?;
        page.press("The checkout does not show any payment method").await?;
        enter_on(&page, words.text("copilot.ask")).await?;
        page.has_focus("The checkout does not show").await?;
        page.tab_to(words.text("copilot.source")).await?;
        enter_on(&page, words.text("copilot.person")).await?;
        // As soon as there is a code to type, the focus waits for it.
        page.see(words.text("copilot.code_label")).await?;
        page.has_focus(words.text("copilot.code_label")).await?;
        let code = steps::code(&page).await?;
        page.press(code.as_str()).await?;
        page.driver.enter_default_frame().await?;
        page.until("the admin shows the form", async || Ok(page.address().await?.contains("/support/new/technical")))
            .await?;
        page.into_support_frame().await?;
        page.see(words.step("problem")).await?;
        form(&page, &words).await
    })
    .await;
}

async fn form(page: &Page, words: &Words) -> Result<()> {
    // After the host has loaded its page anew, Tab begins at its top: into the frame, as from any bar.
    page.script("window.focus()").await?;
    // Continue without an answer: the summary has the focus, its links lead to the first choices.
    enter_on(page, words.text("form.continue")).await?;
    page.has_focus(words.text("form.problems")).await?;
    page.accessible("form step with faults").await?;
    page.tab_to(&words.filled("form.fault_choose", "field", words.field("impact"))).await?;
    page.press(Key::Enter).await?;
    page.has_focus(words.option("impact", "auxiliary")).await?;
    page.press(Key::Space).await?;
    page.press(Key::Down).await?;
    page.press(Key::Down).await?;
    ensure!(page.is_chosen(words.option("impact", "critical")).await?, "the arrows do not choose");
    // And back up to the one that was left out.
    back_to(page, words.option("affected_users", "admin")).await?;
    page.press(Key::Down).await?;
    page.press(Key::Down).await?;
    page.see(words.text("priority.urgent")).await?;
    // What is folded away opens with Enter.
    enter_on(page, words.text("form.fold")).await?;
    page.tab_to(words.field("agency")).await?;
    enter_on(page, words.text("form.continue")).await?;
    page.has_focus(words.text("form.review")).await?;

    // Change, and back.
    enter_on(page, &format!("{} {}", words.text("form.change"), words.step("problem"))).await?;
    page.has_focus(words.step("problem")).await?;
    page.tab_to(words.field("agency")).await?;
    enter_on(page, words.text("form.back_to_review")).await?;
    page.has_focus(words.text("form.review")).await?;

    // A dialog keeps the focus; Escape says no and gives it back.
    enter_on(page, words.text("draft.discard")).await?;
    page.see(words.text("draft.discard_title")).await?;
    page.accessible("discard dialog").await?;
    page.press(Key::Escape).await?;
    page.gone(words.text("draft.discard_title")).await?;
    page.has_focus(words.text("draft.discard")).await?;

    back_to(page, words.submit()).await?;
    page.press(Key::Enter).await?;
    let number = steps::sent_number(page, words).await?;
    page.has_focus(&words.filled("form.sent_title", "number", &number.to_string())).await?;
    enter_on(page, &words.filled("form.to_request", "number", &number.to_string())).await?;
    page.see(words.text("request.thread")).await?;
    Ok(())
}

#[tokio::test]
async fn escape_closes_the_drawer_and_gives_the_focus_back() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("drawer", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        page.open("/admin?locale=en-US&user=ana").await?;
        page.accessible("host page").await?;
        enter_on(&page, "Copilot").await?;
        page.into_copilot_frame().await?;
        page.see(words.text("copilot.scenario")).await?;
        page.accessible("drawer").await?;
        page.tab_to(words.text("copilot.scenario_doubt")).await?;
        page.press(Key::Enter).await?;
        page.has_focus(words.text("copilot.question")).await?;
        page.press(Key::Escape).await?;
        page.driver.enter_default_frame().await?;
        page.has_focus("Copilot").await?;
        page.focus_is_seen().await?;
        ensure!(page.script(DRAWER).await? == false, "Escape does not close the drawer");
        // Opened again it is where it was left.
        page.press(Key::Enter).await?;
        ensure!(page.script(DRAWER).await? == true, "Enter does not open the drawer again");
        page.into_copilot_frame().await?;
        page.see(words.text("copilot.question")).await?;
        // Its own button closes it too, and Escape works from there.
        page.driver.enter_default_frame().await?;
        back_to(&page, "Close").await?;
        page.press(Key::Escape).await?;
        page.has_focus("Copilot").await
    })
    .await;
}

/// Whether the drawer is open.
const DRAWER: &str =
    "return !document.querySelector('balcao-copilot-drawer').shadowRoot.querySelector('section').hidden";
