//! The extractor that lets only signed-in people through.

use super::api_token;
use super::session::Sessions;
use crate::connections::Share;
use crate::forms::Audience;
use crate::http::{ApiError, App, Message, Notes};
use crate::store::Viewer;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Capability, DoorName, MissingCapability, MissingReason};
use balcao_contract::support::Region;
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use std::fmt;
use subtle::ConstantTimeEq;

/// The header of the token that every write carries.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// Somebody with a session. As an argument of a handler it answers 401 to everybody else, and 403 to a write without
/// its `X-CSRF-Token`; `Option<SignedIn>` lets through who brings no `Authorization` at all.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub user: UserId,
    /// For which store.
    pub account: AccountId,
    /// The session's row; for an API token, which has none, its number below zero.
    pub session_id: i64,
    /// How they came in.
    pub door: DoorName,
    /// The support site's sign-in that the session comes from.
    pub sign_in: Option<i64>,
    /// First and last name.
    pub name: String,
    /// Where mails go.
    pub email: String,
    /// Mail to that address reaches them: they typed a one-time code not long ago, or the host vouches for it.
    pub email_proved: bool,
    /// The language of mails.
    pub locale: Locale,
    /// The account's name.
    pub account_name: String,
    /// Where the account's support sits.
    pub region: Region,
    /// The account belongs to no other one.
    pub is_main_account: bool,
    /// What this user may do.
    pub capabilities: Vec<Capability>,
    /// What they may not do, and who can change that.
    pub missing: Vec<MissingCapability>,
    /// What writes bring in `X-CSRF-Token`.
    pub csrf_token: String,
    /// When the session ends if nothing happens.
    pub expires_at: Timestamp,
}

impl SignedIn {
    /// Whether this user may do that.
    #[must_use]
    pub fn can(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// Lets through who may do that; everybody else is told what is missing and who can change it.
    ///
    /// # Errors
    /// 403 with that sentence.
    pub fn must(&self, capability: Capability) -> Result<(), ApiError> {
        if self.can(capability) { Ok(()) } else { Err(self.not_allowed(capability)) }
    }

    /// What is missing, and who can change it.
    #[must_use]
    pub fn not_allowed(&self, capability: Capability) -> ApiError {
        let missing = self.missing.iter().find(|missing| missing.capability == capability);
        ApiError::Forbidden(match missing.map(|missing| (missing.reason, &missing.sponsor)) {
            Some((MissingReason::SupportResource, Some(sponsor))) => {
                Message::MayNotOpenTechnicalRequests { sponsor: sponsor.clone() }
            }
            Some((MissingReason::SupportResource, None)) => Message::NoSponsorForTechnicalRequests,
            Some((MissingReason::SponsorOnly, Some(sponsor))) => {
                Message::MayNotOpenCommercialRequests { sponsor: sponsor.clone() }
            }
            Some((MissingReason::SponsorOnly, None)) => Message::NoSponsorForCommercialRequests,
            Some((MissingReason::NotShared, _)) | None => Message::Forbidden,
        })
    }

    /// Whose requests they may see.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        let sees_account = self.can(Capability::AnswerAccountRequests);
        Viewer { user: self.user, account: self.account, sees_account }
    }

    /// Whose forms these are.
    #[must_use]
    pub fn audience(&self, now: DateTime<Utc>) -> Audience<'_> {
        Audience {
            region: self.region,
            is_main_account: self.is_main_account,
            account_name: &self.account_name,
            name: &self.name,
            email: &self.email,
            now,
        }
    }
}

/// No personal data and no tokens in logs.
impl fmt::Debug for SignedIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignedIn")
            .field("user", &self.user)
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let session = match bearer(&parts.headers) {
            Some(token) => Sessions::new(app).resume(token).await?,
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
