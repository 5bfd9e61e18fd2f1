//! Webhooks: made, read, changed and taken away by administrators. A secret is shown when it is made, and never again.

use super::super::body;
use super::super::faults::field_fault;
use super::super::idempotent::IdempotentWrite;
use super::super::params::Params;
use super::super::requests::connection;
use super::super::wire::{
    Invocation, InvocationList, SigningSecret, SigningSecretEnvelope, Webhook, WebhookEnvelope, WebhookList,
};
use crate::http::who::Administrator;
use crate::http::{ApiError, App, ErrorDetail, Json, Message, Notes, ReaderLocale};
use crate::webhooks::commands::{self, MOST_WEBHOOKS, WantedWebhook, WebhookError, WebhookFieldError};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use balcao_contract::locale::Locale;
use balcao_contract::wire::WebhookToWriteEnvelope;
use balcao_desk::once::GivenAnswer;
use balcao_keys::purpose::WEBHOOK_SECRET;
use balcao_outbound::{TargetFault, Targets};
use balcao_store::Connection;
use balcao_store::idempotency::StoredAnswer;
use balcao_store::webhooks::{self, MessageRow, WebhookRow};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use serde_json::Value;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/webhooks", get(list).post(create))
        .route("/api/v2/webhooks/{id}", get(show).put(update).patch(update).delete(delete))
        .route("/api/v2/webhooks/{id}/signing_secret", get(signing_secret).post(reset_signing_secret))
        .route("/api/v2/webhooks/{id}/invocations", get(invocations))
}

/// So many of the latest invocations are shown.
const MAX_INVOCATIONS: u32 = 100;

/// Every webhook.
#[utoipa::path(get, path = "/api/v2/webhooks", tag = "webhooks",
    responses((status = 200, body = WebhookList), (status = 403)))]
pub(in crate::http) async fn list(
    State(app): State<App>,
    _administrator: Administrator,
) -> Result<Json<WebhookList>, ApiError> {
    let rows = webhooks::list(&mut *connection(&app).await?, app.clock.now()).await?;
    Ok(Json(WebhookList { webhooks: rows.into_iter().map(shape).collect() }))
}

/// Makes a webhook; it is told of what happens from now on. Its secret is part of this answer.
#[utoipa::path(post, path = "/api/v2/webhooks", tag = "webhooks", request_body = WebhookToWriteEnvelope,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same write twice is done once")),
    responses((status = 201, body = WebhookEnvelope), (status = 400), (status = 403), (status = 422)))]
pub(in crate::http) async fn create(
    State(app): State<App>,
    Administrator(agent): Administrator,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Response, ApiError> {
    let now = app.clock.now();
    let write = IdempotentWrite::of_agent(&headers, &agent, "POST", "/api/v2/webhooks", &body)?;
    if let Some(known) = write.replay(&mut *connection(&app).await?, now).await? {
        return Ok(known);
    }
    let new = read(&app, body, &notes)?.whole().map_err(|error| refused(error, locale))?;
    let (secret, sealed) = new_secret(&app)?;
    let made = async |tx: &mut Connection| {
        let row = commands::make(tx, &agent, new, sealed, now).await.map_err(|error| refused(error, locale))?;
        let location = Some(app.config.link(&format!("/api/v2/webhooks/{}.json", row.id)));
        let webhook = shape(row);
        let written = |webhook: Webhook| serde_json::to_vec(&WebhookEnvelope { webhook }).map_err(ApiError::internal);
        // The same write again is not told the secret: what is kept would be told again.
        let kept_body = Some(written(webhook.clone())?);
        let body = written(Webhook { signing_secret: Some(signing(&secret)), ..webhook })?;
        Ok(GivenAnswer { answer: StoredAnswer { status: 201, location, body }, kept_body })
    };
    write.once(&app, now, made).await
}

/// One webhook.
#[utoipa::path(get, path = "/api/v2/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, body = WebhookEnvelope), (status = 403), (status = 404)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    _administrator: Administrator,
    Path(id): Path<String>,
) -> Result<Json<WebhookEnvelope>, ApiError> {
    let row = find(&app, &mut *connection(&app).await?, &id).await?;
    Ok(Json(WebhookEnvelope { webhook: shape(row) }))
}

/// Changes a webhook; what is left out stays. One that rested is tried again at once. It ends with whoever changed it last.
#[utoipa::path(put, path = "/api/v2/webhooks/{id}", tag = "webhooks", request_body = WebhookToWriteEnvelope,
    params(("id" = String, Path, description = "Its id")),
    responses((status = 204), (status = 400), (status = 403), (status = 404), (status = 422)))]
