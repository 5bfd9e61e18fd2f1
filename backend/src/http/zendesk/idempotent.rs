//! `Idempotency-Key`: a write that comes twice is done once and answered twice, as `desk::once` does it.

use crate::http::{ApiError, App};
use crate::identity::{Agent, SignedIn};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use balcao_contract::id::{AccountId, UserId};
use balcao_desk::once::{GivenAnswer, Once, OnceError, Outcome};
use balcao_store::Connection;
use balcao_store::idempotency::{self, Key, MAX_KEY, StoredAnswer};
use chrono::{DateTime, Utc};
use serde_json::Value;

const HEADER: &str = "idempotency-key";
pub(super) const LOOKUP: &str = "x-idempotency-lookup";

/// A write, with its key where the client gave one.
#[derive(Debug)]
pub(super) struct IdempotentWrite(Once);

impl IdempotentWrite {
    /// The write at hand. Two bodies are the same if they are the same JSON.
    pub(super) fn new(
        headers: &HeaderMap,
        signed_in: &SignedIn,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Self, ApiError> {
        Self::of(headers, signed_in.user, Some(signed_in.account), method, path, body)
    }

    /// An agent's write. Keys are kept under a store: where there is none, nothing can be written either.
    pub(super) fn of_agent(
        headers: &HeaderMap,
        agent: &Agent,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Self, ApiError> {
        Self::of(headers, agent.user, agent.home, method, path, body)
    }

    fn of(
        headers: &HeaderMap,
        user: UserId,
        account: Option<AccountId>,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Self, ApiError> {
        let Some(value) = headers.get(HEADER) else { return Ok(Self(Once::new(None))) };
        let key = value.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= MAX_KEY);
        let key = key.ok_or_else(|| ApiError::parameter("Idempotency-Key"))?;
        let Some(account) = account else { return Ok(Self(Once::new(None))) };
        let fingerprint = idempotency::fingerprint(method, path, body.to_string().as_bytes());
        Ok(Self(Once::new(Some(Key { user, account, key: key.to_owned(), fingerprint }))))
    }

    /// Does it once, and words what came of it.
    pub(super) async fn once<A: Into<GivenAnswer>>(
        self,
        app: &App,
        now: DateTime<Utc>,
        act: impl AsyncFnOnce(&mut Connection) -> Result<A, ApiError>,
    ) -> Result<Response, ApiError> {
        let lookup = self.0.has_key();
        match self.0.run(&app.store, now, act).await? {
            Outcome::Done(answer) => response(answer, lookup.then_some("miss")),
            Outcome::Known(answer) => response(answer, Some("hit")),
        }
    }

    /// The answer that was given to it before; see [`Once::replay`].
    pub(super) async fn replay(
        &self,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<Option<Response>, ApiError> {
        self.0.replay(connection, now).await?.map(|answer| response(answer, Some("hit"))).transpose()
    }
}

impl From<OnceError> for ApiError {
    fn from(error: OnceError) -> Self {
        match error {
            OnceError::OtherWrite => Self::IdempotentRequest,
            OnceError::Store(error) => error.into(),
        }
    }
}

fn response(answer: StoredAnswer, lookup: Option<&'static str>) -> Result<Response, ApiError> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(ApiError::internal)?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(location) = answer.location {
        headers.insert(header::LOCATION, HeaderValue::from_str(&location).map_err(ApiError::internal)?);
    }
    if let Some(lookup) = lookup {
        headers.insert(LOOKUP, HeaderValue::from_static(lookup));
    }
    Ok(response)
}
