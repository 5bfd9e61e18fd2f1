//! From events to messages: which webhook is told of what.

use super::event_types::{EVERYTHING, message, type_of};
use balcao_desk::Event;
use balcao_store::events::{self, EventRow};
use balcao_store::webhooks::{self, NewMessage};
use balcao_store::{Connection, Store, StoreError, comments, tickets};
use chrono::{DateTime, Utc};

/// The name under which this remembers how far it has read.
const READER: &str = "webhooks";
/// So many events in one transaction.
const BATCH: u32 = 100;

/// Makes messages of what happened since the last time: the messages, and how far it was read, are one transaction. True
/// where there may be more.
pub(super) async fn read_some(store: &Store, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let mut write = store.begin().await?;
    let from = events::read_until(&mut write, READER).await?;
    let rows = events::after(&mut write, from, BATCH).await?;
    let Some(last) = rows.last().map(|row| row.id) else { return Ok(false) };
    for row in &rows {
        tell(&mut write, row, now).await?;
    }
    events::note_read(&mut write, READER, last).await?;
    write.commit().await?;
    Ok(rows.len() == BATCH as usize)
}

async fn tell(write: &mut Connection, row: &EventRow, now: DateTime<Utc>) -> Result<(), StoreError> {
    let Some(event) = Event::read(&row.kind, &row.data) else { return Ok(()) };
    let Some(event_type) = type_of(&event) else { return Ok(()) };
    let listening = webhooks::listening(write, row.id, now).await?;
    let is_wanted = |name: &String| name == event_type || name == EVERYTHING;
    for webhook in listening.into_iter().filter(|webhook| webhook.subscriptions.iter().any(is_wanted)) {
        let Some(ticket) = tickets::find(write, row.request).await? else { continue };
        let comment = match &event {
            Event::Opened { comment, .. } | Event::Commented { comment, .. } => {
                comments::find_with_notes(write, row.request, *comment).await?
            }
            _ => None,
        };
        let message_id = uuid::Uuid::new_v4().to_string();
        let body = message(&message_id, event_type, row, &event, &ticket, comment.as_ref()).to_string();
        let new = NewMessage { message_id: &message_id, webhook: &webhook.id, event: row.id, event_type, body: &body };
        webhooks::enqueue(write, new, now).await?;
    }
    Ok(())
}
