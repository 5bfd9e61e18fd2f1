//! What can go wrong on the way to the backend, and the sentence that a reader sees.

use crate::json;
use crate::text::{Language, Text};
use balcao_contract::wire::ErrorBody;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiError {
    /// The backend was not reached.
    Network,
    /// No answer in time; whether it was carried out is not known.
    Timeout,
    /// The session has ended and could not be renewed. What was typed is kept.
    SignedOut,
    /// Signed in, but this is not allowed.
    Forbidden(ErrorBody),
    /// No such thing, or it belongs to somebody else.
    NotFound,
    /// Faults in what was sent.
    Invalid(ErrorBody),
    /// Somebody else was faster, or the request is closed.
    Conflict(ErrorBody),
    /// Larger than is taken.
    TooLarge,
    /// Too often.
    TooManyRequests {
        /// Seconds to wait, where the backend says.
        retry_after: Option<u32>,
    },
    /// No room for the file.
    StorageFull,
    /// The backend is busy or being restarted; nothing was done.
    Unavailable {
        /// Seconds to wait, where the backend says.
        retry_after: Option<u32>,
    },
    /// An answer that was not foreseen; its HTTP status.
    Unexpected(u16),
}

impl ApiError {
    /// The error of an HTTP status above 399.
    #[must_use]
    pub fn of_response(status: u16, retry_after: Option<&str>, body: &str) -> Self {
        let body = || {
            json::read(body).unwrap_or_else(|_| ErrorBody {
                error: String::new(),
                description: None,
                details: Default::default(),
            })
        };
        let retry_after = retry_after.and_then(|seconds| seconds.trim().parse().ok());
        match status {
            401 => Self::SignedOut,
            403 => Self::Forbidden(body()),
            404 | 410 => Self::NotFound,
            409 => Self::Conflict(body()),
            400 | 422 => Self::Invalid(body()),
            413 => Self::TooLarge,
            429 => Self::TooManyRequests { retry_after },
            507 => Self::StorageFull,
            502..=504 => Self::Unavailable { retry_after },
            _ => Self::Unexpected(status),
        }
    }

    /// The name in `ErrorBody::error`, compared with [`balcao_contract::wire::error_name`].
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.body().is_some_and(|body| body.error == name)
    }

    /// What the backend wrote, where it wrote something.
    #[must_use]
    pub fn body(&self) -> Option<&ErrorBody> {
        match self {
            Self::Forbidden(body) | Self::Invalid(body) | Self::Conflict(body) => Some(body),
            _ => None,
        }
    }

    /// Seconds after which the backend wants to be asked again, where it says so.
    #[must_use]
    pub const fn retry_after(&self) -> Option<u32> {
        match self {
            Self::TooManyRequests { retry_after } | Self::Unavailable { retry_after } => *retry_after,
            _ => None,
        }
    }

    /// Trying the same again, unchanged, may help.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Network
                | Self::Timeout
                | Self::SignedOut
                | Self::TooManyRequests { .. }
                | Self::StorageFull
                | Self::Unavailable { .. }
                | Self::Unexpected(_)
        )
    }

    /// The sentence for the reader. The backend's own sentence, which is already in the reader's language, where it
    /// wrote one; follows the language within a view.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        if let Some(description) = self.body().and_then(|body| body.description.clone()) {
            return description;
        }
        language.text(match self {
            Self::Network => Text::ErrorNetwork,
            Self::Timeout => Text::ErrorTimeout,
            Self::SignedOut => Text::ErrorSignedOut,
            Self::Forbidden(_) => Text::ErrorForbidden,
            Self::NotFound => Text::ErrorNotFound,
            Self::Invalid(_) => Text::ErrorInvalid,
            Self::Conflict(_) => Text::ErrorConflict,
            Self::TooLarge => Text::ErrorTooLarge,
            Self::TooManyRequests { retry_after: Some(seconds) } => {
                let (one, other, count) = match minutes(*seconds) {
                    None => (Text::ErrorTooManyRequestsOne, Text::ErrorTooManyRequestsOther, *seconds),
                    Some(minutes) => {
                        (Text::ErrorTooManyRequestsMinutesOne, Text::ErrorTooManyRequestsMinutesOther, minutes)
                    }
                };
                return language.plural(one, other, u64::from(count));
            }
            Self::TooManyRequests { retry_after: None } => Text::ErrorTooManyRequests,
            Self::StorageFull => Text::ErrorStorageFull,
            Self::Unavailable { .. } => Text::ErrorUnavailable,
            Self::Unexpected(_) => Text::ErrorUnexpected,
        })
    }
}

/// So many begun minutes, for a wait that nobody counts in seconds.
#[must_use]
pub fn minutes(seconds: u32) -> Option<u32> {
    (seconds > 90).then(|| seconds.div_ceil(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_wait_is_told_in_minutes_and_never_too_short() {
        for (seconds, told) in
            [(1, None), (90, None), (91, Some(2)), (120, Some(2)), (829, Some(14)), (3_600, Some(60))]
        {
            assert_eq!(minutes(seconds), told, "{seconds}");
        }
    }

    #[test]
    fn every_status_has_its_error() {
        let body = r#"{"error":"RecordInvalid","description":"x","details":{}}"#;
        assert!(ApiError::of_response(422, None, body).is_named("RecordInvalid"));
        assert!(matches!(ApiError::of_response(400, None, body), ApiError::Invalid(_)));
        assert!(
            matches!(ApiError::of_response(403, None, "<html>"), ApiError::Forbidden(body) if body.error.is_empty())
        );
        assert!(matches!(ApiError::of_response(409, None, ""), ApiError::Conflict(_)));
        let plain = [
            (401, ApiError::SignedOut),
            (404, ApiError::NotFound),
            (413, ApiError::TooLarge),
            (429, ApiError::TooManyRequests { retry_after: Some(7) }),
            (500, ApiError::Unexpected(500)),
            (503, ApiError::Unavailable { retry_after: Some(7) }),
            (507, ApiError::StorageFull),
        ];
        for (status, error) in plain {
            assert_eq!(ApiError::of_response(status, Some(" 7 "), "{}"), error);
        }
        assert_eq!(
            ApiError::of_response(429, Some("Wed, 21 Oct 2026 07:28:00 GMT"), ""),
            ApiError::TooManyRequests { retry_after: None }
        );
    }
}
