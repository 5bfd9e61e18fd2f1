//! Writes the body of every refusal in the reader's language, and the headers that every answer has.

use super::{ApiError, App, Notes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use balcao_contract::locale::Locale;

/// Around every route.
pub async fn render(State(_app): State<App>, mut request: Request, next: Next) -> Response {
    let asked_for = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let notes = Notes::new(asked_for.map(Locale::from_accept_language));
    request.extensions_mut().insert(notes.clone());
    let response = next.run(request).await;
    finish(response, &notes)
}

fn finish(mut response: Response, notes: &Notes) -> Response {
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        if let ApiError::Internal(cause) = &error {
            tracing::error!(error = %cause, "internal error");
        }
        let mut written = (error.status(), axum::Json(error.body(notes.locale()))).into_response();
        for (name, value) in response.headers() {
            if *name != header::CONTENT_LENGTH && *name != header::CONTENT_TYPE {
                written.headers_mut().insert(name, value.clone());
            }
        }
        if let Some(seconds) = error.retry_after() {
            written.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response = written;
    }
    response
}
