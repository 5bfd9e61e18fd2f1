//! What operators do with mail that came in, and how their mail server hands it over: the subcommands of the program.

use super::inbox::{Inbox, InboxError, Outcome, QuarantineReason};
use balcao_store::mail_in::{self, QuarantineRow};
use balcao_store::{StoreError, audit};
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use mail_parser::MessageParser;
use serde_json::json;
use std::io::Write;
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// `mail …`
#[derive(Debug, Clone, Subcommand)]
pub enum MailCommand {
    /// Takes in one mail from the standard input, as a mail server's pipe hands it over. Ends with 0 where it was taken,
    /// 75 where it is to be handed over again later, also where a setting is wrong or missing, 65 where it is no mail.
    Ingest,
    /// Mail that was not taken for a reply: from other senders, or with nobody's word for theirs.
    #[command(subcommand)]
    Quarantine(QuarantineCommand),
}

/// `mail quarantine …`
#[derive(Debug, Clone, Subcommand)]
pub enum QuarantineCommand {
    /// Lists it, newest first.
    List(#[command(flatten)] ListShape),
    /// Shows one: why it is here, and its text.
    Show {
        /// Its number in the list.
        id: i64,
        /// Prints the mail itself instead, byte for byte.
        #[arg(long)]
        raw: bool,
    },
    /// Adds it to the request that its reply address names, as the person that the address was made for.
    Release {
        /// Its number in the list.
        id: i64,
    },
    /// Deletes mail.
    Drop {
        /// Numbers in the list.
        #[arg(required_unless_present = "strangers", value_name = "ID")]
        ids: Vec<i64>,
        /// All that names no request of ours.
        #[arg(long, conflicts_with = "ids")]
        strangers: bool,
    },
}

/// How the list is printed.
#[derive(Debug, Clone, Copy, Args)]
pub struct ListShape {
    /// At most so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

/// Why a command was not carried out. Nothing of it happened.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// There is no such message, or it cannot be done with it; a sentence says why.
    #[error("{0}")]
    Refused(String),
    /// The database.
    #[error("the database refuses: {0}")]
    Store(#[from] StoreError),
    /// The message cannot be taken now.
    #[error("{0}")]
    Inbox(#[from] InboxError),
    /// The answer cannot be written.
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

/// What a mail server makes of the end of a program it handed a message to (`sysexits.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// It answers for the message now.
    Taken,
    /// It is no message; handing it over again would not change that.
    NoMessage,
    /// Nothing came of it: hand it over again later. Also where the settings are wrong: `EX_CONFIG` would send somebody's
    /// reply back to them for an operator's mistake.
    Later,
}

impl Delivered {
    /// The program's exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Taken => 0,
            Self::NoMessage => 65,
            Self::Later => 75,
        }
    }
}

/// Takes in the message that `input` holds. What is to be said about it is logged; a mail server would show it to the
/// sender.
pub async fn ingest(inbox: &Inbox, input: impl AsyncRead + Unpin) -> Delivered {
    let (raw, whole) = match read(input, inbox.max_bytes()).await {
        Ok(read) => read,
        Err(error) => {
            tracing::warn!(%error, "the message cannot be read");
            return Delivered::Later;
        }
    };
    match inbox.take_in(raw, whole).await {
        Ok(Outcome::NoMessage) => Delivered::NoMessage,
        Ok(_) => Delivered::Taken,
        Err(error) => {
            tracing::warn!(%error, "mail cannot be taken now");
            Delivered::Later
        }
    }
}

/// At most `most` bytes; the rest is read and thrown away, so that whoever writes does not meet a closed pipe.
async fn read(mut input: impl AsyncRead + Unpin, most: u64) -> std::io::Result<(Bytes, bool)> {
    let mut raw = Vec::new();
    (&mut input).take(most).read_to_end(&mut raw).await?;
    let rest = tokio::io::copy(&mut input, &mut tokio::io::sink()).await?;
    Ok((raw.into(), rest == 0))
}

/// Where a command works, and who commands.
pub struct Desk<'a> {
    /// Takes in what is released.
    pub inbox: &'a Inbox,
    /// Now.
    pub now: DateTime<Utc>,
    /// `operator:<system user>`.
    pub actor: &'a str,
    /// Where the answer goes.
    pub out: &'a mut (dyn Write + Send),
}

