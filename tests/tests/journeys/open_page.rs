//! A request's page that lies open: through a gap, beside another device, on a slow network, with two hundred comments;
//! and the moments it names, in the zone of whoever reads.

use super::desk::{AGENT, agent, badge, comments, opened, opened_with_form, says};
use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, another_browser, journey};
use serde_json::{Value, json};
use thirtyfour::By;

#[tokio::test]
async fn what_was_said_without_a_network_is_there_as_soon_as_it_is_back() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("open-offline", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        let request = opened(&page, "Checkout is slow").await?;
        page.open_support(&format!("/requests/{request}"), Language::English).await?;
        page.see("It began this morning.").await?;
        // Each click on Send fails first. What was asked meanwhile is there as soon as the network is, and the reply goes by
        // itself, once; only what was solved meanwhile is not opened again by it.
        for (asked, meanwhile) in [("Which browser is it?", "pending"), ("We have found it.", "solved")] {
            page.network(false).await?;
            agent(&page, request, json!({ "status": meanwhile, "comment": { "body": asked, "public": true } })).await?;
            let written = format!("Written offline: {meanwhile}");
            page.fill(words.text("request.reply.message"), &written).await?;
            page.click(words.text("request.reply.send")).await?;
            page.see(words.text("request.reply.failed")).await?;
            ensure!(!page.text().await?.contains(asked), "there is a network after all");
            page.network(true).await?;
            page.see(asked).await?;
            if meanwhile == "pending" {
                page.see(words.text("request.reply.sent")).await?;
                page.see(&written).await?;
            } else {
                page.see(words.text("request.reply.conflict")).await?;
                page.see(words.text("status.solved")).await?;
                ensure!(page.value(words.text("request.reply.message")).await? == written, "the words are lost");
            }
        }
        let said: Vec<_> = comments(&page, request).await?.iter().map(|said| said["body"].clone()).collect();
        ensure!(
            said == ["It began this morning.", "Which browser is it?", "Written offline: pending", "We have found it."],
            "{said:?}"
        );
        Ok(())
    })
    .await;
}

/// A busy browser says that it is online before a call goes through: what was read then failed, and nothing says it again.
#[tokio::test]
async fn what_was_read_too_early_is_read_again() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("open-too-early", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        let request = opened(&page, "Checkout is slow").await?;
        page.open_support(&format!("/requests/{request}"), Language::English).await?;
        page.see("It began this morning.").await?;
        page.network(false).await?;
        says(&page, request, "Which browser is it?").await?;
        page.script("dispatchEvent(new Event('online'))").await?;
        page.see(words.text("request.stale")).await?;
        page.script("addEventListener('online', (event) => event.stopImmediatePropagation(), true)").await?;
        page.network(true).await?;
        page.see("Which browser is it?").await?;
        page.gone(words.text("request.stale")).await
    })
    .await;
}

#[tokio::test]
async fn what_is_read_on_one_device_is_read_on_the_other() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("open-two-devices", backend, async |page| {
        let (browser, other) = another_browser(&page).await?;
        let request = opened(&page, "Checkout is slow").await?;
        for each in [&page, &other] {
            each.width(1440).await?;
            each.open_support("/requests", Language::English).await?;
            each.see("Checkout is slow").await?;
        }
        let before = badge(&page).await?;
        says(&page, request, "Which browser is it?").await?;
        for each in [&page, &other] {
            each.until("both show one more", async || Ok(badge(each).await? == before + 1)).await?;
        }
        other.open_support(&format!("/requests/{request}"), Language::English).await?;
        other.see("Which browser is it?").await?;
        for each in [&page, &other] {
            each.until("both show it as read", async || Ok(badge(each).await? == before)).await?;
        }
        // A reply that is written on one appears on the other.
        page.open_support(&format!("/requests/{request}"), Language::English).await?;
        page.see("Which browser is it?").await?;
        let words = Words::of(Language::English)?;
        other.fill(words.text("request.reply.message"), "It is Firefox.").await?;
        other.click(words.text("request.reply.send")).await?;
        page.see("It is Firefox.").await?;
        browser.close().await;
        Ok(())
    })
    .await;
}

/// Every answer takes a second and a half, and comes at the speed of a bad mobile connection.
async fn slow(page: &Page) -> Result<()> {
    let conditions =
        json!({ "offline": false, "latency": 1500, "downloadThroughput": 20_000, "uploadThroughput": 10_000 });
    page.driver.cdp().send_raw("Network.enable", json!({})).await?;
    page.driver.cdp().send_raw("Network.emulateNetworkConditions", conditions).await?;
    Ok(())
}

#[tokio::test]
async fn on_a_slow_network_the_page_says_what_it_waits_for_and_sends_once() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("open-slow", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        let [first, second] = [opened(&page, "Checkout is slow").await?, opened(&page, "Freight is wrong").await?];
        // What the page is made of is there; its data are not.
        page.open_support(&format!("/requests/{first}"), Language::English).await?;
        page.see("It began this morning.").await?;
        page.click(words.text("request.back")).await?;
        page.see("Freight is wrong").await?;
        slow(&page).await?;
        page.script(&format!("document.querySelector('tr[data-request=\"{second}\"] a').click()")).await?;
        page.see(words.text("request.loading")).await?;
        page.see("It began this morning.").await?;
        page.fill(words.text("request.reply.message"), "Is anybody there?").await?;
        page.script(
            "const send = document.querySelector('.reply-actions .button-primary'); send.click(); send.click()",
        )
        .await?;
        page.see(words.text("request.reply.sending")).await?;
        page.see(words.text("request.reply.sent")).await?;
        page.see("Is anybody there?").await?;
        ensure!(comments(&page, second).await?.len() == 2, "sent twice");
        says(&page, second, "We are.").await?;
        page.see("We are.").await?;
        Ok(())
    })
    .await;
}

