//! A request's life without a mouse: read, answered, solved and taken back, reopened, gone on from, rated, kept as a
//! file; and the focus is never lost on the way.

use super::desk::{agent, badge, comments, opened, opened_with_form, says, status};
use super::keyboard::{back_to, choose, enter_on};
use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::json;
use thirtyfour::Key;

/// Into the panel's frame, with the focus at its top.
async fn at_the_top(page: &Page, route: &str, title: &str) -> Result<()> {
    page.open_support(route, Language::English).await?;
    page.see(title).await?;
    // The host has loaded its page anew: Tab comes into the frame from its bar.
    page.script("document.activeElement.blur(); window.focus()").await?;
    Ok(())
}

#[tokio::test]
async fn a_thread_is_read_answered_solved_and_reopened_by_keyboard_alone() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("keyboard-request", backend, async |page| {
        let words = Words::of(Language::English)?;
        let number = opened(&page, "Sitemap is empty").await?;
        says(&page, number, "Please look [at this](https://example.com/help).").await?;
        for width in [1440, 360] {
            page.width(width).await?;
            at_the_top(&page, &format!("/requests/{number}"), "Sitemap is empty").await?;
            page.see(words.text("request.solve")).await?;
            page.tab_stops(&format!("request at {width} px")).await?;
        }
        page.width(1440).await?;
        at_the_top(&page, &format!("/requests/{number}"), "Sitemap is empty").await?;
        page.see(words.text("request.solve")).await?;

        // The reply: an empty one leads back to its field.
        page.tab_to(words.text("request.reply.message")).await?;
        enter_on(&page, words.text("request.reply.send")).await?;
        page.see(words.text("request.reply.blank")).await?;
        page.has_focus(words.text("request.reply.message")).await?;
        page.press("It is still empty.").await?;
        // An answer comes in meanwhile: the focus and the words stay.
        says(&page, number, "We see it now, too.").await?;
        page.see("We see it now, too.").await?;
        page.has_focus(words.text("request.reply.message")).await?;
        page.tab_to(words.text("evidence.choose")).await?;
        enter_on(&page, words.text("request.reply.send")).await?;
        page.has_focus(words.text("request.reply.sent")).await?;
        ensure!(comments(&page, number).await?.len() == 4, "the reply has not arrived");

        // Solved: asked, refused by Escape, asked again, done, taken back.
        back_to(&page, words.text("request.solve")).await?;
        page.press(Key::Enter).await?;
        page.see(words.text("request.solve.title")).await?;
        page.press(Key::Escape).await?;
        page.gone(words.text("request.solve.title")).await?;
        page.has_focus(words.text("request.solve")).await?;
        page.press(Key::Enter).await?;
        page.see(words.text("request.solve.title")).await?;
        enter_on(&page, words.text("request.solve")).await?;
        page.has_focus(words.text("request.solve.done")).await?;
        ensure!(status(&page, number).await? == "solved");
        page.looks_right("request-solved-countdown", Language::English).await?;
        page.width(1440).await?;
        enter_on(&page, words.text("request.solve.undo")).await?;
        page.has_focus(words.text("request.solve.undone")).await?;
        ensure!(status(&page, number).await? == "open");

        // Solved by support: a word of thanks keeps it so, any other reopens it.
        agent(&page, number, json!({ "status": "solved" })).await?;
        page.see(words.text("request.reply.reopens")).await?;
        page.tab_to(words.text("request.reply.message")).await?;
        page.press("Thank you!").await?;
        page.tab_to(words.text("request.reply.stays")).await?;
        page.press(Key::Space).await?;
        page.see(words.text("request.reply.stays_solved")).await?;
        enter_on(&page, words.text("request.reply.send")).await?;
        page.has_focus(words.text("request.reply.sent")).await?;
        ensure!(status(&page, number).await? == "solved", "thanks reopened it");
        back_to(&page, words.text("request.reply.message")).await?;
        page.press("It is back.").await?;
        enter_on(&page, words.text("request.reply.send")).await?;
        page.until("it is open again", async || Ok(status(&page, number).await? == "open")).await?;
        page.has_focus(words.text("request.reply.sent")).await
    })
    .await;
}

