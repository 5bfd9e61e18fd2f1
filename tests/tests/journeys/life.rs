//! The life of a request: an agent's answer appears by itself, the requester thanks, solves, goes on.

use super::desk::{agent, badge, opened, says, status};
use anyhow::ensure;
use balcao_tests::{Backend, Language, Words, journey};
use serde_json::json;
use thirtyfour::By;

const DRAFT: &str = "One more thing that I noticed";

#[tokio::test]
async fn an_agents_answer_appears_by_itself_and_costs_no_word_that_is_being_written() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("live", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            let (request, other) = (opened(&page, "Checkout is slow").await?, opened(&page, "Another one").await?);
            page.open_support(&format!("/requests/{request}"), language).await?;
            page.fill(words.text("request.reply.message"), DRAFT).await?;
            says(&page, request, "Which **browser** do you use?").await?;
            page.see("browser").await?;
            page.see(words.text("live.new")).await?;
            ensure!(page.value(words.text("request.reply.message")).await? == DRAFT, "the draft is lost");
            agent(&page, request, json!({ "status": "pending" })).await?;
            page.see(words.text("status.pending")).await?;
            // A note of agents among themselves is nobody else's.
            agent(&page, request, json!({ "comment": { "body": "Between us: zebra", "public": false } })).await?;
            says(&page, request, "And which version?").await?;
            let text = page.see("And which version?").await?;
            ensure!(!text.contains("zebra"), "an internal note is shown");
            page.looks_right("request-live", language).await?;

            // The demo's people have unread answers, too.
            let before = badge(&page).await?;
            says(&page, other, "Solved for you.").await?;
            page.until("the button shows one more", async || Ok(badge(&page).await? == before + 1)).await?;
            page.open_support("/requests", language).await?;
            page.see(words.text("history.title")).await?;
            page.until("the button still shows it", async || Ok(badge(&page).await? == before + 1)).await?;
            page.looks_right("history-unread", language).await?;
            page.open_support(&format!("/requests/{other}"), language).await?;
            page.see("Solved for you.").await?;
            page.until("it is read", async || Ok(badge(&page).await? == before)).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_thread_goes_on_after_the_backend_was_away() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("live-restart", backend, async |page| {
        let request = opened(&page, "Checkout is slow").await?;
        page.open_support(&format!("/requests/{request}"), Language::English).await?;
        page.see("It began this morning.").await?;
        page.backend.lock().await.kill().await?;
        page.backend.lock().await.run().await?;
        says(&page, request, "We are back.").await?;
        page.see("We are back.").await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_solved_request_takes_thanks_is_reopened_and_goes_on_in_a_follow_up() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("life", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            let request = opened(&page, "Sitemap is empty").await?;
            says(&page, request, "Please look again.").await?;
            page.open_support(&format!("/requests/{request}"), language).await?;
            page.click(words.text("request.solve")).await?;
            page.see(words.text("request.solve.title")).await?;
            page.looks_right("request-solve-asked", language).await?;
            let confirm = By::XPath("//dialog[@open]//button[contains(@class, 'button-primary')]");
            page.element(confirm).await?.click().await?;
            page.see(words.text("request.solve.done")).await?;
            ensure!(status(&page, request).await? == "solved");
            page.looks_right("request-solved", language).await?;

            page.choose(words.text("request.reply.stays")).await?;
            page.fill(words.text("request.reply.message"), "Thank you!").await?;
            page.click(words.text("request.reply.send")).await?;
            page.see(words.text("request.reply.sent")).await?;
            ensure!(status(&page, request).await? == "solved", "thanks reopened it");
            page.fill(words.text("request.reply.message"), "It is back.").await?;
            page.click(words.text("request.reply.send")).await?;
            page.see(words.text("status.open")).await?;
            page.until("it is open again", async || Ok(status(&page, request).await? == "open")).await?;
        }

        // Solved by the agent, and three weeks later closed.
        let words = Words::of(Language::English)?;
        let request = opened(&page, "Sitemap is empty").await?;
        agent(&page, request, json!({ "status": "solved", "comment": { "body": "Mended." } })).await?;
        page.backend.lock().await.restart_with("CLOCK_OFFSET_MINUTES", Some("30240")).await?;
        page.until("the clock has closed it", async || Ok(status(&page, request).await? == "closed")).await?;
        page.open_support(&format!("/requests/{request}"), Language::English).await?;
        page.see(words.text("request.followup")).await?;
        page.looks_right("request-closed", Language::English).await?;
        page.click(words.text("request.whole")).await?;
        page.see(words.text("request.whole.html")).await?;
        page.looks_right("request-download", Language::English).await?;
        page.click(words.text("request.followup")).await?;
        page.see(&format!("#{request}")).await?;
        page.looks_right("followup-form", Language::English).await
    })
    .await;
}