pub(in crate::http) async fn update(
    State(app): State<App>,
    Administrator(agent): Administrator,
    ReaderLocale(locale): ReaderLocale,
    Extension(notes): Extension<Notes>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Result<StatusCode, ApiError> {
    find(&app, &mut *connection(&app).await?, &id).await?;
    let wanted = read(&app, body, &notes)?;
    let mut tx = app.store.begin().await?;
    let changed = commands::change(&mut tx, &agent, &id, wanted, app.clock.now()).await;
    changed.map_err(|error| refused(error, locale))?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a webhook away, with what waited for it.
#[utoipa::path(delete, path = "/api/v2/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 204), (status = 403), (status = 404)))]
pub(in crate::http) async fn delete(
    State(app): State<App>,
    _administrator: Administrator,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let mut tx = app.store.begin().await?;
    if !webhooks::delete(&mut tx, &id).await? {
        return Err(ApiError::RecordNotFound);
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refused: a secret is shown once. Zendesk shows it again to every administrator.
#[utoipa::path(get, path = "/api/v2/webhooks/{id}/signing_secret", tag = "webhooks",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 403), (status = 404)))]
pub(in crate::http) async fn signing_secret(
    State(app): State<App>,
    _administrator: Administrator,
    Path(id): Path<String>,
) -> Result<Json<SigningSecretEnvelope>, ApiError> {
    find(&app, &mut *connection(&app).await?, &id).await?;
    Err(ApiError::Forbidden(Message::SecretShownOnce))
}

/// Makes another secret and shows it, this once. From now on messages are signed with it, those that wait, too.
#[utoipa::path(post, path = "/api/v2/webhooks/{id}/signing_secret", tag = "webhooks",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 201, body = SigningSecretEnvelope), (status = 403), (status = 404)))]
pub(in crate::http) async fn reset_signing_secret(
    State(app): State<App>,
    Administrator(agent): Administrator,
    ReaderLocale(locale): ReaderLocale,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<SigningSecretEnvelope>), ApiError> {
    let mut tx = app.store.begin().await?;
    let (secret, sealed) = new_secret(&app)?;
    let renewed = commands::renew_secret(&mut tx, &agent, &id, sealed, app.clock.now()).await;
    renewed.map_err(|error| refused(error, locale))?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(SigningSecretEnvelope { signing_secret: signing(&secret) })))
}

/// The latest messages, newest first: what arrived, what waits, what was given up.
#[utoipa::path(get, path = "/api/v2/webhooks/{id}/invocations", tag = "webhooks",
    params(("id" = String, Path, description = "Its id"),
        ("filter[status]" = Option<String>, Query, description = "waiting, delivered or dead")),
    responses((status = 200, body = InvocationList), (status = 400), (status = 403), (status = 404)))]
pub(in crate::http) async fn invocations(
    State(app): State<App>,
    _administrator: Administrator,
    Path(id): Path<String>,
    params: Params,
) -> Result<Json<InvocationList>, ApiError> {
    let state = params.given("filter[status]");
    if state.is_some_and(|state| !["waiting", "delivered", "dead"].contains(&state)) {
        return Err(ApiError::parameter("filter[status]"));
    }
    let mut read = connection(&app).await?;
    let row = find(&app, &mut read, &id).await?;
    let rows = webhooks::messages(&mut read, &row.id, state, MAX_INVOCATIONS).await?;
    let shape = |message: MessageRow| Invocation {
        id: message.message_id,
        webhook_id: row.id.clone(),
        event_type: message.event_type,
        status: message.state,
        attempts: message.attempts,
        fault: message.last_fault,
        created_at: message.created_at,
    };
    Ok(Json(InvocationList { invocations: rows.into_iter().map(shape).collect() }))
}

async fn find(app: &App, read: &mut Connection, id: &str) -> Result<WebhookRow, ApiError> {
    webhooks::find(read, id, app.clock.now()).await?.ok_or(ApiError::RecordNotFound)
}

/// A secret, and as it is kept.
fn new_secret(app: &App) -> Result<(String, Vec<u8>), ApiError> {
    let secret = random()?;
    let sealed = app.identity.site.key.seal(WEBHOOK_SECRET, secret.as_bytes()).map_err(ApiError::internal)?;
    Ok((secret, sealed))
}

/// 256 random bits.
fn random() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(ApiError::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn signing(secret: &str) -> SigningSecret {
    SigningSecret { algorithm: "SHA256".to_owned(), secret: secret.to_owned() }
}

fn shape(row: WebhookRow) -> Webhook {
    let status = if row.is_on() { "active" } else { "inactive" };
    Webhook {
        id: row.id,
        name: row.name,
        status: status.to_owned(),
        endpoint: row.endpoint,
        http_method: "POST".to_owned(),
        request_format: "json".to_owned(),
        subscriptions: row.subscriptions,
        created_by: row.created_by.to_string(),
        created_at: row.created_at,
        updated_at: row.updated_at,
        signing_secret: None,
    }
}

fn read(app: &App, body: Value, notes: &Notes) -> Result<WantedWebhook, ApiError> {
    let (WebhookToWriteEnvelope { webhook }, ignored) = body::read(body, "webhook", notes)?;
    body::name_ignored(notes, &ignored.keys);
    Ok(WantedWebhook::read(webhook, &Targets::new(app.config.webhook_networks.clone())))
}

/// A refused command on the wire.
fn refused(error: WebhookError, locale: Locale) -> ApiError {
    match error {
        WebhookError::NotFound => ApiError::RecordNotFound,
        WebhookError::TooMany => {
            let limit = MOST_WEBHOOKS as u64;
            let message = Message::TooManyEntries { field: "webhooks".to_owned(), limit, actual: limit + 1 };
            ApiError::Invalid(vec![ErrorDetail::new("webhooks", "TooMany", message)])
        }
        WebhookError::Invalid(faults) => {
            let worded = |fault: WebhookFieldError| match fault {
                WebhookFieldError::Field(key, kind) => field_fault(None, key, &kind, locale),
                WebhookFieldError::Endpoint(TargetFault::NotHttps) => {
                    ErrorDetail::new("endpoint", "InvalidValue", Message::EndpointNotHttps)
                }
                WebhookFieldError::Endpoint(TargetFault::Private) => {
                    ErrorDetail::new("endpoint", "InvalidValue", Message::EndpointPrivate)
                }
            };
            ApiError::Invalid(faults.into_iter().map(worded).collect())
        }
        WebhookError::Store(error) => error.into(),
    }
}
