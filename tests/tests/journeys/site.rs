//! The support site: in by e-mail, who is asking, another store, and sessions that end.

use super::steps;
use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, another_browser, journey};

const ANA: &str = "ana@acmestore.example";
const DIEGO: &str = "diego@farodigital.example";

async fn open_signed_in(page: &Page, email: &str, language: Language) -> Result<()> {
    page.width(1440).await?;
    page.open(&format!("/support?locale={}", language.code())).await?;
    page.sign_in_by_mail(email).await
}

#[tokio::test]
async fn a_new_request_begins_with_name_and_store_in_three_languages() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("site-start", backend, async |page| {
        // One code at a time: in each language it is somebody else.
        let people = [(ANA, "Ana"), ("carla@acmestore.example", "Carla"), ("bruno@acmestore.example", "Bruno")];
        for (language, (email, first)) in Language::ALL.into_iter().zip(people) {
            let words = Words::of(language)?;
            open_signed_in(&page, email, language).await?;
            page.see(words.text("start.who_title")).await?;
            let name = page.value(words.text("start.name")).await?;
            ensure!(name.starts_with(first) && name.contains(' '), "the name is not prefilled: {name:?}");
            ensure!(
                page.script("return document.querySelectorAll('[type=radio]:checked').length").await? == 1,
                "no store"
            );
            page.choose("acmestore").await?;
            page.see(words.text("start.account")).await?;
            page.looks_right("site-who", language).await?;

            // A name of one word is asked for again, at its field.
            page.input(words.text("start.name")).await?.clear().await?;
            page.fill(words.text("start.name"), first).await?;
            page.click(words.text("form.continue")).await?;
            page.see(words.text("start.name_fault")).await?;
            page.has_focus(words.text("start.name")).await?;
            page.looks_right("site-who-fault", language).await?;
            page.width(1440).await?;
            page.fill(words.text("start.name"), name.trim_start_matches(first)).await?;
            page.click(words.text("form.continue")).await?;

            let shown = page.see(words.text("start.kind_title")).await?;
            ensure!(shown.contains(&name) && shown.contains("acmestore"), "who is asking is not said:\n{shown}");
            for kind in ["start.technical", "start.financial", "start.commercial"] {
                ensure!(shown.contains(words.text(kind)), "{kind} is not there:\n{shown}");
            }
            page.looks_right("site-kinds", language).await?;
            page.script("document.querySelector('.site-menu').open = true").await?;
            page.looks_right("site-menu", language).await?;
            page.width(1440).await?;
            page.script("document.querySelector('.site-menu').open = true").await?;
            page.click(words.text("site.sign_out")).await?;
            page.see(words.text("site.sign_out_title")).await?;
            page.looks_right("site-sign-out", language).await?;
            page.script("document.querySelector('dialog[open] .button-primary').click()").await?;
            page.until("it leads to the sign-in", async || Ok(page.address().await?.starts_with("/support"))).await?;
            page.open("/panel/requests").await?;
            page.see(words.text("session.sign_in_text")).await?;
            page.looks_right("site-sign-in", language).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_corrected_name_is_kept_for_the_request() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("site-name", backend, async |page| {
        let words = Words::of(Language::English)?;
        open_signed_in(&page, ANA, Language::English).await?;
        page.see(words.text("start.who_title")).await?;
        page.fill(words.text("start.name"), " Ribeiro").await?;
        page.click(words.text("form.continue")).await?;
        page.see(words.text("start.kind_title")).await?;
        page.see("Ana Souza Ribeiro").await?;
        page.driver.refresh().await?;
        page.see("Ana Souza Ribeiro").await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_of_many_stores_is_found_and_everything_begins_anew_for_it() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("site-stores", backend, async |page| {
        let words = Words::of(Language::English)?;
        open_signed_in(&page, DIEGO, Language::English).await?;
        page.see(words.text("start.who_title")).await?;
        page.looks_right("site-stores", Language::English).await?;
        page.width(1440).await?;
        page.fill(words.text("start.search"), "norte").await?;
        page.choose("mercadonorte").await?;
        page.click(words.text("form.continue")).await?;
        page.see(words.text("start.kind_title")).await?;
        page.see("mercadonorte").await?;
        page.click(words.text("start.technical")).await?;
        page.see(words.step("problem")).await?;
        page.fill(words.field("subject"), "Of mercadonorte alone").await?;

        // A reload stays in the store.
        page.driver.refresh().await?;
        page.see(words.step("problem")).await?;
        ensure!(page.value(words.field("subject")).await? == "Of mercadonorte alone", "the title is lost");
        page.see("mercadonorte").await?;

        // Another store has drafts of its own.
        page.click(words.text("site.change_store")).await?;
        page.see(words.text("start.who_title")).await?;
        page.choose("patitas").await?;
        page.click(words.text("form.continue")).await?;
        page.see(words.text("start.kind_title")).await?;
        page.see("patitas").await?;
        page.click(words.text("start.technical")).await?;
        page.see(words.step("problem")).await?;
        ensure!(page.value(words.field("subject")).await?.is_empty(), "a draft of another store");
        Ok(())
    })
    .await;
}

/// Drafts that the device holds. Opened only where they are there: opening makes an empty database otherwise.
async fn drafts_kept(page: &Page) -> Result<u64> {
    let count = page
        .script(
            "return (async () => { \
               if (!(await indexedDB.databases()).some(({ name }) => name === 'balcao')) return 0; \
               const wait = (request) => new Promise((done, failed) => { \
                 request.onsuccess = () => done(request.result); request.onerror = failed; }); \
               const database = await wait(indexedDB.open('balcao')); \
               const count = await wait(database.transaction('drafts').objectStore('drafts').count()); \
               database.close(); \
               return count; })()",
        )
        .await?;
    count.as_u64().context("no number")
}

#[tokio::test]
async fn signing_out_leaves_no_draft_on_the_device_unless_told_so() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("site-forgets", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.open("/support?locale=en").await?;
        for (keeps, by_the_panel) in [(true, true), (false, true), (false, false)] {
            open_signed_in(&page, ANA, Language::English).await?;
            page.open("/panel/new/technical").await?;
            page.see("Ana Souza").await?;
            // A draft that was kept is offered.
            if drafts_kept(&page).await? == 0 {
                page.see(words.step("problem")).await?;
                steps::problem(&page, &words, "Typed before signing out", "First line").await?;
            } else {
                page.see("Typed before signing out").await?;
            }
            page.until("the draft is kept", async || Ok(drafts_kept(&page).await? == 1)).await?;
            if by_the_panel {
                page.script("document.querySelector('.site-menu').open = true").await?;
                page.click(words.text("site.sign_out")).await?;
                page.see(words.text("site.sign_out_title")).await?;
                if keeps {
                    page.choose(words.text("site.keep_drafts")).await?;
                }
                page.script("document.querySelector('dialog[open] .button-primary').click()").await?;
            } else {
                page.open("/support/sign-out?locale=en").await?;
                page.click("Sign out").await?;
            }
            page.see("You are signed out.").await?;
            page.until("what was typed is gone, or kept", async || Ok(drafts_kept(&page).await? == u64::from(keeps)))
                .await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_of_a_form_costs_nothing() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("site-ended", backend, async |page| {
        let words = Words::of(Language::English)?;
        open_signed_in(&page, ANA, Language::English).await?;
        page.see(words.text("start.who_title")).await?;
        page.open("/panel/new/technical").await?;
        page.see(words.step("problem")).await?;
        steps::problem(&page, &words, "Typed before the end", "First line").await?;
        page.choose(words.option("affected_users", "buyers")).await?;

        // She signs out everywhere, from another browser, inside the admin.
        let (browser, other) = another_browser(&page).await?;
        other.width(1440).await?;
        other.open_support("/sign-ins", Language::English).await?;
        other.see(words.text("sign_ins.door_email")).await?;
        other.looks_right("site-sign-ins", Language::English).await?;
        other.width(1440).await?;
        other.click(words.text("sign_ins.everywhere")).await?;
        other.see(words.text("sign_ins.everywhere_title")).await?;
        other.script("document.querySelector('dialog[open] .button-primary').click()").await?;
        other.see(words.text("sign_ins.only")).await?;
        browser.close().await;

        // The first browser hears of it with its next call, and what is on the screen stays.
        page.choose(words.option("impact", "important")).await?;
        page.choose(words.option("environment", "production")).await?;
        steps::experience(&page, &words).await?;
        let folder = tempfile::tempdir()?;
        let picture = page.screenshot_file(folder.path(), "kept.png").await?;
        page.choose_files(&[&picture]).await?;
        page.see(words.text("session.ended")).await?;
        page.looks_right("site-ended", Language::English).await?;
        page.width(1440).await?;
        let step = page.address().await?;
        page.click(words.text("session.sign_in_again")).await?;
        page.sign_in_by_mail(ANA).await?;
        page.until("it is the same step", async || Ok(page.address().await? == step)).await?;
        page.see("kept.png").await?;
        page.files_arrived(1).await?;
        steps::review(&page, &words).await?;
        let shown = page.see("Typed before the end").await?;
        for expected in ["First line", words.option("impact", "important"), words.option("experience", "proficient")] {
            ensure!(shown.contains(expected), "{expected:?} is lost:\n{shown}");
        }
        page.click(words.submit()).await?;
        steps::sent_number(&page, &words).await?;
        Ok(())
    })
    .await;
}
