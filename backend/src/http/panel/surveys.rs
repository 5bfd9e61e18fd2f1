//! The satisfaction survey of one's own solved requests. Reading answers nothing: a mail scanner may open every link.

use crate::http::zendesk::Params;
use crate::http::zendesk::body;
use crate::http::zendesk::ratings::{refused, wanted};
use crate::http::{ApiError, App, Json, Notes, ReaderLocale};
use crate::identity::SignedIn;
use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Extension, Router};
use balcao_contract::id::RequestId;
use balcao_contract::panel::{GivenAnswer, Survey, SurveyAnswerEnvelope, SurveyEnvelope, SurveyPage};
use balcao_contract::survey::{ANSWER_WINDOW, SurveyState, takes_answers};
use balcao_contract::text;
use balcao_contract::time::Timestamp;
use balcao_desk::calendar::Calendar;
use balcao_desk::search::WordsExpression;
use balcao_desk::{Rating, Viewer, WantedRating, answer_of, rate, title_query};
use balcao_store::request_list::FoundBy;
use balcao_store::survey_list::{self, OwnFilter};
use balcao_store::surveys::{self, AskedRow, SurveyRow};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// As many as stand on a page where the client does not say.
const PER_PAGE: u32 = 20;
const MAX_PER_PAGE: u32 = 100;
/// Records beyond this many are not given, as in every list.
const MAX_LIST: u32 = 10_000;
/// The longest search, in characters.
const MAX_QUERY: usize = 200;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/surveys", get(list)).route("/api/panel/surveys/{id}", get(show).put(answer))
}

/// The solved requests that one opened for this store, the last solved first.
#[utoipa::path(get, path = "/api/panel/surveys", tag = "satisfaction", params(
    ("state" = Option<String>, Query, description = "pending, reviewed or expired; all where it is left out"),
    ("query" = Option<String>, Query, description = "A request's number, or words of its title"),
    ("page" = Option<u32>, Query, minimum = 1, description = "From 1"),
    ("per_page" = Option<u32>, Query, minimum = 1, description = "20 where it is left out; more than 100 is 100"),
), responses((status = 200, body = SurveyPage), (status = 400), (status = 401)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
    params: Params,
) -> Result<Json<SurveyPage>, ApiError> {
    let state =
        params.given("state").map(|name| SurveyState::from_name(name).ok_or_else(|| ApiError::parameter("state")));
    let state = state.transpose()?;
    let page = params.number("page", 1, u32::MAX)?.unwrap_or(1);
    let per_page = params.number("per_page", 1, u32::MAX)?.unwrap_or(PER_PAGE).min(MAX_PER_PAGE);
    let offset = (page - 1).checked_mul(per_page).filter(|offset| *offset < MAX_LIST);
    let offset = offset.ok_or_else(|| ApiError::parameter("page"))?;
    let now = app.clock.now();
    let calendar = app.config.calendars.of(signed_in.region);
    let filter = OwnFilter {
        account: signed_in.account,
        requester: signed_in.user,
        state,
        found_by: found_by(&params)?,
        over_until: calendar.due_since(now, ANSWER_WINDOW),
    };
    let mut read = app.store.read().await?;
    let counts = survey_list::own_counts(&mut read, &filter).await?;
    let rows = survey_list::own_page(&mut read, &filter, per_page, offset).await?;
    drop(read);
    let count = match state {
        Some(state) => counts.of(state),
        None => SurveyState::ALL.into_iter().map(|state| counts.of(state)).sum(),
    };
    let to = |page: u32| params.link(&app, &[("page", Some(page.to_string()))]);
    let end = offset + per_page;
    Ok(Json(SurveyPage {
        surveys: rows.into_iter().map(|row| shape(row, Vec::new(), &calendar, now)).collect(),
        count,
        counts,
        next_page: (u64::from(end) < count && end < MAX_LIST).then(|| to(page + 1)),
        previous_page: (page > 1).then(|| to(page - 1)),
    }))
}

