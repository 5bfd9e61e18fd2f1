//! An answer by mail: the agent's words arrive in the mailbox, the reply in the conversation that lies open.

use super::desk::{AGENT, agent, comments, opened, says, status};
use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, another_browser, journey};
use serde_json::json;

/// More working hours than a solved request stays open, over any weekend.
const THREE_WEEKS: &str = "30240";
const LABEL: &str = "Your reply, sent as the reader of this message";

/// Opens the newest message of the mailbox, once it is the one about that.
async fn open_newest(mailbox: &Page, containing: &str) -> Result<()> {
    mailbox.backend.lock().await.mail("ana@acmestore.example", containing).await?;
    mailbox.open("/dev/mailbox").await?;
    mailbox.see("ana@acmestore.example").await?;
    mailbox.script("document.querySelector('td a').click()").await?;
    mailbox.see(containing).await?;
    Ok(())
}

#[tokio::test]
async fn a_reply_by_mail_appears_in_the_conversation_that_lies_open() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("mail-reply", backend, async |page| {
        let (browser, mailbox) = another_browser(&page).await?;
        for language in Language::ALL {
            let words = Words::of(language)?;
            let question = format!("Which browser do you use ({})?", language.code());
            let answer = format!("Firefox, on the work computer ({}).\n\nAnd Chrome at home.", language.code());
            let request = opened(&page, "Checkout is slow").await?;
            page.open_support(&format!("/requests/{request}"), language).await?;
            page.see("It began this morning.").await?;
            agent(&page, request, json!({ "status": "pending", "comment": { "body": question, "public": true } }))
                .await?;
            page.see(words.text("status.pending")).await?;

            open_newest(&mailbox, &question).await?;
            mailbox.looks_right("mailbox-reply", language).await?;
            mailbox.fill(LABEL, &answer).await?;
            mailbox.click("Send by mail").await?;
            mailbox.see(&format!("Your reply is a comment on request #{request} now.")).await?;
            mailbox.looks_right("mailbox-replied", language).await?;

            // Nobody has touched the panel meanwhile.
            page.see("And Chrome at home.").await?;
            page.see(words.text("status.open")).await?;
            let shown = page.text().await?;
            ensure!(!shown.contains("wrote:"), "the quote came along:\n{shown}");
            page.looks_right("request-mail-reply", language).await?;
            let last = comments(&page, request).await?.pop().context("no comment")?;
            ensure!(last["plain_body"] == answer.as_str(), "{last}");
            // And the agent sees by which way it came.
            let seen = seen_by_agent(&page, request).await?;
            ensure!(seen.contains("Chrome at home") && seen.contains("\"email\""), "{seen}");
        }
        browser.close().await;
        Ok(())
    })
    .await;
}

async fn seen_by_agent(page: &Page, request: u64) -> Result<String> {
    let backend = page.backend.lock().await;
    let token = backend.api_token(AGENT).await?;
    let call = reqwest::Client::new().get(backend.url(&format!("/api/v2/tickets/{request}/comments.json")));
    Ok(call.basic_auth(format!("{AGENT}/token"), Some(token)).send().await?.error_for_status()?.text().await?)
}

#[tokio::test]
async fn a_reply_by_mail_to_what_is_closed_is_answered_with_the_way_on() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("mail-reply-closed", backend, async |page| {
        let request = opened(&page, "Checkout is slow").await?;
        says(&page, request, "It is the cache, which we emptied.").await?;
        open_newest(&page, "It is the cache").await?;
        let message = page.address().await?;
        agent(&page, request, json!({ "status": "solved" })).await?;
        page.backend.lock().await.restart_with("CLOCK_OFFSET_MINUTES", Some(THREE_WEEKS)).await?;
        page.until("the clock has closed it", async || Ok(status(&page, request).await? == "closed")).await?;
        page.open(&message).await?;
        page.fill(LABEL, "It is slow again.").await?;
        page.click("Send by mail").await?;
        page.see("The request is closed. Your reply is kept").await?;
        page.looks_right("mailbox-returned", Language::English).await?;
        let number = format!("#{request}");
        let returned =
            |mail: &str| mail.contains(&number) && mail.contains(&format!("/admin/support/requests/{request}"));
        let said = page.backend.lock().await.mail("ana@acmestore.example", "fechamento").await?;
        ensure!(returned(&said), "{said}");
        // The address of that mail leads to where the follow-up is.
        page.open_support(&format!("/requests/{request}"), Language::English).await?;
        page.see(Words::of(Language::English)?.text("request.followup")).await?;
        ensure!(comments(&page, request).await?.len() == 2, "a closed request has a new comment");
        Ok(())
    })
    .await;
}
