//! The whole request as a file: what the browser keeps is opened, printed, read and compared.
#![allow(deprecated, reason = "of the two readers this one reads from memory")]

use super::desk::{agent, comments, opened_with_form, request, says, uploaded};
use anyhow::{Context, Result, ensure};
use async_zip::base::read::mem::ZipFileReader;
use balcao_tests::{Backend, Language, Page, Words, journey};
use futures::AsyncReadExt as _;
use serde_json::{Value, json};
use std::path::Path;

const TITLE: &str = "Sitemap of the <new> collection & its \"pages\"";

/// A log that hardly gets smaller: no two of its lines are alike.
fn long_log() -> Vec<u8> {
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut log = String::new();
    for line in 0..20_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        log.push_str(&format!("{line:06} GET /sitemap/{state:016x}.xml 404\n"));
    }
    log.into_bytes()
}

/// Its name in the archive, and what is in it.
type Entry = (String, Vec<u8>);

async fn entries(zip: Vec<u8>) -> Result<Vec<Entry>> {
    let zip = ZipFileReader::new(zip).await?;
    let mut entries = Vec::new();
    for index in 0..zip.file().entries().len() {
        let name = zip.file().entries()[index].filename().as_str()?.to_owned();
        let mut content = Vec::new();
        zip.reader_with_entry(index).await?.read_to_end(&mut content).await?;
        entries.push((name, content));
    }
    Ok(entries)
}

/// Chooses in the menu, and gives what the browser keeps.
async fn download(page: &Page, words: &Words, folder: &Path, number: u64, format: &str) -> Result<Vec<u8>> {
    page.click(words.text(&format!("request.whole.{format}"))).await?;
    page.downloaded(folder, &format!("request-{number}.{format}")).await
}

async fn is_complete(page: &Page, number: u64, data: &Value) -> Result<()> {
    ensure!(data["request"] == request(page, number).await?, "another request: {}", data["request"]);
    ensure!(data["comments"] == json!(comments(page, number).await?), "other comments: {}", data["comments"]);
    let answers = data["answers"].as_array().context("no answers")?;
    ensure!(answers.len() >= 5, "answers are missing: {answers:?}");
    let people = data["users"].to_string();
    ensure!(people.contains("Ana Souza") && people.contains("Marina"), "people are missing: {people}");
    Ok(())
}

/// The page by itself, as whoever it was handed on to opens it.
async fn reads_and_prints(page: &Page, words: &Words, language: Language, file: &Path) -> Result<()> {
    page.driver.enter_default_frame().await?;
    page.driver.goto(format!("file://{}", file.display())).await?;
    page.see(TITLE).await?;
    for said in ["this morning", "Which browser do you use?", "It is Firefox.", "relatório final.txt"] {
        page.see(said).await?;
    }
    page.see(words.text("request.thread")).await?;
    page.looks_right("downloaded-page", language).await?;
    page.as_printed(true).await?;
    // A sheet of A4 at 96 pixels an inch.
    page.width(794).await?;
    page.picture(&format!("downloaded-page-printed-{}", language.code())).await?;
    page.fits("the printed page").await?;
    page.as_printed(false).await?;
    page.width(1440).await
}

#[tokio::test]
async fn a_whole_request_is_kept_as_page_data_and_archive() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("download", backend, async |page| {
        let sent = [
            ("relatório final.txt", "Olá, mundo\n".as_bytes().to_vec()),
            ("log.txt", long_log()),
            ("log.txt", b"another of the same name\n".to_vec()),
        ];
        for language in Language::ALL {
            let words = Words::of(language)?;
            let mut tokens = Vec::new();
            for (name, content) in &sent {
                tokens.push(uploaded(&page, name, content.clone()).await?);
            }
            let number = opened_with_form(&page, TITLE, &tokens).await?;
            says(&page, number, "Which **browser** do you use?").await?;
            agent(&page, number, json!({ "comment": { "body": "Between us: zebra", "public": false } })).await?;
            let ana = page.backend.lock().await.sign_in("ana").await?;
            let reply = json!({ "request": { "comment": { "body": "It is Firefox." } } });
            ana.call(reqwest::Method::PUT, &format!("/api/v2/requests/{number}.json"))
                .json(&reply)
                .send()
                .await?
                .error_for_status()?;

            let folder = tempfile::tempdir()?;
            page.downloads_go_to(folder.path()).await?;
            page.width(1440).await?;
            page.open_support(&format!("/requests/{number}"), language).await?;
            page.click(words.text("request.whole")).await?;
            page.see(words.text("request.whole.html")).await?;
            page.looks_right("request-download", language).await?;

            let html = download(&page, &words, folder.path(), number, "html").await?;
            let data = download(&page, &words, folder.path(), number, "json").await?;
            let zip = download(&page, &words, folder.path(), number, "zip").await?;
            ensure!(!String::from_utf8_lossy(&html).contains("zebra"), "an internal note is in the page");
            ensure!(!String::from_utf8_lossy(&data).contains("zebra"), "an internal note is in the data");
            is_complete(&page, number, &serde_json::from_slice(&data)?).await?;

            let entries = entries(zip).await?;
            let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
            let expected =
                ["request.html", "request.json", "files/relatório final.txt", "files/log.txt", "files/log (2).txt"];
            ensure!(names == expected, "{names:?}");
            for ((name, content), (_, uploaded)) in entries.iter().skip(2).zip(&sent) {
                ensure!(content == uploaded, "{name} is not what was uploaded");
            }
            is_complete(&page, number, &serde_json::from_slice(&entries[1].1)?).await?;

            let file = folder.path().join(format!("request-{number}.html"));
            reads_and_prints(&page, &words, language, &file).await?;
            // The page of the archive finds the files beside it.
            let unpacked = folder.path().join("unpacked");
            for (name, content) in &entries {
                let path = unpacked.join(name);
                std::fs::create_dir_all(path.parent().context("a folder")?)?;
                std::fs::write(path, content)?;
            }
            page.driver.goto(format!("file://{}", unpacked.join("request.html").display())).await?;
            page.click("log.txt").await?;
            page.see("000000 GET /sitemap/").await?;
        }
        Ok(())
    })
    .await;
}
