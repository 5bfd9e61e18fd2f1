//! From rows to Zendesk's shapes.

use crate::http::App;
use crate::identity::SignedIn;
use balcao_contract::locale::Locale;
use balcao_contract::status::Status;
use balcao_contract::wire::{Comment, CustomField, Request, User, Via};
use balcao_desk::can_be_solved_by_requester;
use balcao_rich_text as rich_text;
use balcao_store::comments::CommentRow;
use balcao_store::directory::PersonRow;
use balcao_store::files::StoredFile;
use balcao_store::requests::RequestRow;

/// A request, as this reader sees it.
pub(in crate::http) fn request(app: &App, signed_in: &SignedIn, row: RequestRow) -> Request {
    let custom_fields = custom_fields(app, &row);
    Request {
        id: row.id,
        url: app.config.link(&format!("/api/v2/requests/{}.json", row.id)),
        status: row.status,
        priority: row.priority,
        kind: row.kind,
        subject: row.subject,
        description: row.description,
        organization_id: Some(row.account),
        via: Via { channel: row.channel, source: Default::default() },
        fields: custom_fields.clone(),
        custom_fields,
        requester_id: row.requester,
        collaborator_ids: row.copies.clone(),
        email_cc_ids: row.copies,
        is_public: true,
        due_at: None,
        can_be_solved_by_me: row.requester == signed_in.user
            && can_be_solved_by_requester(row.status, row.assignee.is_some()),
        created_at: row.created_at,
        updated_at: row.updated_at,
        recipient: None,
        followup_source_id: row.followup_source,
        assignee_id: row.assignee,
        ticket_form_id: row.form,
        custom_status_id: Some(custom_status_id(row.status)),
    }
}

/// Every field of the form that Zendesk counts as one, with `null` where nothing was answered.
pub(super) fn custom_fields(app: &App, row: &RequestRow) -> Vec<CustomField> {
    let form = row.form.and_then(|id| app.forms.by_id(id, Locale::En)).or_else(|| app.forms.default_form(Locale::En));
    let Some(form) = form else { return Vec::new() };
    form.fields
        .iter()
        .filter(|field| field.kind.is_custom())
        .map(|field| CustomField { id: field.id, value: row.answers.get(field.key.as_str()).cloned() })
        .collect()
}

/// The id of a status among the custom statuses: its place, from 1.
pub(super) fn custom_status_id(status: Status) -> u64 {
    Status::ALL.into_iter().zip(1..).find_map(|(known, id)| (known == status).then_some(id)).unwrap_or(1)
}

/// The channel of what came by mail.
const MAIL: &str = "email";

/// A comment; `tree` adds what the panel draws.
pub(in crate::http) fn comment(app: &App, row: CommentRow, files: Vec<StoredFile>, tree: bool) -> Comment {
    let blocks = rich_text::parse_comment(&row.body);
    let origin = app.config.link("");
    Comment {
        id: row.id,
        kind: "Comment".to_owned(),
        request_id: row.request,
        html_body: rich_text::to_html(&blocks),
        plain_body: rich_text::to_plain(&blocks),
        body: row.body,
        public: row.public,
        author_id: row.author,
        attachments: files.iter().map(|file| file.to_wire(&origin)).collect(),
        created_at: row.created_at,
        via: (tree && row.channel == MAIL).then(|| Via { channel: row.channel, source: Default::default() }),
        rich_text: if tree { blocks } else { Vec::new() },
    }
}

/// A person, as far as a requester may know.
pub(in crate::http) fn user(row: PersonRow) -> User {
    User { id: row.id, name: row.name, agent: row.agent }
}
