//! Satisfaction ratings: the requester gives one, agents read them all.

use super::body;
use super::faults;
use super::idempotent::IdempotentWrite;
use super::paging::{Depth, Paging};
use super::params::Params;
use super::requests::{connection, path_id};
use super::wire::{
    PageParams, RatingParams, SatisfactionRating, SatisfactionRatingEnvelope, SatisfactionRatingList, TicketRating,
};
use crate::http::who::Caller;
use crate::http::{ApiError, App, Json, Message, Notes, ReaderLocale};
use crate::identity::{Agent, SignedIn};
use crate::survey;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use balcao_contract::id::{RequestId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::survey::{LowReason, NO_REASON, Score};
use balcao_contract::wire::{RatingToGiveEnvelope, error_name};
use balcao_desk::{InvalidField, RateError, Rating, Viewer, WantedRating, rate, rating_of};
use balcao_store::idempotency::StoredAnswer;
use balcao_store::request_list::Order;
use balcao_store::survey_list::{self, RatingFilter};
use balcao_store::surveys::{self, AnswerRow, SurveyRow};
use balcao_store::ticket_readers::Way;
use balcao_store::{Connection, Reach};
use chrono::DateTime;
use serde_json::{Map, Value};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/tickets/{id}/satisfaction_rating", post(create))
        .route("/api/v2/satisfaction_ratings", get(list))
        .route("/api/v2/satisfaction_ratings/received", get(received))
        .route("/api/v2/satisfaction_ratings/{id}", get(show))
}

/// Oldest first, as Zendesk's lists are without a sort order.
const DEFAULT_ORDER: Order = Order { by_update: false, descending: false };

/// Rates a solved ticket of one's own, or changes the rating: until the time is over in which it can be reopened.
#[utoipa::path(post, path = "/api/v2/tickets/{id}/satisfaction_rating", tag = "satisfaction",
    request_body = RatingToGiveEnvelope,
    params(("id" = u64, Path, description = "The number"),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 200, description = "The rating was changed", body = SatisfactionRatingEnvelope),
        (status = 201, body = SatisfactionRatingEnvelope), (status = 400), (status = 404),
        (status = 422, description = "Faults of fields; or the ticket is not solved, or the time is over")))]
pub(in crate::http) async fn create(
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
    let viewer = Viewer::own(signed_in.user, signed_in.account);
    let path = format!("/api/v2/tickets/{id}/satisfaction_rating");
    let write = IdempotentWrite::new(&headers, &signed_in, "POST", &path, &body)?;
    let mut read = connection(&app).await?;
    if let Some(known) = write.replay(&mut read, now).await? {
        return Ok(known);
    }
    // Whose it is comes before what is wrong with the body: nobody learns from a fault that a number exists.
    surveys::of_request(&mut read, viewer, id).await?.ok_or(ApiError::RecordNotFound)?;
    drop(read);
    let (RatingToGiveEnvelope { satisfaction_rating }, ignored) = body::read(body, "satisfaction_rating", &notes)?;
    let WantedRating { answer, .. } = wanted(rating_of(satisfaction_rating), ignored, &notes, locale)?;

    let calendar = app.config.calendars.of(signed_in.region);
    let rated = async |tx: &mut Connection| {
        let rating = Rating { viewer, now, calendar: &calendar, solved_at: None };
        let rated = rate(tx, &rating, id, answer).await.map_err(refused)?;
        let survey = rated.asked.survey.ok_or(ApiError::RecordNotFound)?;
        let satisfaction_rating = shape(&app, survey, locale);
        Ok(StoredAnswer {
            status: if rated.is_new { 201 } else { 200 },
            location: rated.is_new.then(|| satisfaction_rating.url.clone()),
            body: serde_json::to_vec(&SatisfactionRatingEnvelope { satisfaction_rating })
                .map_err(ApiError::internal)?,
        })
    };
    write.once(&app, now, rated).await
}

