//! Files before they belong to a comment: sent under a token, or taken back.

use super::faults::label;
use super::idempotent::LOOKUP;
use crate::http::who::Caller;
use crate::http::{ApiError, App, ErrorDetail, Json, Message, ReaderLocale};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, post};
use balcao_contract::file::{FileError, FileLimits};
use balcao_contract::locale::Locale;
use balcao_contract::wire::{ErrorBody, Upload, UploadEnvelope, error_name};
use balcao_desk::comment::FILES;
use balcao_evidence::{Incoming, TakeInError, TakenIn};
use balcao_store::files::Owner;
use balcao_store::{token, uploads};

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/v2/uploads", post(upload)).route("/api/v2/uploads/{token}", delete(withdraw))
}

/// Whose a file is while it waits. Before there is a store there is nothing that an agent could attach it to.
fn owner(caller: &Caller) -> Result<Owner, ApiError> {
    match caller {
        Caller::Agent(agent) => {
            let account = agent.home.ok_or(ApiError::RecordNotFound)?;
            Ok(Owner { user: agent.user, account })
        }
        Caller::Requester(signed_in) => Ok(Owner { user: signed_in.user, account: signed_in.account }),
    }
}

/// Takes a file: the raw body, of whatever content type and in whatever pieces.
#[utoipa::path(post, path = "/api/v2/uploads", tag = "uploads",
    request_body(content = Vec<u8>, content_type = "application/octet-stream",
        description = "The file's bytes, streamed; under any content type, application/binary among them"),
    params(("filename" = String, Query, description = "The file's name; made safe before it is kept"),
        ("token" = Option<String>, Query, description = "The token of an earlier upload that this file joins"),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 255, description = "Kept for two hours; the same file twice is kept once")),
    responses((status = 201, body = UploadEnvelope), (status = 400, body = ErrorBody), (status = 401),
        (status = 408, body = ErrorBody, description = "It came too slowly"),
        (status = 413, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody),
        (status = 507, body = ErrorBody)))]
pub(in crate::http) async fn upload(
    State(app): State<App>,
    caller: Caller,
    ReaderLocale(locale): ReaderLocale,
    params: super::Params,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let key = headers.get("idempotency-key").map(HeaderValue::to_str).transpose();
    let key = key.map_err(|_| ApiError::parameter("Idempotency-Key"))?;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let incoming = Incoming {
        owner: owner(&caller)?,
        file_name: params.get("filename").map(str::to_owned),
        announced: text("content-length").and_then(|length| length.parse().ok()),
        token: params.get("token").filter(|token| !token.is_empty()).map(str::to_owned),
        idempotency_key: key.map(|key| key.trim().to_owned()),
        waits_for_continue: text("expect").is_some_and(|expect| expect.eq_ignore_ascii_case("100-continue")),
    };
    // A task of its own: it cleans up also where the connection breaks and this handler is dropped.
    let task = {
        let app = app.clone();
        app.clone().workers.spawn(async move {
            app.evidence.take_in(&app.store, app.clock.as_ref(), &incoming, body.into_data_stream()).await
        })
    };
    let taken = task.await.map_err(ApiError::internal)?;
    let taken = taken.map_err(|error| refused(error, app.evidence.limits(), locale))?;
    respond(&app, taken)
}

fn respond(app: &App, taken: TakenIn) -> Result<Response, ApiError> {
    let origin = app.config.link("");
    let attachment = taken.file.to_wire(&origin);
    let location = HeaderValue::from_str(&attachment.url).map_err(ApiError::internal)?;
    let upload = Upload {
        token: taken.token,
        expires_at: taken.expires_at.into(),
        attachment,
        attachments: taken.files.iter().map(|file| file.to_wire(&origin)).collect(),
    };
    let mut response = (StatusCode::CREATED, Json(UploadEnvelope { upload })).into_response();
    response.headers_mut().insert(header::LOCATION, location);
    // A token opens a file: no cache keeps it.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Some(repeated) = taken.repeated {
        response.headers_mut().insert(LOOKUP, HeaderValue::from_static(if repeated { "hit" } else { "miss" }));
    }
    Ok(response)
}

