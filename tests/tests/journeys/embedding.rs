//! The panel inside the sample admin: addresses, titles, languages, height; and without any admin around it.

use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::json;

#[tokio::test]
async fn the_sample_admin_and_its_mailbox_are_in_shape() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("admin", backend, async |page| {
        for language in Language::ALL {
            page.open(&format!("/admin?locale={}&user=ana", language.tag())).await?;
            page.see("Copilot").await.ok();
            page.looks_right("admin", language).await?;
            page.script("document.querySelector('.person').open = true").await?;
            page.looks_right("admin-person", language).await?;
            page.width(360).await?;
            page.script(
                "document.querySelector('.person').open = false; document.querySelector('.menu-button').click()",
            )
            .await?;
            page.picture(&format!("admin-menu-{}-360", language.code())).await?;
            page.accessible("the open menu").await?;
        }
        page.width(1440).await?;
        page.open("/dev/mailbox").await?;
        page.see("No message was sent yet.").await?;
        page.looks_right("mailbox-empty", Language::English).await?;

        let ana = page.backend.lock().await.sign_in("ana").await?;
        let conversation = ana
            .post(
                "/api/panel/conversations",
                &serde_json::json!({ "conversation": { "locale": "pt", "scenario": "doubt" } }),
            )
            .await?;
        let id = conversation["conversation"]["id"].as_str().unwrap_or_default().to_owned();
        ana.call(reqwest::Method::POST, &format!("/api/panel/conversations/{id}/code"))
            .send()
            .await?
            .error_for_status()?;
        page.backend.lock().await.mail("ana@acmestore.example", "").await?;
        page.open("/dev/mailbox").await?;
        page.see("ana@acmestore.example").await?;
        page.looks_right("mailbox", Language::English).await?;
        page.script("document.querySelector('td a').click()").await?;
        page.see("Download as .eml").await?;
        page.looks_right("mailbox-message", Language::English).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn an_address_of_the_admin_opens_its_page_and_names_it() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("deep-links", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        let hello = words.text("home.title").replace("{name}", "Ana");
        for (route, title, lands) in [
            ("", hello.as_str(), ""),
            ("/requests?status=pending", words.text("history.title"), "/requests?status=pending"),
            ("/copilot", words.text("copilot.title"), "/copilot"),
            ("/nowhere/at/all", words.text("frame.not_found"), "/nowhere/at/all"),
        ] {
            page.open_support(route, Language::English).await?;
            page.see(title).await?;
            page.until(&format!("{route} is at {lands}"), async || {
                Ok(page.address().await?.trim_end_matches(&['?', '&'][..]).starts_with(&format!("/panel{lands}")))
            })
            .await?;
            page.until(&format!("{route} is named"), async || {
                Ok(page.script("return document.title").await?.as_str().is_some_and(|named| named.contains(title)))
            })
            .await?;
            if route == "/nowhere/at/all" {
                page.looks_right("panel-not-found", Language::English).await?;
            }
        }
        // The frame fills what the bar leaves, and the page scrolls within it.
        page.driver.enter_default_frame().await?;
        let heights = page
            .script("return [document.querySelector('main iframe').getBoundingClientRect().height, innerHeight, document.documentElement.scrollHeight]")
            .await?;
        let height = |index: usize| heights[index].as_f64().unwrap_or_default();
        ensure!((height(1) - height(0) - 56.0).abs() < 1.5 && height(2) <= height(1), "heights: {heights}");

        // The survey's item, also at the address where the admin had it before.
        page.open("/admin/survey?locale=en-US&user=ana").await?;
        page.into_support_frame().await?;
        page.see(words.text("survey.title")).await?;
        page.until("the survey is shown", async || Ok(page.address().await?.ends_with("/survey"))).await
    })
    .await;
}

