//! What a handler takes from a request: JSON bodies, query parameters, the reader's language.

use super::{ApiError, App, Message, Notes, Peer};
use crate::connections::network_of;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use balcao_contract::locale::Locale;
use balcao_runtime::work::Who;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

/// A JSON body, read or written. Keys that nobody knows are ignored and named in `X-Zendesk-API-Warn`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromRequest<App> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::UnsupportedMediaType);
        }
        let notes = request.extensions().get::<Notes>().cloned().unwrap_or_default();
        let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0);
        let bytes = Bytes::from_request(request, app).await.map_err(body_error)?;
        // A megabyte of small values takes longer to read than most calls take to answer. Who sends it is not known yet.
        let (length, who) = (bytes.len(), Who::Visitor(network_of(peer)));
        app.work.run(who, length, move || from_json(&bytes, &notes)).await?.map(Self)
    }
}

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Reads JSON, noting unknown keys.
fn from_json<T: DeserializeOwned>(bytes: &[u8], notes: &Notes) -> Result<T, ApiError> {
    let mut track = serde_path_to_error::Track::new();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let mut unknown = Vec::new();
    let value = {
        let tracked = serde_path_to_error::Deserializer::new(&mut reader, &mut track);
        serde_ignored::deserialize(tracked, |path| {
            // Bounded: a body of nothing but unknown keys must not become a header of a megabyte.
            if unknown.len() < 10 {
                unknown.push(path.to_string());
            }
        })
    };
    let value = value.map_err(|error: serde_json::Error| {
        if error.is_data() {
            ApiError::InvalidJson(Message::WrongJson { path: shown(&track.path().to_string()) })
        } else {
            ApiError::InvalidJson(Message::BrokenJson)
        }
    })?;
    reader.end().map_err(|_| ApiError::InvalidJson(Message::BrokenJson))?;
    for path in unknown {
        notes.warn(format!("Removed restricted keys [{}] from parameters according to whitelist", shown(&path)));
    }
    Ok(value)
}

/// A part of somebody's body, fit for a header and a sentence.
fn shown(path: &str) -> String {
    let kept = path.chars().filter(|c| c.is_ascii_alphanumeric() || "._-[]?".contains(*c));
    kept.take(100).collect()
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn body_error(rejection: BytesRejection) -> ApiError {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        ApiError::TooLarge
    } else {
        // The connection broke in the middle: nobody is there to read this.
        ApiError::InvalidJson(Message::BrokenJson)
    }
}

/// The parameters of the address. One that cannot be read is named in a 400.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let reader = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(reader).map(Self).map_err(|error| {
            let path = shown(&error.path().to_string());
            ApiError::InvalidParameter(if path.is_empty() || path == "." { "?".to_owned() } else { path })
        })
    }
}

/// The reader's language: what `Accept-Language` asks for, otherwise the signed-in user's, otherwise English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReaderLocale(pub Locale);

impl<S: Send + Sync> FromRequestParts<S> for ReaderLocale {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<Notes>().map(Notes::locale).unwrap_or_default()))
    }
}
