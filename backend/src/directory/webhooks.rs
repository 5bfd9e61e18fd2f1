//! Messages of webhooks that did not arrive: looked at, sent again, given up for good. The webhooks themselves are in
//! `endpoints`.

use super::arguments::{Again, Shape, Unsent};
use super::endpoints;
use super::error::DirectoryError;
use super::lists::print;
use super::table::cut_at;
use super::{Office, changes};
use crate::output;
use balcao_store::undelivered::{self, Revived, UndeliveredMessage};
use clap::Subcommand;
use serde_json::json;

/// `webhook …`
#[derive(Debug, Clone, Subcommand)]
pub enum WebhookCommand {
    /// Lists messages that were given up, after their receiver did not take them for about a day.
    List(#[command(flatten)] Unsent),
    /// Prints one with where it goes and what it says.
    Show {
        /// Its number in the list.
        id: i64,
    },
    /// Has one that was given up tried again, or all: under the id that their receivers know them by.
    Resend(#[command(flatten)] Again),
    /// Forgets one that was given up: it is never sent.
    Drop {
        /// Its number in the list.
        id: i64,
    },
    /// Lists the webhooks themselves, with who answers for them; their secrets are shown to nobody.
    Endpoints(#[command(flatten)] Shape),
    /// Switches a webhook off: it is told of nothing, and what waits for it stays.
    Stop {
        /// Its id in `webhook endpoints`.
        id: String,
    },
    /// Switches a webhook on; what waited for it is sent.
    Start {
        /// Its id in `webhook endpoints`.
        id: String,
        /// The administrator who answers for it from now on; who did so before, where it is left out.
        #[arg(long = "as", value_name = "EMAIL")]
        administrator: Option<String>,
    },
    /// Takes a webhook away, with what waits for it.
    Delete {
        /// Its id in `webhook endpoints`.
        id: String,
    },
}

pub(super) async fn run(office: &mut Office<'_>, command: WebhookCommand) -> Result<(), DirectoryError> {
    match command {
        WebhookCommand::List(Unsent { waiting, limit, shape }) => {
            let mut read = office.store.read().await?;
            let mut all = undelivered::list(&mut read, !waiting, limit.saturating_add(1), office.now).await?;
            let more = cut_at(&mut all, limit);
            let heads = ["MESSAGE", "EVENT", "REQUEST", "WEBHOOK", "TRIED", "STATE", "LAST FAULT"];
            print(office, shape, &heads, &all, cells)?;
            more.iter().for_each(|more| output::aside(more));
            Ok(())
        }
        WebhookCommand::Show { id } => {
            let mut read = office.store.read().await?;
            let message = undelivered::find(&mut read, id, office.now).await?.ok_or_else(|| {
                let sentence = format!("no message {id} waits or was given up; `webhook list --waiting` shows all");
                DirectoryError::refused(sentence)
            })?;
            Ok(show(office, &message)?)
        }
        WebhookCommand::Endpoints(shape) => endpoints::list(office, shape).await,
        WebhookCommand::Stop { id } => endpoints::stop(office, &id).await,
        WebhookCommand::Start { id, administrator } => endpoints::start(office, &id, administrator.as_deref()).await,
        WebhookCommand::Delete { id } => endpoints::delete(office, &id).await,
        WebhookCommand::Resend(again) => resend(office, again.id).await,
        WebhookCommand::Drop { id } => {
            let mut transaction = office.store.begin().await?;
            let mut changes = changes(&mut transaction, office);
            if !undelivered::drop(changes.write, id).await? {
                return Err(unknown(id));
            }
            changes.note("webhook.drop", &format!("message:{id}"), json!({})).await?;
            transaction.commit().await?;
            writeln!(office.out, "message {id} will not be sent")?;
            Ok(())
        }
    }
}

async fn resend(office: &mut Office<'_>, id: Option<i64>) -> Result<(), DirectoryError> {
    let now = office.now;
    let mut transaction = office.store.begin().await?;
    let mut changes = changes(&mut transaction, office);
    let Revived { messages, held } = undelivered::revive(changes.write, id, now).await?;
    if let (0, Some(id)) = (messages, id) {
        return Err(unknown(id));
    }
    let subject = id.map_or_else(|| "message:all".to_owned(), |id| format!("message:{id}"));
    changes.note("webhook.resend", &subject, json!({ "messages": messages })).await?;
    transaction.commit().await?;
    writeln!(office.out, "{messages} to be tried again; a running server does so within seconds")?;
    if held > 0 {
        writeln!(
            office.out,
            "{held} of them wait until their webhook is switched on: `webhook endpoints` says why it is off"
        )?;
    }
    Ok(())
}

fn show(office: &mut Office<'_>, message: &UndeliveredMessage) -> std::io::Result<()> {
    let off = if message.active { "" } else { ", switched off" };
    let about = message.request.map(|request| format!(" of #{request}")).unwrap_or_default();
    let fault = message.last_fault.as_ref().map(|fault| format!(": {}", output::line(fault))).unwrap_or_default();
    writeln!(office.out, "To: {} ({}{off})", output::line(&message.endpoint), output::line(&message.webhook))?;
    writeln!(office.out, "Event: {}{about}", event(message))?;
    writeln!(office.out, "Message: {}, webhook {}", message.message_id, message.webhook_id)?;
    writeln!(office.out, "Written: {} UTC", message.created_at.0.format("%Y-%m-%d %H:%M:%S"))?;
    writeln!(office.out, "State: {}, tried {} times{fault}\n", state(message), message.attempts)?;
    let body: serde_json::Value = serde_json::from_str(&message.body)?;
    output::json(office.out, &body)
}

fn unknown(id: i64) -> DirectoryError {
    DirectoryError::refused(format!("there is no message {id} that was given up; `webhook list` shows all"))
}

fn cells(message: &UndeliveredMessage) -> Vec<String> {
    vec![
        message.id.to_string(),
        event(message).to_owned(),
        message.request.map(|request| format!("#{request}")).unwrap_or_default(),
        message.webhook.clone(),
        message.attempts.to_string(),
        state(message).to_owned(),
        message.last_fault.clone().unwrap_or_default(),
    ]
}

fn event(message: &UndeliveredMessage) -> &str {
    message.event_type.strip_prefix("zen:event-type:").unwrap_or(&message.event_type)
}

fn state(message: &UndeliveredMessage) -> &'static str {
    match (message.given_up, message.active) {
        (true, _) => "given up",
        (false, true) => "waiting",
        (false, false) => "waiting, webhook off",
    }
}
