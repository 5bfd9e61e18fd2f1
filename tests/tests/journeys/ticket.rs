//! The whole way: from the Copilot button to a tracked request, in each language.

use super::steps;
use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use std::time::Duration;
use thirtyfour::prelude::*;

/// How often it is looked whether something has come.
const STEP: Duration = Duration::from_millis(80);

/// What is asked in each language, so that the help center has an answer.
const fn question(language: Language) -> &'static str {
    match language {
        Language::English => "The checkout does not show any payment method",
        Language::Portuguese => "O checkout não mostra nenhum meio de pagamento",
        Language::Spanish => "El checkout no muestra ningún medio de pago",
    }
}

const fn reply(language: Language) -> &'static str {
    match language {
        Language::English => "It happens on phones only.",
        Language::Portuguese => "Acontece somente no celular.",
        Language::Spanish => "Ocurre solo en el celular.",
    }
}

const fn native_name(language: Language) -> &'static str {
    match language {
        Language::English => "English",
        Language::Portuguese => "Português",
        Language::Spanish => "Español",
    }
}

#[tokio::test]
async fn a_question_becomes_a_tracked_ticket_in_english() {
    walk(Language::English).await;
}

#[tokio::test]
async fn a_question_becomes_a_tracked_ticket_in_portuguese() {
    walk(Language::Portuguese).await;
}

#[tokio::test]
async fn a_question_becomes_a_tracked_ticket_in_spanish() {
    walk(Language::Spanish).await;
}

async fn walk(language: Language) {
    let backend = Backend::start_with(&steps::WITH_CODE).await.expect("the backend starts");
    journey(&format!("ticket-{}", language.code()), backend, async |page| {
        let words = Words::of(language)?;
        page.width(1440).await?;
        page.open(&format!("/admin?locale={}&user=ana", language.tag())).await?;
        ask(&page, &words, language).await?;
        prove_address(&page, &words, language).await?;
        fill_in(&page, &words, language).await?;
        change_an_answer(&page, &words).await?;
        let number = send(&page, &words, language).await?;
        find(&page, &words, language, number).await?;
        answer(&page, &words, language).await
    })
    .await;
}

/// The conversation: language, scenario, question, an answer with its source.
async fn ask(page: &Page, words: &Words, language: Language) -> Result<()> {
    page.open_copilot().await?;
    page.see(words.text("copilot.start")).await?;
    page.see(words.text("copilot.scenario")).await?;
    // The host's language is preselected.
    let chosen = page.script("return document.getElementById('copilot-language').selectedOptions[0].innerText").await?;
    ensure!(chosen == native_name(language), "another language: {chosen}");
    page.looks_right("copilot-start", language).await?;
    page.click(words.text("copilot.scenario_unexpected")).await?;
    page.fill(words.text("copilot.question"), question(language)).await?;
    page.click(words.text("copilot.more")).await?;
    page.fill(words.text("copilot.problem"), "Error PAY-17").await?;
    page.looks_right("copilot-question", language).await?;
    page.click(words.text("copilot.ask")).await?;
    page.see(words.text("copilot.source")).await?;
    page.see(words.text("copilot.person")).await?;
    page.looks_right("copilot", language).await?;
    read_the_source(page, words, language).await?;
    page.click(words.text("copilot.helped_no")).await?;
    page.see(words.text("copilot.helped_sorry")).await?;
    Ok(())
}

/// The source is one click away, and so is the way back to the conversation.
async fn read_the_source(page: &Page, words: &Words, language: Language) -> Result<()> {
    let title = page.script("return document.querySelector('.copilot-passage h4').innerText").await?;
    let title = title.as_str().unwrap_or_default().to_owned();
    page.click(&format!("{}: {title}", words.text("copilot.source"))).await?;
    page.until("the article is there", async || {
        let heading = page.script("return document.querySelector('h1')?.innerText ?? ''").await?;
        Ok(heading == title.as_str())
    })
    .await?;
    page.looks_right("article", language).await?;
    page.click(words.text("article.back")).await?;
    page.see(question(language)).await?;
    page.see(words.text("copilot.helped")).await?;
    Ok(())
}