#[tokio::test]
async fn the_launcher_goes_to_paths_of_the_hosts_own_alone() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("launcher-paths", backend, async |page| {
        page.width(1440).await?;
        page.open("/admin?locale=en-US&user=ana").await?;
        page.script(
            "window.seen = []; addEventListener('balcao:navigate', (event) => { \
             window.seen.push(event.detail.path); event.preventDefault(); })",
        )
        .await?;
        page.open_copilot().await?;
        for path in [
            r#""/\t/evil.example""#,
            r#""/\n/evil.example""#,
            r#""/\r\n\\evil.example""#,
            r#""//evil.example""#,
            r#""/\\evil.example""#,
            r#""/\t\\evil.example/x""#,
            r#""/.//evil.example""#,
            r#""/admin/..//evil.example""#,
            r#""/admin/%2e%2e//evil.example""#,
            r#""//user@evil.example:99999""#,
            r#""javascript:alert(1)""#,
            r#""https://evil.example/""#,
            r#"" /admin""#,
            r#""admin""#,
            r#""""#,
            "null",
            "7",
            r#"["/admin"]"#,
            r#"{"toString": "/admin"}"#,
            r#""/admin/support/requests?page=2#there""#,
        ] {
            page.script(&format!(
                "parent.postMessage({{ id: 'admin-ejected-app-message', type: 'navigation', data: {{ path: {path} }} }}, '*')"
            ))
            .await?;
        }
        page.driver.enter_default_frame().await?;
        page.until("the host is told", async || Ok(page.script("return window.seen.length").await?.as_u64() > Some(0)))
            .await?;
        let seen = page.script("return window.seen").await?;
        ensure!(seen == serde_json::json!(["/admin/support/requests?page=2#there"]), "{seen}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_drawer_opened_without_a_network_says_so_and_comes_back_by_itself() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("launcher-offline", backend, async |page| {
        for (language, said, again) in [
            (Language::English, "No connection to Copilot.", "Try again"),
            (Language::Portuguese, "Sem conexão com o Copilot.", "Tentar de novo"),
            (Language::Spanish, "Sin conexión con Copilot.", "Intentar de nuevo"),
        ] {
            let words = Words::of(language)?;
            page.width(1440).await?;
            page.open(&format!("/admin?locale={}&user=ana", language.tag())).await?;
            // The host has said its language: the number on the button was asked for.
            page.until("the number is asked for", async || {
                Ok(page.script("return performance.getEntriesByType('resource').some((it) => it.name.includes('/admin/context'))").await? == true)
            })
            .await?;
            page.network(false).await?;
            // A page that the browser has kept says so itself.
            page.driver.cdp().send_raw("Network.clearBrowserCache", serde_json::json!({})).await?;
            let toggle = "document.querySelector('balcao-copilot').shadowRoot.querySelector('button').click()";
            page.script(toggle).await?;
            let drawer = "const drawer = document.querySelector('balcao-copilot-drawer').shadowRoot;";
            let shown = format!(
                "{drawer} const trouble = drawer.querySelector('div');
                 return [trouble.hidden, drawer.querySelector('iframe').hidden, trouble.innerText]"
            );
            page.until("it is said that there is no connection", async || {
                let shown = page.script(&shown).await?;
                let text = shown[2].as_str().unwrap_or_default();
                Ok(shown[0] == false && shown[1] == true && text.contains(said) && text.contains(again))
            })
            .await?;
            page.picture(&format!("launcher-offline-{}-1440", language.code())).await?;
            page.width(360).await?;
            page.picture(&format!("launcher-offline-{}-360", language.code())).await?;
            page.network(true).await?;
            page.until("the panel is there", async || {
                let shown = page.script(&shown).await?;
                Ok(shown[0] == true && shown[1] == false)
            })
            .await?;
            page.into_copilot_frame().await?;
            page.see(words.text("copilot.title")).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn back_and_forward_walk_through_the_admins_pages() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("back-forward", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        page.open_support("/requests", Language::English).await?;
        page.see(words.text("history.title")).await?;
        page.element(thirtyfour::By::Css("tr[data-request] a")).await?.click().await?;
        page.see(words.text("request.thread")).await?;
        page.click(words.text("frame.copilot")).await?;
        page.see(words.text("copilot.start")).await?;
        for (back, key, address) in [
            (true, "request.thread", "/admin/support/requests/"),
            (true, "history.title", "/admin/support/requests"),
            (false, "request.thread", "/admin/support/requests/"),
            (false, "copilot.start", "/admin/support/copilot"),
        ] {
            if back {
                page.driver.back().await?
            } else {
                page.driver.forward().await?
            }
            page.into_support_frame().await?;
            page.see(words.text(key)).await?;
            page.driver.enter_default_frame().await?;
            page.until(&format!("the admin shows {address}"), async || Ok(page.address().await?.starts_with(address)))
                .await?;
        }
        Ok(())
    })
    .await;
}

/// The admin changes its language, as its person chooses it.
async fn admin_speaks(page: &Page, language: Language) -> Result<()> {
    page.driver.enter_default_frame().await?;
    page.script(&format!(
        "const locale = document.querySelector('#locale'); locale.value = '{}'; locale.dispatchEvent(new Event('change'))",
        language.tag()
    ))
    .await?;
    page.into_support_frame().await
}

#[tokio::test]
async fn the_language_follows_the_admin_without_a_reload_and_without_loss() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("language", backend, async |page| {
        let ana = page.backend.lock().await.sign_in("ana").await?;
        let list = ana.get("/api/v2/requests.json?status=pending").await?;
        let number = list["requests"][0]["id"].as_u64().unwrap_or_default();
        page.width(1440).await?;
        page.open_support(&format!("/requests/{number}"), Language::English).await?;
        let label = Words::of(Language::English)?.text("request.reply.message").to_owned();
        page.fill(&label, "Half a sen").await?;
        page.script("window.unchanged = true").await?;
        // Half a language is none: the page stays in the one that it has.
        let block = async |urls: &[&str]| {
            page.driver.cdp().send_raw("Network.setBlockedURLs", json!({ "urls": urls })).await
        };
        page.driver.cdp().send_raw("Network.enable", json!({})).await?;
        block(&["*/locales/pages/es.json*"]).await?;
        admin_speaks(&page, Language::Spanish).await?;
        page.until("both files were asked for", async || {
            let asked = "return performance.getEntriesByType('resource').filter(({ name }) => name.includes('/es.json')).length";
            Ok(page.script(asked).await?.as_u64() >= Some(2))
        })
        .await?;
        let shown = page.see(Words::of(Language::English)?.text("status.pending")).await?;
        ensure!(!shown.contains(Words::of(Language::Spanish)?.text("status.pending")), "two languages:\n{shown}");
        block(&[]).await?;
        for language in [Language::Portuguese, Language::Spanish, Language::English] {
            let words = Words::of(language)?;
            admin_speaks(&page, language).await?;
            page.see(words.text("request.reply.send")).await?;
            page.see(words.text("status.pending")).await?;
            ensure!(page.value(words.text("request.reply.message")).await? == "Half a sen", "the words are lost");
            ensure!(page.script("return window.unchanged").await? == true, "the page was loaded anew");
            ensure!(page.script("return document.documentElement.lang").await? == language.tag().replace("es-AR", "es"), "lang");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn opened_without_an_admin_it_says_how_it_can_be_opened() {
    // With a support site there would be a way in.
    let closed = [("SUPPORT_SITE_EMAIL", "false"), ("SUPPORT_SITE_PASSWORD", "false")];
    let backend = Backend::start_with(&closed).await.expect("the backend starts");
    journey("no-admin", backend, async |page| {
        page.width(1440).await?;
        for path in ["/panel/requests", "/panel/requests/3", "/panel/new/technical", "/panel/copilot"] {
            page.open(path).await?;
            page.see(Words::of(Language::English)?.text("host.how_to_open_title")).await?;
        }
        page.looks_right("no-admin", Language::English).await?;
        for language in Language::ALL {
            let locale = serde_json::json!({ "locale": language.tag(), "acceptLanguage": language.tag(), "userAgent":
                page.script("return navigator.userAgent").await? });
            page.driver.cdp().send_raw("Emulation.setUserAgentOverride", locale).await?;
            page.open("/panel/requests").await?;
            page.see(Words::of(language)?.text("host.how_to_open_title")).await?;
            page.looks_right("no-admin", language).await?;
        }
        Ok(())
    })
    .await;
}
