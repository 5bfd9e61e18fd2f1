//! What events are called in Zendesk's webhooks, and what a message about one says.

use balcao_desk::{Event, copies};
use balcao_store::comments::CommentRow;
use balcao_store::events::EventRow;
use balcao_store::requests::RequestRow;
use serde_json::{Value, json};

/// The types that can be subscribed to.
pub const TYPES: [&str; 10] = [
    "zen:event-type:ticket.created",
    "zen:event-type:ticket.comment_added",
    "zen:event-type:ticket.status_changed",
    "zen:event-type:ticket.priority_changed",
    "zen:event-type:ticket.agent_assignment_changed",
    "zen:event-type:ticket.group_assignment_changed",
    "zen:event-type:ticket.subject_changed",
    "zen:event-type:ticket.type_changed",
    "zen:event-type:ticket.custom_field_changed",
    "zen:event-type:ticket.tags_changed",
];

/// What a webhook subscribes to at Zendesk that triggers call. There are no triggers here, so it is told of everything.
pub const EVERYTHING: &str = "conditional_ticket_events";

/// The type of an event; `None` for one that nobody can subscribe to.
#[must_use]
pub fn type_of(event: &Event) -> Option<&'static str> {
    let [created, commented, status, priority, assigned, group, subject, kind, custom_field, tags] = TYPES;
    Some(match event {
        Event::Opened { .. } => created,
        Event::Commented { .. } => commented,
        Event::StatusChanged { .. } => status,
        Event::PriorityChanged { .. } => priority,
        Event::Assigned { .. } => assigned,
        Event::FieldChanged { field, .. } if field == "group_id" => group,
        Event::FieldChanged { field, .. } if field == "subject" => subject,
        Event::FieldChanged { field, .. } if field == "type" => kind,
        Event::FieldChanged { field, .. } if field == "tags" => tags,
        // Zendesk has an event for it, of a shape of its own, and it is no field of a form.
        Event::FieldChanged { field, .. } if field == copies::FIELD => return None,
        Event::FieldChanged { .. } => custom_field,
        // Ratings have a list of their own, and no such event at Zendesk.
        Event::Rated { .. } => return None,
    })
}

/// What stands in one list and not in the other.
fn missing(here: &Value, there: &Value) -> Vec<Value> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let there = list(there);
    list(here).into_iter().filter(|one| !there.contains(one)).collect()
}

/// What is sent about an event. Ids are text there, as Zendesk has them.
pub(super) fn message(
    message_id: &str,
    event_type: &str,
    row: &EventRow,
    event: &Event,
    ticket: &RequestRow,
    comment: Option<&CommentRow>,
) -> Value {
    let text = |id: u64| json!(id.to_string());
    let optional = |id: Option<u64>| id.map_or(Value::Null, text);
    let change = |from: Value, to: Value| json!({ "previous": from, "current": to });
    let said = |comment: &CommentRow| {
        json!({ "comment": {
            "id": text(comment.id.get()), "body": comment.body, "is_public": comment.public,
            "author": { "id": text(comment.author.get()), "is_staff": row.by_agent },
        } })
    };
    let what = match event {
        Event::Opened { .. } | Event::Commented { .. } => comment.map_or(Value::Null, said),
        Event::StatusChanged { from, to } => change(json!(from), json!(to)),
        Event::PriorityChanged { from, to } => change(json!(from), json!(to)),
        Event::Assigned { from, to } => change(optional(from.map(|id| id.get())), optional(to.map(|id| id.get()))),
        Event::FieldChanged { field, from, to } if field == "tags" => {
            json!({ "tags_added": missing(to, from), "tags_removed": missing(from, to) })
        }
        Event::FieldChanged { field, from, to } if field == "group_id" => {
            change(optional(from.as_u64()), optional(to.as_u64()))
        }
        Event::FieldChanged { field, from, to } => {
            let mut change = change(from.clone(), to.clone());
            change["field"] = json!(field);
            change
        }
        Event::Rated { .. } => Value::Null,
    };
    json!({
        "id": message_id,
        "type": event_type,
        "time": row.created_at,
        "zendesk_event_version": "2022-11-06",
        "account_id": ticket.account.get(),
        "subject": format!("zen:ticket:{}", ticket.id),
        "event": what,
        "detail": {
            "id": text(ticket.id.get()), "subject": ticket.subject, "status": ticket.status,
            "priority": ticket.priority, "type": ticket.kind, "via": { "channel": ticket.channel },
            "requester_id": text(ticket.requester.get()), "assignee_id": optional(ticket.assignee.map(|id| id.get())),
            "organization_id": text(ticket.account.get()), "form_id": optional(ticket.form.map(|id| id.get())),
            "actor_id": optional(row.actor.map(|id| id.get())),
            "created_at": ticket.created_at, "updated_at": ticket.updated_at,
        },
    })
}
