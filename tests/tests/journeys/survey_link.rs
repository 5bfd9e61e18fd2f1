//! The survey's mailed link: whoever opens it, and however, answers nothing; and an answer that comes too late.

use super::desk::{AGENT, agent, opened};
use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, another_browser, journey};
use reqwest::Method;
use serde_json::{Value, json};

/// More working hours than the survey takes, over any weekend.
const THREE_WEEKS: &str = "30240";

/// What scanners, previews and browsers that look ahead send.
const LOOKING_AHEAD: [&[(&str, &str)]; 5] = [
    &[],
    &[("Sec-Purpose", "prefetch")],
    &[("Sec-Purpose", "prefetch;prerender"), ("Purpose", "prefetch")],
    &[("X-Purpose", "preview"), ("X-Moz", "prefetch")],
    &[("User-Agent", "Mozilla/5.0 (compatible; MailScanner)"), ("From", "scanner@example.com")],
];

async fn survey(page: &Page, id: u64) -> Result<Value> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    Ok(ana.get(&format!("/api/panel/surveys/{id}")).await?["survey"].clone())
}

async fn is_pending(page: &Page, id: u64) -> Result<()> {
    let survey = survey(page, id).await?;
    ensure!(survey["state"] == "pending" && survey["answer"].is_null(), "something was recorded: {survey}");
    let backend = page.backend.lock().await;
    let token = backend.api_token(AGENT).await?;
    let call = reqwest::Client::new().get(backend.url("/api/v2/satisfaction_ratings.json"));
    let ratings: Value = call.basic_auth(format!("{AGENT}/token"), Some(token)).send().await?.json().await?;
    let given = ratings["satisfaction_ratings"].as_array().into_iter().flatten();
    let of_it: Vec<&Value> = given.filter(|rating| rating["ticket_id"] == id).collect();
    ensure!(of_it.iter().all(|rating| rating["score"] == "offered"), "a rating is there: {of_it:?}");
    Ok(())
}

/// The address of the survey in the mail that says it is solved.
async fn mailed_link(page: &Page, id: u64) -> Result<String> {
    let path = format!("/survey/{id}");
    let mail = page.backend.lock().await.mail("ana@acmestore.example", &path).await?;
    let link = mail.split_whitespace().find(|word| word.contains(&path));
    let link = link.with_context(|| format!("no link in:\n{mail}"))?;
    Ok(link.trim_matches(|sign: char| "<>.,()".contains(sign)).to_owned())
}

#[tokio::test]
async fn whoever_opens_the_mailed_link_answers_nothing() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("survey-link", backend, async |page| {
        let words = Words::of(Language::English)?;
        let id = opened(&page, "Sitemap is empty").await?;
        agent(&page, id, json!({ "status": "solved", "comment": { "body": "Mended." } })).await?;
        let link = mailed_link(&page, id).await?;
        let panel = page.backend.lock().await.url(&format!("/panel/survey/{id}"));
        let client = reqwest::Client::new();
        let ana = page.backend.lock().await.sign_in("ana").await?;
        for address in [link.clone(), format!("{link}?score=good"), panel.clone(), format!("{panel}?score=bad&send=1")]
        {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
                for headers in LOOKING_AHEAD {
                    let mut call = client.request(method.clone(), &address);
                    for (name, value) in headers {
                        call = call.header(*name, *value);
                    }
                    call.send().await?;
                }
            }
        }
        // Nor does reading with the requester's own session.
        for method in [Method::GET, Method::HEAD] {
            for headers in LOOKING_AHEAD {
                for path in [format!("/api/panel/surveys/{id}"), format!("/api/v2/tickets/{id}/satisfaction_rating")] {
                    let mut call = ana.call(method.clone(), &path);
                    for (name, value) in headers {
                        call = call.header(*name, *value);
                    }
                    call.send().await?;
                }
            }
        }
        is_pending(&page, id).await?;

        // A scanner that runs a browser, signed in nowhere; then the requester's own, which looks and leaves.
        let (browser, scanner) = another_browser(&page).await?;
        scanner.driver.goto(&link).await?;
        scanner.driver.goto(&panel).await?;
        browser.close().await;
        page.width(1440).await?;
        page.open_support(&format!("/survey/{id}?score=good"), Language::English).await?;
        page.see(words.text("survey.question")).await?;
        page.driver.enter_default_frame().await?;
        page.driver.refresh().await?;
        page.into_support_frame().await?;
        page.see(words.text("survey.question")).await?;
        is_pending(&page, id).await?;

        // The link itself leads there, from the mail.
        page.driver.enter_default_frame().await?;
        page.driver.goto(&link).await?;
        page.into_support_frame().await?;
        page.see(words.text("survey.question")).await?;
        page.choose(words.text("survey.step.satisfied")).await?;
        is_pending(&page, id).await?;
        page.click(words.text("survey.send")).await?;
        page.see(words.text("survey.sent")).await?;
        ensure!(survey(&page, id).await?["answer"]["score"] == "good");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_changed_until_its_time_is_over_and_what_comes_later_is_kept_for_its_writer() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("survey-late", backend, async |page| {
        let mut offset = 0;
        for language in Language::ALL {
            let words = Words::of(language)?;
            let [answered, late] = [opened(&page, "Sitemap is empty").await?, opened(&page, "Freight is wrong").await?];
            for id in [answered, late] {
                agent(&page, id, json!({ "status": "solved", "comment": { "body": "Mended." } })).await?;
            }
            page.width(1440).await?;
            page.open_support(&format!("/survey/{answered}"), language).await?;
            for (step, send) in [
                ("dissatisfied", "survey.send"),
                ("satisfied", "survey.send_change"),
                ("very_dissatisfied", "survey.send_change"),
            ] {
                page.choose(words.text(&format!("survey.step.{step}"))).await?;
                page.click(words.text(send)).await?;
                page.see(words.text("survey.sent")).await?;
                ensure!(survey(&page, answered).await?["answer"]["satisfaction"] == step, "{step} is not kept");
                page.click(words.text("survey.change")).await?;
            }
            page.looks_right("survey-change", language).await?;

            // The page lies open while the time ends.
            page.open_support(&format!("/survey/{late}"), language).await?;
            page.choose(words.text("survey.step.very_satisfied")).await?;
            page.fill(words.text("survey.comment"), "Quick and friendly").await?;
            offset += THREE_WEEKS.parse::<u32>()?;
            page.backend.lock().await.restart_with("CLOCK_OFFSET_MINUTES", Some(&offset.to_string())).await?;
            page.click(words.text("survey.send")).await?;
            page.see(words.text("survey.expired_while")).await?;
            let kept = page.script("return document.querySelector('.survey-late textarea').value").await?;
            ensure!(kept == "Quick and friendly", "the words are lost: {kept}");
            page.looks_right("survey-late", language).await?;
            let over = survey(&page, late).await?;
            ensure!(over["state"] == "expired" && over["answer"].is_null(), "{over}");

            // What was answered stays, and can be changed no more.
            page.open_support(&format!("/survey/{answered}"), language).await?;
            page.see(words.text("survey.fixed")).await?;
            page.gone(words.text("survey.change")).await?;
            page.looks_right("survey-fixed", language).await?;
            page.open_support("/survey?state=expired", language).await?;
            page.see(&format!("#{late}")).await?;
            page.looks_right("survey-list-expired", language).await?;
            page.open_support("/survey?state=reviewed", language).await?;
            page.see(&format!("#{answered}")).await?;
            page.looks_right("survey-list-reviewed", language).await?;
        }
        Ok(())
    })
    .await;
}
