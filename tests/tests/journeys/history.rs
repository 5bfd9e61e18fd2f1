//! The list of requests: filters, search, order, pages, all in the address; and what is shown where there is no list.

use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use thirtyfour::By;

const REQUESTER: &str = "ana@acmestore.example";

/// The address that the host shows.
async fn host_address(page: &Page) -> Result<String> {
    page.driver.enter_default_frame().await?;
    let address = page.address().await?;
    page.into_support_frame().await?;
    Ok(address)
}

/// Waits until host and panel show the same route.
async fn at(page: &Page, route: &str) -> Result<()> {
    page.until(&format!("the panel is at {route}"), async || Ok(page.address().await? == format!("/panel{route}")))
        .await?;
    let shown = format!("/admin/support{route}");
    page.until(&format!("the host shows {shown}"), async || Ok(host_address(page).await? == shown)).await
}

/// Each row's number and status, once the list answers what was asked.
async fn rows(page: &Page) -> Result<Vec<(u64, String)>> {
    page.until("the list has settled", async || {
        Ok(page.script("return document.querySelector('.history-results')?.getAttribute('aria-busy')").await?
            == "false")
    })
    .await?;
    let script = "return [...document.querySelectorAll('tr[data-request]')].map((row) =>
        [Number(row.dataset.request), row.querySelector('.history-status').innerText.trim()])";
    Ok(serde_json::from_value(page.script(script).await?)?)
}

/// The count that a filter shows.
async fn count(page: &Page, status: &str) -> Result<u64> {
    let script = format!("return document.querySelector('[data-status={status}] .history-filter-count')?.innerText");
    let shown = async || -> Result<Option<u64>> {
        Ok(page.script(&script).await?.as_str().and_then(|count| count.parse().ok()))
    };
    page.until(&format!("the count of {status} is there"), async || Ok(shown().await?.is_some())).await?;
    shown().await?.with_context(|| format!("no count of {status}"))
}

async fn reload(page: &Page) -> Result<()> {
    page.driver.enter_default_frame().await?;
    page.driver.refresh().await?;
    page.into_support_frame().await
}

#[tokio::test]
async fn the_history_shows_in_the_language_of_the_admin() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("history", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.open_support("/requests", language).await?;
            page.see(words.text("status.pending")).await?;
            ensure!(!rows(&page).await?.is_empty(), "no rows");
            page.looks_right("history", language).await?;
            page.driver.enter_default_frame().await?;
            page.looks_right("admin-history", language).await?;

            page.open_support("/requests?query=zebra+violin", language).await?;
            page.see(words.text("history.none.title")).await?;
            page.looks_right("history-no-match", language).await?;
            page.open_support("/requests?query=zebra&status=solved", language).await?;
            page.see(words.text("history.none.every_status")).await?;
            page.looks_right("history-no-match-both", language).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn filters_count_filter_and_survive_reload_and_back() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("filters", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("history.title")).await?;
        let all = rows(&page).await?.len();
        ensure!(u64::try_from(all)? == count(&page, "all").await?, "the count of all");
        let mut together = 0;
        for status in ["open", "pending", "solved", "closed"] {
            let shown = words.text(&format!("status.{status}"));
            let expected = count(&page, status).await?;
            ensure!(expected > 0, "no request is {status}");
            // A real click: the browser's Back leaves out what a script did by itself.
            page.element(By::Css(format!("[data-status={status}]"))).await?.click().await?;
            at(&page, &format!("/requests?status={status}")).await?;
            let found = rows(&page).await?;
            ensure!(u64::try_from(found.len())? == expected, "{status}: {} rows, {expected} counted", found.len());
            ensure!(found.iter().all(|(_, name)| name == shown), "{status}: {found:?}");
            together += found.len();
        }
        ensure!(together == all, "the filters show {together} of {all}");

        page.driver.back().await?;
        page.into_support_frame().await?;
        at(&page, "/requests?status=solved").await?;
        let solved = words.text("status.solved");
        page.until("Back shows the filter before", async || {
            Ok(rows(&page).await?.iter().all(|(_, name)| name == solved))
        })
        .await?;

        reload(&page).await?;
        page.see(words.text("history.title")).await?;
        at(&page, "/requests?status=solved").await?;
        page.until("the filter survives a reload", async || {
            let found = rows(&page).await?;
            Ok(!found.is_empty() && found.iter().all(|(_, name)| name == solved))
        })
        .await?;

        // From a request, the way back leads to the list as it was.
        let (number, _) = rows(&page).await?[0].clone();
        page.script(&format!("document.querySelector('tr[data-request=\"{number}\"] a').click()")).await?;
        page.see(words.text("request.thread")).await?;
        at(&page, &format!("/requests/{number}")).await?;
        page.click(words.text("request.back")).await?;
        at(&page, "/requests?status=solved").await
    })
    .await;
}

