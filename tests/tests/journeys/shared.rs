//! A store that shares its requests: whose they are, and a colleague's answer.

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
