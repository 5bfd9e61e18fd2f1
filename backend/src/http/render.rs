//! Writes the body of every refusal in the reader's language, and the headers that every answer has.

use super::observe::RequestId;
use super::{ApiError, App, Notes};
use crate::connections::GuardedBody;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use balcao_contract::locale::Locale;

/// What an answer of the API may do in a browser that opens it as a page: nothing.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// For a year no browser that was here comes over plain HTTP any more, not even if it is asked to (RFC 6797). Names below
/// this one are not ours to decide about.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Around every route.
pub async fn render(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let notes = Notes::new(asked_for(request.headers()));
    request.extensions_mut().insert(notes.clone());
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let head = request.method() == Method::HEAD;
    let response = next.run(request).await;
    let mut response = finish(response, &notes, &id, head);
    if app.config.public_url.scheme() == "https" {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    match notes.take_share() {
        Some(share) => response.map(|body| Body::new(GuardedBody::new(body, share))),
        None => response,
    }
}

/// The language of `Accept-Language`; `None` where it names none that is spoken here, so that the user's own counts.
fn asked_for(headers: &HeaderMap) -> Option<Locale> {
    let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let spoken = header.split(',').any(|range| range.split(';').next().and_then(Locale::from_tag).is_some());
    spoken.then(|| Locale::from_accept_language(header))
}

fn finish(mut response: Response, notes: &Notes, id: &str, head: bool) -> Response {
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        if let ApiError::Internal(cause) = &error {
            tracing::error!(request = id, error = %cause, "internal error");
        }
        if error.status() == StatusCode::FORBIDDEN {
            // The span says who; what the sentence tells them may name somebody.
            tracing::info!(reason = error.reason(), "refused");
        }
        let locale = if error.is_documented_word_by_word() { notes.asked_for() } else { Some(notes.locale()) };
        response = written(&error, locale.unwrap_or_default(), response.headers(), head);
    }
    let headers = response.headers_mut();
    for warning in notes.warnings() {
        if let Ok(value) = HeaderValue::from_str(&warning) {
            headers.append(HeaderName::from_static("x-zendesk-api-warn"), value);
        }
    }
    if let Some(allowance) = notes.allowance() {
        for (name, value) in [
            ("x-rate-limit", u64::from(allowance.limit)),
            ("x-rate-limit-remaining", u64::from(allowance.remaining)),
            ("ratelimit-limit", u64::from(allowance.limit)),
            ("ratelimit-remaining", u64::from(allowance.remaining)),
            ("ratelimit-reset", allowance.reset),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    default_header(headers, header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    default_header(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    default_header(headers, header::CONTENT_SECURITY_POLICY, NOTHING);
    response
}

fn default_header(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}

fn written(error: &ApiError, locale: Locale, others: &HeaderMap, head: bool) -> Response {
    let mut response = (error.status(), axum::Json(error.body(locale))).into_response();
    if head {
        *response.body_mut() = axum::body::Body::empty();
    }
    let headers = response.headers_mut();
    for (name, value) in others {
        if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE {
            headers.append(name, value.clone());
        }
    }
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
    if matches!(error, ApiError::Unauthenticated) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = error.retry_after() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
