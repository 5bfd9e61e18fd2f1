//! The help center: what it has, what is found in it, and the ways on from where nothing is found.

use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};

/// The titles in the list.
async fn titles(page: &Page) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('.help-article-title')].map(title => title.textContent)";
    let titles = page.script(script).await?;
    Ok(titles.as_array().into_iter().flatten().filter_map(|title| title.as_str().map(str::to_owned)).collect())
}

#[tokio::test]
async fn an_article_is_found_read_and_left_for_the_same_search() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("help", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.open_support("/help", language).await?;
            page.see(words.text("help.kind_troubleshooting")).await?;
            page.looks_right("help", language).await?;
        }
        page.width(1440).await?;
        let words = Words::of(Language::English)?;
        page.open_support("/help", Language::English).await?;
        page.see(words.text("help.kind_troubleshooting")).await?;
        let all = titles(&page).await?.len();
        page.fill(words.text("help.search_label"), "freight simulation").await?;
        page.click(words.text("history.search.button")).await?;
        page.until("only what fits is listed", async || Ok((1..all).contains(&titles(&page).await?.len()))).await?;
        let first = titles(&page).await?.remove(0);
        page.looks_right("help-found", Language::English).await?;
        page.click(&first).await?;
        page.see(words.text("article.unhelpful")).await?;
        page.script("history.back()").await?;
        page.until("the search is there again", async || {
            let titles = titles(&page).await?;
            Ok(titles.first() == Some(&first) && titles.len() < all)
        })
        .await?;
        let searched = page.value(words.text("help.search_label")).await?;
        ensure!(searched == "freight simulation", "{searched}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_not_found_is_asked_in_the_same_words() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("help-none", backend, async |page| {
        let words = Words::of(Language::Spanish)?;
        page.open_support("/help?query=xyzzy%20plugh", Language::Spanish).await?;
        page.see(words.text("help.none_title")).await?;
        page.looks_right("help-none", Language::Spanish).await?;
        page.click(words.text("article.ask")).await?;
        page.click(words.text("copilot.scenario_doubt")).await?;
        page.see(words.text("copilot.question")).await?;
        let kept = page.value(words.text("copilot.question")).await?;
        ensure!(kept == "xyzzy plugh", "{kept}");
        Ok(())
    })
    .await;
}
