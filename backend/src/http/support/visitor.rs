//! A browser that asks for a page: who, from where, in which language.

use super::cookies::Cookie;
use crate::connections::network_of;
use crate::http::observe::Peer;
use crate::http::{ApiError, App};
use crate::identity::site::{Device, Entered, Flow, ReturnTo, SiteError, Visit};
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use balcao_contract::locale::Locale;
use chrono::TimeDelta;
use url::form_urlencoded;

/// How long a chosen language is remembered.
const LANGUAGE_REMEMBERED: TimeDelta = TimeDelta::days(365);

/// A visitor.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// As the doors see it.
    pub visit: Visit,
    /// The path that was asked for.
    pub path: String,
    /// The address's parameters, the language's left out.
    query: Vec<(String, String)>,
    /// The language that was just chosen.
    chosen: Option<Locale>,
    headers: HeaderMap,
}

impl Visitor {
    /// Who asks for this.
    pub fn of(app: &App, request: &Request) -> Self {
        let headers = request.headers();
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
        let query = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned();
        let (locales, query): (Vec<_>, Vec<_>) = query.partition(|(name, _)| name == "locale");
        let chosen = locales.iter().find_map(|(_, tag)| Locale::from_tag(tag));
        let remembered = Cookie::Locale.read(&app.config, headers).and_then(|tag| Locale::from_tag(&tag));
        let locale =
            chosen.or(remembered).unwrap_or_else(|| Locale::from_accept_language(text(header::ACCEPT_LANGUAGE)));
        let device = Cookie::Device
            .read(&app.config, headers)
            .and_then(|value| Device::of_cookie(&value, &app.identity.site.key, app.clock.now()));
        let peer = request.extensions().get::<Peer>().map_or(std::net::Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0);
        let visit =
            Visit { network: network_of(peer), device, user_agent: text(header::USER_AGENT).to_owned(), locale };
        Self { visit, path: request.uri().path().to_owned(), query, chosen, headers: headers.clone() }
    }

    /// The language of the page.
    pub const fn locale(&self) -> Locale {
        self.visit.locale
    }

    /// A parameter of the address.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Where the browser wants to go on.
    pub fn return_to(&self) -> ReturnTo {
        self.parameter("return_to").map_or_else(ReturnTo::default, ReturnTo::wished)
    }

    /// This page in another language.
    pub fn address_in(&self, locale: Locale) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.query).append_pair("locale", locale.code());
        format!("{}?{}", self.path, query.finish())
    }

    /// A cookie that it brought.
    pub fn cookie(&self, app: &App, cookie: Cookie) -> Option<String> {
        cookie.read(&app.config, &self.headers)
    }

    /// How far it has come on its way in.
    pub async fn flow(&self, app: &App) -> Result<Option<Flow>, ApiError> {
        let Some(cookie) = self.cookie(app, Cookie::Flow) else { return Ok(None) };
        let mut read = app.store.read().await?;
        Flow::find(&mut read, &app.identity.site.key, &cookie, app.clock.now()).await.map_err(failed)
    }

    /// Remembers the language that was just chosen.
    pub fn remember_language(&self, app: &App, headers: &mut HeaderMap) {
        if let Some(locale) = self.chosen {
            Cookie::Locale.set(&app.config, headers, locale.code(), LANGUAGE_REMEMBERED);
        }
    }

    /// Goes on to the panel, signed in. A sign-in that the browser had before ends: its token is worth nothing now.
    pub async fn enter(&self, app: &App, entered: Entered) -> Result<Response, ApiError> {
        if let Some(before) = self.cookie(app, Cookie::SignIn) {
            crate::identity::site::SignIns::new(&app.identity).end_by_token(&before).await?;
        }
        let mut response = see_other(entered.return_to.as_str());
        let headers = response.headers_mut();
        let life = TimeDelta::from_std(app.config.support_site.absolute).unwrap_or_default();
        Cookie::SignIn.set(&app.config, headers, entered.token.as_str(), life);
        let device = entered.device.cookie(&app.identity.site.key);
        Cookie::Device.set(&app.config, headers, &device, crate::identity::site::DEVICE_REMEMBERED);
        for done in [Cookie::Flow, Cookie::GoogleFlow] {
            if self.cookie(app, done).is_some() {
                done.clear(&app.config, headers);
            }
        }
        Ok(response)
    }
}

/// A failure that is none of the visitor's.
pub fn failed(error: SiteError) -> ApiError {
    match error {
        SiteError::Failed(error) => error.into(),
        SiteError::TooOften(seconds) => ApiError::TooManyRequests(seconds),
        other => ApiError::internal(other),
    }
}

/// On to another page: the answer to every form that was taken.
pub fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, path);
    }
    response
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| ApiError::internal("no visitor"))
    }
}

/// The fields of a form; one that is missing is empty.
#[derive(Debug, Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// What was typed.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

impl<S: Send + Sync> axum::extract::FromRequest<S> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return Err(ApiError::UnsupportedMediaType);
        }
        let bytes = bytes::Bytes::from_request(request, state).await.map_err(|_| ApiError::TooLarge)?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}
