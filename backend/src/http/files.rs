//! The panel's files and the launcher: packed in advance, kept for long where the name says what is in them,
//! and allowed to do only what they need.

use super::{ApiError, App, preload};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use balcao_config::{Config, Mode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;
use tower_http::services::ServeDir;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// The launcher keeps its name, so that hosts need not change: a few minutes old at most.
const FOR_MINUTES: HeaderValue = HeaderValue::from_static("public, max-age=300");
const ORIGINS_PLACE: &str = "__BALCAO_HOST_ORIGINS__";
const SUPPORT_SITE_PLACE: &str = "__BALCAO_SUPPORT_SITE__";
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()",
);

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/panel", get(panel))
        .route("/panel/", get(panel))
        .route("/panel/{*path}", get(panel))
        .route("/copilot.js", get(launcher))
}

/// A file of the panel, or its page: every address of the panel that is no file is one that the panel itself knows.
async fn panel(State(app): State<App>, request: Request) -> Response {
    let path = request.uri().path().strip_prefix("/panel").unwrap_or_default().to_owned();
    let last = path.rsplit('/').next().unwrap_or_default();
    if !last.contains('.') || last == "index.html" {
        return page(&app, &path, request.headers()).await;
    }
    let lasting = is_named_by_content(last) || (path.starts_with("/locales/") && has_version(request.uri()));
    let cache = if lasting { FOR_EVER } else { ASK_AGAIN };
    let mut response = file(&app, &path, request, cache).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy(&app.config));
    response
}

async fn launcher(State(app): State<App>, request: Request) -> Response {
    let mut response = file(&app, "/copilot.js", request, FOR_MINUTES).await;
    // Any host may load the launcher; that is what it is for.
    let anybody = HeaderValue::from_static("cross-origin");
    response.headers_mut().insert(HeaderName::from_static("cross-origin-resource-policy"), anybody);
    response
}

async fn file(app: &App, path: &str, mut request: Request, cache: HeaderValue) -> Response {
    let Ok(uri) = path.parse::<Uri>() else { return ApiError::InvalidEndpoint.into_response() };
    *request.uri_mut() = uri;
    let service = ServeDir::new(&app.config.panel_dir)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    let Ok(response) = service.oneshot(request).await;
    if response.status().is_client_error() {
        return match response.status() {
            StatusCode::NOT_FOUND => ApiError::InvalidEndpoint.into_response(),
            _ => response.map(Body::new),
        };
    }
    let mut response = response.map(Body::new);
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}

async fn page(app: &App, path: &str, asked: &HeaderMap) -> Response {
    let Ok(template) = tokio::fs::read_to_string(app.config.panel_dir.join("index.html")).await else {
        tracing::warn!("the panel is not built: panel_dir holds no index.html");
        return (StatusCode::SERVICE_UNAVAILABLE, "The panel is not built yet: run `cargo xtask serve`.\n")
            .into_response();
    };
    let support_site = if app.config.support_site.is_open() { "/support" } else { "" };
    let html =
        template.replace(ORIGINS_PLACE, &host_origins(&app.config).join(" ")).replace(SUPPORT_SITE_PLACE, support_site);
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&Sha256::digest(html.as_bytes())[..16]));
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // What packs answers on their way makes the tag a weak one; either is the same page.
    let unchanged = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy(&app.config));
    headers.insert(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Some(link) = preload::link(app, path, asked).await {
        headers.insert(header::LINK, link);
    }
    response
}

/// Who may embed the panel and talk to it; in development also the sample host page.
pub(super) fn host_origins(config: &Config) -> Vec<String> {
    let mut origins = config.host_origins.clone();
    if config.mode == Mode::Development {
        origins.extend(own_origins(config));
    }
    let mut seen = std::collections::HashSet::new();
    origins.retain(|origin| seen.insert(origin.clone()));
    origins
}

/// The origins that users reach this program under; in development by any name of this machine.
pub(super) fn own_origins(config: &Config) -> Vec<String> {
    let mut origins = vec![config.own_origin()];
    if config.mode == Mode::Development {
        let port = config.listen.port();
        origins.extend([format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}")]);
    }
    origins
}

fn policy(config: &Config) -> HeaderValue {
    let origins = host_origins(config).join(" ");
    let ancestors = if origins.is_empty() { "'none'" } else { &origins };
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
         media-src blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors {ancestors}"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

/// `balcao-panel-0123456789abcdef_bg.wasm`: the builder puts a hash into names, 8 hexadecimal digits at least.
fn is_named_by_content(name: &str) -> bool {
    name.split(['-', '_', '.']).skip(1).any(|part| {
        part.len() >= 8 && part.bytes().all(|b| b.is_ascii_hexdigit()) && part.bytes().any(|b| b.is_ascii_digit())
    })
}

fn has_version(uri: &Uri) -> bool {
    uri.query().is_some_and(|query| query.split('&').any(|pair| pair.len() > 2 && pair.starts_with("v=")))
}
