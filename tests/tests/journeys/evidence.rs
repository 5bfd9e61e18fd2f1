//! Files: chosen, dropped, pasted; on their way, stopped, failed, tried again; and sending that waits for them.

use super::steps;
use anyhow::ensure;
use balcao_tests::{Backend, Language, Words, journey};
use serde_json::json;

#[tokio::test]
async fn files_are_chosen_dropped_and_pasted() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("files", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "Several files").await?;
        let limits = page.see(words.beginning("evidence.limits")).await?;
        ensure!(limits.contains("20 files") && limits.contains("50"), "the limits are not said:\n{limits}");
        let folder = tempfile::tempdir()?;
        let picture = page.screenshot_file(folder.path(), "checkout.png").await?;
        let log = folder.path().join("console.log");
        std::fs::write(&log, "GET /checkout 500\n")?;
        page.choose_files(&[&picture, &log]).await?;
        page.drop_files(".evidence", &["dropped.har", "dropped.txt"]).await?;
        page.paste_screenshot().await?;
        page.paste_screenshot().await?;
        page.files_arrived(6).await?;
        let shown = page.text().await?;
        for name in ["checkout.png", "console.log", "dropped.har", "dropped.txt", "screenshot-"] {
            ensure!(shown.contains(name), "{name} is not listed:\n{shown}");
        }
        page.until("the pictures are drawn", async || {
            let drawn = "return [...document.querySelectorAll('img.evidence-picture')].filter((i) => i.naturalWidth > 0).length";
            Ok(page.script(drawn).await? == 3)
        })
        .await?;
        page.looks_right("form-files", Language::English).await?;
        page.click(&words.filled("evidence.remove_file", "name", "dropped.txt")).await?;
        page.files_arrived(5).await?;
        steps::review(&page, &words).await?;
        page.click(words.submit()).await?;
        let number = steps::sent_number(&page, &words).await?;
        let user = page.backend.lock().await.sign_in("ana").await?;
        let comments = user.get(&format!("/api/v2/requests/{number}/comments.json")).await?;
        let attached = comments["comments"][0]["attachments"].as_array().map_or(0, Vec::len);
        ensure!(attached == 5, "{attached} of 5 files are attached");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_screenshot_pasted_on_another_page_is_taken_and_said_to_be() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("pasted-elsewhere", backend, async |page| {
        let words = Words::of_form("financial", Language::Portuguese)?;
        page.width(1440).await?;
        page.open_support("/new/financial", Language::Portuguese).await?;
        page.see(words.step("subject")).await?;
        page.paste_screenshot().await?;
        let sent = words.text("evidence.said_sent").split("{name}").last().unwrap_or_default();
        page.until("the file is said to be there", async || {
            let note = page.script("return document.querySelector('.evidence-note').innerText").await?;
            Ok(note.as_str().is_some_and(|note| note.contains("screenshot-") && note.contains(sent)))
        })
        .await?;
        page.looks_right("form-pasted", Language::Portuguese).await?;
        page.select(words.field("request_subject"), words.option("request_subject", "vtex_partner")).await?;
        page.click(words.text("form.continue")).await?;
        page.see(words.step("details")).await?;
        page.fill(words.field("description"), "Como na imagem:").await?;
        page.paste_screenshot().await?;
        page.files_arrived(2).await?;
        ensure!(page.value(words.field("description")).await? == "Como na imagem:", "the paste changed the text");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_not_taken_is_refused_in_words() {
    let backend = Backend::start_with(&[("EVIDENCE_MAX_BYTES", "100000"), ("EVIDENCE_MAX_FILES", "2")])
        .await
        .expect("the backend starts");
    journey("refused-files", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            steps::to_evidence(&page, &words, language, "Files that are not taken").await?;
            let folder = tempfile::tempdir()?;
            let file = |name: &str, bytes: usize| {
                let path = folder.path().join(name);
                std::fs::write(&path, vec![b'x'; bytes]).map(|()| path)
            };
            let (large, program) = (file("large.log", 100_001)?, file("program.exe", 10)?);
            let (empty, good) = (file("empty.txt", 0)?, file("good.txt", 10)?);
            let picture = file("picture.png", 10)?;
            page.choose_files(&[&large, &program, &empty, &picture, &good]).await?;
            page.see(&words.filled("evidence.fault_content", "name", "picture.png")).await?;
            page.see(&words.filled("evidence.fault_type", "name", "program.exe")).await?;
            page.see(&words.filled("evidence.fault_empty", "name", "empty.txt")).await?;
            let shown = page.text().await?;
            let too_large = words.text("evidence.fault_too_large").replace("{name}", "large.log");
            let beginning = too_large.split("{size}").next().unwrap_or_default();
            ensure!(shown.contains(beginning), "{beginning:?} is not said:\n{shown}");
            page.files_arrived(1).await?;
            page.looks_right("form-refused-files", language).await?;
            page.drop_files(".evidence", &["second.txt", "third.txt"]).await?;
            page.files_arrived(2).await?;
            let third = words.text("evidence.fault_too_many").replace("{name}", "third.txt").replace("{files}", "2");
            page.see(&third).await?;
            page.click(words.text("draft.discard")).await?;
            page.script("[...document.querySelectorAll('dialog[open] .button-primary')][0].click()").await?;
            page.see(words.step("problem")).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_file_on_its_way_shows_how_far_it_is_and_can_be_stopped() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("cancelled-file", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "A slow file").await?;
        let folder = tempfile::tempdir()?;
        let slow = folder.path().join("slow.log");
        std::fs::write(&slow, vec![b'x'; 2_000_000])?;
        page.upload_speed(Some(100_000)).await?;
        page.choose_files(&[&slow]).await?;
        page.until("some of it is gone", async || {
            let percent = page.script("return document.querySelector('.evidence-row progress')?.value ?? 0").await?;
            Ok(percent.as_f64().is_some_and(|percent| percent > 0.0 && percent < 100.0))
        })
        .await?;
        page.looks_right("form-file-on-its-way", Language::English).await?;
        page.click(&words.filled("evidence.cancel_file", "name", "slow.log")).await?;
        page.see(words.text("evidence.cancelled")).await?;
        ensure!(page.file_states().await? == json!(["failed"]), "it was not stopped");
        page.looks_right("form-file-stopped", Language::English).await?;
        page.upload_speed(None).await?;
        page.click(&words.filled("evidence.retry_file", "name", "slow.log")).await?;
        page.files_arrived(1).await
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_failed_is_tried_again() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("failed-upload", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "An upload that fails").await?;
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("console.log");
        std::fs::write(&log, "GET /checkout 500\n")?;
        page.backend.lock().await.kill().await?;
        page.choose_files(&[&log]).await?;
        page.until("it has failed", async || Ok(page.file_states().await? == json!(["failed"]))).await?;
        page.looks_right("form-file-failed", Language::English).await?;

        // Sending says that a file is missing, and does not go without it unasked.
        steps::review(&page, &words).await?;
        page.click(words.submit()).await?;
        page.see(words.text("form.send_without")).await?;
        page.looks_right("form-review-file-failed", Language::English).await?;
        page.click(words.text("form.back")).await?;
        page.see(words.text("evidence.choose")).await?;

        page.backend.lock().await.run().await?;
        page.click(&words.filled("evidence.retry_file", "name", "console.log")).await?;
        page.files_arrived(1).await?;
        steps::review(&page, &words).await?;
        page.click(words.submit()).await?;
        steps::sent_number(&page, &words).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_the_network_broke_goes_on_by_itself() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("offline-upload", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "Offline in the middle").await?;
        let folder = tempfile::tempdir()?;
        let picture = page.screenshot_file(folder.path(), "checkout.png").await?;
        page.network(false).await?;
        page.choose_files(&[&picture]).await?;
        page.until("it has failed", async || Ok(page.file_states().await? == json!(["failed"]))).await?;
        page.see(words.text("error.network")).await?;
        page.network(true).await?;
        page.files_arrived(1).await
    })
    .await;
}

#[tokio::test]
async fn sending_waits_for_the_files_and_says_so() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("waiting-files", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "Send is faster than the file").await?;
        let folder = tempfile::tempdir()?;
        let slow = folder.path().join("slow.log");
        std::fs::write(&slow, vec![b'x'; 2_000_000])?;
        page.upload_speed(Some(100_000)).await?;
        page.choose_files(&[&slow]).await?;
        steps::review(&page, &words).await?;
        let before = steps::count_requests(&page).await?;
        page.click(words.submit()).await?;
        page.see(words.beginning("form.waiting.one")).await?;
        page.looks_right("form-waiting", Language::English).await?;
        // Not yet after all, then after all.
        page.click(words.text("form.not_yet")).await?;
        page.gone(words.beginning("form.waiting.one")).await?;
        ensure!(steps::count_requests(&page).await? == before, "it was sent without the file");
        page.click(words.submit()).await?;
        page.see(words.beginning("form.waiting.one")).await?;
        page.upload_speed(None).await?;
        let number = steps::sent_number(&page, &words).await?;
        let user = page.backend.lock().await.sign_in("ana").await?;
        let comments = user.get(&format!("/api/v2/requests/{number}/comments.json")).await?;
        ensure!(comments["comments"][0]["attachments"][0]["file_name"] == "slow.log", "{comments:#}");
        Ok(())
    })
    .await;
}
