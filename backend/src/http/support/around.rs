//! Around every page: who asks, whether a form comes from our own pages, what a refusal looks like, and the headers.

use super::page::Page;
use super::reminders;
use super::visitor::Visitor;
use crate::http::origin::is_own;
use crate::http::{ApiError, App};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

/// What a page may do: show itself, its style and a QR code, and send its forms here. It runs nothing and is framed by
/// nobody.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; \
     base-uri 'none'",
);
/// With `no-referrer` browsers would say `Origin: null` of our own forms.
const REFERRERS: HeaderValue = HeaderValue::from_static("same-origin");

/// See the module.
pub async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let visitor = Visitor::of(&app, &request);
    // A reminder's address is the permission itself: programs of mail providers post there, from nowhere of ours.
    let writes =
        !matches!(*request.method(), Method::GET | Method::HEAD) && !request.uri().path().starts_with(reminders::PATH);
    let mut response = if writes && !is_own(&app.config, request.headers()) {
        fault(&app, &visitor, &ApiError::InvalidCsrfToken)
    } else {
        request.extensions_mut().insert(visitor.clone());
        let mut response = next.run(request).await;
        match response.extensions_mut().remove::<ApiError>() {
            Some(error) => {
                if let ApiError::Internal(cause) = &error {
                    tracing::error!(error = %cause, "internal error");
                }
                fault(&app, &visitor, &error)
            }
            None => response,
        }
    };
    let headers = response.headers_mut();
    visitor.remember_language(&app, headers);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::REFERRER_POLICY, REFERRERS);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// A refusal as a page, with a way on.
fn fault(app: &App, visitor: &Visitor, error: &ApiError) -> Response {
    let sentence = error.message().map(|message| message.text(visitor.locale())).unwrap_or_default();
    let is_missing = error.status() == StatusCode::NOT_FOUND;
    let page = Page::new("fault.html")
        .status(error.status())
        .with(minijinja::context! { sentence, is_missing, is_foreign => matches!(error, ApiError::InvalidCsrfToken) });
    let page = match error.retry_after() {
        Some(seconds) => page.retry_after(seconds),
        None => page,
    };
    page.answer(app, visitor).unwrap_or_else(|error| {
        tracing::error!(%error, "a page cannot be drawn");
        let mut response = Response::new(axum::body::Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