/// Carries out a command about the quarantine.
///
/// # Errors
/// It was refused, or failed.
pub async fn quarantine(desk: Desk<'_>, command: QuarantineCommand) -> Result<(), TerminalError> {
    match command {
        QuarantineCommand::List(shape) => list(desk, shape).await,
        QuarantineCommand::Show { id, raw } => show(desk, id, raw).await,
        QuarantineCommand::Release { id } => release(desk, id).await,
        QuarantineCommand::Drop { strangers: true, .. } => drop_strangers(desk).await,
        QuarantineCommand::Drop { ids, .. } => drop_these(desk, &ids).await,
    }
}

/// All of them, or none where one is not there.
async fn drop_these(desk: Desk<'_>, ids: &[i64]) -> Result<(), TerminalError> {
    let mut write = desk.inbox.store().begin().await?;
    for id in ids {
        if !mail_in::end_quarantine(&mut write, *id).await? {
            return Err(unknown(*id));
        }
        note(&mut write, &desk, "mail.drop", *id).await?;
    }
    write.commit().await?;
    for id in ids {
        writeln!(desk.out, "mail {id} is deleted")?;
    }
    Ok(())
}

async fn drop_strangers(desk: Desk<'_>) -> Result<(), TerminalError> {
    let mut write = desk.inbox.store().begin().await?;
    let dropped = mail_in::end_quarantine_of_strangers(&mut write).await?;
    if dropped > 0 {
        let data = json!({ "mails": dropped });
        let entry = audit::Entry { actor: desk.actor, action: "mail.drop", subject: "mail:strangers", data };
        audit::append(&mut write, entry, desk.now.timestamp_millis()).await?;
    }
    write.commit().await?;
    writeln!(desk.out, "{dropped} mails that name no request are deleted")?;
    Ok(())
}

async fn list(desk: Desk<'_>, shape: ListShape) -> Result<(), TerminalError> {
    let mut read = desk.inbox.store().read().await?;
    let rows = mail_in::quarantined(&mut read, shape.limit).await?;
    if shape.json {
        let rows: Vec<_> = rows.iter().map(as_json).collect();
        writeln!(desk.out, "{}", serde_json::Value::Array(rows))?;
        return Ok(());
    }
    if rows.is_empty() {
        writeln!(desk.out, "no mail is in quarantine")?;
        return Ok(());
    }
    writeln!(desk.out, "{:>6}  {:<20}  {:<17}  {:>8}  {:<30}  subject", "id", "came", "why", "request", "from")?;
    for row in rows {
        let request = row.request.map(|id| format!("#{id}")).unwrap_or_default();
        let (sender, subject) = (visible(&row.sender), visible(&row.subject));
        let (id, came, why) = (row.id, time(&row), &row.reason);
        writeln!(desk.out, "{id:>6}  {came:<20}  {why:<17}  {request:>8}  {sender:<30}  {subject}")?;
    }
    room(desk).await
}

/// How full it is, below the list.
async fn room(desk: Desk<'_>) -> Result<(), TerminalError> {
    let (amount, limits) = (desk.inbox.quarantine_amount().await?, desk.inbox.quarantine_limits());
    let megabytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
    let (mails, bytes) = (amount.mails, megabytes(amount.bytes));
    writeln!(desk.out, "\n{mails} of at most {} mails, {bytes} of {} MB", limits.mails, megabytes(limits.bytes))?;
    if desk.inbox.quarantine_is_full().await? {
        let advice = "release or drop some, `drop --strangers` for all that names no request";
        writeln!(desk.out, "it is full or nearly so, and what finds no room stays with the mail server: {advice}")?;
    }
    Ok(())
}

