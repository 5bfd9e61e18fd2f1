//! The way from Copilot to a person: how long it is, that no word is lost on it, and that it leads somewhere.

use super::{desk, steps};
use anyhow::{Context, Result, bail, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::json;
use std::time::{Duration, Instant};
use thirtyfour::By;

const QUESTION: &str = "The checkout does not show any payment method";

/// What may be needed from the button to a sent technical ticket, by somebody whose host says who they are.
const MOST_CLICKS: usize = 9;
const MOST_SCREENS: usize = 6;

/// Somebody on their way, and how much it takes.
struct Walk<'a> {
    page: &'a Page,
    words: &'a Words,
    clicks: Vec<String>,
    screens: Vec<String>,
}

impl Walk<'_> {
    /// Looks at the screen before doing something on it: another address or another heading is another screen.
    async fn look(&mut self) -> Result<()> {
        let screen = self.page.script(
            "const said = document.querySelector('#copilot-next h2, #copilot-next label') ?? document.querySelector('h1');
             return `${location.pathname}: ${said?.innerText ?? ''}`",
        );
        let screen = screen.await?.as_str().unwrap_or_default().to_owned();
        if self.screens.last() != Some(&screen) {
            self.screens.push(screen);
        }
        Ok(())
    }

    async fn click(&mut self, words: &str) -> Result<()> {
        self.page.control(words).await?;
        self.look().await?;
        self.page.click(words).await?;
        self.clicks.push(words.to_owned());
        Ok(())
    }

    /// Answers what the form's screen asks and does not know yet.
    async fn answer(&mut self) -> Result<()> {
        const OPEN: &str = "return [...document.querySelectorAll('fieldset')].filter((group) =>
            group.checkVisibility() && group.querySelector('[type=radio]') && !group.querySelector(':checked'))
            .map((group) => group.innerText).filter((text) => !text.includes(arguments[0]))";
        let optional = json!(self.words.text("common.optional"));
        let open = self.page.driver.execute(OPEN, vec![optional]).await?.json().clone();
        let open: Vec<&str> = open.as_array().into_iter().flatten().filter_map(|text| text.as_str()).collect();
        for (field, value) in [
            ("affected_users", "all"),
            ("impact", "critical"),
            ("environment", "production"),
            ("experience", "proficient"),
        ] {
            if open.iter().any(|text| text.starts_with(self.words.field(field))) {
                let option = self.words.option(field, value);
                self.look().await?;
                self.page.choose(option).await?;
                self.clicks.push(option.to_owned());
            }
        }
        Ok(())
    }
}

/// From the button in the host's bar to the confirmation.
async fn walk(page: &Page, words: &Words) -> Result<(usize, usize, Duration)> {
    page.open("/admin?locale=en-US&user=ana").await?;
    page.see("Copilot").await?;
    let began = Instant::now();
    page.open_copilot().await?;
    let mut walk = Walk { page, words, clicks: vec!["Copilot".to_owned()], screens: Vec::new() };
    walk.click(words.text("copilot.scenario_unexpected")).await?;
    page.fill(words.text("copilot.question"), QUESTION).await?;
    walk.click(words.text("copilot.ask")).await?;
    page.see(words.text("copilot.source")).await?;
    walk.click(words.text("copilot.person")).await?;
    page.driver.enter_default_frame().await?;
    page.until("the admin shows the form", async || Ok(page.address().await?.contains("/support/new/technical")))
        .await?;
    page.into_support_frame().await?;
    page.until("the title was taken over", async || {
        Ok(page.driver.find(By::Css("#field-subject")).await?.prop("value").await?.as_deref() == Some(QUESTION))
    })
    .await?;
    for _ in 0..10 {
        let address = page.address().await?;
        if page.script("return location.pathname.endsWith('/review')").await? == true {
            walk.click(words.submit()).await?;
            steps::sent_number(page, words).await?;
            let took = began.elapsed();
            println!(
                "{} clicks, {} screens, {:.1} s\nclicks: {}\nscreens:\n  {}",
                walk.clicks.len(),
                walk.screens.len(),
                took.as_secs_f32(),
                walk.clicks.join(" > "),
                walk.screens.join("\n  "),
            );
            return Ok((walk.clicks.len(), walk.screens.len(), took));
        }
        walk.answer().await?;
        walk.click(words.text("form.continue")).await?;
        page.until("the form goes on", async || Ok(page.address().await? != address)).await?;
    }
    bail!("the form has no end: {:?}", walk.screens)
}

