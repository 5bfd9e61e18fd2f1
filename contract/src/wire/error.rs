//! The body of every refusal.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Names of errors, as they stand in [`ErrorBody::error`].
pub mod error_name {
    /// No such path.
    pub const INVALID_ENDPOINT: &str = "InvalidEndpoint";
    /// No such record, or it belongs to somebody else.
    pub const RECORD_NOT_FOUND: &str = "RecordNotFound";
    /// Faults in fields; see `details`.
    pub const RECORD_INVALID: &str = "RecordInvalid";
    /// Signed in, but this is not allowed.
    pub const FORBIDDEN: &str = "Forbidden";
    /// A write by session without its `X-CSRF-Token`.
    pub const INVALID_CSRF_TOKEN: &str = "InvalidCsrfToken";
    /// Not signed in, or no longer.
    pub const UNAUTHENTICATED: &str = "Couldn't authenticate you";
    /// The body is not the JSON that is asked for.
    pub const INVALID_JSON: &str = "InvalidJson";
    /// A parameter of the address cannot be read.
    pub const INVALID_PARAMETER: &str = "InvalidParameter";
    /// Somebody else changed it in the meantime.
    pub const CONFLICT: &str = "Conflict";
    /// The request is closed: open a follow-up.
    pub const REQUEST_CLOSED: &str = "RequestClosed";
    /// The request holds as much as one may: open a follow-up.
    pub const REQUEST_FULL: &str = "RequestFull";
    /// The same `Idempotency-Key` with another body.
    pub const IDEMPOTENT_REQUEST: &str = "IdempotentRequestError";
    /// Larger than is taken.
    pub const TOO_LARGE: &str = "PayloadTooLarge";
    /// Too often; see `Retry-After`.
    pub const TOO_MANY_REQUESTS: &str = "TooManyRequests";
    /// The store is busy, locked or full for now; nothing was done.
    pub const UNAVAILABLE: &str = "ServiceUnavailable";
    /// No room for the file.
    pub const STORAGE_FULL: &str = "InsufficientStorage";
    /// A fault of ours; nothing was done.
    pub const INTERNAL: &str = "InternalError";
    /// The one-time code is wrong.
    pub const CODE_WRONG: &str = "CodeWrong";
    /// The one-time code is expired, spent, or was tried too often: ask for a new one.
    pub const CODE_EXPIRED: &str = "CodeExpired";
    /// The address is not proved yet.
    pub const CODE_REQUIRED: &str = "CodeRequired";
    /// The request is not solved: there is nothing to rate yet.
    pub const NOT_SOLVED: &str = "NotSolved";
    /// The time to rate a request, or to change what was said, is over.
    pub const SURVEY_EXPIRED: &str = "SurveyExpired";
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// One of [`error_name`].
    pub error: String,
    /// A sentence in the reader's language; absent on 401, as Zendesk does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// One entry a fault, by field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, Vec<FieldError>>,
}

/// A fault of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// A sentence in the reader's language.
    pub description: String,
    /// `BlankValue`, `ValueTooLong`, `InvalidValue`, `UnknownField`, `InvalidUpload`…
    pub error: String,
    /// The field's key.
    pub field_key: String,
}