#[tokio::test]
async fn a_request_is_found_by_number_and_by_words() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("search", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        page.open_support("/requests", Language::English).await?;
        let listed = rows(&page).await?;
        let (number, _) = listed[listed.len() - 1].clone();
        // A number alone may also be a word of another request; with its sign it is this one.
        for (typed, exactly) in [(number.to_string(), false), (format!("#{number}"), true)] {
            let field = page.input(words.text("history.search.label")).await?;
            field.clear().await?;
            field.send_keys(&typed).await?;
            page.click(words.text("history.search.button")).await?;
            page.until(&format!("{typed} is found"), async || {
                let found = rows(&page).await?;
                Ok(found.iter().any(|row| row.0 == number)
                    && (found.len() == 1 || !exactly && found.len() < listed.len()))
            })
            .await?;
        }
        // A number is looked for under every status, and that is said.
        page.open_support(&format!("/requests?status=pending&query=%23{number}"), Language::English).await?;
        page.see(words.text("history.number_note")).await?;
        ensure!(rows(&page).await?.len() == 1, "the number is not found under another filter");

        let field = page.input(words.text("history.search.label")).await?;
        field.clear().await?;
        field.send_keys("devolucao").await?;
        field.send_keys("\u{e007}").await?;
        at(&page, "/requests?status=pending&query=devolucao").await?;
        page.see(words.text("history.none.title")).await?;
        page.click(words.text("history.none.every_status")).await?;
        at(&page, "/requests?query=devolucao").await?;
        page.see("Transportadora não recebe a etiqueta de devolução").await?;
        ensure!(rows(&page).await?.len() == 1, "words find too much");
        reload(&page).await?;
        page.see("Transportadora não recebe a etiqueta de devolução").await?;
        ensure!(page.value(words.text("history.search.label")).await? == "devolucao", "the search is lost by a reload");
        page.click(words.text("history.search.clear")).await?;
        at(&page, "/requests").await?;
        page.until("all are back", async || Ok(rows(&page).await?.len() == listed.len())).await
    })
    .await;
}

#[tokio::test]
async fn order_and_pages_are_in_the_address() {
    let mut backend = Backend::start().await.expect("the backend starts");
    backend.fill(REQUESTER, 60).await.expect("the database is filled");
    journey("pages", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("history.title")).await?;
        let first = rows(&page).await?;
        ensure!(first.len() == 20, "{} rows on a page", first.len());
        let total = count(&page, "all").await?;
        page.looks_right("history-pages", Language::English).await?;
        page.click(words.text("common.next")).await?;
        at(&page, "/requests?page=2").await?;
        let second = rows(&page).await?;
        ensure!(second.len() == 20 && second.iter().all(|row| !first.contains(row)), "the same rows on both pages");
        page.driver.back().await?;
        page.into_support_frame().await?;
        page.until("Back shows the first page", async || Ok(rows(&page).await? == first)).await?;
        ensure!(!host_address(&page).await?.contains("page="), "the address still names a page");
        page.driver.forward().await?;
        page.into_support_frame().await?;
        at(&page, "/requests?page=2").await?;
        reload(&page).await?;
        page.until("a reload shows the same rows", async || Ok(rows(&page).await? == second)).await?;

        page.select(words.text("history.sort.label"), words.text("history.sort.first_opened")).await?;
        at(&page, "/requests?sort=created_at").await?;
        page.until("the oldest are first", async || {
            let shown = rows(&page).await?;
            Ok(shown.len() == 20 && shown != first)
        })
        .await?;
        // Beyond the last page: the last one.
        page.open_support("/requests?page=400", Language::English).await?;
        let last = total.div_ceil(20);
        at(&page, &format!("/requests?page={last}")).await?;
        ensure!(u64::try_from(rows(&page).await?.len())? == total - (last - 1) * 20, "the last page");
        page.looks_right("history-last-page", Language::English).await
    })
    .await;
}

#[tokio::test]
async fn a_user_without_requests_is_told_how_to_begin() {
    let backend = Backend::start_with(&[("DEMO_DATA", "false")]).await.expect("the backend starts");
    journey("first-time", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.open_support("/requests", language).await?;
            page.see(words.text("history.empty.title")).await?;
            page.looks_right("history-first-time", language).await?;
        }
        let words = Words::of(Language::Spanish)?;
        page.click(words.text("history.empty.ask")).await?;
        at(&page, "/copilot").await
    })
    .await;
}

#[tokio::test]
async fn a_list_that_does_not_come_says_so_and_comes_when_it_is_tried_again() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("history-failed", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.width(1440).await?;
            page.open_support("/requests", language).await?;
            ensure!(!rows(&page).await?.is_empty(), "no rows");
            page.backend.lock().await.kill().await?;
            page.script("document.querySelector('[data-status=pending]').click()").await?;
            page.see(words.text("history.failed")).await?;
            page.see(words.text("error.network")).await?;
            page.looks_right("history-failed", language).await?;
            // Tried in vain it stays, and the button with it.
            page.click(words.text("common.retry")).await?;
            page.see(words.text("history.failed")).await?;
            page.backend.lock().await.run().await?;
            page.click(words.text("common.retry")).await?;
            page.gone(words.text("history.failed")).await?;
            let pending = words.text("status.pending");
            page.until("the list is there", async || {
                let found = rows(&page).await?;
                Ok(!found.is_empty() && found.iter().all(|(_, name)| name == pending))
            })
            .await?;

            // The list that is shown stays while it cannot be refreshed.
            page.network(false).await?;
            page.click(words.text("history.search.button")).await?;
            page.see(words.text("history.stale")).await?;
            ensure!(!rows(&page).await?.is_empty(), "the list is gone");
            page.looks_right("history-stale", language).await?;
            page.network(true).await?;
            // As soon as there is a network again, by itself.
            page.gone(words.text("history.stale")).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn before_the_list_comes_its_shape_is_there() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("history-skeleton", backend, async |page| {
        page.open_support("/requests", Language::English).await?;
        rows(&page).await?;
        // Answers that never come: the page waits for them, and looks like it.
        page.script("window.fetch = () => new Promise(() => {})").await?;
        page.script("document.querySelector('a[href=\"/panel/copilot\"]').click()").await?;
        page.script("document.querySelector('a[href=\"/panel/requests\"]').click()").await?;
        page.until("the skeleton is there", async || {
            Ok(page.script("return !!document.querySelector('.history-results .skeleton')").await? == true)
        })
        .await?;
        page.see(Words::of(Language::English)?.text("history.loading")).await?;
        page.looks_right("history-skeleton", Language::English).await
    })
    .await;
}
