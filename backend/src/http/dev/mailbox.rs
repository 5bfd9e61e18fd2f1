//! Every message that was sent, to be read in the browser.

use super::{page_headers, reply};
use crate::http::{ApiError, App, Json};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use mail_parser::MessageParser;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path as FilePath;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#1f1f1f}\
h1{font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}h2{font-size:1.125rem;margin:2rem 0 .5rem}a{color:#0254b3}\
th[scope=row]{width:5rem;font-weight:400;color:#555}label{display:block;margin-bottom:.25rem}[role=status]{padding:.75rem 1rem;background:#eef6ee;border-inline-start:4px solid #2a7d2e}\
table{width:100%;border-collapse:collapse}th,td{text-align:start;padding:.5rem;border-bottom:1px solid #ddd;vertical-align:top;overflow-wrap:anywhere}\
pre{white-space:pre-wrap;background:#f5f5f5;padding:1rem;overflow-wrap:anywhere}iframe{width:100%;height:36rem;border:1px solid #ccc}\
textarea{width:100%;min-height:8rem;font:inherit;padding:.5rem .75rem;border:1px solid #767676;border-radius:4px;box-sizing:border-box}\
button{font:inherit;font-weight:600;padding:.5rem 1rem;margin-top:.5rem;color:#fff;background:#0366dd;border:0;border-radius:4px;cursor:pointer}\
:focus-visible{outline:2px solid #0366dd;outline-offset:2px}";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dev/mailbox", get(list_page))
        .route("/dev/mailbox.json", get(list_json))
        .route("/dev/mailbox.css", get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
        .route("/dev/mailbox/{file}", get(message_page))
        .route("/dev/mailbox/{file}/html", get(message_html))
        .route("/dev/mailbox/{file}/source", get(message_source))
}

/// A message as it is listed.
#[derive(Serialize)]
struct Listed {
    to: String,
    from: String,
    subject: String,
    text: String,
    date: Option<String>,
    file: String,
    #[serde(skip)]
    html: Option<String>,
    /// Where a reply goes; none where replies are not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<String>,
}

async fn list_json(State(app): State<App>) -> Result<Json<Vec<Listed>>, ApiError> {
    Ok(Json(messages(&app).await?))
}

async fn list_page(State(app): State<App>) -> Result<Response, ApiError> {
    let messages = messages(&app).await?;
    let mut rows = String::new();
    for message in &messages {
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td><a href=\"/dev/mailbox/{}\">{}</a></td></tr>",
            escaped(message.date.as_deref().unwrap_or_default()),
            escaped(&message.to),
            escaped(&message.file),
            escaped(if message.subject.is_empty() { "(no subject)" } else { &message.subject }),
        );
    }
    let list = if messages.is_empty() {
        "<p>No message was sent yet.</p>".to_owned()
    } else {
        format!(
            "<table><thead><tr><th scope=\"col\">Date</th><th scope=\"col\">To</th><th scope=\"col\">Subject</th></tr></thead><tbody>{rows}</tbody></table>"
        )
    };
    Ok(page("Development mailbox", &list))
}

async fn message_page(State(app): State<App>, Path(file): Path<String>) -> Result<Response, ApiError> {
    let message = parsed(&source(&app, &file).await?, &file);
    let mut body = format!(
        "<p><a href=\"/dev/mailbox\">All messages</a></p><table><tbody>\
         <tr><th scope=\"row\">From</th><td>{}</td></tr><tr><th scope=\"row\">To</th><td>{}</td></tr>\
         <tr><th scope=\"row\">Date</th><td>{}</td></tr></tbody></table><pre>{}</pre>",
        escaped(&message.from),
        escaped(&message.to),
        escaped(message.date.as_deref().unwrap_or_default()),
        escaped(&message.text),
    );
    let file = escaped(&file);
    // Beside the words that it answers, not below a long frame.
    if message.reply_to.is_some() {
        body.push_str(&reply::form(&file));
    }
    if message.html.is_some() {
        let _ =
            write!(body, "<h2>HTML</h2><iframe sandbox title=\"HTML part\" src=\"/dev/mailbox/{file}/html\"></iframe>");
    }
    let _ = write!(body, "<p><a href=\"/dev/mailbox/{file}/source\" download=\"{file}\">Download as .eml</a></p>");
    Ok(page(&message.subject, &body))
}

/// The HTML part, for the frame: nothing in it runs and nothing is fetched, whoever opens it.
async fn message_html(State(app): State<App>, Path(file): Path<String>) -> Result<Response, ApiError> {
    let html = parsed(&source(&app, &file).await?, &file).html.ok_or(ApiError::RecordNotFound)?;
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'";
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
    ];
    Ok((headers, html).into_response())
}

async fn message_source(State(app): State<App>, Path(file): Path<String>) -> Result<Response, ApiError> {
    let source = source(&app, &file).await?;
    let disposition = format!("attachment; filename=\"{file}\"");
    let disposition = HeaderValue::from_str(&disposition).map_err(ApiError::internal)?;
    let kind = HeaderValue::from_static("message/rfc822");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], source).into_response())
}

/// Every message of the folder, the newest first.
async fn messages(app: &App) -> Result<Vec<Listed>, ApiError> {
    let mut entries = match tokio::fs::read_dir(&app.config.mail.mailbox_dir).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(ApiError::internal(error)),
    };
    let mut found = Vec::new();
    while let Some(entry) = entries.next_entry().await.map_err(ApiError::internal)? {
        let Ok(file) = entry.file_name().into_string() else { continue };
        if !is_message(&file) {
            continue;
        }
        let modified = entry.metadata().await.and_then(|data| data.modified()).ok();
        let Ok(source) = tokio::fs::read(entry.path()).await else { continue };
        found.push((modified, parsed(&source, &file)));
    }
    found.sort_by(|a, b| (b.0, &b.1.file).cmp(&(a.0, &a.1.file)));
    Ok(found.into_iter().map(|(_, message)| message).collect())
}

pub(super) async fn source(app: &App, file: &str) -> Result<Vec<u8>, ApiError> {
    if !is_message(file) {
        return Err(ApiError::RecordNotFound);
    }
    let path = app.config.mail.mailbox_dir.join(file);
    tokio::fs::read(path).await.map_err(|_| ApiError::RecordNotFound)
}

/// The name of a message in the folder, and nothing that leads out of it.
fn is_message(file: &str) -> bool {
    FilePath::new(file).extension().is_some_and(|ending| ending == "eml")
        && !file.starts_with('.')
        && file.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

fn parsed(source: &[u8], file: &str) -> Listed {
    let message = MessageParser::default().parse(source).unwrap_or_default();
    let first = |address: Option<&mail_parser::Address<'_>>| {
        let address = address.and_then(|list| list.first()).and_then(|one| one.address());
        address.unwrap_or_default().to_owned()
    };
    Listed {
        to: first(message.to()),
        from: first(message.from()),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        date: message.date().map(mail_parser::DateTime::to_rfc3339),
        file: file.to_owned(),
        html: message.html_bodies().next().and(message.body_html(0)).map(|html| html.into_owned()),
        reply_to: Some(first(message.reply_to())).filter(|address| !address.is_empty()),
    }
}

pub(super) fn page(title: &str, body: &str) -> Response {
    let title = escaped(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"/dev/mailbox.css\"></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    );
    (page_headers(), html).into_response()
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
