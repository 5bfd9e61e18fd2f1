//! One request: what it says, its files, the reply and what becomes of it.

use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};

/// A request of a user's with that status, on the wire, and its title.
async fn request_of(page: &Page, user: &str, status: &str) -> Result<(u64, String)> {
    let user = page.backend.lock().await.sign_in(user).await?;
    let list = user.get(&format!("/api/v2/requests.json?status={status}&sort_by=created_at")).await?;
    let first = list["requests"].as_array().and_then(|list| list.first()).context("no request")?.clone();
    Ok((first["id"].as_u64().context("no number")?, first["subject"].as_str().unwrap_or_default().to_owned()))
}

async fn open(page: &Page, number: u64, language: Language, words: &Words) -> Result<()> {
    page.open_support(&format!("/requests/{number}"), language).await?;
    page.see(words.text("request.thread")).await?;
    page.until("the conversation is there", async || {
        Ok(page.script("return document.querySelectorAll('.comment').length > 0").await? == true)
    })
    .await
}

/// Waits until the last comment says this.
async fn last_comment(page: &Page, said: &str) -> Result<()> {
    let script = "return [...document.querySelectorAll('.comment')].at(-1)?.innerText ?? ''";
    page.until(&format!("the last comment says {said:?}"), async || {
        Ok(page.script(script).await?.as_str().is_some_and(|text| text.contains(said)))
    })
    .await
}

async fn reload(page: &Page) -> Result<()> {
    page.driver.enter_default_frame().await?;
    page.driver.refresh().await?;
    page.into_support_frame().await
}