/// What somebody wants to say, once it is without a fault. Keys that are not taken are named.
pub(in crate::http) fn wanted(
    read: Result<WantedRating, Vec<InvalidField>>,
    ignored: body::IgnoredKeys,
    notes: &Notes,
    locale: Locale,
) -> Result<WantedRating, ApiError> {
    if read.as_ref().is_ok_and(|wanted| wanted.is_reason_idle) {
        body::name_ignored(notes, &["reason_code".to_owned()]);
    }
    body::name_ignored(notes, &ignored.keys);
    read.map_err(|found| faults::invalid(&found, None, locale))
}

/// A refused rating on the wire.
pub(in crate::http) fn refused(error: RateError) -> ApiError {
    let refused = |error, message| ApiError::Refused { status: StatusCode::UNPROCESSABLE_ENTITY, error, message };
    match error {
        RateError::NotFound => ApiError::RecordNotFound,
        RateError::NotSolved => refused(error_name::NOT_SOLVED, Message::NotSolved),
        RateError::Expired => refused(error_name::SURVEY_EXPIRED, Message::SurveyExpired),
        RateError::SolvedAgain => ApiError::Conflict,
        RateError::Store(error) => error.into(),
    }
}

/// Ratings of every account, for agents, as far as they reach.
#[utoipa::path(get, path = "/api/v2/satisfaction_ratings", tag = "satisfaction", params(RatingParams, PageParams),
    responses((status = 200, body = SatisfactionRatingList), (status = 400), (status = 403)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let filter = filter(&params, agent.reach)?;
    answer(&app, agent.user, &params, filter, locale).await
}

/// The same, only those that were given: an older address that clients still know.
#[utoipa::path(get, path = "/api/v2/satisfaction_ratings/received", tag = "satisfaction",
    params(RatingParams, PageParams),
    responses((status = 200, body = SatisfactionRatingList), (status = 400), (status = 403)))]
pub(in crate::http) async fn received(
    State(app): State<App>,
    agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    params: Params,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let filter = filter(&params, agent.reach)?.map(|filter| RatingFilter { received: Some(true), ..filter });
    answer(&app, agent.user, &params, filter, locale).await
}

/// One rating: an agent's to read, and its requester's.
#[utoipa::path(get, path = "/api/v2/satisfaction_ratings/{id}", tag = "satisfaction",
    params(("id" = u64, Path, description = "The rating's number")),
    responses((status = 200, body = SatisfactionRatingEnvelope), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    caller: Caller,
    ReaderLocale(locale): ReaderLocale,
    Path(id): Path<String>,
) -> Result<Json<SatisfactionRatingEnvelope>, ApiError> {
    let id: u64 = path_id(&id)?;
    let mut read = connection(&app).await?;
    let row = surveys::find(&mut read, id).await?.ok_or(ApiError::RecordNotFound)?;
    match caller {
        Caller::Agent(agent) if agent.reach.covers(row.group) => {
            app.readers.note(agent.user, Way::Rating, [row.request], app.clock.now());
        }
        Caller::Agent(_) => return Err(ApiError::RecordNotFound),
        // One's own, in the account one works in.
        Caller::Requester(signed_in) => {
            let viewer = Viewer::own(signed_in.user, signed_in.account);
            surveys::of_request(&mut read, viewer, row.request).await?.ok_or(ApiError::RecordNotFound)?;
        }
    }
    Ok(Json(SatisfactionRatingEnvelope { satisfaction_rating: shape(&app, row, locale) }))
}

