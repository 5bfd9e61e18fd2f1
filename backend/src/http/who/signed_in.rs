//! The extractor that lets only signed-in people through.

use super::api_token;
use crate::connections::Share;
use crate::http::{ApiError, App, Message, Notes};
use crate::identity::{Sessions, SignedIn};
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use balcao_contract::id::UserId;
use subtle::ConstantTimeEq;

/// The header of the token that every write carries.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// Answers 401 to everybody without a session or a token, and 403 to a session's write without its `X-CSRF-Token`.
impl FromRequestParts<App> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let session = match bearer(&parts.headers) {
            Some(token) => Sessions::new(&app.identity).resume(token).await?,
            None => None,
        };
        let Some(signed_in) = session else {
            let shown = api_token::shown(parts, app).await?.ok_or(ApiError::Unauthenticated)?;
            return api_token::signed_in(&shown, parts, app).await;
        };
        if parts.headers.contains_key(api_token::ON_BEHALF_OF) {
            return Err(ApiError::Forbidden(Message::OnBehalfIsForAgents));
        }
        if let Some(notes) = parts.extensions.get::<Notes>() {
            notes.set_locale(signed_in.locale);
            app.limiter.take_session(signed_in.session_id, app.clock.now(), notes)?;
            notes.keep_share(share_of(app, signed_in.user)?);
        }
        if changes_something(&parts.method) {
            let sent = parts.headers.get(CSRF_HEADER).map(|value| value.as_bytes()).unwrap_or_default();
            if !bool::from(sent.ct_eq(signed_in.csrf_token.as_bytes())) {
                return Err(ApiError::InvalidCsrfToken);
            }
        }
        tracing::Span::current().record("user", tracing::field::display(signed_in.user));
        parts.extensions.insert(signed_in.clone());
        Ok(signed_in)
    }
}

/// Lets through who brings no `Authorization` at all.
impl OptionalFromRequestParts<App> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, ApiError> {
        if !parts.headers.contains_key(header::AUTHORIZATION) {
            return Ok(None);
        }
        <Self as FromRequestParts<App>>::from_request_parts(parts, app).await.map(Some)
    }
}

/// Seconds after which somebody who asks too much at the same time may try again.
const AGAIN_AFTER: u64 = 1;

/// A person's share of what is answered at the same time, whatever session or token they ask with.
pub(super) fn share_of(app: &App, user: UserId) -> Result<Share<UserId>, ApiError> {
    app.at_once.take(user).ok_or(ApiError::TooManyRequests(AGAIN_AFTER))
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The token of `Authorization: Bearer`; the scheme's case does not count (RFC 9110, 11.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
