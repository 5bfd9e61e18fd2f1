//! A store that shares its requests: whose they are, and a colleague's answer.

use super::desk::{agent, badge, opened, says};
use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::json;
use thirtyfour::By;

const TITLE: &str = "Sitemap of the new collection is empty";

/// Opens a request as Bruno, and gives its number.
async fn request_of_bruno(page: &Page) -> Result<u64> {
    let bruno = page.backend.lock().await.sign_in("bruno").await?;
    let body = json!({ "request": { "subject": TITLE, "comment": { "body": "No page is listed since Monday." } } });
    let opened = bruno.post("/api/v2/requests.json", &body).await?;
    opened["request"]["id"].as_u64().context("no number")
}

async fn share(page: &Page, switch: &str) -> Result<()> {
    page.backend.lock().await.operator(&["account", "share", "acmestore", switch]).await
}

/// Waits until the panel is at that route.
async fn at(page: &Page, route: &str) -> Result<()> {
    page.until(&format!("the panel is at {route}"), async || Ok(page.address().await? == format!("/panel{route}")))
        .await
}

#[tokio::test]
async fn where_the_store_shares_its_requests_a_colleague_reads_and_answers_them() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("shared-requests", backend, async |page| {
        let number = request_of_bruno(&page).await?;
        let row = By::Css(format!("tr[data-request='{number}']"));
        for language in Language::ALL {
            let words = Words::of(language)?;
            share(&page, "off").await?;
            page.open_support("/requests", language).await?;
            page.see(words.text("history.title")).await?;
            ensure!(page.driver.find_all(By::Css(".history-whose")).await?.is_empty(), "a choice that is none");
            // An address that a colleague sent: told why it shows one's own, and who can change that.
            page.open_support("/requests?of=store", language).await?;
            page.see(words.text("lacking.not_shared")).await?;
            ensure!(page.driver.find_all(row.clone()).await?.is_empty(), "somebody else's request is listed");
            page.looks_right("history-not-shared", language).await?;
            page.open_support(&format!("/requests/{number}"), language).await?;
            page.see(words.text("lacking.not_shared")).await?;

            share(&page, "on").await?;
            page.open_support("/requests", language).await?;
            page.see(words.text("history.whose.mine")).await?;
            page.looks_right("history-shared-mine", language).await?;
            page.click(words.text("history.whose.store")).await?;
            at(&page, "/requests?of=store").await?;
            let listed = page.element(row.clone()).await?.text().await?;
            ensure!(listed.to_lowercase().contains("bruno"), "who opened it is not said: {listed}");
            page.looks_right("history-shared-store", language).await?;

            page.open_support(&format!("/requests?of=store&query=%23{number}"), language).await?;
            page.click(TITLE).await?;
            page.see(words.text("request.opened_by")).await?;
            page.see("No page is listed since Monday.").await?;
            page.looks_right("request-of-a-colleague", language).await?;
            let said = format!("It is the same for me ({language:?}).");
            page.fill(words.text("request.reply.message"), &said).await?;
            page.click(words.text("request.reply.send")).await?;
            page.see(words.text("request.reply.sent")).await?;
            page.click(words.text("request.back")).await?;
            at(&page, &format!("/requests?of=store&query=%23{number}")).await?;
        }
        let bruno = page.backend.lock().await.sign_in("bruno").await?;
        let thread = bruno.get(&format!("/api/v2/requests/{number}/comments.json")).await?.to_string();
        ensure!(thread.matches("It is the same for me").count() >= 3, "an answer is missing: {thread}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_colleague_sees_an_answer_come_in_as_long_as_the_store_shares_its_requests() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("shared-live", backend, async |page| {
        let own = opened(&page, "Freight table is empty").await?;
        for language in Language::ALL {
            let words = Words::of(language)?;
            share(&page, "on").await?;
            let number = request_of_bruno(&page).await?;
            page.open_support(&format!("/requests/{number}"), language).await?;
            page.see("No page is listed since Monday.").await?;
            let before = badge(&page).await?;
            says(&page, number, "Which collection is it?").await?;
            page.see("Which collection is it?").await?;
            page.see(words.text("live.new")).await?;
            agent(&page, number, json!({ "status": "pending" })).await?;
            page.see(words.text("status.pending")).await?;
            // Bruno answers: news for Ana, who reads along.
            let bruno = page.backend.lock().await.sign_in("bruno").await?;
            let reply = json!({ "request": { "comment": { "body": "The winter one." } } });
            let call = bruno.call(reqwest::Method::PUT, &format!("/api/v2/requests/{number}.json"));
            call.json(&reply).send().await?.error_for_status()?;
            page.see("The winter one.").await?;
            page.see(words.text("status.open")).await?;
            page.looks_right("request-of-a-colleague-live", language).await?;
            ensure!(badge(&page).await? == before, "what a colleague has not read is counted as one's own");

            // The whole store's list follows, too.
            page.open_support(&format!("/requests?of=store&query=%23{number}"), language).await?;
            let status = By::Css(format!("tr[data-request='{number}'] .history-status"));
            page.element(status.clone()).await?;
            agent(&page, number, json!({ "status": "solved" })).await?;
            let solved = words.text("status.solved");
            page.until("the list says that it is solved", async || {
                Ok(page.element(status.clone()).await?.text().await?.contains(solved))
            })
            .await?;

            // No longer shared: the next thing that comes is of one's own, and nothing of Bruno's came before it.
            page.open_support(&format!("/requests/{number}"), language).await?;
            page.see("The winter one.").await?;
            share(&page, "off").await?;
            says(&page, number, "Between Bruno and us: zebra").await?;
            says(&page, own, "Have a look now.").await?;
            page.until("the button shows one more", async || Ok(badge(&page).await? == before + 1)).await?;
            let shown = page.text().await?;
            ensure!(!shown.contains("zebra"), "somebody else's answer is shown:\n{shown}");
            // Read, for the next language's count.
            page.open_support(&format!("/requests/{own}"), language).await?;
            page.see("Have a look now.").await?;
            page.until("it is read", async || Ok(badge(&page).await? == before)).await?;
        }
        Ok(())
    })
    .await;
}
