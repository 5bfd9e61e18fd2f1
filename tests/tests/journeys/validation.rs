//! What is wrong with an answer is said on Continue, in words, where it is; and nothing typed is touched.

use super::steps;
use anyhow::ensure;
use balcao_tests::{Backend, Language, Words, journey};
use serde_json::json;
use thirtyfour::Key;

/// Latin, emoji of several code points, Hebrew and Arabic: whatever people write.
const MIXED: &str = "Checkout 🛒👩🏽‍💻 — סל הקניות ריק / سلة التسوق فارغة";

#[tokio::test]
async fn faults_are_summed_up_and_lead_to_their_fields() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("faults", backend, async |page| {
        for language in Language::ALL {
            let words = Words::of(language)?;
            steps::open_form(&page, &words, language).await?;
            page.click(words.text("form.continue")).await?;
            page.has_focus(words.text("form.problems")).await?;
            let summary = page.focused().await?;
            for (field, key) in [
                ("problem_type", "form.fault_choose"),
                ("subject", "form.fault_blank"),
                ("description", "form.fault_blank"),
            ] {
                let sentence = words.filled(key, "field", words.field(field));
                ensure!(summary.matches(&sentence).count() == 1, "{sentence:?} is not once in {summary:?}");
                page.click(&sentence).await?;
                let focused = page.focused_id().await?;
                ensure!(focused == format!("field-{field}"), "the link of {field} leads to {focused}");
            }
            let errors = "return [...document.querySelectorAll('.field-error')].filter((e) => e.innerText).length";
            ensure!(page.script(errors).await? == 3, "not one error at each field");
            page.looks_right("form-faults", language).await?;
        }
        // What is mended is no longer complained about; what is not stays.
        let words = Words::of(Language::Spanish)?;
        page.fill(words.field("subject"), "Pago").await?;
        page.press(Key::Tab).await?;
        page.gone(&words.filled("form.fault_blank", "field", words.field("subject"))).await?;
        page.see(&words.filled("form.fault_blank", "field", words.field("description"))).await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_long_title_is_kept_and_said_to_be_too_long() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("long-title", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::open_form(&page, &words, Language::English).await?;
        page.choose(words.option("problem_type", "question")).await?;
        page.insert(words.field("subject"), &"x".repeat(10_000)).await?;
        page.insert(words.field("description"), MIXED).await?;
        page.see("9,850").await?;
        page.click(words.text("form.continue")).await?;
        page.has_focus("10,000").await?;
        page.looks_right("form-long-title", Language::English).await?;
        ensure!(page.value(words.field("subject")).await?.len() == 10_000, "the title was cut off");
        page.input(words.field("subject")).await?.clear().await?;
        page.insert(words.field("subject"), MIXED).await?;
        steps::review(&page, &words).await
    })
    .await;
}

#[tokio::test]
async fn emoji_and_right_to_left_text_arrive_as_they_were_written() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("scripts", backend, async |page| {
        let words = Words::of(Language::English)?;
        steps::open_form(&page, &words, Language::English).await?;
        page.choose(words.option("problem_type", "incident")).await?;
        page.insert(words.field("subject"), MIXED).await?;
        page.insert(words.field("description"), &format!("{MIXED}\n<b>& \"quotes\"</b>")).await?;
        steps::context(&page, &words).await?;
        steps::experience(&page, &words).await?;
        steps::review(&page, &words).await?;
        page.see(MIXED).await?;
        page.see("<b>& \"quotes\"</b>").await?;
        page.click(words.submit()).await?;
        let number = steps::sent_number(&page, &words).await?;
        page.see(MIXED).await?;
        let user = page.backend.lock().await.sign_in("ana").await?;
        let request = user.get(&format!("/api/v2/requests/{number}.json")).await?;
        ensure!(request["request"]["subject"] == json!(MIXED), "{request:#}");
        let mail = page.backend.lock().await.mail(steps::REQUESTER, &format!("#{number}")).await?;
        ensure!(mail.contains(MIXED), "the mail says otherwise:\n{mail}");
        page.click(&words.filled("form.to_request", "number", &number.to_string())).await?;
        page.see(MIXED).await?;
        page.accessible("request in several scripts").await
    })
    .await;
}
