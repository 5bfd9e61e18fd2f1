//! One test: set up, go, and keep everything that explains a failure.

use crate::backend::Backend;
use crate::browser::Browser;
use crate::page::Page;
use anyhow::Result;
use futures::FutureExt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

/// Runs a journey in a fresh browser. When it fails, screenshot, page, console and backend log are kept in
/// `target/e2e/<name>/`.
///
/// # Panics
/// Where the journey fails: this is the end of a test.
pub async fn journey<F, Fut>(name: &str, backend: Backend, go: F)
where
    F: FnOnce(Page) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    run(name, backend, &[], go).await;
}

/// [`journey`], in a browser that blocks the cookies of third parties, as most do by now.
///
/// # Panics
/// As [`journey`].
pub async fn journey_without_third_party_cookies<F, Fut>(name: &str, backend: Backend, go: F)
where
    F: FnOnce(Page) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    run(name, backend, &["--test-third-party-cookie-phaseout"], go).await;
}

/// A second browser on the same backend: another device of the same person. It ends with what is given back.
///
/// # Errors
/// Where it does not start.
pub async fn another_browser(page: &Page) -> Result<(Browser, Page)> {
    let browser = Browser::start().await?;
    let page = Page { driver: browser.driver.clone(), backend: Arc::clone(&page.backend) };
    Ok((browser, page))
}

async fn run<F, Fut>(name: &str, backend: Backend, switches: &[&str], go: F)
where
    F: FnOnce(Page) -> Fut,
    Fut: Future<Output = Result<()>>,
{
    let browser = Browser::start_with(switches).await.expect("the browser starts");
    let page = Page::new(browser.driver.clone(), backend);
    let outcome = AssertUnwindSafe(go(page.clone())).catch_unwind().await;
    let failure = match outcome {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(format!("{error:#}")),
        Err(panic) => Some(
            panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_else(|| "the journey panicked".to_owned()),
        ),
    };
    if let Some(failure) = &failure {
        keep(name, &page, failure).await;
    }
    browser.driver.clone().quit().await.ok();
    if let Some(failure) = failure {
        panic!("{name}: {failure}\n(what was seen is in {})", folder(name).display());
    }
}

/// Where the artefacts of a journey go.
#[must_use]
pub fn folder(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("BALCAO_E2E_ARTIFACTS").unwrap_or_else(|| "target/e2e".into())).join(name)
}

async fn keep(name: &str, page: &Page, failure: &str) {
    let folder = folder(name);
    std::fs::create_dir_all(&folder).ok();
    std::fs::write(folder.join("failure.txt"), failure).ok();
    std::fs::write(folder.join("backend.log"), page.backend.lock().await.log()).ok();
    if let Ok(png) = page.driver.screenshot_as_png().await {
        std::fs::write(folder.join("screenshot.png"), png).ok();
    }
    if let Ok(source) = page.driver.source().await {
        std::fs::write(folder.join("page.html"), source).ok();
    }
    if let Ok(console) = page.console().await {
        std::fs::write(folder.join("console.txt"), console.join("\n")).ok();
    }
}