/// Two hundred more, in turns.
async fn talk(page: &Page, request: u64) -> Result<()> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    let (token, url) = {
        let backend = page.backend.lock().await;
        (backend.api_token(AGENT).await?, backend.url(&format!("/api/v2/tickets/{request}.json")))
    };
    let client = reqwest::Client::new();
    for turn in 1..=100 {
        let body = json!({ "ticket": { "comment": { "body": format!("Answer {turn} of many."), "public": true } } });
        let call = client.put(&url).basic_auth(format!("{AGENT}/token"), Some(&token)).json(&body);
        call.send().await?.error_for_status()?;
        let body = json!({ "request": { "comment": { "body": format!("Question {turn} of many.") } } });
        let call = ana.call(reqwest::Method::PUT, &format!("/api/v2/requests/{request}.json")).json(&body);
        call.send().await?.error_for_status()?;
    }
    Ok(())
}

#[tokio::test]
async fn a_thread_of_two_hundred_comments_is_whole_and_leads_to_its_end() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("open-long", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        let request = opened(&page, "Checkout is slow").await?;
        talk(&page, request).await?;
        page.open_support(&format!("/requests/{request}"), Language::English).await?;
        page.see("Question 100 of many.").await?;
        let shown = page.script("return document.querySelectorAll('.comment').length").await?;
        ensure!(shown == 201, "{shown} comments are shown");
        page.click(words.text("request.jump")).await?;
        page.has_focus(words.text("request.reply.message")).await?;
        page.focus_is_seen().await?;
        // The newest is in view, and what was said before is one click away.
        let folded = page.script("return document.querySelector('.thread-earlier').innerText").await?;
        ensure!(folded.as_str().unwrap_or_default().contains("200"), "{folded}");
        page.script("document.querySelector('.thread-earlier').open = true").await?;
        // Back at the top, an answer comes in: said, and one click away.
        page.script("document.documentElement.scrollIntoView(); document.activeElement.blur()").await?;
        says(&page, request, "The last word.").await?;
        let news = page.element(By::Css("button.thread-news")).await?;
        page.picture("request-long-news-en-1440").await?;
        news.click().await?;
        page.has_focus("Marina Costa").await?;
        let seen = "const last = [...document.querySelectorAll('.comment')].at(-1).getBoundingClientRect();
            return last.top >= 0 && last.bottom <= innerHeight";
        page.until("it is in the window", async || Ok(page.script(seen).await? == true)).await
    })
    .await;
}

async fn clock(page: &Page, request: u64) -> Result<Value> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    ana.get(&format!("/api/panel/requests/{request}/clock")).await
}

/// The page says that moment as the clocks of that zone show it.
async fn shows(page: &Page, moment: &Value, zone: &str, language: Language) -> Result<()> {
    let moment = moment.as_str().context("no moment")?;
    let script = format!(
        "const at = new Date('{moment}'), zone = {{ timeZone: '{zone}' }};
         return [{{ weekday: 'short' }}, {{ hour: 'numeric', minute: '2-digit' }}]
            .map((parts) => at.toLocaleString('{}', {{ ...zone, ...parts }}))",
        language.code()
    );
    for part in page.script(&script).await?.as_array().context("parts")? {
        page.see(part.as_str().unwrap_or_default()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_promise_stands_until_support_answers_and_the_clock_is_that_of_whoever_reads() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("open-moments", backend, async |page| {
        for (language, zone) in
            Language::ALL.into_iter().zip(["Asia/Tokyo", "America/Sao_Paulo", "America/Argentina/Buenos_Aires"])
        {
            let words = Words::of(language)?;
            page.driver.cdp().send_raw("Emulation.setTimezoneOverride", json!({ "timezoneId": zone })).await?;
            let request = opened_with_form(&page, "Checkout is slow", &[]).await?;
            page.open_support(&format!("/requests/{request}"), language).await?;
            page.see(words.text("request.first_response_by")).await?;
            let promised = clock(&page, request).await?["first_response_by"].clone();
            shows(&page, &promised, zone, language).await?;
            page.see(words.beginning("request.first_response_within")).await?;
            page.looks_right("request-promised", language).await?;
            says(&page, request, "We are looking into it.").await?;
            page.see("We are looking into it.").await?;
            page.gone(words.text("request.first_response")).await?;

            agent(&page, request, json!({ "status": "solved" })).await?;
            page.see(words.text("request.reopen_until")).await?;
            shows(&page, &clock(&page, request).await?["clock"]["closes_at"], zone, language).await?;
            let left = words.text("request.left_hours.other").rsplit("{count}").next().unwrap_or_default();
            page.see(left.trim()).await?;
            page.looks_right("request-countdown", language).await?;
        }
        Ok(())
    })
    .await;
}
