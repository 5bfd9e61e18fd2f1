//! Opening a request and replying to one.

use super::body::{self, GivenComment, NewBody, Reference};
use super::copies_body::GivenCopies;
use super::faults::{self, COMMENT, FILES};
use super::idempotent::IdempotentWrite;
use super::requests::{connection, path_id};
use super::shapes;
use super::wire::{RequestChangeEnvelope, RequestToOpenEnvelope};
use crate::desk::copies::CopyChange;
use crate::desk::{self, Command, Given, NewComment, Opened, Opening, Reply};
use crate::http::{ApiError, App, FieldFault, Json, Notes, ReaderLocale};
use crate::identity::SignedIn;
use crate::mail::created::{CREATED, Created, answer_lines, created};
use crate::mail::messages::Reader;
use crate::store::idempotency::StoredAnswer;
use crate::store::requests::RequestRow;
use crate::store::{Connection, files, outbox};
use crate::work::Who;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::{FieldKind, Form};
use balcao_contract::id::RequestId;
use balcao_contract::limits::MOST_UPLOADS;
use balcao_contract::locale::Locale;
use balcao_contract::text;
use balcao_contract::validation::FaultKind;
use balcao_contract::wire::RequestEnvelope;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

/// The longest comment, in characters.
const MAX_COMMENT: u32 = FieldKind::Description.default_max_length();

/// More confirmations than these an address does not get in an hour: somebody who opens requests by the hundred would
/// otherwise fill a mailbox. The requests themselves are opened all the same.
pub(super) const MOST_CONFIRMATIONS: u64 = 60;

/// Opens a request.
#[utoipa::path(post, path = "/api/v2/requests", tag = "requests", request_body = RequestToOpenEnvelope,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 201, body = RequestEnvelope), (status = 400), (status = 401), (status = 403), (status = 422)))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let write = IdempotentWrite::new(&headers, &signed_in, "POST", "/api/v2/requests", &body)?;
    if let Some(known) = write.replay(&mut *connection(&app).await?, now).await? {
        return Ok(known);
    }
    let html = body::html_bytes(&body, "request");
    let body = app.work.run(Who::Person(signed_in.user), html, move || body::new_request(body, &notes)).await??;
    let (opening, form) = opening(&app, &signed_in, body, locale)?;

    let opened = async |tx: &mut Connection| {
        let opened = desk::open(tx, command(&app, &signed_in, now), &opening)
            .await
            .map_err(|error| faults::refused(error, Some((&form, &opening.accepted.answers)), locale))?;
        confirm(&app, &signed_in, tx, &opened, now).await?;
        let request = shapes::request(&app, &signed_in, opened.request);
        Ok(StoredAnswer {
            status: 201,
            location: Some(request.url.clone()),
            body: serde_json::to_vec(&RequestEnvelope { request }).map_err(ApiError::internal)?,
        })
    };
    let answer = write.once(&app, now, opened).await?;
    app.outbox.wake();
    Ok(answer)
}

/// The confirmation mail, in the request's language: in the outbox with the request itself, or neither is.
async fn confirm(
    app: &App,
    signed_in: &SignedIn,
    write: &mut Connection,
    opened: &Opened,
    now: DateTime<Utc>,
) -> Result<(), ApiError> {
    let Opened { request, comment } = opened;
    let locale = request.locale.unwrap_or(signed_in.locale);
    let hour_ago = now - TimeDelta::hours(1);
    if outbox::count_since(write, &signed_in.email, CREATED, hour_ago).await? >= MOST_CONFIRMATIONS {
        tracing::warn!(request = %request.id, "no confirmation: the address got too many within the hour");
        return Ok(());
    }
    let files = files::attachments_of_comments(&mut *write, &[*comment]).await?.remove(comment).unwrap_or_default();
    let names: Vec<String> = files.into_iter().map(|file| file.file_name).collect();
    let form = request.form.and_then(|id| app.forms.tailored_by_id(id, locale, signed_in.audience(now)));
    let RequestRow { subject, description, answers, .. } = request;
    let answers =
        form.map(|form| answer_lines(&form, locale, subject, description, answers, &names)).unwrap_or_default();
    let promises = app.config.first_responses(signed_in.region);
    let promised = request.priority.map(|priority| promises.of(priority));
    let calendar = app.config.calendars.of(signed_in.region);
    let link = app.config.request_link(&signed_in.account_name, request.id);
    let letter = created(&Created {
        reader: Reader { email: &signed_in.email, name: &signed_in.name, locale },
        number: request.id,
        title: &request.subject,
        answers,
        first_response: promised,
        first_response_by: promised.and_then(|promised| calendar.answered_by(request.created_at.0, promised)),
        zone: calendar.zone,
        link: &link,
        reply_to: app.reply_addresses.of(request.id, request.requester).as_deref(),
    });
    outbox::enqueue(write, &letter.map_err(ApiError::internal)?, now).await?;
    Ok(())
}

