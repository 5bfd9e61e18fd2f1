//! What each command did to a ticket, out of its events.

use super::super::wire::Audit;
use super::shapes::via;
use crate::http::{ApiError, App};
use balcao_contract::id::{CommentId, RequestId};
use balcao_contract::status::Status;
use balcao_desk::Event;
use balcao_rich_text as rich_text;
use balcao_runtime::work::beside;
use balcao_store::comments::{CommentRow, Notes};
use balcao_store::events::{self, Audits, EventRow};
use balcao_store::files::StoredFile;
use balcao_store::requests::RequestRow;
use balcao_store::{Connection, StoreError, comments, files};
use serde_json::{Value, json};
use std::collections::HashMap;

/// An event's parts have ids of their own: so many for each.
const PARTS: i64 = 8;

/// What audits of a ticket are made of.
pub(super) struct Found {
    events: Vec<EventRow>,
    said: HashMap<CommentId, (CommentRow, Vec<StoredFile>)>,
}

/// What some audits of a ticket are made of. Of its thread only the comments are read that they are about.
pub(super) async fn find(read: &mut Connection, ticket: RequestId, ids: &[i64]) -> Result<Found, StoreError> {
    let events = events::of_audits(read, ticket, ids).await?;
    let about: Vec<CommentId> = events.iter().filter_map(comment_of).collect();
    let comments = comments::of_ids(read, ticket, &about, Notes::Included).await?;
    let mut files = files::attachments_of_comments(&mut *read, &about).await?;
    let said = comments
        .into_iter()
        .map(|comment| (comment.id, comment))
        .map(|(id, comment)| (id, (comment, files.remove(&id).unwrap_or_default())))
        .collect();
    Ok(Found { events, said })
}

impl Found {
    /// Bytes of the texts that are rendered.
    pub(super) fn text_bytes(&self) -> usize {
        self.said.values().map(|(comment, _)| comment.body.len()).sum()
    }

    /// The audits, in the order of their ids. Renders every comment: long work.
    pub(super) fn shape(mut self, app: &App, row: &RequestRow) -> Vec<Audit> {
        let mut audits: Vec<Audit> = Vec::new();
        for event in self.events {
            if audits.last().is_none_or(|audit| audit.id != event.audit) {
                audits.push(Audit {
                    id: event.audit,
                    ticket_id: row.id,
                    created_at: event.created_at,
                    author_id: event.actor.map_or(-1, |actor| i64::try_from(actor.get()).unwrap_or(i64::MAX)),
                    metadata: json!({ "system": {}, "custom": {} }),
                    via: via(if event.actor.is_some() { &row.channel } else { "system" }),
                    events: Vec::new(),
                });
            }
            if let Some(audit) = audits.last_mut() {
                audit.events.extend(parts(app, row, &event, &mut self.said, &mut audit.via.channel));
            }
        }
        audits
    }
}

/// The newest audit, whose events are what the command at hand did; without them where it did nothing. The command holds
/// the writer, so its one comment is rendered without standing in line.
pub(super) async fn last_audit(
    app: &App,
    read: &mut Connection,
    row: &RequestRow,
    changed: bool,
) -> Result<Option<Audit>, ApiError> {
    let newest = Audits { request: row.id, descending: true, limit: 1, offset: 0, after: None };
    let newest = events::audits(read, &newest).await?;
    let found = find(read, row.id, &newest).await?;
    let (app, row) = (app.clone(), row.clone());
    let last = beside(found.text_bytes(), move || found.shape(&app, &row)).await?.pop();
    Ok(last.map(|audit| if changed { audit } else { Audit { events: Vec::new(), ..audit } }))
}

/// The comment that an event is about.
fn comment_of(event: &EventRow) -> Option<CommentId> {
    match Event::read(&event.kind, &event.data) {
        Some(Event::Opened { comment, .. } | Event::Commented { comment, .. }) => Some(comment),
        _ => None,
    }
}

/// Zendesk's events for one of ours. A comment tells how its audit came.
fn parts(
    app: &App,
    row: &RequestRow,
    event: &EventRow,
    said: &mut HashMap<CommentId, (CommentRow, Vec<StoredFile>)>,
    channel: &mut String,
) -> Vec<Value> {
    let mut parts = Vec::new();
    let mut comment_part = |id: CommentId, parts: &mut Vec<Value>| {
        if let Some((comment, files)) = said.remove(&id) {
            channel.clone_from(&comment.channel);
            parts.push(comment_event(app, &comment, &files, event.audit));
        }
    };
    let change = |field: &str, from: Value, to: Value| json!({ "type": "Change", "field_name": field, "previous_value": from, "value": to });
    match Event::read(&event.kind, &event.data) {
        Some(Event::Opened { comment, priority, .. }) => {
            comment_part(comment, &mut parts);
            let created = [
                ("subject", json!(row.subject)),
                ("status", json!(Status::New)),
                ("priority", json!(priority)),
                ("requester_id", json!(row.requester)),
                ("ticket_form_id", json!(row.form)),
            ];
            let created = created.into_iter().filter(|(_, value)| !value.is_null());
            parts
                .extend(created.map(|(field, value)| json!({ "type": "Create", "field_name": field, "value": value })));
        }
        Some(Event::Commented { comment, .. }) => comment_part(comment, &mut parts),
        Some(Event::StatusChanged { from, to }) => parts.push(change("status", json!(from), json!(to))),
        Some(Event::PriorityChanged { from, to }) => parts.push(change("priority", json!(from), json!(to))),
        Some(Event::Assigned { from, to }) => parts.push(change("assignee_id", json!(from), json!(to))),
        Some(Event::FieldChanged { field, from, to }) => parts.push(change(&wire_name(app, row, field), from, to)),
        Some(Event::Rated { score, .. }) => {
            parts.push(json!({ "type": "SatisfactionRating", "score": score, "assignee_id": row.assignee }));
        }
        // An event of a later version.
        None => {}
    }
    for (part, place) in parts.iter_mut().zip(0..) {
        part["id"] = json!(event.id * PARTS + place);
    }
    parts
}

/// Zendesk names a custom field by its id.
fn wire_name(app: &App, row: &RequestRow, field: String) -> String {
    let locale = balcao_contract::locale::Locale::En;
    let form = row.form.and_then(|id| app.forms.by_id(id, locale)).or_else(|| app.forms.default_form(locale));
    let known = form.and_then(|form| form.field(&field)).filter(|field| field.kind.is_custom());
    known.map_or(field, |known| known.id.to_string())
}

fn comment_event(app: &App, comment: &CommentRow, files: &[StoredFile], audit: i64) -> Value {
    let blocks = rich_text::parse_comment(&comment.body);
    let origin = app.config.link("");
    let attachments: Vec<_> = files.iter().map(|file| file.to_wire(&origin)).collect();
    json!({
        "type": "Comment", "author_id": comment.author, "public": comment.public, "body": comment.body,
        "html_body": rich_text::to_html(&blocks), "plain_body": rich_text::to_plain(&blocks),
        "attachments": attachments, "audit_id": audit,
    })
}