/// Talk to a person: a wrong code, then the one from the mail; then the form opens in the admin.
async fn prove_address(page: &Page, words: &Words, language: Language) -> Result<()> {
    page.click(words.text("copilot.person")).await?;
    page.see(words.text("copilot.code_label")).await?;
    let code = steps::code(page).await?;
    page.click(words.text("copilot.code_check")).await?;
    page.see(words.text("copilot.code_faulty")).await?;
    page.looks_right("copilot-code", language).await?;
    page.fill(words.text("copilot.code_label"), &code).await?;
    page.driver.enter_default_frame().await?;
    page.until("the admin shows the form", async || Ok(page.address().await?.contains("/support/new/technical")))
        .await?;
    page.into_support_frame().await
}

/// The form's pages, the first with what was said in the conversation.
async fn fill_in(page: &Page, words: &Words, language: Language) -> Result<()> {
    page.see(words.step("problem")).await?;
    let title = page.value(words.field("subject")).await?;
    ensure!(title == question(language), "the title is not taken over: {title:?}");
    let description = page.value(words.field("description")).await?;
    ensure!(description.contains(question(language)) && description.contains("Error PAY-17"), "{description:?}");
    ensure!(page.is_chosen(words.option("problem_type", "incident")).await?, "the scenario does not preselect");
    ensure!(page.is_chosen(words.option("environment", "production")).await?, "the environment is not production");
    page.looks_right("form-problem", language).await?;
    page.choose(words.option("affected_users", "all")).await?;
    page.choose(words.option("impact", "critical")).await?;
    page.see(words.text("priority.urgent")).await?;
    steps::experience(page, words).await?;
    let agency = page.input(words.field("agency")).await?;
    agency.clear().await?;
    page.fill(words.field("agency"), "Estúdio Açaí").await?;
    page.looks_right("form-unfolded", language).await?;
    page.script("document.querySelector('.priority-box').scrollIntoView({ block: 'center' })").await?;
    page.picture(&format!("form-priority-{}-1440", language.code())).await?;

    page.see(words.text("evidence.choose")).await?;
    page.see(words.beginning("evidence.limits")).await?;
    let folder = tempfile::tempdir()?;
    let picture = page.screenshot_file(folder.path(), "checkout.png").await?;
    let log = folder.path().join("console.log");
    std::fs::write(&log, "GET /checkout 500\n")?;
    page.choose_files(&[&picture, &log]).await?;
    page.files_arrived(2).await?;
    page.looks_right("form-evidence", language).await?;
    page.click(words.text("form.continue")).await?;

    let shown = page.see(words.text("form.review")).await?;
    for expected in [
        question(language),
        "Estúdio Açaí",
        "checkout.png",
        "console.log",
        words.option("impact", "critical"),
        words.text("priority.urgent"),
        "Ana Souza",
        "acmestore",
    ] {
        ensure!(shown.contains(expected), "{expected:?} is not in the review:\n{shown}");
    }
    page.looks_right("form-review", language).await
}

/// From the review back by one, to change an answer, and to the review again.
async fn change_an_answer(page: &Page, words: &Words) -> Result<()> {
    page.click(&format!("{} {}", words.text("form.change"), words.step("problem"))).await?;
    page.see(words.step("problem")).await?;
    page.choose(words.option("environment", "sandbox")).await?;
    page.click(words.text("form.back_to_review")).await?;
    let shown = page.see(words.text("form.review")).await?;
    ensure!(shown.contains(words.option("environment", "sandbox")), "the changed answer is not shown:\n{shown}");
    Ok(())
}

