//! How little the technical form asks of somebody whom it knows from last time: clicks and pages, counted.

use super::steps;
use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};

/// Each press of a pointer, from here to the end of the document.
async fn count(page: &Page) -> Result<()> {
    page.script("window.presses = 0; addEventListener('pointerdown', () => window.presses++, true)").await?;
    Ok(())
}

async fn counted(page: &Page) -> Result<u64> {
    Ok(page.script("return window.presses").await?.as_u64().unwrap_or_default())
}

/// Types as somebody does who goes from field to field with Tab.
async fn typed(page: &Page, words: &Words, title: &str) -> Result<()> {
    page.insert(words.field("subject"), title).await?;
    page.insert(words.field("description"), "Where do I find it?").await
}

#[tokio::test]
async fn a_question_takes_three_clicks_and_an_incident_five() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("form-clicks", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            steps::open_form(&page, &words, language).await?;
            let step = |number: &str| words.text("form.step").replace("{number}", number).replace("{of}", "2");
            page.see(&step("1")).await?;
            count(&page).await?;
            page.choose(words.option("problem_type", "question")).await?;
            typed(&page, &words, "Where is the sitemap?").await?;
            // Who is affected changes nothing for a question; it is there for whoever wants to say it.
            let shown = page.text().await?;
            ensure!(!shown.contains(words.option("impact", "critical")), "the impact is asked of a question:\n{shown}");
            ensure!(shown.contains(words.field("impact")), "the impact cannot be said:\n{shown}");
            page.looks_right("form-question", language).await?;
            page.width(1440).await?;
            steps::review(&page, &words).await?;
            let shown = page.see(&step("2")).await?;
            ensure!(shown.contains("Ana Souza") && shown.contains("acmestore"), "who asks is not said:\n{shown}");
            page.click(words.submit()).await?;
            steps::sent_number(&page, &words).await?;
            let clicks = counted(&page).await?;
            ensure!(clicks == 3, "a question took {clicks} clicks");
            page.see(words.beginning("form.first_response_by")).await?;
            page.looks_right("sent-question", language).await?;
        }
        let words = Words::of(Language::English)?;
        steps::open_form(&page, &words, Language::English).await?;
        count(&page).await?;
        page.choose(words.option("problem_type", "incident")).await?;
        typed(&page, &words, "The sitemap is empty").await?;
        page.choose(words.option("affected_users", "buyers")).await?;
        page.choose(words.option("impact", "important")).await?;
        steps::review(&page, &words).await?;
        page.click(words.submit()).await?;
        steps::sent_number(&page, &words).await?;
        let clicks = counted(&page).await?;
        ensure!(clicks == 5, "an incident took {clicks} clicks");
        Ok(())
    })
    .await;
}
