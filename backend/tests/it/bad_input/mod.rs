//! Input and circumstances that nobody wants: each is refused clearly, and nothing typed or acknowledged is lost.
//! What belongs to one room is tested there; here is what goes through several.

mod doors;
mod figures;
mod logs;
mod storage;
mod texts;

use crate::common::{Answer, Client};
use serde_json::json;

/// Opens a request with this title, text and upload tokens.
async fn open(client: &Client, subject: &str, body: &str, uploads: &[&str]) -> Answer {
    let body = json!({ "request": { "subject": subject, "comment": { "body": body, "uploads": uploads } } });
    client.post("/api/v2/requests", &body).await
}
