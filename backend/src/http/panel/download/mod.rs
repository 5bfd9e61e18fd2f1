//! The whole request to keep: a page that reads and prints well, data, or both with all files. Made as it is sent.

mod archive;
mod names;
mod page;

use crate::evidence;
use crate::http::zendesk::{self, shapes};
use crate::http::{ApiError, App, Query, ReaderLocale};
use crate::identity::SignedIn;
use crate::mail::messages::{AnswerLine, answer_lines};
use crate::store::comments::{self, CommentRow, Comments};
use crate::store::directory::{self, PersonRow};
use crate::store::files::{self, StoredFile};
use crate::store::requests::RequestRow;
use crate::work::Who;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use balcao_contract::id::CommentId;
use balcao_contract::locale::Locale;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashMap;

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

/// Everything about one request that its requester may see.
struct Whole {
    request: RequestRow,
    account: String,
    answers: Vec<AnswerLine>,
    comments: Vec<CommentRow>,
    people: Vec<PersonRow>,
    files: HashMap<CommentId, Vec<StoredFile>>,
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
    let whole = gather(&app, &signed_in, locale, &id).await?;
    let name = format!("request-{}", whole.request.id);
    let zone = app.config.calendars.of(signed_in.region).zone;
    let now = app.clock.now();
    let (who, written) = (Who::Person(signed_in.user), whole.comments.iter().map(|row| row.body.len()).sum());
    let making = app.clone();
    let make = move || {
        let page = |files| page::render(&whole, files, locale, zone, now);
        Ok::<_, ApiError>(match format {
            Format::Html => ("text/html; charset=utf-8", "html", Body::from(page(&HashMap::new())?)),
            Format::Json => ("application/json", "json", Body::from(data(&making, &signed_in, &whole)?)),
            Format::Zip => {
                let files = names::entries(&whole);
                let page = page(&names::links(&files))?;
                let documents = vec![("request.html", page), ("request.json", data(&making, &signed_in, &whole)?)];
                let files = files.into_iter().map(|(name, file)| (name, file.clone())).collect();
                ("application/zip", "zip", archive::stream(making.evidence.clone(), documents, files))
            }
        })
    };
    let (kind, ending, body) = app.work.run(who, written, make).await??;
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = evidence::attachment(&format!("{name}.{ending}"));
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

async fn gather(app: &App, signed_in: &SignedIn, locale: Locale, id: &str) -> Result<Whole, ApiError> {
    let mut read = app.store.reader().acquire().await?;
    let request = zendesk::find(&mut read, signed_in, id).await?;
    let wanted =
        Comments { request: request.id, since: None, descending: false, limit: u32::MAX, offset: 0, after: None };
    let comments = comments::list(&mut read, &wanted).await?;
    let authors = comments.iter().map(|row| row.author).collect();
    let people = directory::known_people(&mut read, signed_in.viewer(), &authors).await?;
    let ids: Vec<CommentId> = comments.iter().map(|row| row.id).collect();
    let files = files::attachments_of_comments(&mut *read, &ids).await?;
    drop(read);
    let first = comments.first().and_then(|first| files.get(&first.id));
    let names: Vec<String> = first.into_iter().flatten().map(|file| file.file_name.clone()).collect();
    let audience = signed_in.audience(app.clock.now());
    let form = request.form.and_then(|id| app.forms.tailored_by_id(id, locale, audience));
    // Title and description stand above and in the conversation.
    let answers = form.map(|form| answer_lines(&form, locale, "", "", &request.answers, &names)).unwrap_or_default();
    Ok(Whole { account: signed_in.account_name.clone(), request, answers, comments, people, files })
}

/// The shapes of the API, as they are everywhere else.
fn data(app: &App, signed_in: &SignedIn, whole: &Whole) -> Result<Vec<u8>, ApiError> {
    let comments = whole.comments.iter().map(|row| {
        let files = whole.files.get(&row.id).cloned().unwrap_or_default();
        shapes::comment(app, row.clone(), files, false)
    });
    let users: Vec<_> = whole.people.iter().cloned().map(shapes::user).collect();
    let answers: Vec<Value> =
        whole.answers.iter().map(|line| json!({ "label": line.label, "value": line.value })).collect();
    let body = json!({
        "request": shapes::request(app, signed_in, whole.request.clone()),
        "answers": answers,
        "comments": comments.collect::<Vec<_>>(),
        "users": users,
    });
    serde_json::to_vec_pretty(&body).map_err(ApiError::internal)
}
