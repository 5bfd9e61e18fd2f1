//! The ways that several journeys share: through the conversation, through the form.

use anyhow::{Context, Result};
use balcao_tests::{Language, Page, Words};

/// Who asks.
pub const REQUESTER: &str = "ana@acmestore.example";

/// A backend that does not believe its host when it vouches for an address.
pub const WITH_CODE: [(&str, &str); 1] = [("HOST_TOKEN_TRUST_EMAIL_VERIFIED", "false")];

/// The code of the newest mail to the requester.
pub async fn code(page: &Page) -> Result<String> {
    let mail = page.backend.lock().await.mail(REQUESTER, "").await?;
    let six = |part: &&str| part.len() == 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    let code = mail.split(|c: char| !c.is_ascii_alphanumeric()).find(six);
    Ok(code.with_context(|| format!("no code in the mail:\n{mail}"))?.to_owned())
}

/// From the form's first page on, opened without Copilot.
pub async fn open_form(page: &Page, words: &Words, language: Language) -> Result<()> {
    page.width(1440).await?;
    page.open_support("/new/technical", language).await?;
    page.see(words.step("problem")).await?;
    Ok(())
}

/// Says what it is about.
pub async fn problem(page: &Page, words: &Words, title: &str, description: &str) -> Result<()> {
    page.choose(words.option("problem_type", "incident")).await?;
    page.fill(words.field("subject"), title).await?;
    page.fill(words.field("description"), description).await
}

/// Says who is affected, as a store that cannot sell.
pub async fn context(page: &Page, words: &Words) -> Result<()> {
    page.choose(words.option("affected_users", "all")).await?;
    page.choose(words.option("impact", "critical")).await?;
    page.choose(words.option("environment", "production")).await
}

/// Opens what is folded away, where it is.
pub async fn unfold(page: &Page) -> Result<()> {
    page.script("document.querySelector('.form-fold:not([open]) > summary')?.click()").await?;
    Ok(())
}

/// Says how well they know the platform: folded away for whoever has said so before.
pub async fn experience(page: &Page, words: &Words) -> Result<()> {
    unfold(page).await?;
    page.choose(words.option("experience", "proficient")).await
}

/// From the form's page to the review.
pub async fn review(page: &Page, words: &Words) -> Result<()> {
    page.click(words.text("form.continue")).await?;
    page.see(words.text("form.review")).await?;
    Ok(())
}

/// The form with everything but files.
pub async fn to_evidence(page: &Page, words: &Words, language: Language, title: &str) -> Result<()> {
    open_form(page, words, language).await?;
    problem(page, words, title, "Buyers see an empty page after the payment step.").await?;
    context(page, words).await?;
    experience(page, words).await
}

/// The number in the heading of the confirmation.
pub async fn sent_number(page: &Page, words: &Words) -> Result<u64> {
    let shown = page.see(words.beginning("form.sent_mail")).await?;
    let (before, after) = words.text("form.sent_title").split_once("{number}").context("no number")?;
    let rest = shown.split(before).filter(|rest| rest.contains(after));
    let digits = |rest: &str| rest.chars().take_while(char::is_ascii_digit).collect::<String>();
    rest.map(digits).find_map(|digits| digits.parse().ok()).with_context(|| format!("no number in:\n{shown}"))
}

/// How many requests the requester has.
pub async fn count_requests(page: &Page) -> Result<u64> {
    let user = page.backend.lock().await.sign_in("ana").await?;
    user.get("/api/v2/requests.json").await?["count"].as_u64().context("the list has no count")
}
