//! Signing out of the support site, for whoever has no panel at hand.

use super::cookies::Cookie;
use super::page::Page;
use super::visitor::{Fields, Visitor, see_other};
use crate::http::{ApiError, App};
use crate::identity::site::SignIns;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use axum::routing::get;

pub fn router() -> Router<App> {
    Router::new().route("/support/sign-out", get(ask).post(sign_out))
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    if visitor.cookie(&app, Cookie::SignIn).is_none() {
        return Ok(see_other("/support"));
    }
    Page::new("sign_out.html").answer(&app, &visitor)
}

/// What a browser is to forget of this site: drafts and files lie in its storage. Cookies are none of it.
const FORGET: (HeaderName, HeaderValue) =
    (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"storage\""));

async fn sign_out(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    let mut response = see_other("/support?signed_out=1");
    if fields.get("keep").is_empty() {
        let (name, value) = FORGET;
        response.headers_mut().insert(name, value);
    }
    if let Some(token) = visitor.cookie(&app, Cookie::SignIn) {
        SignIns::new(&app.identity).end_by_token(&token).await?;
        Cookie::SignIn.clear(&app.config, response.headers_mut());
    }
    Ok(response)
}
