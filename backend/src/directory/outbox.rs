//! Mail that was not sent: looked at, sent again, given up for good.

use super::arguments::{Again, Unsent};
use super::changes::Changes;
use super::error::DirectoryError;
use super::lists::print;
use super::table::cut_at;
use super::{Office, changes};
use crate::output;
use balcao_store::dead_letters::list;
use balcao_store::dead_letters::{self, UnsentMail};
use clap::Subcommand;
use serde_json::json;

/// `outbox …`
#[derive(Debug, Clone, Subcommand)]
pub enum OutboxCommand {
    /// Lists mails that were given up, after the mail server refused them several times.
    List(#[command(flatten)] Unsent),
    /// Prints one with what it says.
    Show {
        /// Its number in the list.
        id: i64,
    },
    /// Has one that was given up tried again, or all.
    Resend(#[command(flatten)] Again),
    /// Forgets one that was given up: it is never sent.
    Drop {
        /// Its number in the list.
        id: i64,
    },
}

pub(super) async fn run(office: &mut Office<'_>, command: OutboxCommand) -> Result<(), DirectoryError> {
    match command {
        OutboxCommand::List(Unsent { waiting, limit, shape }) => {
            let mut read = office.store.read().await?;
            let mut all = list(&mut read, !waiting, limit.saturating_add(1)).await?;
            let more = cut_at(&mut all, limit);
            print(office, shape, &["MAIL", "KIND", "REQUEST", "TO", "TRIED", "STATE", "LAST FAULT"], &all, cells)?;
            more.iter().for_each(|more| output::aside(more));
            Ok(())
        }
        OutboxCommand::Show { id } => {
            let mut read = office.store.read().await?;
            let mail = dead_letters::find(&mut read, id).await?.ok_or_else(|| {
                let sentence = format!("no mail {id} waits or was given up; `outbox list --waiting` shows all");
                DirectoryError::refused(sentence)
            })?;
            let (to, subject) = (output::line(&mail.to), output::line(&mail.subject));
            let fault = mail.last_fault.as_ref().map(|fault| format!(": {}", output::line(fault))).unwrap_or_default();
            writeln!(office.out, "To: {to}\nSubject: {subject}\nKind: {}", mail.kind)?;
            writeln!(office.out, "Written: {} UTC", mail.created_at.0.format("%Y-%m-%d %H:%M:%S"))?;
            writeln!(office.out, "State: {}, tried {} times{fault}\n", state(&mail), mail.attempts)?;
            match mail.sealed {
                true => writeln!(office.out, "What it says is sealed until it is sent: it holds a code.")?,
                false => writeln!(office.out, "{}", output::lines(&mail.text))?,
            }
            Ok(())
        }
        OutboxCommand::Resend(again) => change(office, Change::Resend(again.id)).await,
        OutboxCommand::Drop { id } => change(office, Change::Drop(id)).await,
    }
}

enum Change {
    Resend(Option<i64>),
    Drop(i64),
}

async fn change(office: &mut Office<'_>, change: Change) -> Result<(), DirectoryError> {
    let now = office.now;
    let mut transaction = office.store.begin().await?;
    let mut changes: Changes<'_> = changes(&mut transaction, office);
    let said = match change {
        Change::Resend(id) => {
            let revived = dead_letters::revive(changes.write, id, now).await?;
            if let (0, Some(id)) = (revived, id) {
                return Err(unknown(id));
            }
            let subject = id.map_or_else(|| "mail:all".to_owned(), |id| format!("mail:{id}"));
            changes.note("mail.resend", &subject, json!({ "mails": revived })).await?;
            format!("{revived} to be tried again; a running server does so within seconds")
        }
        Change::Drop(id) => {
            if !dead_letters::drop(changes.write, id, now).await? {
                return Err(unknown(id));
            }
            changes.note("mail.drop", &format!("mail:{id}"), json!({})).await?;
            format!("mail {id} will not be sent")
        }
    };
    transaction.commit().await?;
    writeln!(office.out, "{said}")?;
    Ok(())
}

fn unknown(id: i64) -> DirectoryError {
    DirectoryError::refused(format!("there is no mail {id} that was given up; `outbox list` shows all"))
}

fn cells(mail: &UnsentMail) -> Vec<String> {
    vec![
        mail.id.to_string(),
        mail.kind.clone(),
        mail.request.map(|request| format!("#{request}")).unwrap_or_default(),
        mail.to.clone(),
        mail.attempts.to_string(),
        state(mail).to_owned(),
        mail.last_fault.clone().unwrap_or_default(),
    ]
}

fn state(mail: &UnsentMail) -> &'static str {
    if mail.given_up { "given up" } else { "waiting" }
}
