//! Files: what is known of one, and its bytes. Bytes are only ever a download: nothing a browser would run.

use super::requests::{connection, path_id};
use crate::http::who::Caller;
use crate::http::{ApiError, App, Json};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use balcao_contract::wire::{AttachmentEnvelope, ErrorBody};
use balcao_evidence::Wanted;
use balcao_store::files::{self, StoredFile};
use balcao_store::ticket_readers::Way;
use std::fmt::Write as _;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/attachments/{id}", get(show))
        .route("/api/v2/attachments/{id}/content/{file_name}", get(content))
}

/// What is known of a file.
#[utoipa::path(get, path = "/api/v2/attachments/{id}", tag = "uploads",
    params(("id" = u64, Path, description = "The attachment's id")),
    responses((status = 200, body = AttachmentEnvelope), (status = 401), (status = 404, body = ErrorBody)))]
pub(in crate::http) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<AttachmentEnvelope>, ApiError> {
    let file = find(&app, &caller, &id).await?;
    Ok(Json(AttachmentEnvelope { attachment: file.to_wire(&app.config.link("")) }))
}

/// A file's bytes, as a download. The name in the address is for whoever reads it.
#[utoipa::path(get, path = "/api/v2/attachments/{id}/content/{file_name}", tag = "uploads",
    params(("id" = u64, Path, description = "The attachment's id"),
        ("file_name" = String, Path, description = "Any name"),
        ("Range" = Option<String>, Header, description = "One range of bytes")),
    responses((status = 200, content_type = "*/*", body = Vec<u8>, description = "Of the type that its content has"),
        (status = 206, content_type = "*/*", body = Vec<u8>, description = "The range"),
        (status = 404, body = ErrorBody), (status = 416)))]
pub(in crate::http) async fn content(
    State(app): State<App>,
    caller: Caller,
    Path((id, _file_name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let file = find(&app, &caller, &id).await?;
    let tag = entity_tag(&file);
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    // A range of another version would be glued to the wrong bytes.
    let same = text(header::IF_RANGE).is_none_or(|known| known == tag);
    let wanted = balcao_evidence::wanted(text(header::RANGE).filter(|_| same), file.size);

    let (status, length, range) = match wanted {
        Wanted::Whole => (StatusCode::OK, file.size, None),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range.end - range.start, Some(range)),
        Wanted::Unsatisfiable => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            insert(&mut response, header::CONTENT_RANGE, &format!("bytes */{}", file.size))?;
            return Ok(response);
        }
    };
    let bytes = app.evidence.read(&file, range.clone()).await.map_err(ApiError::internal)?;
    let mut response = Response::new(Body::from_stream(bytes));
    *response.status_mut() = status;
    if let Some(range) = range {
        insert(
            &mut response,
            header::CONTENT_RANGE,
            &format!("bytes {}-{}/{}", range.start, range.end - 1, file.size),
        )?;
    }
    insert(&mut response, header::CONTENT_TYPE, &file.media_type)?;
    insert(&mut response, header::CONTENT_LENGTH, &length.to_string())?;
    insert(&mut response, header::CONTENT_DISPOSITION, &balcao_evidence::attachment(&file.file_name))?;
    insert(&mut response, header::ETAG, &tag)?;
    for (name, value) in [
        (header::ACCEPT_RANGES, "bytes"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::CACHE_CONTROL, "private, no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

async fn find(app: &App, caller: &Caller, id: &str) -> Result<StoredFile, ApiError> {
    let id = path_id(id)?;
    let (mut read, now) = (connection(app).await?, app.clock.now());
    let file = match caller {
        Caller::Agent(agent) => {
            let found = files::file_for_agent(&mut read, id, agent.user, &agent.reach, now).await?;
            found.map(|(file, ticket)| {
                app.readers.note(agent.user, Way::Attachment, ticket, now);
                file
            })
        }
        Caller::Requester(signed_in) => files::visible_file(&mut read, id, signed_in.viewer(), now).await?,
    };
    file.ok_or(ApiError::RecordNotFound)
}

fn insert(response: &mut Response, name: HeaderName, value: &str) -> Result<(), ApiError> {
    response.headers_mut().insert(name, HeaderValue::from_str(value).map_err(ApiError::internal)?);
    Ok(())
}

fn entity_tag(file: &StoredFile) -> String {
    let mut tag = String::from("\"");
    for byte in file.sha256.iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}
