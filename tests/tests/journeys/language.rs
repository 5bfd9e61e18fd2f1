//! The language follows the admin at once, and nothing typed is lost over it.

use super::steps;
use anyhow::ensure;
use balcao_tests::{Backend, Language, Words, journey};

#[tokio::test]
async fn the_language_changes_in_the_middle_of_a_form_and_nothing_is_lost() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("language", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::open_form(&page, &words, Language::English).await?;
        page.choose(words.option("problem_type", "question")).await?;
        page.fill(words.field("subject"), "Kept in every language").await?;
        page.click(words.text("form.continue")).await?;
        page.has_focus(words.text("form.problems")).await?;
        for language in [Language::Portuguese, Language::Spanish, Language::English] {
            page.driver.enter_default_frame().await?;
            let choose = format!(
                "const select = document.querySelector('#locale'); select.value = '{}';
                select.dispatchEvent(new Event('change'))",
                language.tag()
            );
            page.script(&choose).await?;
            page.into_support_frame().await?;
            let words = Words::of(language)?;
            page.see(words.step("problem")).await?;
            page.see(words.text("form.continue")).await?;
            // The error that is shown speaks the language too.
            page.see(&words.filled("form.fault_blank", "field", words.field("description"))).await?;
            ensure!(page.value(words.field("subject")).await? == "Kept in every language", "the title is lost");
            ensure!(page.is_chosen(words.option("problem_type", "question")).await?, "the choice is lost");
            ensure!(page.script("return document.documentElement.lang").await? == page_language(language), "lang");
            page.accessible("a form in another language").await?;
        }
        Ok(())
    })
    .await;
}

/// What the panel's own page says of its language.
const fn page_language(language: Language) -> &'static str {
    match language {
        Language::English => "en-US",
        Language::Portuguese => "pt-BR",
        Language::Spanish => "es",
    }
}
