//! Webhooks as operators see to them: which there are, who answers for them, off, on, away.

use super::arguments::Shape;
use super::error::DirectoryError;
use super::lists::print;
use super::{Office, changes};
use crate::output;
use balcao_contract::id::UserId;
use balcao_contract::time::Timestamp;
use balcao_store::people;
use balcao_store::webhooks::{self, Ended, WebhookRow};
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A webhook without its secret.
#[derive(Serialize)]
struct Endpoint {
    id: String,
    name: String,
    endpoint: String,
    subscriptions: Vec<String>,
    switched_on: bool,
    ended: Option<Ended>,
    responsible: String,
    token: Option<i64>,
    created_at: Timestamp,
}

pub(super) async fn list(office: &mut Office<'_>, shape: Shape) -> Result<(), DirectoryError> {
    let mut read = office.store.read().await?;
    let rows = webhooks::list(&mut read, office.now).await?;
    let wanted: BTreeSet<UserId> = rows.iter().map(|row| row.responsible).collect();
    let people = people::by_ids(&mut read, &wanted).await?;
    drop(read);
    let people: BTreeMap<UserId, String> = people.into_iter().map(|person| (person.id, person.email)).collect();
    let endpoint = |row: WebhookRow| Endpoint {
        responsible: people.get(&row.responsible).cloned().unwrap_or_default(),
        id: row.id,
        name: row.name,
        endpoint: row.endpoint,
        subscriptions: row.subscriptions,
        switched_on: row.active,
        ended: row.ended,
        token: row.token,
        created_at: row.created_at,
    };
    let all: Vec<Endpoint> = rows.into_iter().map(endpoint).collect();
    print(office, shape, &["WEBHOOK", "NAME", "GOES TO", "ANSWERED FOR BY", "TOKEN", "STATE"], &all, |webhook| {
        vec![
            webhook.id.clone(),
            webhook.name.clone(),
            webhook.endpoint.clone(),
            webhook.responsible.clone(),
            webhook.token.map(|token| token.to_string()).unwrap_or_default(),
            state(webhook).to_owned(),
        ]
    })
}

fn state(webhook: &Endpoint) -> &'static str {
    match (webhook.switched_on, webhook.ended) {
        (false, _) => "switched off",
        (true, None) => "on",
        (true, Some(ended)) => off(ended),
    }
}

fn off(ended: Ended) -> &'static str {
    match ended {
        Ended::Person => "off: that person is switched off",
        Ended::Role => "off: that person is no administrator",
        Ended::Token => "off: the token was taken back or is over",
    }
}

pub(super) async fn stop(office: &mut Office<'_>, id: &str) -> Result<(), DirectoryError> {
    let mut transaction = office.store.begin().await?;
    let mut changes = changes(&mut transaction, office);
    let row = find(&mut changes, id).await?;
    let name = output::line(&row.name);
    webhooks::update(changes.write, &WebhookRow { active: false, updated_at: changes.now.into(), ..row }).await?;
    changes.note("webhook.stop", &format!("webhook:{id}"), json!({})).await?;
    transaction.commit().await?;
    writeln!(office.out, "{name} is switched off; `webhook start {id}` switches it on")?;
    Ok(())
}

pub(super) async fn start(
    office: &mut Office<'_>,
    id: &str,
    administrator: Option<&str>,
) -> Result<(), DirectoryError> {
    let mut transaction = office.store.begin().await?;
    let mut changes = changes(&mut transaction, office);
    let row = find(&mut changes, id).await?;
    let (responsible, token) = match administrator {
        Some(email) => {
            let user = changes.user(email).await?;
            if !user.administrator || user.disabled_at.is_some() {
                return Err(DirectoryError::refused(format!(
                    "{0} is no administrator; `user administrator {0} on` makes them one",
                    user.email
                )));
            }
            // An operator vouches for it, and no token of theirs.
            (user.id, None)
        }
        None => (row.responsible, row.token),
    };
    let name = output::line(&row.name);
    let row = WebhookRow { active: true, responsible, token, updated_at: changes.now.into(), ..row };
    webhooks::update(changes.write, &row).await?;
    if let Some(ended) = find(&mut changes, id).await?.ended {
        return Err(DirectoryError::refused(format!(
            "{name} stays {}; name an administrator who answers for it: `webhook start {id} --as <address>`",
            off(ended)
        )));
    }
    changes.note("webhook.start", &format!("webhook:{id}"), json!({ "responsible": responsible })).await?;
    transaction.commit().await?;
    writeln!(office.out, "{name} is on; a running server sends what waits for it within seconds")?;
    Ok(())
}

pub(super) async fn delete(office: &mut Office<'_>, id: &str) -> Result<(), DirectoryError> {
    let mut transaction = office.store.begin().await?;
    let mut changes = changes(&mut transaction, office);
    let row = find(&mut changes, id).await?;
    webhooks::delete(changes.write, id).await?;
    changes.note("webhook.delete", &format!("webhook:{id}"), json!({ "responsible": row.responsible })).await?;
    transaction.commit().await?;
    writeln!(office.out, "{} is gone, with what waited for it", output::line(&row.name))?;
    Ok(())
}

async fn find(changes: &mut super::changes::Changes<'_>, id: &str) -> Result<WebhookRow, DirectoryError> {
    webhooks::find(changes.write, id, changes.now).await?.ok_or_else(|| {
        DirectoryError::refused(format!("there is no webhook {}; `webhook endpoints` shows all", output::line(id)))
    })
}
