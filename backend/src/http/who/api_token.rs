//! API tokens of agents and integrations: `Authorization: Basic <email>/token:<token>`, as Zendesk's clients send it, or
//! `Bearer <token>`. They open `/api/v2/` alone: what belongs to a session (the one-time code, signing out) is not for
//! programs. They need no CSRF token, because no browser sends them by itself: nothing here ever asks one for a password.

use super::signed_in::{bearer, share_of};
use crate::http::{ApiError, App, Message, Notes, Peer};
use crate::identity::{Sessions, SignedIn, Used};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use balcao_store::api_tokens::GoodToken;
use balcao_store::{api_tokens, people, token};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;

/// The address of the requester for whom an agent's token acts.
pub(super) const ON_BEHALF_OF: &str = "x-on-behalf-of";
/// A use is noted at most this often.
const TOUCH_AFTER_MILLISECONDS: i64 = 60_000;

/// A token that is good, with what the request says about its use.
#[derive(Clone)]
pub(super) struct Shown {
    pub token: GoodToken,
    /// The token itself.
    secret: String,
    /// Whom the request is for, where it is not for the token's own user.
    on_behalf_of: Option<String>,
}

impl Shown {
    /// Whether an agent speaks for themselves.
    pub fn is_agent(&self) -> bool {
        self.token.agent && self.on_behalf_of.is_none()
    }
}

fn basic(headers: &HeaderMap) -> Option<&str> {
    let (scheme, rest) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then_some(rest.trim())
}

/// Address and token of `<email>/token:<token>`.
fn credentials(encoded: &str) -> Option<(String, String)> {
    let plain = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, token) = plain.split_once(':')?;
    let email = name.strip_suffix("/token")?;
    Some((email.to_lowercase(), token.to_owned()))
}

/// The API token of a request; `None` where it brings none, but perhaps a session's. Wrong ones of `Basic`, which no
/// session can be, count against the network address they come from; good ones never do.
pub(super) async fn shown(parts: &mut Parts, app: &App) -> Result<Option<Shown>, ApiError> {
    if let Some(known) = parts.extensions.get::<Shown>() {
        return Ok(Some(known.clone()));
    }
    let is_basic = basic(&parts.headers).is_some();
    let notes = parts.extensions.get::<Notes>().cloned().unwrap_or_default();
    let Some(shown) = find(parts, app).await? else {
        if !is_basic {
            return Ok(None);
        }
        tracing::info!(door = "api_token", reason = "no token that is good now", "sign-in refused");
        if let Some(Peer(address)) = parts.extensions.get::<Peer>() {
            app.limiter.take_sign_in(*address, app.clock.now(), &notes)?;
        }
        return Err(ApiError::Unauthenticated);
    };
    app.limiter.take_session(-shown.token.id, app.clock.now(), &notes)?;
    notes.keep_share(share_of(app, shown.token.user)?);
    if shown.is_agent() {
        notes.set_locale(shown.token.locale);
    }
    parts.extensions.insert(shown.clone());
    Ok(Some(shown))
}

async fn find(parts: &Parts, app: &App) -> Result<Option<Shown>, ApiError> {
    if !parts.uri.path().starts_with("/api/v2/") {
        return Ok(None);
    }
    let (email, secret) = match (basic(&parts.headers), bearer(&parts.headers)) {
        (Some(encoded), _) => match credentials(encoded) {
            Some((email, token)) => (Some(email), token),
            None => return Ok(None),
        },
        (None, Some(token)) => (None, token.to_owned()),
        (None, None) => return Ok(None),
    };
    let now = app.clock.now().timestamp_millis();
    let mut read = app.store.read().await?;
    let good = api_tokens::good(&mut read, &token::hash(&secret), now).await?;
    drop(read);
    let is_theirs = |good: &GoodToken| match &email {
        Some(email) => bool::from(good.email.as_bytes().ct_eq(email.as_bytes())),
        None => true,
    };
    let Some(token) = good.filter(is_theirs) else { return Ok(None) };
    if token.last_used_at.is_none_or(|used| now - used >= TOUCH_AFTER_MILLISECONDS) {
        app.identity.seen.note(Used::ApiToken(token.id), now);
    }
    let on_behalf_of = parts.headers.get(ON_BEHALF_OF).map(|value| value.to_str().unwrap_or_default().to_owned());
    Ok(Some(Shown { token, secret, on_behalf_of }))
}

/// Whom the token speaks for among requesters: its user, or the one whom an agent names.
pub(super) async fn signed_in(shown: &Shown, parts: &mut Parts, app: &App) -> Result<SignedIn, ApiError> {
    let Shown { token, secret, on_behalf_of } = shown;
    let (user, account) = match on_behalf_of {
        None => (token.user, token.account.ok_or(ApiError::Forbidden(Message::ForRequesters))?),
        Some(_) if !token.agent => return Err(ApiError::Forbidden(Message::OnBehalfIsForAgents)),
        // A requester's own eyes would show an agent what is not their groups'.
        Some(_) if !token.administrator => return Err(ApiError::Forbidden(Message::OnBehalfIsForAdministrators)),
        Some(email) => {
            let mut read = app.store.read().await?;
            let person = people::by_email(&mut read, &email.trim().to_lowercase()).await?;
            let found = person.and_then(|person| Some((person.id, person.account?)));
            found.ok_or(ApiError::Forbidden(Message::OnBehalfOfNobody))?
        }
    };
    let signed_in = Sessions::new(&app.identity).of_api_token(token, secret, user, account).await?;
    let signed_in = match (signed_in, on_behalf_of) {
        (Some(signed_in), _) => signed_in,
        (None, Some(_)) => return Err(ApiError::Forbidden(Message::OnBehalfOfNobody)),
        (None, None) => return Err(ApiError::Unauthenticated),
    };
    let span = tracing::Span::current();
    span.record("user", tracing::field::display(user));
    if on_behalf_of.is_some() {
        span.record("agent", tracing::field::display(token.user));
        tracing::info!(agent = %token.user, requester = %user, "an agent acts for a requester");
    }
    if let Some(notes) = parts.extensions.get::<Notes>() {
        notes.set_locale(signed_in.locale);
    }
    parts.extensions.insert(signed_in.clone());
    Ok(signed_in)
}
