//! People in copy: put there and taken out on the request's page, and what one is in copy of as a list of its own.

use super::desk::opened;
use anyhow::{Context, Result, ensure};
use balcao_tests::{ApiUser, Backend, Language, Page, Words, journey};
use serde_json::{Value, json};
use thirtyfour::By;

const BRUNO: &str = "bruno@acmestore.example";

async fn bruno(page: &Page) -> Result<ApiUser> {
    page.backend.lock().await.sign_in("bruno").await
}

/// How a request looks to somebody else; nothing where they do not see it.
async fn seen_by(person: &ApiUser, number: u64) -> Option<Value> {
    person.get(&format!("/api/v2/requests/{number}.json")).await.ok()
}

#[tokio::test]
async fn a_colleague_is_put_in_copy_reads_along_and_is_taken_out_again() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("copies", backend, async |page| {
        let colleague = bruno(&page).await?;
        for language in Language::ALL {
            let words = Words::of(language)?;
            let number = opened(&page, "Freight table is empty").await?;
            page.open_support(&format!("/requests/{number}"), language).await?;
            page.click(words.text("request.copies")).await?;
            page.see(words.text("request.copies.none")).await?;

            // Nothing, and somebody who is not of the store: said at the box, which keeps the focus.
            page.click(words.text("request.copies.add")).await?;
            page.see(words.text("request.copies.blank")).await?;
            page.fill(words.text("request.copies.email"), "eva@other.example").await?;
            page.click(words.text("request.copies.add")).await?;
            page.see("eva@other.example").await?;
            page.until("the box has the focus", async || Ok(page.focused_id().await? == "field-copies")).await?;
            page.looks_right("request-copies-refused", language).await?;

            page.set(words.text("request.copies.email"), BRUNO).await?;
            page.click(words.text("request.copies.add")).await?;
            page.see(&words.text("request.copies.added").replace("{email}", BRUNO)).await?;
            // The name comes with the conversation.
            let script =
                "return document.querySelector('.record-copies li')?.innerText.toLowerCase().includes('bruno')";
            page.until("his name is there", async || Ok(page.script(script).await? == true)).await?;
            page.looks_right("request-copies", language).await?;
            ensure!(seen_by(&colleague, number).await.is_some(), "he does not see it");
            let list = colleague.get("/api/v2/requests/ccd.json").await?;
            ensure!(list["count"] == 1, "{list}");
            let reply = json!({ "request": { "comment": { "body": "I read along." } } });
            let call = colleague.call(reqwest::Method::PUT, &format!("/api/v2/requests/{number}.json"));
            call.json(&reply).send().await?.error_for_status()?;
            page.see("I read along.").await?;

            page.element(By::Css(".record-copies li button")).await?.click().await?;
            page.see(words.text("request.copies.none")).await?;
            page.until("what came of it has the focus", async || Ok(page.focused_id().await? == "copies-said")).await?;
            ensure!(seen_by(&colleague, number).await.is_none(), "he still sees it");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_one_is_in_copy_of_is_a_list_of_its_own() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("copied", backend, async |page| {
        let colleague = bruno(&page).await?;
        for language in Language::ALL {
            let words = Words::of(language)?;
            if language == Language::ALL[0] {
                page.open_support("/requests", language).await?;
                page.see(words.text("history.title")).await?;
                ensure!(page.driver.find_all(By::Css(".history-whose")).await?.is_empty(), "a choice that is none");
            }
            let body = json!({ "request": {
                "subject": "Sitemap is empty", "comment": { "body": "Since Monday." },
                "email_ccs": [{ "user_email": "ana@acmestore.example" }],
            } });
            let opened = colleague.post("/api/v2/requests.json", &body).await?;
            let number = opened["request"]["id"].as_u64().context("no number")?;

            page.open_support("/requests", language).await?;
            page.click(words.text("history.whose.copied")).await?;
            let row = page.element(By::Css(format!("tr[data-request='{number}']"))).await?.text().await?;
            ensure!(row.to_lowercase().contains("bruno"), "who opened it is not said: {row}");
            page.looks_right("history-copied", language).await?;
            page.open_support(&format!("/requests/{number}"), language).await?;
            page.see("Since Monday.").await?;
            page.element(By::Css(".record-copies summary")).await?.click().await?;
            page.see(words.text("request.copies.you")).await?;
            let shown = page.text().await?;
            for not_theirs in ["request.copies.add", "request.withdraw", "request.solve"] {
                ensure!(!shown.contains(words.text(not_theirs)), "{not_theirs} is offered:\n{shown}");
            }
            page.looks_right("request-in-copy", language).await?;
        }
        Ok(())
    })
    .await;
}