async fn answer(
    app: &App,
    agent: UserId,
    params: &Params,
    filter: Option<RatingFilter>,
    locale: Locale,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let paging = Paging::read(params, DEFAULT_ORDER, Depth::List)?;
    let order = paging.order();
    let mut read = connection(app).await?;
    let (rows, count) = match filter {
        Some(filter) => {
            let rows = survey_list::ratings(&mut read, &filter, order, paging.window()).await?;
            let count = if paging.counts() { survey_list::count_ratings(&mut read, &filter).await? } else { 0 };
            (rows, count)
        }
        None => (Vec::new(), 0),
    };
    drop(read);
    app.readers.note(agent, Way::Rating, rows.iter().map(|row| row.request), app.clock.now());
    let place = |row: &SurveyRow| {
        let moment = if order.by_update { row.updated_at } else { row.created_at };
        (moment.unix_milliseconds(), i64::try_from(row.id).unwrap_or(i64::MAX))
    };
    let page = paging.page(rows, place).map(|row| shape(app, row, locale));
    Ok(Json(page.into_body("satisfaction_ratings", count, params, app)))
}

/// Zendesk's filters; `None` where nothing can match: every ticket that is solved is asked about.
fn filter(params: &Params, reach: Reach) -> Result<Option<RatingFilter>, ApiError> {
    let moment = |name: &str| -> Result<_, ApiError> {
        let Some(text) = params.given(name) else { return Ok(None) };
        let seconds = text.trim().parse::<i64>().ok();
        let moment = seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        moment.map(Some).ok_or_else(|| ApiError::parameter(name))
    };
    let mut filter =
        RatingFilter { from: moment("start_time")?, to: moment("end_time")?, ..RatingFilter::within(reach) };
    let Some(score) = params.given("score") else { return Ok(Some(filter)) };
    let (name, with_comment) = match (score.strip_suffix("_with_comment"), score.strip_suffix("_without_comment")) {
        (Some(name), _) => (name, Some(true)),
        (_, Some(name)) => (name, Some(false)),
        _ => (score, None),
    };
    filter.with_comment = with_comment;
    match (name, Score::from_name(name), with_comment) {
        (_, Some(score), _) => filter.score = Some(score),
        ("received", ..) => filter.received = Some(true),
        ("offered", _, None) => filter.received = Some(false),
        ("unoffered", _, None) => return Ok(None),
        _ => return Err(ApiError::parameter("score")),
    }
    Ok(Some(filter))
}

/// A reason's id on the wire: no id is 0, and every reason has one.
pub(super) const fn reason_id(reason: LowReason) -> u64 {
    reason.code() as u64
}

/// The wire's name, text and id of a reason; all `None` but for a low score.
fn reason(answer: Option<&AnswerRow>, locale: Locale) -> (Option<u16>, Option<String>, Option<u64>) {
    match answer.map(|answer| (answer.score, answer.reason)) {
        Some((Score::Bad, Some(low))) => {
            (Some(low.code()), Some(survey::reason(low, locale).to_owned()), Some(reason_id(low)))
        }
        Some((Score::Bad, None)) => (Some(NO_REASON), Some(survey::no_reason(locale).to_owned()), None),
        Some((Score::Good, _)) | None => (None, None, None),
    }
}

fn shape(app: &App, row: SurveyRow, locale: Locale) -> SatisfactionRating {
    let (reason_code, reason, reason_id) = reason(row.answer.as_ref(), locale);
    SatisfactionRating {
        id: row.id,
        url: app.config.link(&format!("/api/v2/satisfaction_ratings/{}.json", row.id)),
        assignee_id: row.assignee,
        group_id: row.group,
        requester_id: row.requester,
        ticket_id: row.request,
        score: row.answer.as_ref().map_or("offered", |answer| answer.score.name()),
        comment: row.answer.and_then(|answer| answer.comment),
        reason,
        reason_code,
        reason_id,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// What a ticket says about the survey of its last solving; `None` for a ticket that was never solved.
#[must_use]
pub(in crate::http) fn of_ticket(row: Option<&SurveyRow>, locale: Locale) -> TicketRating {
    let Some(row) = row else { return TicketRating { score: "unoffered", ..TicketRating::default() } };
    let Some(answer) = &row.answer else { return TicketRating { score: "offered", ..TicketRating::default() } };
    let (_, reason, reason_id) = reason(Some(answer), locale);
    let comment = answer.comment.clone();
    TicketRating { score: answer.score.name(), id: Some(row.id), comment, reason, reason_id }
}