/// Takes a token back before it is used; its files are removed.
#[utoipa::path(delete, path = "/api/v2/uploads/{token}", tag = "uploads",
    params(("token" = String, Path, description = "The token")),
    responses((status = 204), (status = 401), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path(token): Path<String>,
) -> Result<StatusCode, ApiError> {
    let mut tx = app.store.begin().await?;
    if !uploads::withdraw(&mut tx, &token::hash(&token), owner(&caller)?, app.clock.now()).await? {
        return Err(ApiError::RecordNotFound);
    }
    tx.commit().await?;
    app.evidence.wake_sweeper();
    Ok(StatusCode::NO_CONTENT)
}

fn refused(error: TakeInError, limits: &FileLimits, locale: Locale) -> ApiError {
    let field = || label(None, FILES, locale);
    let invalid = |message: Message| ApiError::Invalid(vec![ErrorDetail::new(FILES, "InvalidUpload", message)]);
    // Waiting makes no room here, so it is a fault of the file and not one of the moment.
    let full = |message: Message| ApiError::Invalid(vec![ErrorDetail::new(FILES, "FilesQuotaExceeded", message)]);
    match error {
        TakeInError::NoName => invalid(Message::FileWithoutName { field: field() }),
        TakeInError::Fault(FileError::Empty) => invalid(Message::FileEmpty { field: field() }),
        TakeInError::Fault(FileError::TooLarge) => ApiError::Refused {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            error: error_name::TOO_LARGE,
            message: Message::FileTooLarge { limit: size(limits.max_bytes, locale) },
        },
        TakeInError::Fault(FileError::TypeNotTaken) => {
            invalid(Message::FileTypeNotTaken { field: field(), endings: limits.extensions.join(", ") })
        }
        TakeInError::Fault(FileError::OtherContent) => invalid(Message::FileOfOtherContent { field: field() }),
        TakeInError::Fault(_) => ApiError::Invalid(vec![ErrorDetail::new(
            FILES,
            "TooManyFiles",
            Message::TooManyFiles { field: field(), limit: u64::from(limits.max_files) },
        )]),
        TakeInError::UnknownToken => invalid(Message::InvalidUpload { field: field() }),
        TakeInError::QuotaUsedUp(seconds) => ApiError::TooManyRequests(seconds),
        TakeInError::UserFull(limit) => full(Message::UserFilesFull { limit: size(limit, locale) }),
        TakeInError::AccountFull(limit) => full(Message::AccountFilesFull { limit: size(limit, locale) }),
        TakeInError::TooManyAtOnce => ApiError::TooManyRequests(2),
        TakeInError::TooSlow | TakeInError::Interrupted => ApiError::TimedOut,
        TakeInError::BadKey => ApiError::parameter("Idempotency-Key"),
        TakeInError::KeyOfAnother => ApiError::IdempotentRequest,
        TakeInError::NoRoom => ApiError::StorageFull,
        TakeInError::Store(error) => error.into(),
        TakeInError::Work(error) => error.into(),
        TakeInError::Objects(error) => ApiError::internal(error),
    }
}

/// A size in the unit that reads best.
fn size(bytes: u64, locale: Locale) -> String {
    const UNITS: [&str; 4] = ["bytes", "KB", "MB", "GB"];
    let mut unit = 0;
    let mut divisor = 1_u64;
    while unit + 1 < UNITS.len() && bytes >= divisor * 1024 {
        divisor *= 1024;
        unit += 1;
    }
    let tenths = u128::from(bytes) * 10 / u128::from(divisor);
    let point = if locale == Locale::En { '.' } else { ',' };
    match tenths % 10 {
        0 => format!("{} {}", tenths / 10, UNITS[unit]),
        rest => format!("{}{point}{rest} {}", tenths / 10, UNITS[unit]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_worded_in_the_readers_language() {
        for (bytes, locale, expected) in [
            (500, Locale::En, "500 bytes"),
            (50 * 1024 * 1024, Locale::Pt, "50 MB"),
            (1536, Locale::En, "1.5 KB"),
            (1536, Locale::Es, "1,5 KB"),
            (u64::MAX, Locale::En, "17179869183.9 GB"),
        ] {
            assert_eq!(size(bytes, locale), expected);
        }
    }
}