#[tokio::test]
async fn a_request_shows_in_every_status_and_language() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("request", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            for (status, shown) in
                [("open", "open"), ("pending", "pending"), ("solved", "solved"), ("closed", "closed")]
            {
                let (number, title) = request_of(&page, "ana", status).await?;
                open(&page, number, language, &words).await?;
                let text = page.see(words.text("request.answers")).await?;
                ensure!(text.contains(&title), "no title in:\n{text}");
                ensure!(text.contains(words.text(&format!("status.{shown}"))), "no status in:\n{text}");
                if status == "closed" {
                    ensure!(!text.contains(words.text("request.reply.send")), "a closed request takes a reply");
                } else {
                    page.see(words.text("request.reply.send")).await?;
                }
                ensure!(
                    text.contains(words.text("request.reply.reopens")) == (status == "solved"),
                    "reopening, where {status}:\n{text}"
                );
                page.looks_right(&format!("request-{status}"), language).await?;
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_request_of_somebody_else_is_as_unknown_as_one_that_is_not_there() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("unknown-request", backend, async |page| {
        let (theirs, title) = request_of(&page, "bruno", "new").await?;
        for language in Language::ALL {
            let words = Words::of(language)?;
            let mut shown = Vec::new();
            for number in [theirs.to_string(), "999999".to_owned(), "no-number".to_owned()] {
                page.open_support(&format!("/requests/{number}"), language).await?;
                let text = page.see(words.text("request.not_found.text")).await?;
                ensure!(!text.contains(&title), "somebody else's title is shown");
                page.looks_right(&format!("request-not-found-{}", shown.len()), language).await?;
                shown.push(text);
            }
            ensure!(shown[0] == shown[1] && shown[1] == shown[2], "the pages differ: {shown:#?}");
            page.click(words.text("request.back")).await?;
            page.see(words.text("history.title")).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_reply_reopens_and_its_words_survive_until_it_is_sent() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("reply", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        for status in ["pending", "solved"] {
            let (number, _) = request_of(&page, "ana", status).await?;
            open(&page, number, Language::English, &words).await?;
            page.click(words.text("request.reply.send")).await?;
            page.see(words.text("request.reply.blank")).await?;
            page.looks_right("reply-blank", Language::English).await?;

            let said = format!("Here is what you asked for ({status}).");
            page.fill(words.text("request.reply.message"), &said).await?;
            // At once: what was typed last is kept, too.
            reload(&page).await?;
            page.see(words.text("request.reply.kept")).await?;
            ensure!(page.value(words.text("request.reply.message")).await? == said, "the words are lost");
            page.looks_right("reply-kept", Language::English).await?;
            page.click(words.text("request.reply.send")).await?;
            page.see(words.text("request.reply.sent")).await?;
            last_comment(&page, &said).await?;
            ensure!(page.value(words.text("request.reply.message")).await?.is_empty(), "the box is not empty");
            let open_now = words.text("status.open");
            page.until("the request is open again", async || {
                let status = page.script("return document.querySelector('.record .tag')?.innerText").await?;
                Ok(status.as_str() == Some(open_now))
            })
            .await?;
            page.looks_right("reply-sent", Language::English).await?;
            reload(&page).await?;
            last_comment(&page, &said).await?;
            ensure!(page.value(words.text("request.reply.message")).await?.is_empty(), "sent words came back");
            let user = page.backend.lock().await.sign_in("ana").await?;
            let comments = user.get(&format!("/api/v2/requests/{number}/comments.json")).await?.to_string();
            ensure!(comments.matches(&said).count() >= 1, "the reply is not there");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_reply_takes_files_along_and_they_can_be_had_again() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("reply-files", backend, async |page| {
        let words = Words::of(Language::Portuguese)?;
        page.width(1440).await?;
        let (number, _) = request_of(&page, "ana", "pending").await?;
        open(&page, number, Language::Portuguese, &words).await?;
        let folder = tempfile::tempdir()?;
        let picture = page.screenshot_file(folder.path(), "tela.png").await?;
        let log = folder.path().join("relatório do pedido.log");
        std::fs::write(&log, "first line\nsecond line\n")?;
        page.choose_files(&[&picture, &log]).await?;
        page.files_arrived(2).await?;
        page.looks_right("reply-with-files", Language::Portuguese).await?;
        reload(&page).await?;
        page.see("tela.png").await?;
        page.files_arrived(2).await?;
        // Without a word: the files say enough.
        page.click(words.text("request.reply.send")).await?;
        page.see(words.text("request.reply.sent")).await?;
        last_comment(&page, "relatório do pedido.log").await?;
        page.until("the picture is drawn", async || {
            Ok(page
                .script(
                    "const image = document.querySelector('.attachment img'); return !!image && image.naturalWidth > 0",
                )
                .await?
                == true)
        })
        .await?;
        page.looks_right("request-with-files", Language::Portuguese).await?;

        // What the browser is given to save, instead of a folder of downloads.
        page.script(
            "window.saved = [];
             let given;
             const address = URL.createObjectURL;
             URL.createObjectURL = (blob) => { given = blob; return address(blob) };
             HTMLAnchorElement.prototype.click = function () {
                given.text().then((text) => window.saved.push([this.download, text]));
             }",
        )
        .await?;
        page.click(&words.filled("request.download", "name", "relatório do pedido.log")).await?;
        page.until("the file is handed over", async || {
            Ok(page.script("return window.saved").await?
                == serde_json::json!([["relatório do pedido.log", "first line\nsecond line\n"]]))
        })
        .await
    })
    .await;
}

#[tokio::test]
async fn the_longest_words_and_every_script_keep_the_page_in_shape() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("long-words", backend, async |page| {
        let words = Words::of(Language::English)?;
        let user = page.backend.lock().await.sign_in("ana").await?;
        let (number, _) = request_of(&page, "ana", "open").await?;
        let texts = [
            "W".repeat(10_000),
            "لا يمكن للمشترين إتمام الطلب منذ الصباح. checkout تظهر صفحة فارغة بعد خطوة".to_owned(),
            "🛒👩‍👩‍👧‍👦🇧🇷 ".repeat(60),
            format!("https://store.example/{}", "address/".repeat(60)),
            format!("| a | b |\n|---|---|\n| `{}` | 2 |", "code-without-a-space".repeat(12)),
            format!("```\n{}\n```", "a line of code that fits into no window ".repeat(12)),
        ];
        for text in texts {
            let body = serde_json::json!({ "request": { "comment": { "body": text } } });
            user.call(reqwest::Method::PUT, &format!("/api/v2/requests/{number}.json")).json(&body).send().await?
                .error_for_status()?;
        }
        open(&page, number, Language::English, &words).await?;
        page.see("لا يمكن").await?;
        page.looks_right("request-long-words", Language::English).await?;
        let script = "return [...document.querySelectorAll('.comment')].map((c) => getComputedStyle(c.querySelector('.comment-text p, .comment-text pre') ?? c).direction)";
        let directions = page.script(script).await?;
        ensure!(directions.as_array().is_some_and(|all| all.iter().any(|d| d == "rtl")), "no right-to-left: {directions}");
        Ok(())
    })
    .await;
}