/// Send; the confirmation on the page, and by mail with number and title.
async fn send(page: &Page, words: &Words, language: Language) -> Result<u64> {
    page.click(words.submit()).await?;
    let number = steps::sent_number(page, words).await?;
    page.see(question(language)).await?;
    page.looks_right("sent", language).await?;
    let mail = page.backend.lock().await.mail(steps::REQUESTER, &format!("#{number}")).await?;
    let subject = mail.lines().next().unwrap_or_default();
    ensure!(subject.contains(question(language)), "the mail's subject has no title: {subject}");
    ensure!(mail.contains(words.option("environment", "sandbox")), "the mail lacks the answers:\n{mail}");
    Ok(number)
}

/// The request in the history: by status, by number; then its page.
async fn find(page: &Page, words: &Words, language: Language, number: u64) -> Result<()> {
    page.click(words.text("form.to_history")).await?;
    page.see(words.text("history.title")).await?;
    page.element(By::Css("a.history-filter[data-status=open]")).await?.click().await?;
    page.until("the address says open", async || Ok(page.address().await?.contains("status=open"))).await?;
    page.see(&format!("#{number}")).await?;
    page.fill(words.text("history.search.label"), &number.to_string()).await?;
    page.click(words.text("history.search.button")).await?;
    page.until("the address says the number", async || Ok(page.address().await?.contains(&format!("query={number}"))))
        .await?;
    page.until("one request is left", async || {
        Ok(page.script("return document.querySelectorAll('.history-table tbody tr').length").await? == 1)
    })
    .await?;
    page.looks_right("history-by-number", language).await?;
    page.click(question(language)).await?;
    page.see(words.text("request.thread")).await?;
    let shown = page.see("console.log").await?;
    for expected in [question(language), &format!("#{number}"), "checkout.png", "Error PAY-17"] {
        ensure!(shown.contains(expected), "{expected:?} is not on the request's page:\n{shown}");
    }
    // The answers come with the form's labels, after the request itself.
    let answers = page.driver.query(By::Css(".record-answers")).wait(Duration::from_secs(20), STEP).first().await?;
    let answers = answers.prop("textContent").await?.unwrap_or_default();
    for expected in [words.field("experience"), words.option("environment", "sandbox"), "Estúdio Açaí"] {
        ensure!(answers.contains(expected), "{expected:?} is not among the answers: {answers}");
    }
    Ok(())
}

/// A reply, and it stands in the thread.
async fn answer(page: &Page, words: &Words, language: Language) -> Result<()> {
    page.fill(words.text("request.reply.message"), reply(language)).await?;
    page.click(words.text("request.reply.send")).await?;
    page.see(words.text("request.reply.sent")).await?;
    page.until("the reply stands in the thread", async || {
        let thread = page.script("return document.querySelector('.thread').innerText").await?;
        Ok(thread.as_str().unwrap_or_default().contains(reply(language)))
    })
    .await?;
    page.looks_right("request", language).await
}

#[tokio::test]
async fn two_clicks_on_send_open_one_request() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("two-clicks", backend, async |page| {
        let words = Words::of(Language::English)?;
        let before = steps::count_requests(&page).await?;
        steps::to_evidence(&page, &words, Language::English, "Two clicks on Send").await?;
        steps::review(&page, &words).await?;
        page.control(words.submit()).await?;
        // Faster than any finger, and faster than the button can be drawn anew.
        page.script("const send = document.querySelector('.form-send .button-primary'); send.click(); send.click()")
            .await?;
        let number = steps::sent_number(&page, &words).await?;
        ensure!(steps::count_requests(&page).await? == before + 1, "not one request came of two clicks");
        // Nor does the way back bring the form's draft back, to be sent once more.
        page.open_support("/new/technical", Language::English).await?;
        page.see(words.step("problem")).await?;
        ensure!(page.value(words.field("subject")).await?.is_empty(), "request {number} is still a draft");
        Ok(())
    })
    .await;
}
