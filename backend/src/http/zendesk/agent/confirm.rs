//! The confirmation mail to somebody for whom an agent opened a ticket.

use super::super::writes::MOST_CONFIRMATIONS;
use crate::http::{ApiError, App};
use crate::mail::created::{CREATED, Created, answer_lines, created};
use crate::mail::messages::Reader;
use crate::store::requests::RequestRow;
use crate::store::{Connection, comments, directory, files, operators, outbox, people};
use balcao_contract::id::UserId;
use chrono::{DateTime, TimeDelta, Utc};

/// Tells the requester, in their language: in the outbox with the ticket itself, or neither is. What an agent opened for
/// themselves, or began with a note among agents, is told to nobody.
pub(super) async fn confirm(
    app: &App,
    write: &mut Connection,
    ticket: &RequestRow,
    agent: UserId,
    now: DateTime<Utc>,
) -> Result<(), ApiError> {
    if ticket.requester == agent || ticket.description.is_empty() {
        return Ok(());
    }
    let Some(person) = people::by_id(write, ticket.requester).await? else { return Ok(()) };
    let Some(account) = directory::account(write, ticket.account).await? else { return Ok(()) };
    let Some(account) = operators::account(write, &account.name).await? else { return Ok(()) };
    let hour_ago = now - TimeDelta::hours(1);
    if outbox::count_since(write, &person.email, CREATED, hour_ago).await? >= MOST_CONFIRMATIONS {
        tracing::warn!(request = %ticket.id, "no confirmation: the address got too many within the hour");
        return Ok(());
    }
    let wanted =
        comments::Comments { request: ticket.id, since: None, descending: false, limit: 1, offset: 0, after: None };
    let first: Vec<_> = comments::list(write, &wanted).await?.into_iter().map(|comment| comment.id).collect();
    let files = files::attachments_of_comments(&mut *write, &first).await?;
    let names: Vec<String> = files.into_values().flatten().map(|file| file.file_name).collect();
    let form = ticket.form.and_then(|id| app.forms.by_id(id, person.locale));
    let RequestRow { subject, description, answers, .. } = ticket;
    let answers =
        form.map(|form| answer_lines(form, person.locale, subject, description, answers, &names)).unwrap_or_default();
    let promises = app.config.first_responses(account.region);
    let promised = ticket.priority.map(|priority| promises.of(priority));
    let calendar = app.config.calendars.of(account.region);
    let link = app.config.request_link(&account.name, ticket.id);
    let letter = created(&Created {
        reader: Reader { email: &person.email, name: &person.name, locale: person.locale },
        number: ticket.id,
        title: subject,
        answers,
        first_response: promised,
        first_response_by: promised.and_then(|promised| calendar.answered_by(ticket.created_at.0, promised)),
        zone: calendar.zone,
        link: &link,
        reply_to: app.reply_addresses.of(ticket.id, ticket.requester).as_deref(),
    });
    outbox::enqueue(write, &letter.map_err(ApiError::internal)?, now).await?;
    Ok(())
}
