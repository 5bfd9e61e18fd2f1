//! `Idempotency-Key`: a write that comes twice is done once and answered twice.

use crate::http::{ApiError, App};
use crate::identity::{Agent, SignedIn};
use crate::store::Connection;
use crate::store::idempotency::{self, Key, Lookup, MAX_KEY, StoredAnswer};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use balcao_contract::id::{AccountId, UserId};
use chrono::{DateTime, Utc};
use serde_json::Value;

const HEADER: &str = "idempotency-key";
pub(super) const LOOKUP: &str = "x-idempotency-lookup";

/// A write, with its key where the client gave one.
#[derive(Debug)]
pub(super) struct IdempotentWrite(Option<Key>);

/// The answer to a write, and what is kept of it.
#[derive(Debug)]
pub(super) struct GivenAnswer {
    pub answer: StoredAnswer,
    /// The body that the same write gets again, where the first one holds a secret that is sealed everywhere else.
    pub kept_body: Option<Vec<u8>>,
}

impl From<StoredAnswer> for GivenAnswer {
    fn from(answer: StoredAnswer) -> Self {
        Self { answer, kept_body: None }
    }
}

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
        let Some(value) = headers.get(HEADER) else { return Ok(Self(None)) };
        let key = value.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= MAX_KEY);
        let key = key.ok_or_else(|| ApiError::parameter("Idempotency-Key"))?;
        let Some(account) = account else { return Ok(Self(None)) };
        Ok(Self(Some(Key {
            user,
            account,
            key: key.to_owned(),
            fingerprint: idempotency::fingerprint(method, path, body.to_string().as_bytes()),
        })))
    }

    /// Does it in one transaction with the keeping of its answer, which is given then; where a twin has been faster, that
    /// one's answer is given and nothing is done.
    pub(super) async fn once<A: Into<GivenAnswer>>(
        self,
        app: &App,
        now: DateTime<Utc>,
        act: impl AsyncFnOnce(&mut Connection) -> Result<A, ApiError>,
    ) -> Result<Response, ApiError> {
        let mut tx = app.store.begin().await?;
        if let Some(known) = self.replay(&mut tx, now).await? {
            // The twin may share this commit: what it was answered is answered again once it is on the disk.
            tx.commit().await?;
            return Ok(known);
        }
        let GivenAnswer { answer, kept_body } = act(&mut tx).await?.into();
        if let Some(key) = &self.0 {
            let kept = kept_body.map(|body| StoredAnswer { body, ..answer.clone() });
            idempotency::keep(&mut tx, key, kept.as_ref().unwrap_or(&answer), now).await?;
        }
        tx.commit().await?;
        response(answer, self.0.as_ref().map(|_| "miss"))
    }

    /// The answer that was given to it before. Asked on a reader, which waits for nobody, before the body is looked at: what
    /// was taken once is not refused the second time. [`Self::once`] asks again on the writer.
    pub(super) async fn replay(
        &self,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<Option<Response>, ApiError> {
        let Some(key) = &self.0 else { return Ok(None) };
        match idempotency::find(connection, key, now).await? {
            Lookup::Miss => Ok(None),
            Lookup::Hit(answer) => response(answer, Some("hit")).map(Some),
            Lookup::OtherWrite => Err(ApiError::IdempotentRequest),
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
