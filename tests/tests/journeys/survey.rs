//! The satisfaction survey: asked, answered, changed, asked again, over.

use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use serde_json::{Value, json};
use thirtyfour::Key;

/// More working hours than the survey takes, over any weekend.
const THREE_WEEKS: &str = "30240";

/// Solves a request of Ana's that somebody answers, as she can herself; gives its number.
async fn solved(page: &Page) -> Result<u64> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    let open = ana.get("/api/v2/requests/open").await?;
    let all = open["requests"].as_array().context("a list")?;
    let request = all.iter().find(|request| request["can_be_solved_by_me"] == true).context("one that is answered")?;
    let id = request["id"].as_u64().context("a number")?;
    change(page, id, json!({ "solved": true })).await?;
    Ok(id)
}

async fn change(page: &Page, id: u64, request: Value) -> Result<()> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    let call = ana.call(reqwest::Method::PUT, &format!("/api/v2/requests/{id}"));
    call.json(&json!({ "request": request })).send().await?.error_for_status()?;
    Ok(())
}

async fn survey(page: &Page, id: u64) -> Result<Value> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    Ok(ana.get(&format!("/api/panel/surveys/{id}")).await?["survey"].clone())
}

#[tokio::test]
async fn a_solved_request_is_rated_changed_asked_about_again_and_over() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("survey", backend, async |page| {
        let words = Words::of(Language::English)?;
        page.width(1440).await?;
        let id = solved(&page).await?;
        let route = format!("/survey/{id}");

        // A scanner opens the mailed link, and what stands behind it, as often as it likes.
        let url = page.backend.lock().await.url("");
        for path in [format!("/admin/support{route}"), format!("/panel{route}?score=good")] {
            reqwest::get(format!("{url}{path}")).await?;
        }
        ensure!(survey(&page, id).await?["state"] == "pending", "reading answers nothing");

        page.open_support(&route, Language::English).await?;
        page.see(words.text("survey.question")).await?;
        page.click(words.text("survey.send")).await?;
        page.see(words.text("survey.question_blank")).await?;
        // The arrow keys go along the scale; where it is low, the reasons come.
        page.press(Key::Space).await?;
        page.press(Key::Down).await?;
        page.press(Key::Down).await?;
        ensure!(page.is_chosen(words.text("survey.step.dissatisfied")).await?, "the arrow keys go along the scale");
        page.choose(words.text("survey.reason.too_long")).await?;
        page.fill(words.text("survey.comment"), "Three days for one line").await?;
        page.looks_right("survey-low", Language::English).await?;

        // What was begun survives a reload.
        page.open_support(&route, Language::English).await?;
        page.see(words.text("survey.kept")).await?;
        ensure!(page.value(words.text("survey.comment")).await? == "Three days for one line");
        page.click(words.text("survey.send")).await?;
        page.see(words.text("survey.sent")).await?;
        let answer = survey(&page, id).await?["answer"].clone();
        let given = (&answer["satisfaction"], &answer["score"], &answer["reason_code"], &answer["comment"]);
        let expected = (&json!("dissatisfied"), &json!("bad"), &json!(5), &json!("Three days for one line"));
        ensure!(given == expected, "{answer}");
        page.looks_right("survey-answered", Language::English).await?;

        page.click(words.text("survey.change")).await?;
        page.choose(words.text("survey.step.very_satisfied")).await?;
        page.gone(words.text("survey.reason")).await?;
        page.click(words.text("survey.send_change")).await?;
        page.see(words.text("survey.sent")).await?;
        let answer = survey(&page, id).await?["answer"].clone();
        ensure!(answer["satisfaction"] == "very_satisfied" && answer["reason_code"].is_null(), "{answer}");

        change(&page, id, json!({ "comment": { "body": "It is back" } })).await?;
        page.open_support(&route, Language::English).await?;
        page.see(words.text("survey.not_solved")).await?;
        change(&page, id, json!({ "solved": true })).await?;
        page.open_support(&route, Language::English).await?;
        page.see(words.text("survey.again_note")).await?;
        page.see("Three days for one line").await?;

        // Three weeks later.
        page.backend.lock().await.restart_with("CLOCK_OFFSET_MINUTES", Some(THREE_WEEKS)).await?;
        page.open_support(&route, Language::English).await?;
        page.see(words.beginning("survey.expired_text")).await?;
        page.looks_right("survey-expired", Language::English).await
    })
    .await;
}

#[tokio::test]
async fn the_survey_shows_in_the_language_of_the_admin() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("survey-languages", backend, async |page| {
        let id = solved(&page).await?;
        for language in Language::ALL {
            let words = Words::of(language)?;
            page.open_support("/survey", language).await?;
            for state in ["pending", "reviewed", "expired"] {
                page.see(words.text(&format!("survey.state.{state}"))).await?;
            }
            page.see(&format!("#{id}")).await?;
            page.looks_right("survey-list", language).await?;
            page.open_support("/survey?state=reviewed&query=zebra", language).await?;
            page.see(words.text("survey.none_title")).await?;
            page.open_support("/survey?state=reviewed", language).await?;
            page.see(words.text("survey.empty.reviewed_title")).await?;
            page.looks_right("survey-none", language).await?;
            page.open_support(&format!("/survey/{id}"), language).await?;
            page.choose(words.text("survey.step.very_dissatisfied")).await?;
            page.see(words.text("survey.reason")).await?;
            page.looks_right("survey-ask", language).await?;
            page.open_support("/survey/999999", language).await?;
            page.see(words.text("survey.not_found.text")).await?;
        }
        Ok(())
    })
    .await;
}

/// The way back lies where somebody says that the problem is not solved: before the answer is sent, and after.
#[tokio::test]
async fn who_says_that_it_is_not_solved_reopens_it_there() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("survey-reopen", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            let id = solved(&page).await?;
            // From the solved request, where the way to the survey can be seen.
            page.open_support(&format!("/requests/{id}"), language).await?;
            page.looks_right("request-solved", language).await?;
            page.click(words.text("survey.rate")).await?;
            page.choose(words.text("survey.step.very_dissatisfied")).await?;
            page.gone(words.text("survey.reopen")).await?;
            page.choose(words.text("survey.reason.not_solved")).await?;
            let said = format!("Still slow ({})", language.code());
            page.fill(words.text("survey.comment"), &said).await?;
            page.looks_right("survey-not-solved", language).await?;
            page.click(words.text("survey.reopen")).await?;
            page.see(&said).await?;
            page.see(words.text("status.open")).await?;
            ensure!(survey(&page, id).await?["state"].is_null(), "reopened, there is nothing to rate");
        }
        let words = Words::of(Language::English)?;
        let id = solved(&page).await?;
        page.open_support(&format!("/survey/{id}"), Language::English).await?;
        page.choose(words.text("survey.step.dissatisfied")).await?;
        page.choose(words.text("survey.reason.not_solved")).await?;
        page.click(words.text("survey.send")).await?;
        page.see(words.text("survey.sent")).await?;
        page.looks_right("survey-reopen-after", Language::English).await?;
        page.click(words.text("survey.reopen")).await?;
        page.see(words.text("status.open")).await?;
        // Without a comment the reason is what is said.
        page.see(words.text("survey.reason.not_solved")).await?;
        Ok(())
    })
    .await;
}
