//! Signing in with Google, or another OpenID provider: away, and back again.

use super::cookies::Cookie;
use super::page::Page;
use super::start;
use super::visitor::{Visitor, failed, see_other};
use crate::http::origin::is_from_elsewhere;
use crate::http::{ApiError, App};
use crate::identity::site::{Arrived, FLOW_LIFE, Flow, GoogleDoor, Return, ReturnTo, SiteError};
use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

pub fn router() -> Router<App> {
    Router::new().route("/support/google", get(depart)).route("/support/google/callback", get(arrive))
}

/// A link and no form: the policy that forms come to us alone would stop the browser on its way.
async fn depart(State(app): State<App>, visitor: Visitor, headers: HeaderMap) -> Result<Response, ApiError> {
    app.limiter.take_sign_in(visitor.visit.network, app.clock.now(), &crate::http::Notes::default())?;
    let return_to = visitor.return_to();
    // Nobody is sent to the provider by somebody else's page.
    if is_from_elsewhere(&headers) {
        return Ok(see_other("/support"));
    }
    let Some(door) = GoogleDoor::new(&app.identity, &visitor.visit) else { return Err(ApiError::InvalidEndpoint) };
    match door.depart(&return_to).await {
        Ok((address, token)) => {
            let mut response = see_other(&address);
            Cookie::GoogleFlow.set(&app.config, response.headers_mut(), token.as_str(), FLOW_LIFE);
            Ok(response)
        }
        Err(error) => refused(&app, &visitor, &return_to, error),
    }
}

async fn arrive(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    app.limiter.take_sign_in(visitor.visit.network, app.clock.now(), &crate::http::Notes::default())?;
    let Some(door) = GoogleDoor::new(&app.identity, &visitor.visit) else { return Err(ApiError::InvalidEndpoint) };
    let flow = match visitor.cookie(&app, Cookie::GoogleFlow) {
        Some(cookie) => {
            let mut read = app.store.read().await?;
            Flow::find(&mut read, &app.identity.site.key, &cookie, app.clock.now()).await.map_err(failed)?
        }
        None => None,
    };
    let Some(flow) = flow else { return refused(&app, &visitor, &ReturnTo::default(), SiteError::Expired) };
    let back = Return {
        state: visitor.parameter("state").unwrap_or_default(),
        code: visitor.parameter("code"),
        issuer: visitor.parameter("iss"),
        error: visitor.parameter("error"),
    };
    match door.arrive(&flow, back).await {
        Ok(Arrived::In(entered)) => visitor.enter(&app, entered).await,
        // Not by a redirect: it would still be the provider's, and a strict cookie does not come along with it.
        Ok(Arrived::Unproved(flow)) => {
            let mut response = Page::new("to_code.html").answer(&app, &visitor)?;
            Cookie::Flow.set(&app.config, response.headers_mut(), flow.as_str(), FLOW_LIFE);
            Ok(response)
        }
        Err(error) => refused(&app, &visitor, &flow.return_to, error),
    }
}

fn refused(app: &App, visitor: &Visitor, return_to: &ReturnTo, error: SiteError) -> Result<Response, ApiError> {
    let page = Page::new("start.html").with(start::values(return_to, ""));
    page.refused("", error, ["flow_over"; 3])?.answer(app, visitor)
}
