//! A HAR file and a log on their way through the form: what is stored at the backend holds none of their secrets.

use super::desk::AGENT;
use super::steps;
use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::Value;

/// What must never leave the browser.
const SECRETS: [&str; 6] =
    ["s3cr3t-cookie", "s3cr3t-bearer1", "s3cr3t-query", "s3cr3t-senha", "529.982.247-25", "s3cr3t-log"];
const HAR: &str = r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":[
{"startedDateTime":"2026-11-30T14:02:11.401Z","time":412.3,"request":{"method":"POST","url":"https://shop.example/api/orders?page=2&token=s3cr3t-query",
"httpVersion":"h2","headers":[{"name":"Cookie","value":"VtexIdclientAutCookie=s3cr3t-cookie"},{"name":"Authorization","value":"Bearer s3cr3t-bearer1"}],
"queryString":[{"name":"page","value":"2"},{"name":"token","value":"s3cr3t-query"}],
"cookies":[{"name":"VtexIdclientAutCookie","value":"s3cr3t-cookie"}],"headersSize":-1,"bodySize":60,
"postData":{"mimeType":"application/json","text":"{\"senha\":\"s3cr3t-senha\",\"cpf\":\"529.982.247-25\"}"}},
"response":{"status":500,"statusText":"","httpVersion":"h2","headers":[],"cookies":[],"content":{"size":0,"mimeType":"text/plain"},
"redirectURL":"","headersSize":-1,"bodySize":0},"cache":{},"timings":{"send":0,"wait":412,"receive":0.3}}]}}"#;
const LOG: &str = "14:02:11 POST /api/orders 500\n14:02:12 sign-in user=ana senha=s3cr3t-log ok\n";

/// The files of a ticket's first comment as an agent's program gets them: name and bytes.
async fn stored(page: &Page, number: u64) -> Result<Vec<(String, String)>> {
    let backend = page.backend.lock().await;
    let token = backend.api_token(AGENT).await?;
    let client = reqwest::Client::new();
    let get = async |address: &str| {
        client.get(address).basic_auth(format!("{AGENT}/token"), Some(&token)).send().await?.error_for_status()
    };
    let comments: Value = get(&backend.url(&format!("/api/v2/tickets/{number}/comments.json"))).await?.json().await?;
    let mut files = Vec::new();
    for attachment in comments["comments"][0]["attachments"].as_array().context("no attachments")? {
        let address = attachment["content_url"].as_str().context("no address")?;
        let path = address.split_once("/api/").context("an address of the API")?.1;
        let text = get(&backend.url(&format!("/api/{path}"))).await?.text().await?;
        files.push((attachment["file_name"].as_str().unwrap_or_default().to_owned(), text));
    }
    Ok(files)
}

#[tokio::test]
async fn no_secret_of_a_har_file_or_log_leaves_the_browser() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("redaction", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "Orders fail with 500").await?;
        let folder = tempfile::tempdir()?;
        let (har, log) = (folder.path().join("shop.har"), folder.path().join("app.log"));
        std::fs::write(&har, HAR)?;
        std::fs::write(&log, LOG)?;
        page.choose_files(&[&har, &log]).await?;
        page.files_arrived(2).await?;
        let shown = page.see(words.beginning("evidence.clean_removed")).await?;
        ensure!(
            shown.contains("2 cookies, 1 password") && shown.contains("1 document number"),
            "what was taken out is not said:\n{shown}"
        );
        page.script("document.querySelector('.evidence-removed summary').click()").await?;
        page.see("1. shop.example/api/orders · Cookie").await?;
        page.looks_right("form-redaction", Language::English).await?;
        let downloads = tempfile::tempdir()?;
        page.downloads_go_to(downloads.path()).await?;
        page.click(&words.filled("evidence.clean_look_file", "name", "shop.har")).await?;
        let looked_at = String::from_utf8(page.downloaded(downloads.path(), "shop.har").await?)?;
        steps::review(&page, &words).await?;
        page.click(words.submit()).await?;
        let number = steps::sent_number(&page, &words).await?;
        let stored = stored(&page, number).await?;
        ensure!(stored.len() == 2, "{} of 2 files are stored", stored.len());
        for (name, text) in &stored {
            for secret in SECRETS {
                ensure!(!text.contains(secret), "{name} holds {secret}:\n{text}");
            }
        }
        let har = &stored.iter().find(|(name, _)| name == "shop.har").context("no HAR file")?.1;
        ensure!(*har == looked_at, "another file than the one that was shown:\n{har}\n{looked_at}");
        let read: Value = serde_json::from_str(har)?;
        ensure!(read["log"]["entries"][0]["time"] == 412.3 && read["log"]["entries"][0]["response"]["status"] == 500);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_cleaned_file_is_there_after_a_reload_and_the_original_is_not() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("redaction-reload", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "Orders fail with 500").await?;
        let folder = tempfile::tempdir()?;
        let har = folder.path().join("shop.har");
        std::fs::write(&har, HAR)?;
        page.choose_files(&[&har]).await?;
        page.files_arrived(1).await?;
        page.see(words.beginning("evidence.clean_removed")).await?;
        page.driver.enter_default_frame().await?;
        page.driver.refresh().await?;
        page.into_support_frame().await?;
        page.files_arrived(1).await?;
        page.see(words.beginning("evidence.clean_removed")).await?;
        let kept = "const done = arguments[arguments.length - 1];
            (async () => {
                let texts = '';
                for (const { name } of await indexedDB.databases()) {
                    const store = await new Promise((ok) => { indexedDB.open(name).onsuccess = (e) => ok(e.target.result) });
                    for (const table of store.objectStoreNames) {
                        const rows = await new Promise((ok) => {
                            store.transaction(table).objectStore(table).getAll().onsuccess = (e) => ok(e.target.result) });
                        for (const row of rows) {
                            texts += JSON.stringify(row);
                            const blobs = row instanceof Blob ? [row] : Object.values(row ?? {}).filter((v) => v instanceof Blob);
                            for (const blob of blobs) texts += await blob.text();
                        }
                    }
                    store.close();
                }
                done(texts);
            })()";
        let kept = page.driver.execute_async(kept, Vec::new()).await?.json().to_string();
        ensure!(kept.contains("(removed:cookie)"), "the cleaned file is not stored");
        for secret in SECRETS {
            ensure!(!kept.contains(secret), "{secret} is stored");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn without_a_connection_nothing_goes_uncleaned_and_it_goes_on_by_itself() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("redaction-offline", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "Offline in the middle").await?;
        let folder = tempfile::tempdir()?;
        let har = folder.path().join("shop.har");
        std::fs::write(&har, HAR)?;
        page.network(false).await?;
        page.choose_files(&[&har]).await?;
        page.see(words.text("evidence.not_cleaned")).await?;
        page.network(true).await?;
        page.files_arrived(1).await?;
        page.see(words.beginning("evidence.clean_removed")).await?;
        Ok(())
    })
    .await;
}
