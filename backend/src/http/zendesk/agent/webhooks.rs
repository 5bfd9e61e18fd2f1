//! Webhooks: made, read, changed and taken away by administrators. A secret is shown when it is made, and never again.

use super::super::body::{name_ignored, object};
use super::super::faults::field_fault;
use super::super::idempotent::{GivenAnswer, IdempotentWrite};
use super::super::params::Params;
use super::super::requests::connection;
use super::super::wire::{
    Invocation, InvocationList, SigningSecret, SigningSecretEnvelope, Webhook, WebhookEnvelope, WebhookList,
    WebhookToWriteEnvelope,
};
use crate::http::{ApiError, App, FieldFault, Json, Message, Notes, ReaderLocale};
use crate::identity::Administrator;
use crate::store::Connection;
use crate::store::idempotency::StoredAnswer;
use crate::store::webhooks::{self, MessageRow, WebhookRow};
use crate::webhooks::{EVERYTHING, SECRET, TYPES, TargetFault, Targets};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use balcao_contract::locale::Locale;
use balcao_contract::text;
use balcao_contract::validation::FaultKind;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRngCore as _;
use serde_json::{Map, Value};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/webhooks", get(list).post(create))
        .route("/api/v2/webhooks/{id}", get(show).put(update).patch(update).delete(delete))
        .route("/api/v2/webhooks/{id}/signing_secret", get(signing_secret).post(reset_signing_secret))
        .route("/api/v2/webhooks/{id}/invocations", get(invocations))
}

/// The longest name and the longest address, in characters.
const MAX_NAME: u32 = 255;
const MAX_ENDPOINT: u32 = 2_000;
/// More webhooks than these help nobody and slow every event down.
const MOST_WEBHOOKS: usize = 50;
/// So many of the latest invocations are shown.
const MAX_INVOCATIONS: u32 = 100;

