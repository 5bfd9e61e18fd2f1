//! The panel in the frame of another site, in a browser that blocks third-party cookies.

use super::steps;
use anyhow::{Result, ensure};
use balcao_tests::foreign::ForeignHost;
use balcao_tests::{Backend, Language, Page, Words, journey_without_third_party_cookies};

async fn open(page: &Page, host: &ForeignHost, path: &str) -> Result<()> {
    page.driver.enter_default_frame().await?;
    page.driver.goto(format!("{}/admin/support{path}", host.origin)).await?;
    page.into_support_frame().await
}

#[tokio::test]
async fn a_request_is_opened_in_a_third_party_frame_and_a_reload_keeps_the_draft() {
    let backend = Backend::start().await.expect("the backend starts");
    journey_without_third_party_cookies("third-party", backend, async |page| {
        let words = Words::of(Language::English)?;
        let host = ForeignHost::around(&page.backend).await?;
        page.width(1440).await?;
        open(&page, &host, "/new").await?;
        page.click(words.text("start.technical")).await?;
        page.see(words.step("problem")).await?;
        let address = page.script("return [location.origin, document.referrer]").await?;
        ensure!(address[0] != host.origin.as_str(), "the frame is of the same origin: {address}");
        ensure!(
            page.script("return document.hasStorageAccess()").await? == false,
            "this browser does not block third-party cookies: the journey proves nothing"
        );
        ensure!(page.script("return document.cookie").await? == "", "a cookie was set");

        steps::problem(&page, &words, "Opened from another site", "Buyers see an empty page.").await?;
        steps::context(&page, &words).await?;
        steps::experience(&page, &words).await?;
        let folder = tempfile::tempdir()?;
        let picture = page.screenshot_file(folder.path(), "elsewhere.png").await?;
        page.choose_files(&[&picture]).await?;
        page.files_arrived(1).await?;

        // A reload of the whole admin: its address names the draft.
        page.driver.enter_default_frame().await?;
        page.driver.refresh().await?;
        page.into_support_frame().await?;
        page.see("elsewhere.png").await?;
        page.files_arrived(1).await?;
        steps::review(&page, &words).await?;
        let shown = page.see("Opened from another site").await?;
        ensure!(shown.contains("elsewhere.png"), "the file is lost:\n{shown}");
        page.click(words.submit()).await?;
        let number = steps::sent_number(&page, &words).await?;
        let ana = page.backend.lock().await.sign_in("ana").await?;
        let request = ana.get(&format!("/api/v2/requests/{number}.json")).await?;
        ensure!(request["request"]["subject"] == "Opened from another site", "{request}");
        let comments = ana.get(&format!("/api/v2/requests/{number}/comments.json")).await?;
        ensure!(comments["comments"][0]["attachments"][0]["file_name"] == "elsewhere.png", "{comments}");
        Ok(())
    })
    .await;
}