fn found_by(params: &Params) -> Result<FoundBy, ApiError> {
    let typed = params.get("query").unwrap_or_default();
    if text::length(typed) > MAX_QUERY {
        return Err(ApiError::parameter("query"));
    }
    let query = title_query(typed);
    Ok(match (query.number, query.number_or_word, query.words_expression()) {
        (Some(number), ..) => FoundBy::Number(number),
        (None, Some(number), Some(WordsExpression::Match { with, .. })) => FoundBy::NumberOrWords(number, with),
        (None, _, Some(WordsExpression::Match { with, without })) => FoundBy::Words { with, without },
        (None, _, Some(WordsExpression::Nothing)) => FoundBy::Nothing,
        (None, _, None) => FoundBy::Anything,
    })
}

/// The survey of one request of one's own.
#[utoipa::path(get, path = "/api/panel/surveys/{id}", tag = "satisfaction",
    params(("id" = u64, Path, description = "The request's number")),
    responses((status = 200, body = SurveyEnvelope), (status = 401), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Json<SurveyEnvelope>, ApiError> {
    let id: RequestId = id.parse().map_err(|_| ApiError::RecordNotFound)?;
    let mut read = app.store.read().await?;
    let asked = surveys::of_request(&mut read, Viewer::own(signed_in.user, signed_in.account), id).await?;
    let asked = asked.ok_or(ApiError::RecordNotFound)?;
    let earlier = surveys::earlier(&mut read, id).await?;
    let calendar = app.config.calendars.of(signed_in.region);
    Ok(Json(SurveyEnvelope { survey: shape(asked, earlier, &calendar, app.clock.now()) }))
}

/// Answers the survey of a solved request of one's own, or changes the answer: until it expires.
#[utoipa::path(put, path = "/api/panel/surveys/{id}", tag = "satisfaction", request_body = SurveyAnswerEnvelope,
    params(("id" = u64, Path, description = "The request's number")),
    responses((status = 200, body = SurveyEnvelope), (status = 401), (status = 404),
        (status = 409, description = "It was solved again since: that is another survey"),
        (status = 422, description = "Faults of fields; or the request is not solved, or the time is over")))]
pub(in crate::http) async fn answer(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<Json<SurveyEnvelope>, ApiError> {
    let id: RequestId = id.parse().map_err(|_| ApiError::RecordNotFound)?;
    let viewer = Viewer::own(signed_in.user, signed_in.account);
    // Whose it is comes before what is wrong with the body: nobody learns from a fault that a number exists.
    let mut read = app.store.read().await?;
    surveys::of_request(&mut read, viewer, id).await?.ok_or(ApiError::RecordNotFound)?;
    drop(read);
    let (SurveyAnswerEnvelope { answer }, ignored) = body::read(body, "answer", &notes)?;
    let WantedRating { answer, solved_at, .. } = wanted(answer_of(answer), ignored, &notes, locale)?;
    let now = app.clock.now();
    let calendar = app.config.calendars.of(signed_in.region);
    let mut tx = app.store.begin().await?;
    let rated =
        rate(&mut tx, &Rating { viewer, now, calendar: &calendar, solved_at }, id, answer).await.map_err(refused)?;
    let earlier = surveys::earlier(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(SurveyEnvelope { survey: shape(rated.asked, earlier, &calendar, now) }))
}

fn shape(row: AskedRow, earlier: Vec<SurveyRow>, calendar: &Calendar, now: DateTime<Utc>) -> Survey {
    let AskedRow { request, subject, status, survey, .. } = row;
    let solved_at = survey.as_ref().map(|survey| survey.solved_at);
    let expires_at = solved_at.and_then(|solved_at| calendar.closes_at(solved_at.0)).map(Timestamp);
    let takes_answers = survey.is_some() && takes_answers(status, expires_at, Timestamp(now));
    let state = survey.as_ref().map(|survey| SurveyState::of(survey.answer.is_some(), takes_answers));
    Survey {
        id: request,
        subject,
        status,
        solved_at,
        expires_at,
        state,
        takes_answers,
        answer: survey.and_then(given),
        earlier: earlier.into_iter().filter_map(given).collect(),
    }
}

fn given(row: SurveyRow) -> Option<GivenAnswer> {
    let answer = row.answer?;
    Some(GivenAnswer {
        satisfaction: answer.satisfaction,
        score: answer.score,
        reason_code: answer.reason,
        comment: answer.comment,
        solved_at: row.solved_at,
        answered_at: row.updated_at,
    })
}