/// What a body says; `None` says nothing about it.
#[derive(Default)]
struct Given {
    name: Option<String>,
    endpoint: Option<String>,
    subscriptions: Option<Vec<String>>,
    active: Option<bool>,
}

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
    let mut faults = Vec::new();
    let given = read(&app, object(body, "webhook", &notes)?, &notes, locale, &mut faults);
    for (key, is_missing) in [
        ("name", given.name.is_none()),
        ("endpoint", given.endpoint.is_none()),
        ("subscriptions", given.subscriptions.is_none()),
    ] {
        if is_missing && !faults.iter().any(|fault| fault.field_key == key) {
            faults.push(field_fault(None, key, &FaultKind::Blank, locale));
        }
    }
    let (Some(name), Some(endpoint), Some(subscriptions), true) =
        (given.name, given.endpoint, given.subscriptions, faults.is_empty())
    else {
        return Err(ApiError::Invalid(faults));
    };
    let (secret, sealed) = new_secret(&app)?;
    let made = async |tx: &mut Connection| {
        if webhooks::list(tx, now).await?.len() >= MOST_WEBHOOKS {
            let message = Message::TooManyEntries {
                field: "webhooks".to_owned(),
                limit: MOST_WEBHOOKS as u64,
                actual: MOST_WEBHOOKS as u64 + 1,
            };
            return Err(ApiError::Invalid(vec![FieldFault::new("webhooks", "TooMany", message)]));
        }
        let row = WebhookRow {
            id: uuid::Uuid::new_v4().simple().to_string(),
            name,
            endpoint,
            subscriptions,
            secret: sealed,
            active: given.active.unwrap_or(true),
            created_by: agent.user,
            responsible: agent.user,
            token: Some(agent.token),
            ended: None,
            created_at: now.into(),
            updated_at: now.into(),
        };
        webhooks::insert(tx, &row).await?;
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
    let mut faults = Vec::new();
    let given = read(&app, object(body, "webhook", &notes)?, &notes, locale, &mut faults);
    if !faults.is_empty() {
        return Err(ApiError::Invalid(faults));
    }
    let mut tx = app.store.begin().await?;
    let row = find(&app, &mut tx, &id).await?;
    let row = WebhookRow {
        // Whoever changes it answers for it from now on.
        responsible: agent.user,
        token: Some(agent.token),
        name: given.name.unwrap_or(row.name),
        endpoint: given.endpoint.unwrap_or(row.endpoint),
        subscriptions: given.subscriptions.unwrap_or(row.subscriptions),
        active: given.active.unwrap_or(row.active),
        updated_at: app.clock.now().into(),
        ..row
    };
    webhooks::update(&mut tx, &row).await?;
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
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<SigningSecretEnvelope>), ApiError> {
    let mut tx = app.store.begin().await?;
    let row = find(&app, &mut tx, &id).await?;
    let (secret, sealed) = new_secret(&app)?;
    let row = WebhookRow {
        secret: sealed,
        responsible: agent.user,
        token: Some(agent.token),
        updated_at: app.clock.now().into(),
        ..row
    };
    webhooks::update(&mut tx, &row).await?;
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
    let sealed = app.site.key.seal(SECRET, secret.as_bytes()).map_err(ApiError::internal)?;
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

fn read(
    app: &App,
    mut webhook: Map<String, Value>,
    notes: &Notes,
    locale: Locale,
    faults: &mut Vec<FieldFault>,
) -> Given {
    let mut fault = |key: &str, kind: FaultKind| faults.push(field_fault(None, key, &kind, locale));
    let mut line = |key: &str, max: u32| match webhook.remove(key)? {
        Value::Null => None,
        Value::String(written) => {
            let line = text::single_line(&written);
            let actual = u32::try_from(text::length(&line)).unwrap_or(u32::MAX);
            if text::is_blank(&line) {
                fault(key, FaultKind::Blank);
                None
            } else if actual > max {
                fault(key, FaultKind::TooLong { max, actual });
                None
            } else {
                Some(line)
            }
        }
        _ => {
            fault(key, FaultKind::WrongType);
            None
        }
    };
    let mut given =
        Given { name: line("name", MAX_NAME), endpoint: line("endpoint", MAX_ENDPOINT), ..Given::default() };
    given.active = match webhook.remove("status") {
        None | Some(Value::Null) => None,
        Some(Value::String(status)) if status == "active" => Some(true),
        Some(Value::String(status)) if status == "inactive" => Some(false),
        Some(_) => {
            fault("status", FaultKind::UnknownOption);
            None
        }
    };
    given.subscriptions = match webhook.remove("subscriptions") {
        None | Some(Value::Null) => None,
        Some(Value::Array(names)) => {
            let known =
                |name: &Value| TYPES.into_iter().chain([EVERYTHING]).find(|known| Some(*known) == name.as_str());
            let read: Option<Vec<&'static str>> = names.iter().map(known).collect();
            let read = read.map(|names| {
                // Each once: there are ten, and a megabyte of one of them is one.
                let mut kept: Vec<String> = Vec::new();
                for name in names {
                    if !kept.iter().any(|known| known == name) {
                        kept.push(name.to_owned());
                    }
                }
                kept
            });
            if read.as_ref().is_none_or(Vec::is_empty) {
                fault("subscriptions", if names.is_empty() { FaultKind::Blank } else { FaultKind::UnknownOption });
            }
            read.filter(|names| !names.is_empty())
        }
        Some(_) => {
            fault("subscriptions", FaultKind::WrongType);
            None
        }
    };
    // There is one way to send here; another one is refused rather than ignored.
    for (key, only) in [("http_method", "POST"), ("request_format", "json")] {
        if webhook.remove(key).is_some_and(|value| value != only && !value.is_null()) {
            fault(key, FaultKind::UnknownOption);
        }
    }
    if let Some(endpoint) = &given.endpoint
        && let Err(refused) = Targets::new(app.config.webhook_networks.clone()).endpoint(endpoint)
    {
        let message = match refused {
            TargetFault::NotHttps => Message::EndpointNotHttps,
            TargetFault::Private => Message::EndpointPrivate,
        };
        faults.push(FieldFault::new("endpoint", "InvalidValue", message));
    }
    name_ignored(notes, &webhook.into_iter().map(|(key, _)| key).collect::<Vec<_>>());
    given
}