async fn show(desk: Desk<'_>, id: i64, as_it_came: bool) -> Result<(), TerminalError> {
    let (row, raw) = find(&desk, id).await?;
    if as_it_came {
        desk.out.write_all(&raw)?;
        return Ok(());
    }
    let request = row.request.map_or_else(|| "none".to_owned(), |id| format!("#{id}"));
    writeln!(desk.out, "why:      {} ({})", row.reason, sentence(&row.reason))?;
    writeln!(desk.out, "request:  {request}\nfrom:     {}\ncame:     {}", visible(&row.sender), time(&row))?;
    writeln!(desk.out, "subject:  {}\nsize:     {} bytes", visible(&row.subject), row.size)?;
    let parsed = MessageParser::default().parse(&raw);
    let text = parsed.as_ref().and_then(|message| message.body_text(0)).unwrap_or_default();
    writeln!(desk.out, "\n{}", balcao_contract::text::several_lines(&text))?;
    for file in parsed.iter().flat_map(|message| message.attachments()) {
        let name = mail_parser::MimeHeaders::attachment_name(file).unwrap_or("file");
        writeln!(desk.out, "file:     {} ({} bytes)", visible(name), file.len())?;
    }
    if !row.whole {
        writeln!(desk.out, "(only its beginning was kept)")?;
    }
    Ok(())
}

async fn release(desk: Desk<'_>, id: i64) -> Result<(), TerminalError> {
    let (row, raw) = find(&desk, id).await?;
    let (Some(request), Some(user)) = (row.request, row.user) else {
        let sentence = format!("mail {id} names no request of ours ({}): it cannot be added to one", row.reason);
        return Err(TerminalError::Refused(sentence));
    };
    if !row.whole {
        return Err(TerminalError::Refused(format!("of mail {id} only the beginning was kept: it cannot be added")));
    }
    let refused = |why: &str| Err(TerminalError::Refused(format!("mail {id} cannot be added to #{request}: {why}")));
    match desk.inbox.release(raw.into(), (request, user)).await? {
        Outcome::Joined(_) | Outcome::Known => {}
        Outcome::Quarantined(QuarantineReason::Closed) => {
            return refused("it is closed; the sender was told how to follow it up");
        }
        Outcome::Quarantined(held) => return refused(sentence(held.name())),
        Outcome::Returned(_) => return refused("it has neither text of its own nor files"),
        Outcome::Automatic(_) | Outcome::NoMessage => return refused("it is no mail that can be read"),
    }
    let mut write = desk.inbox.store().begin().await?;
    mail_in::end_quarantine(&mut write, id).await?;
    note(&mut write, &desk, "mail.release", id).await?;
    write.commit().await?;
    writeln!(desk.out, "mail {id} is a comment on #{request} now")?;
    Ok(())
}

async fn find(desk: &Desk<'_>, id: i64) -> Result<(QuarantineRow, Vec<u8>), TerminalError> {
    let mut read = desk.inbox.store().read().await?;
    mail_in::find_quarantined(&mut read, id).await?.ok_or_else(|| unknown(id))
}

fn unknown(id: i64) -> TerminalError {
    TerminalError::Refused(format!("there is no mail {id} in quarantine; `mail quarantine list` shows all"))
}

async fn note(write: &mut balcao_store::Connection, desk: &Desk<'_>, action: &str, id: i64) -> Result<(), StoreError> {
    let subject = format!("mail:{id}");
    let entry = audit::Entry { actor: desk.actor, action, subject: &subject, data: json!({}) };
    audit::append(write, entry, desk.now.timestamp_millis()).await
}

fn as_json(row: &QuarantineRow) -> serde_json::Value {
    json!({
        "id": row.id, "reason": row.reason, "request_id": row.request, "user_id": row.user, "from": row.sender,
        "subject": row.subject, "size": row.size, "whole": row.whole, "taken_at": row.taken_at,
    })
}

/// A stranger wrote it: nothing in it may move the terminal's cursor.
fn visible(text: &str) -> String {
    balcao_contract::text::single_line(text)
}

fn time(row: &QuarantineRow) -> String {
    row.taken_at.0.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn sentence(reason: &str) -> &'static str {
    match reason {
        "no_reply_address" => "it has no reply address of ours",
        "forged_address" => "its reply address was not made here",
        "gone" => "the request is gone, or the person does not belong to its account any more",
        "other_sender" => "it is from another address than the person's that the reply address was made for",
        "not_authenticated" => "the trusted mail server does not vouch for its sender",
        "looks_automatic" => "its subject is that of an out-of-office note",
        "closed" => "the request was closed; the sender was told how to follow it up",
        "too_large" => "it is larger than mail_in.max_bytes; the sender was told",
        _ => "it cannot be read",
    }
}
