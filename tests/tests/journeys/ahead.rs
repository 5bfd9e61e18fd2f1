//! What is fetched before somebody asks for it: the session while the panel's code is on its way, the pages that are likely
//! opened next, the drawer as somebody points at its button. Debug builds have one piece, and nothing to fetch ahead.

use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::{Value, json};

/// What the present frame has fetched, by path.
const FETCHED: &str = "return performance.getEntriesByType('resource').map((file) => new URL(file.name).pathname)";

async fn fetched(page: &Page) -> Result<Vec<String>> {
    let files = page.script(FETCHED).await?;
    Ok(files.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
}

async fn has_pieces(page: &Page) -> Result<bool> {
    Ok(fetched(page).await?.iter().any(|file| is_code_of(file, "history")))
}

/// The code of a page: `form-0123.wasm`, or what it shares with others.
fn is_code_of(file: &str, piece: &str) -> bool {
    let stem = file.strip_prefix("/panel/").and_then(|file| file.strip_suffix(".wasm"));
    stem.is_some_and(|stem| !stem.ends_with("_bg") && stem.split('-').any(|part| part == piece))
}

async fn saves_data(page: &Page, saves: bool) -> Result<()> {
    page.driver.cdp().send_raw("Emulation.setDataSaverOverride", json!({ "dataSaverEnabled": saves })).await?;
    Ok(())
}

#[tokio::test]
async fn the_pages_that_come_next_are_fetched_while_the_history_is_read() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("ahead", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("history.title")).await?;
        if !has_pieces(&page).await? {
            return Ok(());
        }
        for piece in ["form", "request", "start"] {
            page.until(&format!("{piece} is fetched"), async || {
                Ok(fetched(&page).await?.iter().any(|file| is_code_of(file, piece)))
            })
            .await?;
        }
        let all = fetched(&page).await?;
        ensure!(!all.iter().any(|file| is_code_of(file, "survey") && file.matches('-').count() == 1), "{all:?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_saves_data_gets_what_they_open_and_nothing_else() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("ahead-saving", backend, async |page| {
        let words = Words::of(Language::English)?;
        saves_data(&page, true).await?;
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("history.title")).await?;
        if page.script("return navigator.connection?.saveData").await? != true {
            // A browser that cannot be told.
            return Ok(());
        }
        // Longer than what comes ahead waits: that something does not happen cannot be waited for.
        let later =
            "const done = arguments[0]; setTimeout(() => requestIdleCallback(() => setTimeout(done, 500)), 2000)";
        page.driver.execute_async(later, Vec::new()).await?;
        let all = fetched(&page).await?;
        let next = ["form", "request", "start"];
        ensure!(!all.iter().any(|file| next.iter().any(|piece| is_code_of(file, piece))), "{all:?}");
        Ok(())
    })
    .await;
}

/// Without its code the panel asks for nothing: what is asked for was asked by the script before.
#[tokio::test]
async fn the_session_is_asked_for_before_the_code_is_there_and_once() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("ahead-session", backend, async |page| {
        let words = Words::of(Language::English)?;
        let times = async || -> Result<usize> {
            Ok(fetched(&page).await?.iter().filter(|file| *file == "/api/panel/session").count())
        };
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("history.title")).await?;
        ensure!(times().await? == 1, "in an admin: {} times", times().await?);
        page.open("/support?locale=en").await?;
        page.sign_in_by_mail("ana@acmestore.example").await?;
        page.open("/panel/requests").await?;
        page.see(words.text("history.title")).await?;
        ensure!(times().await? == 1, "on the support site: {} times", times().await?);
        // What the page names in advance is what is fetched, to the letter: otherwise it comes twice.
        let sentences = "return performance.getEntriesByType('resource').map((file) => file.name)
            .filter((name) => name.includes('/locales/en.json'))";
        let sentences = page.script(sentences).await?;
        let once = sentences.as_array().is_some_and(|all| all.windows(2).all(|two| two[0] == two[1]));
        ensure!(once, "{sentences}");

        page.driver.cdp().send_raw("Network.enable", json!({})).await?;
        page.driver.cdp().send_raw("Network.setBlockedURLs", json!({ "urls": ["*_bg.wasm"] })).await?;
        page.open("/panel/requests").await?;
        page.see("could not be loaded").await?;
        page.until("the session was asked for", async || Ok(times().await? == 1)).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_drawer_is_fetched_as_somebody_points_at_its_button() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("ahead-drawer", backend, async |page| {
        page.open("/admin?locale=en-US&user=ana").await?;
        let glance = "return [...document.querySelectorAll('iframe')].flatMap((frame) =>
            frame.contentWindow.performance.getEntriesByType('resource').map((file) => new URL(file.name).pathname))";
        page.until("the number is asked for", async || {
            Ok(page.script(glance).await?.as_array().is_some_and(|all| all.contains(&json!("/api/panel/glance"))))
        })
        .await?;
        let wasm = async || -> Result<usize> {
            let all = page.script(glance).await?;
            let all = all.as_array().into_iter().flatten().filter_map(Value::as_str);
            Ok(all.filter(|file| file.ends_with(".wasm")).count())
        };
        ensure!(wasm().await? == 0, "before anybody points at it");
        page.script(
            "document.querySelector('balcao-copilot').shadowRoot.querySelector('button')
                .dispatchEvent(new PointerEvent('pointerover'))",
        )
        .await?;
        page.until("the drawer's code is there", async || Ok(wasm().await? > 0)).await?;
        let drawer = "return !!document.querySelector('balcao-copilot-drawer')";
        ensure!(page.script(drawer).await? == false, "the drawer itself comes with a click");
        Ok(())
    })
    .await;
}
