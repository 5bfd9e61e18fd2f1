//! Everything a handler can refuse with, and what each refusal is on the wire.

use super::Message;
use crate::identity::{IdentityError, NotAllowed};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use balcao_contract::limits::MOST_FAULTS;
use balcao_contract::locale::Locale;
use balcao_contract::panel::MissingReason;
use balcao_contract::wire::{ErrorBody, FieldError, error_name};
use balcao_runtime::work::WorkError;
use balcao_store::StoreError;
use std::collections::BTreeMap;
use std::sync::Arc;

type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// A refusal. Handlers return it; the sentences are chosen when the answer is written.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ApiError {
    /// 404: no such path.
    #[error("no such path")]
    InvalidEndpoint,
    /// 405: the path is right, the method is not.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// 404: no such record, or it is somebody else's.
    #[error("no such record")]
    RecordNotFound,
    /// 422: faults of fields.
    #[error("{} faults in fields", .0.len())]
    Invalid(Vec<ErrorDetail>),
    /// 403: signed in, but not allowed.
    #[error("not allowed")]
    Forbidden(Message),
    /// 403: a write without its token.
    #[error("CSRF token missing or wrong")]
    InvalidCsrfToken,
    /// 401: not signed in, or no longer.
    #[error("not signed in")]
    Unauthenticated,
    /// 400: the body is not the JSON that is asked for.
    #[error("body is not the JSON that is asked for")]
    InvalidJson(Message),
    /// 415: the body is not called JSON.
    #[error("body is not called JSON")]
    UnsupportedMediaType,
    /// 400: a parameter of the address cannot be read.
    #[error("parameter {0}")]
    InvalidParameter(String),
    /// 409: somebody else changed it in the meantime.
    #[error("lost update")]
    Conflict,
    /// 422: no replies to a closed request.
    #[error("request is closed")]
    RequestClosed,
    /// 422: the request holds as much as one may.
    #[error("request is full")]
    RequestFull,
    /// 400: the same idempotency key with another body.
    #[error("idempotency key with another body")]
    IdempotentRequest,
    /// 413: larger than is taken.
    #[error("body too large")]
    TooLarge,
    /// 429: too often; worth trying again after so many seconds.
    #[error("too often, wait {0} s")]
    TooManyRequests(u64),
    /// 503: busy for now; nothing was done.
    #[error("busy")]
    Unavailable,
    /// 503: all places are taken; worth trying again after so many seconds.
    #[error("no place, wait {0} s")]
    NoPlace(u64),
    /// 503: whoever is asked about tokens does not answer; worth trying again after so many seconds.
    #[error("no answer from the identity provider, wait {0} s")]
    SignInUnavailable(u64),
    /// 408: the request did not end in time.
    #[error("timed out")]
    TimedOut,
    /// 507: no room.
    #[error("no room")]
    StorageFull,
    /// 500: a fault of ours. The cause is logged and never sent.
    #[error("internal: {0}")]
    Internal(Cause),
    /// 422: the one-time code is wrong.
    #[error("one-time code wrong")]
    CodeWrong,
    /// 422: the one-time code is expired or spent.
    #[error("one-time code expired")]
    CodeExpired,
    /// 403: the address is not proved yet.
    #[error("one-time code required")]
    CodeRequired,
    /// Any other refusal of the contract.
    #[error("{error}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// The name on the wire.
        error: &'static str,
        /// The sentence.
        message: Message,
    },
}

/// A fault of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorDetail {
    /// The field's key.
    pub field_key: String,
    /// `BlankValue`, `ValueTooLong`, `InvalidValue`…
    pub error: String,
    /// The sentence.
    pub message: Message,
}

impl ErrorDetail {
    /// A fault.
    #[must_use]
    pub fn new(field_key: impl Into<String>, error: impl Into<String>, message: Message) -> Self {
        Self { field_key: field_key.into(), error: error.into(), message }
    }
}

/// Seconds after which a busy service is worth another try.
const RETRY_AFTER_BUSY: u64 = 2;

impl ApiError {
    /// A fault of ours, with its cause for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }

    /// A parameter of the address cannot be read.
    pub fn parameter(name: impl Into<String>) -> Self {
        Self::InvalidParameter(name.into())
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::InvalidEndpoint | Self::RecordNotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Invalid(_) | Self::RequestClosed | Self::RequestFull | Self::CodeWrong | Self::CodeExpired => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Forbidden(_) | Self::InvalidCsrfToken | Self::CodeRequired => StatusCode::FORBIDDEN,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::InvalidJson(_) | Self::InvalidParameter(_) | Self::IdempotentRequest => StatusCode::BAD_REQUEST,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooManyRequests(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::NoPlace(_) | Self::SignInUnavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Self::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused { status, .. } => *status,
        }
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::InvalidEndpoint => error_name::INVALID_ENDPOINT,
            Self::MethodNotAllowed => "MethodNotAllowed",
            Self::RecordNotFound => error_name::RECORD_NOT_FOUND,
            Self::Invalid(_) => error_name::RECORD_INVALID,
            Self::Forbidden(_) => error_name::FORBIDDEN,
            Self::InvalidCsrfToken => error_name::INVALID_CSRF_TOKEN,
            Self::Unauthenticated => error_name::UNAUTHENTICATED,
            Self::InvalidJson(_) => error_name::INVALID_JSON,
            Self::UnsupportedMediaType => "UnsupportedMediaType",
            Self::InvalidParameter(_) => error_name::INVALID_PARAMETER,
            Self::Conflict => error_name::CONFLICT,
            Self::RequestClosed => error_name::REQUEST_CLOSED,
            Self::RequestFull => error_name::REQUEST_FULL,
            Self::IdempotentRequest => error_name::IDEMPOTENT_REQUEST,
            Self::TooLarge => error_name::TOO_LARGE,
            Self::TooManyRequests(_) => error_name::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::NoPlace(_) | Self::SignInUnavailable(_) => error_name::UNAVAILABLE,
            Self::TimedOut => "RequestTimeout",
            Self::StorageFull => error_name::STORAGE_FULL,
            Self::Internal(_) => error_name::INTERNAL,
            Self::CodeWrong => error_name::CODE_WRONG,
            Self::CodeExpired => error_name::CODE_EXPIRED,
            Self::CodeRequired => error_name::CODE_REQUIRED,
            Self::Refused { error, .. } => error,
        }
    }

    /// Why, in one word for the log: the sentence's own name, and nothing of what it says.
    #[must_use]
    pub fn reason(&self) -> String {
        let written = self.message().map_or_else(|| self.name().to_owned(), |message| format!("{message:?}"));
        written.chars().take_while(char::is_ascii_alphanumeric).collect()
    }

    /// The sentence; none on 401, as Zendesk does.
    #[must_use]
    pub fn message(&self) -> Option<Message> {
        Some(match self {
            Self::Unauthenticated => return None,
            Self::InvalidEndpoint | Self::RecordNotFound => Message::NotFound,
            Self::MethodNotAllowed => Message::MethodNotAllowed,
            Self::Invalid(_) => Message::RecordValidationErrors,
            Self::Forbidden(message) | Self::InvalidJson(message) | Self::Refused { message, .. } => message.clone(),
            Self::InvalidCsrfToken => Message::InvalidCsrfToken,
            Self::UnsupportedMediaType => Message::NotJson,
            Self::InvalidParameter(parameter) => Message::InvalidParameter { parameter: parameter.clone() },
            Self::Conflict => Message::Conflict,
            Self::RequestClosed => Message::RequestClosed,
            Self::RequestFull => Message::RequestFull,
            Self::IdempotentRequest => Message::IdempotentRequest,
            Self::TooLarge => Message::TooLarge,
            Self::TooManyRequests(seconds) => Message::TooManyRequests { seconds: *seconds },
            Self::Unavailable | Self::NoPlace(_) => Message::Unavailable,
            Self::SignInUnavailable(_) => Message::SignInUnavailable,
            Self::TimedOut => Message::TimedOut,
            Self::StorageFull => Message::StorageFull,
            Self::Internal(_) => Message::Internal,
            Self::CodeWrong => Message::CodeWrong,
            Self::CodeExpired => Message::CodeExpired,
            Self::CodeRequired => Message::CodeRequired,
        })
    }

    /// Zendesk's documents have this body to the letter: whoever asks for no language, as other clients do, gets that one.
    #[must_use]
    pub const fn is_documented_word_by_word(&self) -> bool {
        matches!(self, Self::InvalidEndpoint | Self::RecordNotFound | Self::IdempotentRequest)
    }

    /// Seconds for `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests(seconds) | Self::NoPlace(seconds) | Self::SignInUnavailable(seconds) => {
                Some(*seconds)
            }
            Self::Unavailable => Some(RETRY_AFTER_BUSY),
            _ => None,
        }
    }

    /// The body, in the reader's language.
    #[must_use]
    pub fn body(&self, locale: Locale) -> ErrorBody {
        let mut details = BTreeMap::new();
        if let Self::Invalid(faults) = self {
            let more = faults.len().saturating_sub(MOST_FAULTS);
            let message = Message::MoreFaults { count: more as u64 };
            let rest = (more > 0).then(|| ErrorDetail::new("base", "MoreFaults", message));
            let faults = faults.iter().take(MOST_FAULTS).chain(&rest).map(|fault| FieldError {
                description: fault.message.text(locale),
                error: fault.error.clone(),
                field_key: fault.field_key.clone(),
            });
            details.insert("base".to_owned(), faults.collect());
        }
        ErrorBody {
            error: self.name().to_owned(),
            description: self.message().map(|message| message.text(locale)),
            details,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy => Self::Unavailable,
            StoreError::Full => Self::StorageFull,
            StoreError::Conflict => Self::Conflict,
            other => Self::internal(other),
        }
    }
}

impl From<IdentityError> for ApiError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::SwitchedOff => Self::Forbidden(Message::AccessSwitchedOff),
            IdentityError::Store(error) => error.into(),
            IdentityError::Internal(error) => Self::internal(error),
        }
    }
}

impl From<NotAllowed> for ApiError {
    fn from(missing: NotAllowed) -> Self {
        Self::Forbidden(match (missing.reason, missing.sponsor) {
            (Some(MissingReason::SupportResource), Some(sponsor)) => Message::MayNotOpenTechnicalRequests { sponsor },
            (Some(MissingReason::SupportResource), None) => Message::NoSponsorForTechnicalRequests,
            (Some(MissingReason::SponsorOnly), Some(sponsor)) => Message::MayNotOpenCommercialRequests { sponsor },
            (Some(MissingReason::SponsorOnly), None) => Message::NoSponsorForCommercialRequests,
            (Some(MissingReason::NotShared) | None, _) => Message::Forbidden,
        })
    }
}

impl From<WorkError> for ApiError {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::Busy => Self::Unavailable,
            WorkError::Broken(_) => Self::internal(error),
        }
    }
}

/// Only the status: `render` writes the body, for it knows the reader's language.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
