//! The network goes, the backend falls, the session ends, the mail server is down: clear words where it happened, a way
//! on, and nothing that was typed is lost.

use super::offline::retry;
use super::steps;
use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use thirtyfour::By;

/// A request of Ana's: another one for each language, as a reply changes it.
async fn request_for(page: &Page, language: Language) -> Result<u64> {
    let status = match language {
        Language::English => "pending",
        Language::Portuguese => "solved",
        Language::Spanish => "hold",
    };
    let user = page.backend.lock().await.sign_in("ana").await?;
    let list = user.get(&format!("/api/v2/requests.json?status={status}")).await?;
    list["requests"][0]["id"].as_u64().context("no such request")
}

async fn open_request(page: &Page, words: &Words, language: Language) -> Result<u64> {
    let number = request_for(page, language).await?;
    page.width(1440).await?;
    page.open_support(&format!("/requests/{number}"), language).await?;
    page.see(words.text("request.reply.send")).await?;
    Ok(number)
}

/// How many comments of a request say this.
async fn times_said(page: &Page, number: u64, said: &str) -> Result<usize> {
    let user = page.backend.lock().await.sign_in("ana").await?;
    let thread = user.get(&format!("/api/v2/requests/{number}/comments.json?per_page=100")).await?;
    let comments = thread["comments"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(comments.iter().filter(|comment| comment["plain_body"].as_str().is_some_and(|body| body.contains(said))).count())
}

/// Notes the panel's session as it is used.
async fn watch_session(page: &Page) -> Result<()> {
    page.script(
        "const ask = window.fetch;
         window.fetch = (...all) => {
            const headers = all[0] instanceof Request ? all[0].headers : new Headers(all[1]?.headers);
            const signed = headers.get('authorization');
            if (signed) window.signed = signed;
            return ask(...all);
         }",
    )
    .await?;
    Ok(())
}

/// Ends the panel's session behind its back, as "sign out everywhere" would.
async fn end_session(page: &Page) -> Result<()> {
    page.until("the panel has used its session", async || Ok(page.script("return !!window.signed").await? == true))
        .await?;
    let script = "const done = arguments[arguments.length - 1], headers = { authorization: window.signed };
        fetch('/api/panel/session', { headers })
            .then((answer) => answer.json())
            .then(({ session }) => fetch('/api/panel/session',
                { method: 'DELETE', headers: { ...headers, 'x-csrf-token': session.csrf_token } }))
            .then((answer) => done(answer.status), (error) => done(String(error)))";
    let status = page.driver.execute_async(script, Vec::new()).await?.json().clone();
    ensure!(status == 204, "the session did not end: {status}");
    Ok(())
}

/// Has the panel read its page again: its session is used.
async fn read_again(page: &Page) -> Result<()> {
    page.script("dispatchEvent(new Event('online'))").await?;
    Ok(())
}

#[tokio::test]
async fn without_a_network_a_request_and_a_reply_say_so_and_go_on_after() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("offline-request", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.width(1440).await?;
            let number = request_for(&page, language).await?;
            page.open_support("/requests", language).await?;
            page.see(&format!("#{number}")).await?;
            page.network(false).await?;
            page.script(&format!("document.querySelector('tr[data-request=\"{number}\"] a').click()")).await?;
            // Its code, or itself, cannot be had: either way in words, with the way to try again.
            page.until("it is said that the request did not come", async || {
                let text = page.text().await?;
                Ok([words.text("request.failed"), words.text("frame.not_loaded")]
                    .iter()
                    .any(|said| text.contains(said)))
            })
            .await?;
            page.looks_right("offline-request", language).await?;
            page.click(words.text("common.retry")).await?;
            page.control(words.text("common.retry")).await?;
            page.network(true).await?;
            page.until("the request is there", async || {
                if page.text().await?.contains(words.text("request.reply.send")) {
                    return Ok(true);
                }
                page.script("document.querySelector('.banner .button')?.click()").await?;
                Ok(false)
            })
            .await?;

            let said = format!("Typed without a network ({})", language.code());
            page.network(false).await?;
            page.fill(words.text("request.reply.message"), &said).await?;
            page.click(words.text("request.reply.send")).await?;
            page.see(words.text("request.reply.failed")).await?;
            page.see(words.text("request.reply.tries_itself")).await?;
            ensure!(page.value(words.text("request.reply.message")).await? == said, "the words are lost");
            page.looks_right("offline-reply", language).await?;
            page.network(true).await?;
            // Nobody has to send it again.
            page.see(words.text("request.reply.sent")).await?;
            ensure!(times_said(&page, number, &said).await? == 1, "not once in the conversation");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_sent_without_a_network_goes_by_itself_after_and_only_once() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("offline-send", backend, async |page| {
        let words = Words::of(Language::Spanish)?;
        let before = steps::count_requests(&page).await?;
        steps::to_evidence(&page, &words, Language::Spanish, "Enviada sin red").await?;
        page.network(false).await?;
        // Going on from step to step asks nobody.
        steps::review(&page, &words).await?;
        page.click(words.submit()).await?;
        page.see(words.text("form.not_sent")).await?;
        page.see(words.text("error.network")).await?;
        page.see("Enviada sin red").await?;
        page.looks_right("offline-send", Language::Spanish).await?;
        page.network(true).await?;
        let number = steps::sent_number(&page, &words).await?;
        ensure!(number > 0 && steps::count_requests(&page).await? == before + 1, "not one request");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_backend_that_falls_in_the_middle_costs_neither_form_nor_reply() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("restart", backend, async |page| {
        let words = Words::of(Language::Portuguese)?;
        let before = steps::count_requests(&page).await?;
        steps::to_evidence(&page, &words, Language::Portuguese, "O servidor caiu").await?;
        page.backend.lock().await.kill().await?;
        steps::review(&page, &words).await?;
        page.click(words.submit()).await?;
        page.see(words.text("form.not_sent")).await?;
        page.looks_right("restart-send", Language::Portuguese).await?;
        page.backend.lock().await.run().await?;
        retry(&page, &words, words.submit(), words.beginning("form.sent_mail")).await?;
        ensure!(steps::count_requests(&page).await? == before + 1, "not one request");

        let number = open_request(&page, &words, Language::Portuguese).await?;
        let said = "Escrito antes da queda";
        page.fill(words.text("request.reply.message"), said).await?;
        page.backend.lock().await.kill().await?;
        page.click(words.text("request.reply.send")).await?;
        page.see(words.text("request.reply.failed")).await?;
        page.backend.lock().await.run().await?;
        page.see(words.text("request.reply.sent")).await?;
        ensure!(times_said(&page, number, said).await? == 1, "not once in the conversation");
        Ok(())
    })
    .await;
}

/// The browser knows nothing of it: its own network is there all the time.
#[tokio::test]
async fn a_list_and_a_request_that_did_not_come_are_there_as_soon_as_the_backend_is() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("restart-reading", backend, async |page| {
        let words = Words::of(Language::English)?;
        let number = open_request(&page, &words, Language::English).await?;
        page.click(words.text("request.back")).await?;
        page.see(&format!("#{number}")).await?;
        page.backend.lock().await.kill().await?;
        page.element(By::Css("[data-status=closed]")).await?.click().await?;
        page.see(words.text("history.failed")).await?;
        page.backend.lock().await.run().await?;
        page.gone(words.text("history.failed")).await?;
        page.until("the list is there", async || {
            Ok(page.script("return document.querySelectorAll('tr[data-standing=closed]').length").await? != 0)
        })
        .await?;

        page.open_support(&format!("/requests/{number}"), Language::English).await?;
        page.see(words.text("request.reply.send")).await?;
        page.backend.lock().await.kill().await?;
        read_again(&page).await?;
        page.see(words.text("request.stale")).await?;
        page.backend.lock().await.run().await?;
        page.gone(words.text("request.stale")).await?;
        page.gone(words.text("request.thread_failed")).await
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_is_renewed_by_itself() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("session-renewed", backend, async |page| {
        let words = Words::of(Language::English)?;
        let number = open_request(&page, &words, Language::English).await?;
        watch_session(&page).await?;
        let said = "Typed before the session ended";
        page.fill(words.text("request.reply.message"), said).await?;
        read_again(&page).await?;
        end_session(&page).await?;
        page.click(words.text("request.reply.send")).await?;
        page.see(words.text("request.reply.sent")).await?;
        ensure!(!page.text().await?.contains(words.text("session.ended")), "it is said that the session has ended");
        ensure!(times_said(&page, number, said).await? == 1, "not once in the conversation");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_waits_for_the_user_with_everything_kept() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("session-ended", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            let number = open_request(&page, &words, language).await?;
            watch_session(&page).await?;
            let said = format!("Typed before the session ended ({})", language.code());
            page.fill(words.text("request.reply.message"), &said).await?;
            read_again(&page).await?;
            // The admin itself has lost its sign-in: what it says is no longer believed.
            page.driver.enter_default_frame().await?;
            page.script(
                "const ask = window.fetch; window.mend = () => { window.fetch = ask };
                 window.fetch = async (...all) => {
                    const answer = await ask(...all);
                    if (!String(all[0]).includes('/admin/context')) return answer;
                    return Response.json({ ...await answer.json(), token: 'worn.out.token' });
                 }",
            )
            .await?;
            page.into_support_frame().await?;
            end_session(&page).await?;
            page.click(words.text("request.reply.send")).await?;
            page.see(words.text("session.ended")).await?;
            ensure!(page.value(words.text("request.reply.message")).await? == said, "the words are lost");
            page.looks_right("session-ended", language).await?;
            page.click(words.text("session.sign_in_again")).await?;
            page.see(words.text("session.still_ended")).await?;
            page.looks_right("session-still-ended", language).await?;

            page.driver.enter_default_frame().await?;
            page.script("window.mend()").await?;
            page.into_support_frame().await?;
            page.click(words.text("session.sign_in_again")).await?;
            page.gone(words.text("session.still_ended")).await?;
            ensure!(page.value(words.text("request.reply.message")).await? == said, "the words are lost");
            page.click(words.text("request.reply.send")).await?;
            page.see(words.text("request.reply.sent")).await?;
            ensure!(times_said(&page, number, &said).await? == 1, "not once in the conversation");
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_form_outlives_its_session() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("session-form", backend, async |page| {
        let words = Words::of(Language::English)?;
        let before = steps::count_requests(&page).await?;
        steps::open_form(&page, &words, Language::English).await?;
        watch_session(&page).await?;
        steps::problem(&page, &words, "A form longer than its session", "It took a while to write.").await?;
        // Another language, and the form's words are fetched again: the session is used, and seen.
        page.driver.enter_default_frame().await?;
        page.script("const locale = document.querySelector('#locale'); locale.value = 'pt-BR'; locale.dispatchEvent(new Event('change'))")
            .await?;
        page.into_support_frame().await?;
        let words = Words::of(Language::Portuguese)?;
        page.see(words.step("problem")).await?;
        end_session(&page).await?;
        steps::context(&page, &words).await?;
        steps::experience(&page, &words).await?;
        let folder = tempfile::tempdir()?;
        let picture = page.screenshot_file(folder.path(), "late.png").await?;
        page.choose_files(&[&picture]).await?;
        page.files_arrived(1).await?;
        steps::review(&page, &words).await?;
        page.click(words.submit()).await?;
        steps::sent_number(&page, &words).await?;
        ensure!(steps::count_requests(&page).await? == before + 1, "not one request");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_request_is_acknowledged_while_the_mail_server_is_down_and_its_mail_goes_out_later() {
    // Nobody listens on the first port there is.
    let settings = [steps::WITH_CODE[0], ("MAIL_SMTP_URL", "smtp://127.0.0.1:1")];
    let backend = Backend::start_with(&settings).await.expect("the backend starts");
    journey("mail-down", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::to_evidence(&page, &words, Language::English, "No mail server").await?;
        steps::review(&page, &words).await?;
        page.click(words.submit()).await?;
        let number = steps::sent_number(&page, &words).await?;
        page.backend.lock().await.restart_with("MAIL_SMTP_URL", None).await?;
        let mail = page.backend.lock().await.mail(steps::REQUESTER, &format!("#{number}")).await?;
        ensure!(mail.contains("No mail server"), "another mail:\n{mail}");

        page.backend.lock().await.restart_with("MAIL_SMTP_URL", Some("smtp://127.0.0.1:1")).await?;
        page.open_support("/copilot", Language::English).await?;
        page.click(words.text("copilot.person")).await?;
        page.click(words.text("copilot.scenario_doubt")).await?;
        page.see(words.text("copilot.code_title")).await?;
        page.see(words.text("copilot.code_label")).await?;
        page.looks_right("code-mail-down", Language::English).await?;
        page.backend.lock().await.restart_with("MAIL_SMTP_URL", None).await?;
        // Late, but it comes.
        page.backend.lock().await.mail(steps::REQUESTER, "verification code").await?;
        let code = steps::code(&page).await?;
        page.fill(words.text("copilot.code_label"), &code).await?;
        page.see(words.step("problem")).await?;
        Ok(())
    })
    .await;
}
