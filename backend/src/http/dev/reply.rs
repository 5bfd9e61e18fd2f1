//! A reply to a message of the mailbox: a true mail, as a client writes it and a mail server hands it over, through the
//! way that every reply takes.

use super::mailbox::{escaped, page, source};
use crate::http::{ApiError, App};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::post;
use axum::{Form, Router};
use balcao_contract::text::single_line;
use balcao_mail::inbox::{Outcome, QuarantineReason};
use mail_parser::{Address, Message, MessageParser};
use serde::Deserialize;
use std::fmt::Write as _;
use uuid::Uuid;

pub(super) fn router() -> Router<App> {
    Router::new().route("/dev/mailbox/{file}/reply", post(reply))
}

/// The box under a message that can be answered.
pub(super) fn form(file: &str) -> String {
    format!(
        "<h2>Reply</h2><form method=\"post\" action=\"/dev/mailbox/{file}/reply\"><label for=\"text\">Your reply, sent as \
         the reader of this message</label><textarea id=\"text\" name=\"text\" required></textarea>\
         <button type=\"submit\">Send by mail</button></form>"
    )
}

#[derive(Deserialize)]
struct Reply {
    text: String,
}

async fn reply(
    State(app): State<App>,
    Path(file): Path<String>,
    Form(reply): Form<Reply>,
) -> Result<Response, ApiError> {
    let answered = source(&app, &file).await?;
    let answered = MessageParser::default().parse(&answered).ok_or(ApiError::RecordNotFound)?;
    let trusted = app.config.mail_in.as_ref().and_then(|mail_in| mail_in.trusted_server.as_deref()).unwrap_or_default();
    let mail = compose(&answered, &reply.text, trusted, app.clock.now()).ok_or(ApiError::RecordNotFound)?;
    let outcome = app.inbox().take_in(mail.into(), true).await.map_err(ApiError::internal)?;
    let said = match outcome {
        Outcome::Joined(request) => format!("Your reply is a comment on request #{request} now."),
        Outcome::Known => "This very reply was taken before.".to_owned(),
        Outcome::Quarantined(QuarantineReason::Closed) => {
            "The request is closed. Your reply is kept, and a mail tells you how to go on.".to_owned()
        }
        Outcome::Quarantined(held) => format!("Your reply waits in quarantine: {}.", held.name()),
        Outcome::Returned(why) => format!("Your reply was answered by a mail: {}.", why.name()),
        Outcome::Automatic(_) | Outcome::NoMessage => "Your reply was taken for a robot's.".to_owned(),
    };
    let links = format!(
        "<p role=\"status\">{}</p><p><a href=\"/dev/mailbox/{}\">Back to the message</a> · <a href=\"/dev/mailbox\">All messages</a></p>",
        escaped(&said),
        escaped(&file)
    );
    Ok(page("Reply", &links))
}

/// What a mail client writes, below what a mail server puts on top.
fn compose(answered: &Message<'_>, text: &str, trusted: &str, now: chrono::DateTime<chrono::Utc>) -> Option<Vec<u8>> {
    let address = |list: Option<&Address<'_>>| {
        let address = list.and_then(Address::first).and_then(|one| one.address())?;
        Some(single_line(address))
    };
    let (from, to) = (address(answered.to())?, address(answered.reply_to())?);
    let domain = from.rsplit_once('@').map(|(_, domain)| domain.to_owned())?;
    let subject = single_line(answered.subject().unwrap_or_default());
    let id = single_line(answered.message_id().unwrap_or_default());
    let support = address(answered.from()).unwrap_or_default();
    let date = now.to_rfc2822();
    let mut mail = format!(
        "Return-Path: <{from}>\r\nAuthentication-Results: {trusted}; dmarc=pass header.from={domain}\r\n\
         From: <{from}>\r\nTo: <{to}>\r\nSubject: =?utf-8?B?{}?=\r\nDate: {date}\r\nMessage-ID: <{}@{domain}>\r\n\
         In-Reply-To: <{id}>\r\nReferences: <{id}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n",
        encoded(&format!("Re: {subject}")),
        Uuid::new_v4(),
    );
    for line in text.lines() {
        let _ = write!(mail, "{line}\r\n");
    }
    let _ = write!(mail, "\r\nOn {date}, <{support}> wrote:\r\n");
    for line in answered.body_text(0).unwrap_or_default().lines() {
        let _ = write!(mail, "> {line}\r\n");
    }
    Some(mail.into_bytes())
}

fn encoded(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}
