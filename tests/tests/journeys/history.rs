//! The list of requests.

use balcao_tests::{Backend, Language, Words, journey};

#[tokio::test]
async fn the_history_shows_in_the_language_of_the_admin() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("history", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.open_support("/requests", language).await?;
            page.see(words.text("history.title")).await?;
            page.see(words.text("status.pending")).await?;
            for pixels in [1440, 768, 360] {
                page.width(pixels).await?;
                page.picture(&format!("history-{}-{pixels}", language.code())).await?;
            }
        }
        Ok(())
    })
    .await;
}
