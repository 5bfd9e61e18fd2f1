//! The whole request to keep: a page that reads and prints well, data, or both with all files. Read and made a few
//! comments at a time as it is sent: however long the thread, no more is held.

mod archive;
mod data;
mod names;
mod page;
mod thread;

use crate::http::zendesk;
use crate::http::{ApiError, App, Query, ReaderLocale};
use crate::identity::SignedIn;
use archive::Archive;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use balcao_contract::locale::Locale;
use balcao_mail::created::{AnswerLine, answer_lines};
use balcao_runtime::work::Who;
use balcao_store::directory::{self, PersonRow};
use balcao_store::requests::RequestRow;
use balcao_store::{comments, files};
use data::Data;
use page::Page;
use serde::Deserialize;
use std::sync::Arc;
use thread::{Maker, Thread, pieces};

pub(super) fn router() -> Router<App> {
    Router::new().route("/api/panel/requests/{id}/download", get(download))
}

/// What the request is wanted as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::http) enum Format {
    /// A page.
    #[default]
    Html,
    /// Data.
    Json,
    /// Both, and every file.
    Zip,
}

#[derive(Debug, Clone, Copy, Deserialize, utoipa::IntoParams)]
pub(in crate::http) struct DownloadQuery {
    /// `html`, `json` or `zip`.
    #[serde(default)]
    format: Format,
}

/// Everything about one request that its requester may see, but for its thread.
struct Head {
    request: RequestRow,
    account: String,
    answers: Vec<AnswerLine>,
    people: Vec<PersonRow>,
}

/// The whole request as a file, in the reader's language: its answers, the public comments, the files.
#[utoipa::path(get, path = "/api/panel/requests/{id}/download", tag = "panel",
    params(("id" = u64, Path, description = "The number"), DownloadQuery),
    responses((status = 200, content((String = "text/html"), (Object = "application/json"), (Vec<u8> = "application/zip"))), (status = 400), (status = 401),
        (status = 404)))]
pub(in crate::http) async fn download(
    State(app): State<App>,
    signed_in: SignedIn,
    ReaderLocale(locale): ReaderLocale,
    Path(id): Path<String>,
    Query(DownloadQuery { format }): Query<DownloadQuery>,
) -> Result<Response, ApiError> {
    let (head, thread) = gather(&app, &signed_in, locale, &id).await?;
    // Whoever has too much under way is told so now: once the answer has begun it could only break off.
    app.work.run_long(Who::Person(signed_in.user), || ()).await?;
    let name = format!("request-{}", head.request.id);
    let head = Arc::new(head);
    let zone = app.config.calendars.of(signed_in.region).zone;
    let now = app.clock.now();
    let page = |links| Page::new(head.clone(), links, locale, zone, now);
    let data = || Data::new(app.clone(), signed_in.clone(), head.clone());
    let (kind, ending, body) = match format {
        Format::Html => ("text/html; charset=utf-8", "html", Body::from_stream(pieces(page(false)?, thread))),
        Format::Json => ("application/json", "json", Body::from_stream(pieces(data(), thread))),
        Format::Zip => {
            let archive = Archive { evidence: app.evidence.clone(), page: page(true)?, data: data(), thread };
            ("application/zip", "zip", archive.stream())
        }
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = balcao_evidence::attachment(&format!("{name}.{ending}"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(ApiError::internal)?);
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; style-src 'unsafe-inline'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::CACHE_CONTROL, "private, no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

async fn gather(app: &App, signed_in: &SignedIn, locale: Locale, id: &str) -> Result<(Head, Thread), ApiError> {
    let mut read = app.store.read().await?;
    let request = zendesk::find(&mut read, signed_in, id).await?;
    let ends = comments::ends(&mut read, request.id).await?;
    let authors = comments::authors(&mut read, request.id).await?;
    let people = directory::people(&mut read, &authors).await?;
    let names: Vec<String> = match ends {
        Some((first, _)) => files::attachments_of_comments(&mut read, &[first]).await?,
        None => Default::default(),
    }
    .into_values()
    .flatten()
    .map(|file| file.file_name)
    .collect();
    drop(read);
    let audience = signed_in.audience(app.clock.now());
    let form = request.form.and_then(|id| app.forms.tailored_by_id(id, locale, audience));
    // Title and description stand above and in the conversation.
    let answers = form.map(|form| answer_lines(&form, locale, "", "", &request.answers, &names)).unwrap_or_default();
    let maker = Maker { work: app.work.begun(), who: Who::Person(signed_in.user) };
    let thread = Thread::new(app.store.clone(), maker, request.id, ends.map(|(_, last)| last));
    Ok((Head { account: signed_in.account_name.clone(), request, answers, people }, thread))
}
