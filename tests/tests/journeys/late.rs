//! A reply that comes too late: the request closes while its words stand in the box, and they go along to a follow-up.

use super::desk::{agent, comments, opened_with_form, request, status};
use super::steps;
use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::json;

const WORDS: &str = "It is back since this morning, on every page.";
const FILE: &str = "what-i-see.txt";
/// More working hours than a solved request stays open, over any weekend.
const THREE_WEEKS: u32 = 30_240;

/// Three more weeks pass, and the request closes.
async fn closes(page: &Page, number: u64, times: u32) -> Result<()> {
    let offset = (THREE_WEEKS * times).to_string();
    page.backend.lock().await.restart_with("CLOCK_OFFSET_MINUTES", Some(&offset)).await?;
    page.until("the clock has closed it", async || Ok(status(page, number).await? == "closed")).await
}

/// Whether the page hears of what happens.
async fn listens(page: &Page, listens: bool) -> Result<()> {
    let urls = if listens { json!([]) } else { json!(["*/api/panel/events*"]) };
    page.driver.cdp().send_raw("Network.enable", json!({})).await?;
    page.driver.cdp().send_raw("Network.setBlockedURLs", json!({ "urls": urls })).await?;
    Ok(())
}

/// From the follow-up's page to its confirmation: everything is there already.
async fn send_followup(page: &Page, words: &Words) -> Result<u64> {
    page.see(FILE).await?;
    page.files_arrived(1).await?;
    steps::review(page, words).await?;
    page.click(words.submit()).await?;
    steps::sent_number(page, words).await
}

#[tokio::test]
async fn a_reply_that_came_too_late_goes_along_to_the_follow_up() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("late-reply", backend, async |page| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join(FILE);
        std::fs::write(&file, "an empty page")?;
        // The first hears of it while the text stands there; the others find out as they send.
        for (times, language) in (1..).zip(Language::ALL) {
            let words = Words::of(language)?;
            let number = opened_with_form(&page, "Sitemap is empty", &[]).await?;
            agent(&page, number, json!({ "status": "solved", "comment": { "body": "Mended." } })).await?;
            page.width(1440).await?;
            listens(&page, times == 1).await?;
            page.open_support(&format!("/requests/{number}"), language).await?;
            page.see(words.text("request.reply.reopens")).await?;
            page.fill(words.text("request.reply.message"), WORDS).await?;
            page.choose_files(&[&file]).await?;
            page.files_arrived(1).await?;
            if times == 1 {
                page.looks_right("reply-with-file", language).await?;
                page.input(words.text("request.reply.message")).await?.focus().await?;
            }
            closes(&page, number, times).await?;
            if times > 1 {
                page.click(words.text("request.reply.send")).await?;
            }
            page.see(words.text("request.reply.kept_closed")).await?;
            page.has_focus(words.text("request.reply.kept_closed")).await?;
            page.see(&words.filled("request.reply.closed", "number", &format!("#{number}"))).await?;
            page.see(FILE).await?;
            let kept = page.script("return document.querySelector('section.reply textarea').value").await?;
            ensure!(kept == WORDS, "the words are lost: {kept}");
            ensure!(comments(&page, number).await?.len() == 2, "a closed request has a new comment");
            page.looks_right("reply-too-late", language).await?;
            // Still there after a reload.
            page.open_support(&format!("/requests/{number}"), language).await?;
            page.see(words.text("request.reply.kept_closed")).await?;
            page.see(FILE).await?;

            page.click(words.text("request.followup")).await?;
            page.see(words.step("problem")).await?;
            ensure!(page.value(words.field("subject")).await? == "Sitemap is empty", "another title");
            ensure!(page.value(words.field("description")).await? == WORDS, "the words did not come along");
            page.looks_right("followup-with-late-reply", language).await?;
            let followup = send_followup(&page, &words).await?;
            let sent = request(&page, followup).await?;
            ensure!(sent["followup_source_id"] == number, "{sent}");
            let first = comments(&page, followup).await?.into_iter().next().context("no comment")?;
            ensure!(first["plain_body"] == WORDS, "{first}");
            ensure!(first["attachments"][0]["file_name"] == FILE, "the file did not come along: {first}");
            // What was sent is no longer unsent.
            page.open_support(&format!("/requests/{number}"), language).await?;
            page.see(&format!("#{followup}")).await?;
            page.gone(words.text("request.reply.kept_closed")).await?;
        }
        Ok(())
    })
    .await;
}
