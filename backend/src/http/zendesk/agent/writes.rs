//! Opening a ticket for somebody, and changing one.

use super::super::body::html_bytes;
use super::super::faults::{self, field_fault};
use super::super::idempotent::IdempotentWrite;
use super::super::requests::{connection, path_id};
use super::super::wire::{TicketChangeEnvelope, TicketEnvelope, TicketToOpenEnvelope, TicketWithAudit};
use super::audits;
use super::body::{Reading, Whose};
use super::confirm::confirm;
use super::shapes;
use super::tickets::find;
use crate::desk::agent::{self, AgentCommand, Change, OpeningForOther};
use crate::desk::{self, Given, GivenField};
use crate::http::{ApiError, App, Json, Notes, ReaderLocale};
use crate::identity::{Agent, names};
use crate::store::idempotency::StoredAnswer;
use crate::store::people::{self, WholePerson};
use crate::store::requests::RequestRow;
use crate::store::{Connection, directory};
use crate::work::Who;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use balcao_contract::answers::Answers;
use balcao_contract::form::Form;
use balcao_contract::id::{AccountId, FormId, RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::priority::priority;
use balcao_contract::validation::FaultKind;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// How agents' programs come in.
const CHANNEL: &str = "api";

pub(super) fn command<'a>(app: &'a App, agent: &Agent, now: DateTime<Utc>) -> AgentCommand<'a> {
    AgentCommand {
        agent: agent.user,
        home: agent.home,
        now,
        channel: CHANNEL,
        most_files: app.config.evidence.limits.max_files,
        calendars: &app.config.calendars,
    }
}

/// Changes a ticket, comments on it, or both.
#[utoipa::path(put, path = "/api/v2/tickets/{id}", tag = "tickets", request_body = TicketChangeEnvelope,
    params(("id" = u64, Path, description = "The number"),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 200, body = TicketWithAudit), (status = 400), (status = 401), (status = 403), (status = 404),
        (status = 409), (status = 422)))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let id: RequestId = path_id(&id)?;
    let write = IdempotentWrite::of_agent(&headers, &agent, "PUT", &format!("/api/v2/tickets/{id}"), &body)?;
    let mut read = connection(&app).await?;
    if let Some(known) = write.replay(&mut read, now).await? {
        return Ok(known);
    }
    find(&mut read, &agent, &id.to_string()).await?;
    drop(read);
    let html = html_bytes(&body, "ticket");
    let read = move || {
        let mut reading = Reading::begin(body, &notes, locale)?;
        let given = reading.ticket(&notes);
        Ok::<_, ApiError>((given, reading.end(&notes)))
    };
    let (given, mut faults) = app.work.run(Who::Person(agent.user), html, read).await??;

    let changed = async |tx: &mut Connection| {
        let before = find(tx, &agent, &id.to_string()).await?;
        let form = form_of(&app, before.form, locale)?;
        let answers = amended(form, &before.answers, given.fields, locale).map_err(|found| faults.extend(found)).ok();
        // Beside other faults the desk, which looks at this too, is not even asked.
        if let Some(Some(assignee)) = given.assignee
            && !faults.is_empty()
            && !people::is_agent(tx, assignee).await?
        {
            faults.push(field_fault(None, "assignee_id", &FaultKind::UnknownOption, locale));
        }
        if !faults.is_empty() {
            return Err(ApiError::Invalid(faults));
        }
        let change = Change {
            comment: given.comment,
            status: given.status,
            priority: given.priority,
            assignee: given.assignee,
            group: given.group,
            kind: given.kind,
            subject: given.subject,
            answers,
            tags: given.tags,
            copies: given.copies,
            unchanged_since: given.unchanged_since,
        };
        let row = agent::change(tx, command(&app, &agent, now), id, &change)
            .await
            .map_err(|error| faults::refused(error, None, locale))?;
        let changed = row.version != before.version;
        Ok(StoredAnswer { status: 200, location: None, body: with_audit(&app, tx, row, changed).await? })
    };
    write.once(&app, now, changed).await
}

async fn with_audit(app: &App, read: &mut Connection, row: RequestRow, changed: bool) -> Result<Vec<u8>, ApiError> {
    let audit = audits::last_audit(app, read, &row, changed).await?;
    let ticket = shapes::one_ticket(app, read, row).await?;
    let body = match audit {
        Some(audit) => serde_json::to_vec(&TicketWithAudit { ticket, audit }),
        None => serde_json::to_vec(&TicketEnvelope { ticket }),
    };
    body.map_err(ApiError::internal)
}

/// The form of a ticket, with everything that any account is asked.
fn form_of(app: &App, form: Option<FormId>, locale: Locale) -> Result<&Form, ApiError> {
    let named = form.and_then(|id| app.forms.by_id(id, locale));
    named.or_else(|| app.forms.default_form(locale)).ok_or(ApiError::RecordNotFound)
}

fn amended(
    form: &Form,
    answers: &Answers,
    fields: Vec<(GivenField, Given)>,
    locale: Locale,
) -> Result<Answers, Vec<crate::http::FieldFault>> {
    desk::amend(form, answers, fields).map_err(|found| faults::field_faults(form, &found, locale))
}

