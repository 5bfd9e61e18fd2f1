//! Reasons for a low score, as Zendesk's clients read them.

use super::ratings::reason_id;
use super::requests::path_id;
use super::wire::{SatisfactionReason, SatisfactionReasonEnvelope, SatisfactionReasonList};
use crate::http::{ApiError, App, Json, ReaderLocale};
use crate::identity::Agent;
use crate::survey;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use balcao_contract::locale::Locale;
use balcao_contract::survey::LowReason;
use balcao_contract::time::Timestamp;
use chrono::DateTime;

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/v2/satisfaction_reasons", get(list)).route("/api/v2/satisfaction_reasons/{id}", get(show))
}

/// Every reason, for agents.
#[utoipa::path(get, path = "/api/v2/satisfaction_reasons", tag = "satisfaction",
    responses((status = 200, body = SatisfactionReasonList), (status = 403)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    _agent: Agent,
    ReaderLocale(locale): ReaderLocale,
) -> Result<Json<SatisfactionReasonList>, ApiError> {
    let reasons: Vec<_> = LowReason::ALL.into_iter().map(|reason| shape(&app, reason, locale)).collect();
    let count = reasons.len() as u64;
    Ok(Json(SatisfactionReasonList { reasons, count, next_page: None, previous_page: None }))
}

/// One reason, for agents.
#[utoipa::path(get, path = "/api/v2/satisfaction_reasons/{id}", tag = "satisfaction",
    params(("id" = u64, Path, description = "The reason's number")),
    responses((status = 200, body = SatisfactionReasonEnvelope), (status = 403), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    _agent: Agent,
    ReaderLocale(locale): ReaderLocale,
    Path(id): Path<String>,
) -> Result<Json<SatisfactionReasonEnvelope>, ApiError> {
    let id: u64 = path_id(&id)?;
    let known = LowReason::ALL.into_iter().find(|reason| reason_id(*reason) == id);
    let reason = shape(&app, known.ok_or(ApiError::RecordNotFound)?, locale);
    Ok(Json(SatisfactionReasonEnvelope { reason }))
}

fn shape(app: &App, reason: LowReason, locale: Locale) -> SatisfactionReason {
    let value = survey::reason(reason, locale).to_owned();
    // They came with the program, and nobody changes them.
    let made = Timestamp(DateTime::UNIX_EPOCH);
    SatisfactionReason {
        id: reason_id(reason),
        url: app.config.link(&format!("/api/v2/satisfaction_reasons/{}.json", reason_id(reason))),
        reason_code: reason.code(),
        raw_value: value.clone(),
        value,
        created_at: made,
        updated_at: made,
        deleted_at: None,
    }
}
