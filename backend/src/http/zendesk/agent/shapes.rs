//! From rows to the shapes that agents get.

use super::super::ratings;
use super::super::shapes::{custom_fields, custom_status_id};
use super::super::wire::{Ticket, TicketRating};
use crate::http::{ApiError, App};
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_contract::wire::Via;
use balcao_store::requests::RequestRow;
use balcao_store::tickets::{self, Facts};
use balcao_store::{Connection, StoreError, surveys};
use std::collections::HashMap;

/// Where a ticket is shown by the API.
pub(super) fn ticket_url(app: &App, id: RequestId) -> String {
    app.config.link(&format!("/api/v2/tickets/{id}.json"))
}

/// How something came.
pub(super) fn via(channel: &str) -> Via {
    Via { channel: channel.to_owned(), source: Default::default() }
}

/// Tickets, in the order of their rows.
pub(super) async fn tickets(
    app: &App,
    read: &mut Connection,
    rows: Vec<RequestRow>,
    with_comment_count: bool,
) -> Result<Vec<Ticket>, StoreError> {
    let ids: Vec<RequestId> = rows.iter().map(|row| row.id).collect();
    let mut facts: HashMap<RequestId, Facts> = tickets::facts(read, &ids).await?;
    let surveys = surveys::of_requests(read, &ids).await?;
    let shape = |row: RequestRow| {
        let facts = facts.remove(&row.id);
        let count = facts.as_ref().map(|facts| facts.comments);
        // Programs compare reasons: they are in one language, whoever asks.
        let rating = ratings::of_ticket(surveys.get(&row.id), Locale::En);
        Ticket { comment_count: count.filter(|_| with_comment_count), ..ticket(app, row, facts, rating) }
    };
    Ok(rows.into_iter().map(shape).collect())
}

/// One ticket.
pub(super) async fn one_ticket(app: &App, read: &mut Connection, row: RequestRow) -> Result<Ticket, ApiError> {
    tickets(app, read, vec![row], false).await?.pop().ok_or(ApiError::RecordNotFound)
}

fn ticket(app: &App, row: RequestRow, facts: Option<Facts>, satisfaction_rating: TicketRating) -> Ticket {
    let custom_fields = custom_fields(app, &row);
    // A request without a first comment there is none; a row that lacks one is shown all the same.
    let facts = facts.unwrap_or_else(|| Facts {
        submitter: row.requester,
        description: row.description.clone(),
        public: true,
        comments: 0,
        followups: Vec::new(),
        tags: Vec::new(),
    });
    Ticket {
        id: row.id,
        url: ticket_url(app, row.id),
        external_id: None,
        via: via(&row.channel),
        created_at: row.created_at,
        updated_at: row.updated_at,
        generated_timestamp: row.updated_at.0.timestamp(),
        kind: row.kind,
        raw_subject: row.subject.clone(),
        subject: row.subject,
        description: facts.description,
        priority: row.priority,
        status: row.status,
        recipient: None,
        requester_id: row.requester,
        submitter_id: facts.submitter,
        assignee_id: row.assignee,
        organization_id: row.account,
        locale: row.locale.map(|locale| locale.tag().to_owned()),
        group_id: row.group,
        collaborator_ids: row.copies.clone(),
        follower_ids: Vec::new(),
        email_cc_ids: row.copies,
        forum_topic_id: None,
        problem_id: None,
        has_incidents: false,
        is_public: facts.public,
        due_at: None,
        tags: facts.tags,
        fields: custom_fields.clone(),
        custom_fields,
        satisfaction_rating,
        sharing_agreement_ids: Vec::new(),
        custom_status_id: custom_status_id(row.status),
        followup_ids: facts.followups,
        followup_source_id: row.followup_source,
        ticket_form_id: row.form,
        brand_id: None,
        allow_channelback: false,
        allow_attachments: true,
        from_messaging_channel: false,
        comment_count: None,
    }
}