/// Opens a ticket for somebody.
#[utoipa::path(post, path = "/api/v2/tickets", tag = "tickets", request_body = TicketToOpenEnvelope,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 201, body = TicketWithAudit), (status = 400), (status = 401), (status = 403), (status = 422)))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let write = IdempotentWrite::of_agent(&headers, &agent, "POST", "/api/v2/tickets", &body)?;
    if let Some(known) = write.replay(&mut *connection(&app).await?, now).await? {
        return Ok(known);
    }
    let html = html_bytes(&body, "ticket");
    let noting = notes.clone();
    let read = move || {
        let mut reading = Reading::begin(body, &noting, locale)?;
        reading.take_description();
        let given = reading.ticket(&noting);
        Ok::<_, ApiError>((given, reading))
    };
    let (given, mut reading) = app.work.run(Who::Person(agent.user), html, read).await??;
    let whose = reading.whose();
    if reading.faults.is_empty() {
        if given.comment.is_none() {
            reading.fault("comment", &FaultKind::Blank);
        }
        if given.subject.is_none() {
            reading.fault("subject", &FaultKind::Blank);
        }
    }
    let form = match whose.form {
        Some(id) => app.forms.by_id(id, locale),
        None => app.forms.default_form(locale),
    };
    if form.is_none() {
        reading.fault("ticket_form_id", &FaultKind::UnknownOption);
    }
    let mut faults = reading.end(&notes);
    let answers = form.map(|form| amended(form, &Answers::default(), given.fields, locale));
    let answers = answers.transpose().map_err(|found| faults.extend(found)).ok().flatten();
    let (Some(comment), Some(subject), Some(form), Some(answers), true) =
        (given.comment, given.subject, form, answers, faults.is_empty())
    else {
        return Err(ApiError::Invalid(faults));
    };

    let opened = async |tx: &mut Connection| {
        let (requester, account) = requester(tx, &agent, &whose, now, locale).await?;
        let region = directory::region(tx, account).await?;
        let routed_group = region.and_then(|region| app.config.routing.group(Some(&form.key), &answers, region));
        let routed_group = routed_group.map(str::to_owned);
        let opening = OpeningForOther {
            account,
            requester,
            subject,
            comment,
            form: Some(form.id),
            priority: given.priority.flatten().or_else(|| priority(form.priority_rule, &answers)),
            kind: given.kind.flatten().or_else(|| desk::kind_of_name(answers.text("problem_type"))),
            answers,
            status: given.status,
            assignee: given.assignee.flatten(),
            group: given.group,
            routed_group,
            tags: given.tags,
            copies: given.copies,
            followup_source: whose.followup_source,
        };
        let row = agent::open(tx, command(&app, &agent, now), &opening)
            .await
            .map_err(|error| faults::refused(error, None, locale))?;
        confirm(&app, tx, &row, agent.user, now).await?;
        let location = Some(shapes::ticket_url(&app, row.id));
        Ok(StoredAnswer { status: 201, location, body: with_audit(&app, tx, row, true).await? })
    };
    let answer = write.once(&app, now, opened).await?;
    app.outbox.wake();
    Ok(answer)
}

/// For whom, and in which store: the one that is named, or the one they have belonged to for longest. Somebody who is
/// not known yet becomes so, but a member of no store: that is the store's to say.
async fn requester(
    write: &mut Connection,
    agent: &Agent,
    whose: &Whose,
    now: DateTime<Utc>,
    locale: Locale,
) -> Result<(UserId, AccountId), ApiError> {
    let one = |key: &str, kind: FaultKind| ApiError::Invalid(vec![field_fault(None, key, &kind, locale)]);
    let known: Option<WholePerson> = match (&whose.requester, &whose.person) {
        (Some(id), _) => {
            Some(people::by_id(write, *id).await?.ok_or_else(|| one("requester", FaultKind::UnknownOption))?)
        }
        (None, Some((email, _))) => people::by_email(write, email).await?,
        // As Zendesk has it, a ticket without a requester is the agent's own.
        (None, None) => people::by_id(write, agent.user).await?,
    };
    if known.as_ref().is_some_and(|person| person.disabled) {
        return Err(one("requester", FaultKind::UnknownOption));
    }
    let account = match (whose.account, known.as_ref().and_then(|person| person.account)) {
        // Whoever belongs to stores asks for one of them; whoever belongs to none yet may ask for any.
        (Some(named), Some(_)) => {
            let user = known.as_ref().map_or(agent.user, |person| person.id);
            let theirs = people::account_of(write, user, Some(named)).await?;
            theirs.ok_or_else(|| one("organization_id", FaultKind::UnknownOption))?
        }
        (Some(named), None) => {
            let there = directory::account(write, named).await?;
            there.ok_or_else(|| one("organization_id", FaultKind::UnknownOption))?.id
        }
        (None, Some(own)) => own,
        // With one store there is nothing to choose.
        (None, None) => {
            let only = people::only_account(write).await?;
            only.ok_or_else(|| one("organization_id", FaultKind::Blank))?
        }
    };
    if let Some(person) = known {
        return Ok((person.id, account));
    }
    let Some((email, name)) = &whose.person else { return Err(one("requester", FaultKind::Blank)) };
    let name = name.as_deref().and_then(names::person);
    let name = name.unwrap_or_else(|| names::person_of_address(email).to_owned());
    let id = directory::ensure_person(write, email, &name, locale, false, now.timestamp_millis()).await?;
    Ok((id, account))
}
