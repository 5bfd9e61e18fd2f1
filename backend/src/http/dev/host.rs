//! A page that looks like a store's admin, and the tokens it gives to the panel.

use super::page_headers;
use crate::http::{ApiError, App, Json, Message, Query};
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use balcao_config::{HostToken, HostTokenKey};
use balcao_contract::locale::Locale;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};

const PAGE: &str = include_str!("../../../dev/host.html");
const STYLE: &str = include_str!("../../../dev/host.css");
const SCRIPT: &str = include_str!("../../../dev/host.js");

const TOKEN_LIFE_SECONDS: i64 = 300;
const DEMO_ACCOUNT: &str = "acmestore";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::temporary("/admin")))
        .route("/admin", get(page))
        .route("/admin/", get(page))
        .route("/admin/{*path}", get(page))
        .route("/admin/context", get(context))
        .route("/dev/host.css", get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
        .route("/dev/host.js", get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)))
}

async fn page() -> Response {
    (page_headers(), PAGE).into_response()
}

#[derive(Deserialize)]
struct ContextQuery {
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    locale: Option<String>,
}

/// What the admin tells a page that it embeds.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    account: String,
    workspace: &'static str,
    locale: String,
    currency: &'static str,
    country: &'static str,
    token: String,
    base_path: &'static str,
    path: &'static str,
    top_window_href: String,
    production: bool,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    email: &'a str,
    email_verified: bool,
    name: &'a str,
    account: &'a str,
    locale: &'a str,
    sponsor: bool,
    resources: &'a [&'static str],
}

struct DemoUser {
    key: &'static str,
    email: &'static str,
    name: &'static str,
    locale: &'static str,
    sponsor: bool,
    resources: &'static [&'static str],
}

/// The sponsor; somebody who may open technical requests; somebody who, the store being in Brazil, may not.
const USERS: [DemoUser; 3] = [
    DemoUser {
        key: "ana",
        email: "ana@acmestore.example",
        name: "Ana Souza",
        locale: "pt-BR",
        sponsor: true,
        resources: &["open-support-ticket"],
    },
    DemoUser {
        key: "bruno",
        email: "bruno@acmestore.example",
        name: "Bruno Díaz",
        locale: "es-AR",
        sponsor: false,
        resources: &["open-support-ticket"],
    },
    DemoUser {
        key: "carla",
        email: "carla@acmestore.example",
        name: "Carla Nunes",
        locale: "pt-BR",
        sponsor: false,
        resources: &[],
    },
];

async fn context(State(app): State<App>, Query(query): Query<ContextQuery>) -> Result<Response, ApiError> {
    let wanted = query.user.as_deref().unwrap_or("ana");
    let user = USERS.iter().find(|user| user.key == wanted).ok_or_else(|| ApiError::parameter("user"))?;
    let account = query.account.unwrap_or_else(|| DEMO_ACCOUNT.to_owned());
    let locale = query.locale.unwrap_or_else(|| user.locale.to_owned());
    Locale::from_tag(&locale).ok_or_else(|| ApiError::parameter("locale"))?;
    let now = app.clock.now().timestamp();
    let host = &app.config.host_token;
    let claims = Claims {
        iss: &host.issuer,
        aud: &host.audience,
        sub: user.key,
        iat: now,
        exp: now + TOKEN_LIFE_SECONDS,
        email: user.email,
        email_verified: true,
        name: user.name,
        account: &account,
        locale: &locale,
        sponsor: user.sponsor,
        resources: user.resources,
    };
    let token = sign(host, &claims)?;
    let (currency, country) = if user.locale == "pt-BR" { ("BRL", "BRA") } else { ("ARS", "ARG") };
    let context = Context {
        account,
        workspace: "master",
        locale,
        currency,
        country,
        token,
        base_path: "/admin/support",
        path: "",
        top_window_href: app.config.link("/admin/support"),
        production: false,
    };
    Ok(Json(context).into_response())
}

/// The sample host holds the shared key; where the operator configured a public key, only the real host can sign.
fn sign(host: &HostToken, claims: &Claims<'_>) -> Result<String, ApiError> {
    let HostTokenKey::Shared(key) = &host.key else {
        return Err(ApiError::Refused {
            status: StatusCode::SERVICE_UNAVAILABLE,
            error: "ServiceUnavailable",
            message: Message::Unavailable,
        });
    };
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(key))
        .map_err(ApiError::internal)
}