#[tokio::test]
async fn a_closed_request_is_gone_on_from_and_kept_as_a_file_by_keyboard_alone() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("keyboard-closed", backend, async |page| {
        let words = Words::of(Language::English)?;
        let number = opened_with_form(&page, "Sitemap is empty", &[]).await?;
        agent(&page, number, json!({ "status": "solved", "comment": { "body": "Mended." } })).await?;
        page.backend.lock().await.restart_with("CLOCK_OFFSET_MINUTES", Some("30240")).await?;
        page.until("the clock has closed it", async || Ok(status(&page, number).await? == "closed")).await?;
        let folder = tempfile::tempdir()?;
        page.downloads_go_to(folder.path()).await?;
        page.width(1440).await?;
        at_the_top(&page, &format!("/requests/{number}"), "Sitemap is empty").await?;
        page.see(words.text("request.followup")).await?;

        enter_on(&page, words.text("request.whole")).await?;
        for format in ["html", "json", "zip"] {
            let item = words.text(&format!("request.whole.{format}"));
            enter_on(&page, item).await?;
            page.downloaded(folder.path(), &format!("request-{number}.{format}")).await?;
            page.has_focus(item).await?;
        }
        page.tab_stops("a closed request with its menu open").await?;
        at_the_top(&page, &format!("/requests/{number}"), "Sitemap is empty").await?;
        enter_on(&page, words.text("request.followup")).await?;
        page.has_focus(words.step("problem")).await?;
        page.see(&words.filled("form.followup", "number", &format!("#{number}"))).await?;
        ensure!(page.value(words.field("subject")).await? == "Sitemap is empty", "another title");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_survey_is_answered_by_keyboard_alone() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("keyboard-survey", backend, async |page| {
        let words = Words::of(Language::English)?;
        let number = opened(&page, "Sitemap is empty").await?;
        agent(&page, number, json!({ "status": "solved", "comment": { "body": "Mended." } })).await?;
        for width in [360, 1440] {
            page.width(width).await?;
            at_the_top(&page, "/survey", words.text("survey.title")).await?;
            page.see(&format!("#{number}")).await?;
            page.tab_stops(&format!("survey list at {width} px")).await?;
        }
        at_the_top(&page, "/survey", words.text("survey.title")).await?;
        page.tab_to(words.text("survey.search_label")).await?;
        page.press("sitemap is empty").await?;
        page.press(Key::Enter).await?;
        page.see(&format!("#{number}")).await?;
        let rate = words.filled("survey.rate_label", "number", &format!("#{number}"));
        enter_on(&page, &rate).await?;
        page.has_focus(&rate).await?;
        page.see(words.text("survey.question")).await?;
        enter_on(&page, words.text("survey.send")).await?;
        page.see(words.text("survey.question_blank")).await?;
        page.focus_is_seen().await?;
        page.press(Key::Space).await?;
        for _ in 0..3 {
            page.press(Key::Down).await?;
        }
        ensure!(page.is_chosen(words.text("survey.step.very_dissatisfied")).await?, "the arrows do not choose");
        choose(&page, words.text("survey.reason.not_solved"), 1).await?;
        page.tab_to(words.text("survey.comment")).await?;
        page.press("Nobody wrote for days.").await?;
        page.tab_stops("survey form").await?;
        back_to(&page, words.text("survey.send")).await?;
        page.press(Key::Enter).await?;
        page.has_focus(words.text("survey.sent")).await?;
        enter_on(&page, words.text("survey.change")).await?;
        page.see(words.text("survey.send_change")).await?;
        page.focus_is_seen().await?;
        back_to(&page, words.text("survey.step.very_dissatisfied")).await?;
        page.press(Key::Up).await?;
        enter_on(&page, words.text("survey.send_change")).await?;
        page.has_focus(words.text("survey.sent")).await?;
        enter_on(&page, words.text("survey.change")).await?;
        enter_on(&page, words.text("survey.cancel")).await?;
        page.has_focus(words.text("survey.your_answer")).await
    })
    .await;
}

#[tokio::test]
async fn the_whole_stores_list_is_reached_by_keyboard_alone() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("keyboard-store", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.backend.lock().await.operator(&["account", "share", "acmestore", "on"]).await?;
        let number = opened(&page, "Sitemap is empty").await?;
        says(&page, number, "Have a look.").await?;
        for width in [360, 1440] {
            page.width(width).await?;
            at_the_top(&page, "/requests", words.text("history.title")).await?;
            page.see("Sitemap is empty").await?;
            page.tab_stops(&format!("list at {width} px")).await?;
        }
        at_the_top(&page, "/requests", words.text("history.title")).await?;
        let store = words.text("history.whose.store");
        enter_on(&page, store).await?;
        page.until("the store's list is there", async || Ok(page.address().await? == "/panel/requests?of=store"))
            .await?;
        page.see("Sitemap is empty").await?;
        // The choice keeps the focus: the other one is beside it.
        page.has_focus(store).await?;
        page.focus_is_seen().await?;
        back_to(&page, words.text("history.whose.mine")).await?;
        page.press(Key::Enter).await?;
        page.until("one's own are there", async || Ok(page.address().await? == "/panel/requests")).await?;
        ensure!(badge(&page).await? > 0, "the button shows nothing unread");
        page.has_focus(words.text("history.whose.mine")).await?;
        enter_on(&page, "Sitemap is empty").await?;
        page.has_focus("Sitemap is empty").await
    })
    .await;
}
