//! Requests, comments and people for tests.

use balcao_contract::wire::{Comment, Request, User};
use serde_json::{from_value, json};

/// A request of that number and status, opened by user 1.
pub fn request(id: u64, status: &str) -> Request {
    from_value(json!({
        "id": id, "url": "", "status": status, "priority": "high", "type": null, "subject": format!("Subject {id}"),
        "description": "", "organization_id": null, "via": {"channel": "web"}, "custom_fields": [], "fields": [],
        "requester_id": 1, "collaborator_ids": [], "email_cc_ids": [], "is_public": true, "due_at": null,
        "can_be_solved_by_me": false, "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z",
        "recipient": null, "followup_source_id": null, "assignee_id": null, "ticket_form_id": null,
        "custom_status_id": null
    }))
    .unwrap()
}

/// A public comment by that user.
pub fn comment(author: u64) -> Comment {
    from_value(json!({
        "id": 100 + author, "type": "Comment", "request_id": 7, "body": "Text", "html_body": "", "plain_body": "Text",
        "public": true, "author_id": author, "attachments": [], "created_at": "2026-11-20T10:00:00Z"
    }))
    .unwrap()
}

/// A person.
pub fn person(id: u64, agent: bool) -> User {
    from_value(json!({"id": id, "name": format!("Person {id}"), "agent": agent})).unwrap()
}