#[tokio::test]
async fn a_technical_ticket_is_a_few_clicks_and_screens_away_from_the_button() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("clicks", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        // The first time nothing is known of them but what the host says.
        let first = walk(&page, &words).await?;
        let (clicks, screens, _) = walk(&page, &words).await?;
        ensure!(clicks <= first.0 && screens <= first.1, "what was answered once is asked again");
        ensure!(clicks <= MOST_CLICKS, "{clicks} clicks");
        ensure!(screens <= MOST_SCREENS, "{screens} screens");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_stands_in_the_boxes_goes_along_and_start_over_forgets_it() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("boxes", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        // Words of a conversation that was given up: none of them may turn up again.
        page.open_support("/copilot", Language::English).await?;
        page.click(words.text("copilot.scenario_doubt")).await?;
        page.fill(words.text("copilot.question"), "Old question about freight").await?;
        page.click(words.text("copilot.more")).await?;
        page.fill(words.text("copilot.problem"), "Old problem").await?;
        page.click(words.text("copilot.start_over")).await?;
        page.see(words.text("copilot.language")).await?;
        page.driver.refresh().await?;
        page.into_support_frame().await?;

        page.click(words.text("copilot.scenario_unexpected")).await?;
        ensure!(page.value(words.text("copilot.question")).await?.is_empty(), "the old question is still there");
        page.fill(words.text("copilot.question"), QUESTION).await?;
        page.click(words.text("copilot.ask")).await?;
        page.see(words.text("copilot.you_asked")).await?;
        page.fill(words.text("copilot.ask_another"), "It happens with Pix too").await?;
        page.click(words.text("copilot.more")).await?;
        page.fill(words.text("copilot.problem"), "Error PAY-17").await?;
        page.fill(words.text("copilot.tried"), "Another browser").await?;
        page.click(words.text("copilot.person")).await?;
        page.see(words.step("problem")).await?;
        let title = page.value(words.field("subject")).await?;
        ensure!(title == QUESTION, "the title is not the first question: {title:?}");
        let description = page.value(words.field("description")).await?;
        for part in [QUESTION, "It happens with Pix too", "Error PAY-17", "Another browser"] {
            ensure!(description.contains(part), "{part:?} is lost:\n{description}");
        }
        ensure!(!description.contains("Old"), "words of another conversation:\n{description}");
        // Nor do they come back to the next one.
        page.click(words.text("frame.copilot")).await?;
        page.click(words.text("copilot.scenario_doubt")).await?;
        ensure!(page.value(words.text("copilot.question")).await?.is_empty(), "the words are there a second time");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_code_is_enough_and_the_sixth_digit_opens_the_form() {
    let backend = Backend::start_with(&steps::WITH_CODE).await.expect("the backend starts");
    journey("one-code", backend, async |page| {
        let words = Words::of(Language::Portuguese)?;
        page.width(1440).await?;
        page.open_support("/copilot", Language::Portuguese).await?;
        page.click(words.text("copilot.scenario_doubt")).await?;
        page.click(words.text("copilot.person")).await?;
        let shown = page.see(words.text("copilot.code_label")).await?;
        let minutes = words.filled("copilot.code_minutes.other", "count", "10");
        ensure!(shown.contains(&minutes), "another life than ten minutes:\n{shown}");
        page.looks_right("copilot-code-sent", Language::Portuguese).await?;
        // Back and forth again is no reason for another message.
        page.click(words.text("copilot.code_back")).await?;
        page.click(words.text("copilot.person")).await?;
        page.see(words.text("copilot.code_label")).await?;
        let code = steps::code(&page).await?;
        let mails = page.backend.lock().await.mails(steps::REQUESTER).await?;
        ensure!(mails == 1, "{mails} messages for one code");
        page.fill(words.text("copilot.code_label"), &code).await?;
        page.see(words.step("problem")).await?;

        // Another conversation, after a reload: nobody asks again.
        page.open_support("/copilot", Language::Portuguese).await?;
        page.click(words.text("copilot.person")).await?;
        page.click(words.text("copilot.scenario_setup")).await?;
        page.see(words.step("problem")).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_got_all_codes_of_an_hour_is_told_the_minutes_and_goes_on_without() {
    let backend = Backend::start_with(&steps::WITH_CODE).await.expect("the backend starts");
    journey("no-more-codes", backend, async |page| {
        page.width(1440).await?;
        // Four messages went out a few minutes ago, from other conversations.
        for minutes_ago in ["-10", "-9", "-8", "-7"] {
            let mut backend = page.backend.lock().await;
            backend.restart_with("CLOCK_OFFSET_MINUTES", Some(minutes_ago)).await?;
            let ana = backend.sign_in("ana").await?;
            let new = json!({ "conversation": { "locale": "en", "scenario": "doubt" } });
            let begun = ana.post("/api/panel/conversations", &new).await?;
            let id = begun["conversation"]["id"].as_str().context("a conversation")?;
            ana.post(&format!("/api/panel/conversations/{id}/code"), &json!({})).await?;
        }
        page.backend.lock().await.restart_with("CLOCK_OFFSET_MINUTES", None).await?;
        // The fifth is the last of this hour: the page says in how many minutes there is another.
        let words = Words::of(Language::Portuguese)?;
        page.open_support("/copilot", Language::Portuguese).await?;
        page.click(words.text("copilot.scenario_doubt")).await?;
        page.fill(words.text("copilot.question"), "Never asked").await?;
        page.click(words.text("copilot.person")).await?;
        page.see(words.text("copilot.code_label")).await?;
        let shown = page.see(words.beginning("copilot.code_resend_minutes.other")).await?;
        let told = ["49", "50"].map(|minutes| words.filled("copilot.code_resend_minutes.other", "count", minutes));
        ensure!(told.iter().any(|told| shown.contains(told)), "the minutes are not told:\n{shown}");
        page.looks_right("copilot-code-limit", Language::Portuguese).await?;
        // It did not come: whoever tries once more is not kept waiting.
        page.click(words.text("copilot.code_back")).await?;
        page.click(words.text("copilot.person")).await?;
        page.see(words.step("problem")).await?;
        let title = page.value(words.field("subject")).await?;
        ensure!(title == "Never asked", "the words are lost: {title:?}");

        // From then on the way has no code on it until the hour is over.
        for language in [Language::English, Language::Spanish] {
            let words = Words::of(language)?;
            page.open_support("/copilot", language).await?;
            page.click(words.text("copilot.scenario_doubt")).await?;
            page.fill(words.text("copilot.question"), "Asked later").await?;
            page.click(words.text("copilot.person")).await?;
            let shown = page.see(words.step("problem")).await?;
            ensure!(!shown.contains(words.text("copilot.code_label")), "a code is asked for:\n{shown}");
            let title = page.value(words.field("subject")).await?;
            ensure!(title == "Asked later", "the words are lost: {title:?}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_may_not_open_a_ticket_hears_it_at_the_first_click() {
    let backend = Backend::start_with(&steps::WITH_CODE).await.expect("the backend starts");
    journey("not-allowed", backend, async |page| {
        page.width(1440).await?;
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.open(&format!("/admin?locale={}&user=carla", language.tag())).await?;
            page.open_copilot().await?;
            page.see(words.text("copilot.scenario")).await?;
            page.click(words.text("copilot.person")).await?;
            let shown = page.see(words.text("form.not_allowed_title")).await?;
            ensure!(shown.contains("Ana Souza"), "nobody is named who can allow it:\n{shown}");
            page.looks_right("copilot-not-allowed", language).await?;
            // A question can still be asked.
            page.click(words.text("copilot.code_back")).await?;
            page.click(words.text("copilot.scenario_doubt")).await?;
            page.see(words.text("copilot.ask")).await?;
            page.click(words.text("copilot.person")).await?;
            page.see(words.text("form.not_allowed_title")).await?;
            page.click(words.text("copilot.start_over")).await?;
        }
        Ok(())
    })
    .await;
}

/// A browser that keeps nothing for a page: every kind of storage throws.
const NOTHING_IS_KEPT: &str = "
    const refuse = () => { throw new DOMException('blocked', 'SecurityError') };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
        Object.defineProperty(window, name, { get: refuse, configurable: true });
    }";

#[tokio::test]
async fn a_browser_that_keeps_nothing_hands_the_words_to_the_form_all_the_same() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("nothing-kept", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        let script = json!({ "source": NOTHING_IS_KEPT });
        page.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", script).await?;
        for drawer in [false, true] {
            if drawer {
                page.open("/admin?locale=en-US&user=ana").await?;
                page.open_copilot().await?;
            } else {
                page.open_support("/copilot", Language::English).await?;
            }
            page.click(words.text("copilot.scenario_unexpected")).await?;
            let blocked = page.script("try { indexedDB; return false } catch { return true }").await?;
            ensure!(blocked == true, "this browser does keep something: the journey proves nothing");
            page.fill(words.text("copilot.question"), QUESTION).await?;
            page.click(words.text("copilot.person")).await?;
            page.see(words.step("problem")).await?;
            page.until("the title was taken over", async || {
                Ok(page.value(words.field("subject")).await.is_ok_and(|title| title == QUESTION))
            })
            .await?;
            let description = page.value(words.field("description")).await?;
            ensure!(description.contains(QUESTION), "the description is lost: {description:?}");
        }
        page.looks_right("copilot-drawer-form", Language::English).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_language_chosen_in_copilot_goes_along_to_form_ticket_and_mail() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("chosen-language", backend, async |page| {
        let english = Words::of(Language::English)?;
        let words = Words::of(Language::Spanish)?;
        page.width(1440).await?;
        page.open("/admin?locale=en-US&user=ana").await?;
        page.open_copilot().await?;
        page.select(english.text("copilot.language"), "Español").await?;
        page.see(words.text("copilot.scenario")).await?;
        page.click(words.text("copilot.scenario_setup")).await?;
        page.fill(words.text("copilot.question"), "Necesito una cuenta de pruebas").await?;
        // A reload keeps it, and so does the host's saying once more what its language is.
        page.driver.enter_default_frame().await?;
        page.driver.refresh().await?;
        page.open_copilot().await?;
        page.see(words.text("copilot.ask")).await?;
        page.driver.enter_default_frame().await?;
        page.script("window.balcaoCopilot.context()").await?;
        page.into_copilot_frame().await?;
        page.click(words.text("copilot.person")).await?;
        page.driver.enter_default_frame().await?;
        page.until("the admin shows the form", async || Ok(page.address().await?.contains("/support/new/technical")))
            .await?;
        page.into_support_frame().await?;
        page.see(words.step("problem")).await?;
        let mut walk = Walk { page: &page, words: &words, clicks: Vec::new(), screens: Vec::new() };
        while page.script("return location.pathname.endsWith('/review')").await? != true {
            let address = page.address().await?;
            walk.answer().await?;
            page.click(words.text("form.continue")).await?;
            page.until("the form goes on", async || Ok(page.address().await? != address)).await?;
        }
        page.click(words.submit()).await?;
        let number = steps::sent_number(&page, &words).await?;
        let mail = page.backend.lock().await.mail(steps::REQUESTER, &format!("#{number}")).await?;
        let subject = mail.lines().next().context("an empty mail")?;
        ensure!(subject.contains("Solicitud"), "the mail is in another language: {subject}");
        let ticket = desk::ticket(&page, number).await?;
        ensure!(ticket["locale"] == "es", "the ticket's language is {}", ticket["locale"]);
        Ok(())
    })
    .await;
}
