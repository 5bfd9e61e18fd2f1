//! What happens to a request beside the browser: opened by its requester, answered by an agent's program.

use anyhow::{Context, Result, ensure};
use balcao_tests::Page;
use serde_json::{Value, json};

/// Who answers.
pub const AGENT: &str = "marina.costa@support.example";

/// What an agent's program does to a ticket.
pub async fn agent(page: &Page, request: u64, ticket: Value) -> Result<()> {
    let backend = page.backend.lock().await;
    let token = backend.api_token(AGENT).await?;
    let call = reqwest::Client::new().put(backend.url(&format!("/api/v2/tickets/{request}.json")));
    let answer =
        call.basic_auth(format!("{AGENT}/token"), Some(token)).json(&json!({ "ticket": ticket })).send().await?;
    let status = answer.status();
    ensure!(status.is_success(), "{status}: {}", answer.text().await?);
    Ok(())
}

/// A ticket as an agent's program reads it.
pub async fn ticket(page: &Page, request: u64) -> Result<Value> {
    let backend = page.backend.lock().await;
    let token = backend.api_token(AGENT).await?;
    let call = reqwest::Client::new().get(backend.url(&format!("/api/v2/tickets/{request}.json")));
    let answer: Value =
        call.basic_auth(format!("{AGENT}/token"), Some(token)).send().await?.error_for_status()?.json().await?;
    Ok(answer["ticket"].clone())
}

/// An agent's public answer.
pub async fn says(page: &Page, request: u64, body: &str) -> Result<()> {
    agent(page, request, json!({ "comment": { "body": body, "public": true } })).await
}

/// A new request of Ana's.
pub async fn opened(page: &Page, title: &str) -> Result<u64> {
    open(page, &json!({ "subject": title, "comment": { "body": "It began this morning." } })).await
}

/// A new request of Ana's with the technical form filled in, and files.
pub async fn opened_with_form(page: &Page, title: &str, uploads: &[String]) -> Result<u64> {
    let request = json!({
        "subject": title,
        "comment": { "body": "It began **this morning**, after the release.", "uploads": uploads },
        "ticket_form_id": 1001,
        "custom_fields": [
            { "id": 1103, "value": "advanced" }, { "id": 1105, "value": "buyers" }, { "id": 1106, "value": "critical" },
            { "id": 1107, "value": "production" }, { "id": 1108, "value": "incident" },
        ],
    });
    open(page, &request).await
}

async fn open(page: &Page, request: &Value) -> Result<u64> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    let opened = ana.post("/api/v2/requests.json", &json!({ "request": request })).await?;
    opened["request"]["id"].as_u64().context("a number")
}

/// A file that Ana has sent; gives its token.
pub async fn uploaded(page: &Page, name: &str, content: Vec<u8>) -> Result<String> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    let url = reqwest::Url::parse_with_params("http://backend/api/v2/uploads.json", [("filename", name)])?;
    let path = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    let call = ana.call(reqwest::Method::POST, &path).header("Content-Type", "application/binary").body(content);
    let answer: Value = call.send().await?.error_for_status()?.json().await?;
    Ok(answer["upload"]["token"].as_str().context("a token")?.to_owned())
}

/// A request of Ana's as the API tells it.
pub async fn request(page: &Page, request: u64) -> Result<Value> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    Ok(ana.get(&format!("/api/v2/requests/{request}.json")).await?["request"].clone())
}

/// Where a request of Ana's stands.
pub async fn status(page: &Page, id: u64) -> Result<String> {
    Ok(request(page, id).await?["status"].as_str().unwrap_or_default().to_owned())
}

/// What was said on a request of Ana's, the first first.
pub async fn comments(page: &Page, request: u64) -> Result<Vec<Value>> {
    let ana = page.backend.lock().await.sign_in("ana").await?;
    let thread = ana.get(&format!("/api/v2/requests/{request}/comments.json")).await?;
    Ok(thread["comments"].as_array().context("comments")?.clone())
}

/// What the button of the host's bar says besides its name.
pub async fn badge(page: &Page) -> Result<u64> {
    page.driver.enter_default_frame().await?;
    let script = "const badge = document.querySelector('balcao-copilot').shadowRoot.querySelector('b');
        return badge.hidden ? '0' : badge.textContent";
    let shown = page.script(script).await?;
    page.into_support_frame().await?;
    shown.as_str().and_then(|count| count.parse().ok()).context("no number on the button")
}