/// Replies to a request, marks it as solved, or changes who is in copy.
#[utoipa::path(put, path = "/api/v2/requests/{id}", tag = "requests", request_body = RequestChangeEnvelope,
    params(("id" = u64, Path, description = "The number"),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 200, body = RequestEnvelope), (status = 400), (status = 401),
        (status = 403, description = "Whoever is in copy does not say who is"), (status = 404), (status = 409),
        (status = 422)))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let id: RequestId = path_id(&id)?;
    let write = IdempotentWrite::new(&headers, &signed_in, "PUT", &format!("/api/v2/requests/{id}"), &body)?;
    let mut read = connection(&app).await?;
    if let Some(known) = write.replay(&mut read, now).await? {
        return Ok(known);
    }
    // Whether they may see it comes before what is wrong with the body: nobody learns from a fault that a number exists.
    super::requests::find(&mut read, &signed_in, &id.to_string()).await?;
    drop(read);
    let html = body::html_bytes(&body, "request");
    let body = app.work.run(Who::Person(signed_in.user), html, move || body::update(body, &notes)).await??;
    let reply = reply(body, locale)?;

    let answered = async |tx: &mut Connection| {
        let row = desk::answer(tx, command(&app, &signed_in, now), id, &reply)
            .await
            .map_err(|error| faults::refused(error, None, locale))?;
        let request = shapes::request(&app, &signed_in, row);
        let body = serde_json::to_vec(&RequestEnvelope { request }).map_err(ApiError::internal)?;
        Ok(StoredAnswer { status: 200, location: None, body })
    };
    write.once(&app, now, answered).await
}

/// Takes a request back that support has not answered yet.
#[utoipa::path(post, path = "/api/panel/requests/{id}/withdraw", tag = "panel",
    params(("id" = u64, Path, description = "The number")),
    responses((status = 200, body = RequestEnvelope), (status = 401), (status = 404), (status = 409)))]
pub(in crate::http) async fn withdraw(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(locale): ReaderLocale,
    Path(id): Path<String>,
) -> Result<Json<RequestEnvelope>, ApiError> {
    let id: RequestId = path_id(&id)?;
    let mut write = app.store.begin().await?;
    let row = desk::withdraw(&mut write, command(&app, &signed_in, app.clock.now()), id)
        .await
        .map_err(|error| faults::refused(error, None, locale))?;
    write.commit().await?;
    Ok(Json(RequestEnvelope { request: shapes::request(&app, &signed_in, row) }))
}

fn command<'a>(app: &'a App, signed_in: &SignedIn, now: DateTime<Utc>) -> Command<'a> {
    Command {
        viewer: signed_in.viewer(),
        now,
        channel: "web",
        most_files: app.config.evidence.limits.max_files,
        calendars: &app.config.calendars,
    }
}

