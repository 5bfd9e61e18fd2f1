//! Where a request begins, inside the admin: who is asking is known, and what somebody lacks is said.

use anyhow::ensure;
use balcao_tests::{Backend, Language, Words, journey};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn new_request_asks_what_it_is_about_and_knows_who_is_asking() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("start-admin", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.width(1440).await?;
            page.open_support("/requests", language).await?;
            page.click(words.text("history.new")).await?;
            let shown = page.see(words.text("start.kind_title")).await?;
            for expected in [
                "Ana Souza",
                "acmestore",
                words.text("start.name"),
                words.text("start.account"),
                words.text("start.copilot"),
            ] {
                ensure!(shown.contains(expected), "{expected:?} is missing:\n{shown}");
            }
            ensure!(!shown.contains(words.text("start.change")), "the admin's store cannot be changed here:\n{shown}");
            page.looks_right("start-admin", language).await?;
            page.click(words.text("start.technical")).await?;
            page.see(words.step("problem")).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn who_lacks_something_is_told_what_and_who_can_grant_it() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("start-lacking", backend, async |page| {
        // The sponsor has been here, so that their name is known.
        page.backend.lock().await.sign_in("ana").await?;
        for language in Language::ALL {
            let words = Words::of(language)?;
            let address =
                |user: &str, route: &str| format!("/admin/support{route}?locale={}&user={user}", language.tag());
            page.width(1440).await?;
            page.open(&address("carla", "/new")).await?;
            page.into_support_frame().await?;
            let shown = page.see(words.text("start.resource")).await?;
            ensure!(shown.contains("Ana Souza"), "who can grant it is not named:\n{shown}");
            ensure!(shown.contains(words.text("start.sponsor_only")), "commercial is not explained:\n{shown}");
            page.control(words.text("start.financial")).await?;
            for closed in ["start.technical", "start.commercial"] {
                let links = page
                    .script(&format!(
                        "return [...document.querySelectorAll('main a')].filter((a) => a.innerText === '{}').length",
                        words.text(closed)
                    ))
                    .await?;
                ensure!(links == 0, "{closed} leads on");
            }
            page.looks_right("start-lacking", language).await?;

            // The form itself says the same to whoever comes by its address.
            page.open(&address("carla", "/new/technical")).await?;
            page.into_support_frame().await?;
            page.see(words.text("form.not_allowed_title")).await?;
            let shown = page.see("open-support-ticket").await?;
            ensure!(shown.contains("Ana Souza"), "who can grant it is not named:\n{shown}");
            page.looks_right("form-not-allowed", language).await?;

            page.open(&address("bruno", "/new")).await?;
            page.into_support_frame().await?;
            let shown = page.see(words.text("start.sponsor_only")).await?;
            ensure!(!shown.contains(words.text("start.resource")), "Bruno has the resource:\n{shown}");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn where_one_is_signed_in_is_seen_inside_the_admin() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("sign-ins-admin", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.width(1440).await?;
            page.open_support("/requests", language).await?;
            page.click(words.text("sign_ins.title")).await?;
            page.see(words.text("sign_ins.current")).await?;
            page.looks_right("sign-ins-admin", language).await?;
        }
        let words = Words::of(Language::English)?;
        page.open_support("/sign-ins", Language::English).await?;
        // Somebody else with the same user, outside of this browser.
        let other = page.backend.lock().await.sign_in("ana").await?;
        page.driver.refresh().await?;
        page.into_support_frame().await?;
        page.see(words.text("sign_ins.current")).await?;
        page.click(words.text("sign_ins.everywhere")).await?;
        page.see(words.text("sign_ins.everywhere_title")).await?;
        page.looks_right("sign-ins-everywhere", Language::English).await?;
        page.script("document.querySelector('dialog[open] .button-primary').click()").await?;
        page.until("the other session has ended", async || {
            let answer = other.call(Method::GET, "/api/panel/session").send().await?;
            Ok(answer.status() == 401)
        })
        .await?;
        // The admin signs this page in anew, and the list says that there is nothing else.
        page.see(words.text("sign_ins.only")).await?;
        let session: Value = page.backend.lock().await.sign_in("ana").await?.get("/api/panel/session").await?;
        ensure!(session["session"]["user"]["name"] == json!("Ana Souza"), "{session}");
        Ok(())
    })
    .await;
}
