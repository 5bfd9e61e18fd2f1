//! The door of VTEX ID: the admin's own token in the host's message, and the admin's cookie on the same origin.

use anyhow::{Result, ensure};
use balcao_tests::vtex_id::VtexId;
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::json;

const ANA: &str = "ana@acmestore.example|acmestore";

/// From the next page on, what the sample admin tells the panel is changed by this script, where `context` is what it
/// would say.
async fn admin_says(page: &Page, change: &str) -> Result<()> {
    let script = format!(
        "if (window === window.top) {{
            const real = window.fetch;
            window.fetch = async (...given) => {{
                const answer = await real(...given);
                if (!String(given[0]).startsWith('/admin/context')) return answer;
                const context = await answer.json();
                {change};
                return Response.json(context);
            }};
        }}"
    );
    page.driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
    Ok(())
}

/// The cookie that the admin's own sign-in leaves: no script can read it.
async fn admin_cookie(page: &Page, token: &str) -> Result<()> {
    let url = page.backend.lock().await.url("/");
    let cookie = json!({ "name": "VtexIdclientAutCookie", "value": token, "url": url, "httpOnly": true });
    page.driver.cdp().send_raw("Network.setCookie", cookie).await?;
    Ok(())
}

/// The panel shows Ana's requests, and works.
async fn is_ana_at_home(page: &Page, language: Language) -> Result<()> {
    let words = Words::of(language)?;
    page.open_support("/requests", language).await?;
    page.see(words.text("history.title")).await?;
    page.until("her requests are there", async || {
        Ok(page.script("return document.querySelectorAll('tr[data-request]').length > 0").await? == true)
    })
    .await?;
    page.script("document.querySelector('tr[data-request] a').click()").await?;
    page.see(words.text("request.thread")).await?;
    Ok(())
}

#[tokio::test]
async fn the_admins_own_token_in_the_hosts_message_signs_in() {
    let vtex_id = VtexId::start().await.expect("the stand-in starts");
    let backend = Backend::start_with(&[("VTEX_ID_URL", &vtex_id.url)]).await.expect("the backend starts");
    journey("vtex-id", backend, async |page| {
        admin_says(&page, &format!("context.token = window.name || '{ANA}'")).await?;
        for language in Language::ALL {
            let words = Words::of(language)?;
            is_ana_at_home(&page, language).await?;
            let asked = vtex_id.asked();
            let is_hers = |(account, token): &(String, String)| account == "acmestore" && token == ANA;
            ensure!(asked.iter().all(is_hers), "{asked:?}");
            ensure!(!asked.is_empty() || language != Language::English, "nobody asked");
            // A token that VTEX ID does not know: said, with a way to try again.
            page.driver.enter_default_frame().await?;
            // Another in each language: what was refused is not asked about again for a minute.
            let stale = format!("stale-{}", language.code());
            page.script(&format!("window.name = '{stale}'")).await?;
            page.open_support("/requests", language).await?;
            page.see(words.text("session.refused_title")).await?;
            ensure!(vtex_id.asked().contains(&("acmestore".to_owned(), stale)), "nobody asked");
            page.looks_right("vtex-id-refused", language).await?;
            page.driver.enter_default_frame().await?;
            page.script("window.name = ''").await?;
            page.into_support_frame().await?;
            page.click(words.text("common.retry")).await?;
            page.see(words.text("history.title")).await?;
        }
        // A reply goes through the same door's session.
        let words = Words::of(Language::English)?;
        is_ana_at_home(&page, Language::English).await?;
        page.fill(words.text("request.reply.message"), "It is Firefox.").await?;
        page.click(words.text("request.reply.send")).await?;
        page.see(words.text("request.reply.sent")).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn on_the_admins_own_origin_its_cookie_is_enough() {
    let vtex_id = VtexId::start().await.expect("the stand-in starts");
    let backend = Backend::start_with(&[("VTEX_ID_URL", &vtex_id.url)]).await.expect("the backend starts");
    journey("vtex-id-cookie", backend, async |page| {
        admin_says(&page, "delete context.token").await?;
        let words = Words::of(Language::English)?;
        // Nobody is signed in to the admin.
        page.width(1440).await?;
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("session.refused_title")).await?;
        admin_cookie(&page, ANA).await?;
        page.click(words.text("common.retry")).await?;
        page.see(words.text("history.title")).await?;
        is_ana_at_home(&page, Language::English).await?;
        let asked = vtex_id.asked();
        ensure!(!asked.is_empty() && asked.iter().all(|(_, token)| token == ANA), "{asked:?}");
        ensure!(page.script("return document.cookie").await? == "", "a script can read the cookie");
        // Signed out of the admin, or in as somebody whom VTEX ID does not know.
        admin_cookie(&page, "stale").await?;
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("session.refused_title")).await?;
        Ok(())
    })
    .await;
}
