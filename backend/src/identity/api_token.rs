//! API tokens of integrations: `Authorization: Basic <email>/token:<token>`, as Zendesk's clients send it. They open
//! `/api/v2/` alone: what belongs to a session (the one-time code, signing out) is not for programs. They need no CSRF
//! token, because no browser sends them by itself: nothing here ever asks one for a password.

use super::session::Sessions;
use super::signed_in::SignedIn;
use crate::directory::token_hash;
use crate::http::{ApiError, App, Notes, Peer};
use crate::store::{StoreError, api_tokens};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;

/// A use is noted at most this often.
const TOUCH_AFTER_MILLISECONDS: i64 = 60_000;

/// Whether the request brings `Authorization: Basic`.
pub(super) fn is_given(headers: &HeaderMap) -> bool {
    basic(headers).is_some()
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

/// Whom the token speaks for. Wrong ones count against the network address they come from; good ones never do.
pub(super) async fn signed_in(parts: &mut Parts, app: &App) -> Result<SignedIn, ApiError> {
    let notes = parts.extensions.get::<Notes>().cloned().unwrap_or_default();
    let Some(signed_in) = find(parts, app).await? else {
        if let Some(Peer(address)) = parts.extensions.get::<Peer>() {
            app.limiter.take_sign_in(*address, app.clock.now(), &notes)?;
        }
        return Err(ApiError::Unauthenticated);
    };
    notes.set_locale(signed_in.locale);
    app.limiter.take_session(signed_in.session_id, app.clock.now(), &notes)?;
    parts.extensions.insert(signed_in.clone());
    Ok(signed_in)
}

async fn find(parts: &Parts, app: &App) -> Result<Option<SignedIn>, ApiError> {
    let given = basic(&parts.headers).filter(|_| parts.uri.path().starts_with("/api/v2/")).and_then(credentials);
    let Some((email, token)) = given else { return Ok(None) };
    let now = app.clock.now().timestamp_millis();
    let mut read = app.store.reader().acquire().await?;
    let good = api_tokens::good(&mut read, &token_hash(&token), now).await?;
    drop(read);
    let Some(good) = good.filter(|good| bool::from(good.email.as_bytes().ct_eq(email.as_bytes()))) else {
        return Ok(None);
    };
    let signed_in = Sessions::new(app).of_api_token(&good, &token).await?;
    if good.last_used_at.is_none_or(|used| now - used >= TOUCH_AFTER_MILLISECONDS)
        && let Err(error) = touch(app, good.id, now).await
    {
        // A busy or full database is no reason to turn a reader away.
        tracing::warn!(%error, "API token not noted as used");
    }
    Ok(signed_in)
}

async fn touch(app: &App, token: i64, now: i64) -> Result<(), StoreError> {
    let mut write = app.store.begin().await?;
    api_tokens::touch(&mut write, token, now).await?;
    write.commit().await?;
    Ok(())
}
