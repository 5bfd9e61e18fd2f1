//! Lists of the directory.

use super::Office;
use super::arguments::Shape;
use super::changes::account_name;
use super::error::DirectoryError;
use super::table::table;
use balcao_contract::id::RequestId;
use balcao_contract::time::Timestamp;
use balcao_store::operators::Role;
use balcao_store::{api_tokens, audit, operators, ticket_readers, tickets};
use serde::Serialize;

pub(super) async fn accounts(office: &mut Office<'_>, shape: Shape) -> Result<(), DirectoryError> {
    let mut read = office.store.read().await?;
    let all = operators::accounts(&mut read).await?;
    let heads = ["ACCOUNT", "REGION", "MAIN ACCOUNT", "SPONSOR", "MEMBERS", "SHARES", "STATE"];
    print(office, shape, &heads, &all, |account| {
        vec![
            account.name.clone(),
            account.region.name().to_owned(),
            account.main_account.clone().unwrap_or_default(),
            account.sponsor.clone().unwrap_or_else(|| "none yet".to_owned()),
            account.members.to_string(),
            yes(account.shares_requests),
            state(account.disabled_at),
        ]
    })
}

pub(super) async fn users(office: &mut Office<'_>, account: Option<&str>, shape: Shape) -> Result<(), DirectoryError> {
    let mut read = office.store.read().await?;
    let account = match account {
        Some(given) => {
            let name = account_name(given)?;
            let known = operators::account(&mut read, &name).await?;
            Some(known.ok_or_else(|| DirectoryError::refused(format!("there is no account {name}")))?.id)
        }
        None => None,
    };
    let all = operators::users(&mut read, account).await?;
    print(office, shape, &["ADDRESS", "NAME", "LANGUAGE", "ACCOUNTS", "SPONSOR OF", "STATE"], &all, |user| {
        vec![
            user.email.clone(),
            user.name.clone(),
            user.locale.code().to_owned(),
            match user.role() {
                Role::Administrator => "(administrator)".to_owned(),
                Role::Agent => "(agent)".to_owned(),
                Role::Requester => user.accounts.join(", "),
            },
            user.sponsor_of.join(", "),
            state(user.disabled_at),
        ]
    })
}

pub(super) async fn tokens(office: &mut Office<'_>, shape: Shape) -> Result<(), DirectoryError> {
    let mut read = office.store.read().await?;
    let all = api_tokens::list(&mut read).await?;
    let now = office.now;
    print(office, shape, &["TOKEN", "ADDRESS", "FOR", "MADE", "LAST USED", "STATE"], &all, |token| {
        let over = token.expires_at.is_some_and(|end| end.0 <= now);
        let state = match (token.revoked_at, token.expires_at) {
            (Some(at), _) => format!("taken back {}", day(at)),
            (None, Some(end)) if over => format!("over since {}", day(end)),
            (None, Some(end)) => format!("good until {}", day(end)),
            (None, None) => "good".to_owned(),
        };
        vec![
            token.id.to_string(),
            token.email.clone(),
            token.description.clone(),
            day(token.created_at),
            token.last_used_at.map_or_else(|| "never".to_owned(), day),
            state,
        ]
    })
}

pub(super) async fn audit(
    office: &mut Office<'_>,
    subject: Option<&str>,
    limit: u32,
    shape: Shape,
) -> Result<(), DirectoryError> {
    let mut read = office.store.read().await?;
    let all = audit::latest(&mut read, subject, limit).await?;
    print(office, shape, &["WHEN", "WHO", "WHAT", "SUBJECT", "DATA"], &all, |line| {
        vec![
            line.at.0.format("%Y-%m-%d %H:%M:%S").to_string(),
            line.actor.clone(),
            line.action.clone(),
            line.subject.clone(),
            line.data.to_string(),
        ]
    })
}

pub(super) async fn readers(
    office: &mut Office<'_>,
    ticket: RequestId,
    limit: u32,
    shape: Shape,
) -> Result<(), DirectoryError> {
    let mut read = office.store.read().await?;
    if tickets::find(&mut read, ticket).await?.is_none() {
        return Err(DirectoryError::refused(format!("there is no ticket {ticket}; `agent list` shows the open ones")));
    }
    let all = ticket_readers::of_ticket(&mut read, ticket, limit).await?;
    let time = |at: Timestamp| at.0.format("%Y-%m-%d %H:%M:%S").to_string();
    print(office, shape, &["LAST (UTC)", "FIRST WITHIN THE HOUR", "WHO", "ADDRESS", "SAW", "TIMES"], &all, |line| {
        vec![
            time(line.last_at),
            time(line.first_at),
            line.reader.clone(),
            line.email.clone().unwrap_or_default(),
            line.way.clone(),
            line.times.to_string(),
        ]
    })
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

fn state(disabled_at: Option<Timestamp>) -> String {
    disabled_at.map_or_else(|| "on".to_owned(), |at| format!("off since {}", day(at)))
}

fn day(at: Timestamp) -> String {
    at.0.format("%Y-%m-%d").to_string()
}

pub(super) fn print<T: Serialize>(
    office: &mut Office<'_>,
    shape: Shape,
    heads: &[&str],
    all: &[T],
    cells: impl Fn(&T) -> Vec<String>,
) -> Result<(), DirectoryError> {
    Ok(table(office, shape, heads, all, cells)?)
}