/// What the body asks to open, checked against its form as this account is asked it. Who may not open it learns nothing
/// else about it.
fn opening(app: &App, signed_in: &SignedIn, body: NewBody, locale: Locale) -> Result<(Opening, Form), ApiError> {
    let audience = signed_in.audience(app.clock.now());
    let default = app.forms.default_form(locale).ok_or(ApiError::RecordNotFound)?;
    let tailored = |id| app.forms.tailored_by_id(id, locale, audience);
    let named = match body.form {
        Reference::Absent => Ok(None),
        Reference::Id(id) => tailored(id).map(Some).ok_or(()),
        Reference::Unreadable => Err(()),
    };
    let is_named = matches!(named, Ok(Some(_)));
    let is_unknown = named.is_err();
    let form = named.ok().flatten().or_else(|| tailored(default.id)).ok_or(ApiError::RecordNotFound)?;
    signed_in.must(form.capability)?;

    let mut faults = Vec::new();
    let uploads = uploads(body.uploads, locale, &mut faults);
    let submission = desk::Submission { files: uploads.len(), locale, ..body.submission };
    let accepted = if is_named {
        desk::accept(&form, submission)
    } else if is_unknown {
        faults.push(faults::field_fault(None, "ticket_form_id", &FaultKind::UnknownOption, locale));
        // The form is not known, so its rule is not either; title and text are needed in any case.
        desk::accept_without_form(&form, desk::Submission { fields: Vec::new(), ..submission })
    } else {
        desk::accept_without_form(&form, submission)
    };
    let accepted = accepted.map_err(|found| faults.extend(faults::field_faults(&form, &found, locale))).ok();
    let copies = copies(body.copies, locale, &mut faults);
    let followup_source = match body.followup_source {
        Reference::Absent => None,
        Reference::Id(id) => Some(id),
        Reference::Unreadable => {
            faults.push(faults::field_fault(None, "via_followup_source_id", &FaultKind::WrongType, locale));
            None
        }
    };
    match accepted {
        Some(accepted) if faults.is_empty() => {
            let group = app.config.routing.group(Some(&form.key), &accepted.answers, signed_in.region);
            let group = group.map(str::to_owned);
            // Who speaks for somebody else with a token does so in a language of their own.
            let locale = (signed_in.session_id > 0).then_some(locale);
            Ok((Opening { accepted, locale, form: Some(form.id), followup_source, uploads, group, copies }, form))
        }
        _ => Err(ApiError::Invalid(faults)),
    }
}

/// What the body asks to change.
fn reply(body: body::UpdateBody, locale: Locale) -> Result<Reply, ApiError> {
    let mut faults = Vec::new();
    let comment = body.comment.and_then(|comment| checked_comment(comment, locale, &mut faults));
    let solve = body.solved.unwrap_or_else(|| {
        faults.push(faults::field_fault(None, "solved", &FaultKind::WrongType, locale));
        false
    });
    let copies = copies(body.copies, locale, &mut faults);
    let unchanged_since = match body.unchanged_since {
        Reference::Absent => None,
        Reference::Id(moment) => Some(moment),
        Reference::Unreadable => {
            faults.push(faults::field_fault(None, "updated_stamp", &FaultKind::WrongType, locale));
            None
        }
    };
    let reply = Reply { comment, solve, copies, unchanged_since };
    if faults.is_empty() { Ok(reply) } else { Err(ApiError::Invalid(faults)) }
}

/// Who is to be in copy, as far as it could be read.
pub(super) fn copies(given: GivenCopies, locale: Locale, faults: &mut Vec<FieldFault>) -> CopyChange {
    faults.extend(given.faults.iter().map(|(key, kind)| faults::field_fault(None, key, kind, locale)));
    given.change
}

/// A reply's text may be empty where there are files.
pub(super) fn checked_comment(
    comment: GivenComment,
    locale: Locale,
    faults: &mut Vec<FieldFault>,
) -> Option<NewComment> {
    let uploads = uploads(comment.uploads, locale, faults);
    let body = match comment.text {
        Given::Nothing => Ok(String::new()),
        Given::Value(AnswerValue::Text(written)) => Ok(text::several_lines(&written)),
        Given::Value(_) | Given::Unreadable => Err(FaultKind::WrongType),
    };
    let checked = body.and_then(|body| {
        let actual = u32::try_from(text::length(&body)).unwrap_or(u32::MAX);
        match body {
            body if text::is_blank(&body) && uploads.is_empty() => Err(FaultKind::Blank),
            body if text::is_blank(&body) => Ok(String::new()),
            _ if actual > MAX_COMMENT => Err(FaultKind::TooLong { max: MAX_COMMENT, actual }),
            body => Ok(body),
        }
    });
    match checked {
        Ok(body) => Some(NewComment { body, uploads }),
        Err(kind) => {
            faults.push(faults::field_fault(None, COMMENT, &kind, locale));
            None
        }
    }
}

fn uploads(given: Option<Vec<String>>, locale: Locale, faults: &mut Vec<FieldFault>) -> Vec<String> {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let fault = match given {
        Some(tokens) if tokens.len() <= MOST_UPLOADS => return tokens,
        Some(tokens) => FaultKind::TooManyEntries { max: number(MOST_UPLOADS), actual: number(tokens.len()) },
        None => FaultKind::WrongType,
    };
    faults.push(faults::field_fault(None, FILES, &fault, locale));
    Vec::new()
}
