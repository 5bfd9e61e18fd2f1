//! Signing in with a code sent by mail.

use super::cookies::Cookie;
use super::page::Page;
use super::start;
use super::visitor::{Fields, Visitor, see_other};
use crate::http::{ApiError, App};
use crate::identity::site::{EmailDoor, FLOW_LIFE, Flow, ReturnTo, SiteError, Step};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use minijinja::context;

pub fn router() -> Router<App> {
    Router::new().route("/support/email", post(send).get(async || see_other("/support")))
}

/// Where the code is typed; who comes from another provider may have to, too.
pub fn code_router() -> Router<App> {
    Router::new()
        .route("/support/code", get(show).post(check))
        .route("/support/code/resend", post(resend).get(async || see_other("/support/code")))
}

async fn send(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    app.limiter.take_sign_in(visitor.visit.network, app.clock.now(), &crate::http::Notes::default())?;
    let return_to = ReturnTo::wished(fields.get("return_to"));
    let typed = fields.get("email");
    let before = visitor.flow(&app).await?;
    match EmailDoor::new(&app.identity, &visitor.visit).send(typed, &return_to, before.as_ref()).await {
        Ok(token) => {
            let mut response = see_other("/support/code");
            if let Some(token) = token {
                Cookie::Flow.set(&app.config, response.headers_mut(), token.as_str(), FLOW_LIFE);
            }
            Ok(response)
        }
        Err(error) => {
            let page = Page::new("start.html").with(start::values(&return_to, typed));
            page.refused("email", error, ["address"; 3])?.answer(&app, &visitor)
        }
    }
}

/// The flow that waits for a code; without one it begins again.
async fn waiting(app: &App, visitor: &Visitor) -> Result<Option<Flow>, ApiError> {
    let flow = visitor.flow(app).await?;
    Ok(flow.filter(|flow| matches!(flow.step, Step::EmailCode { .. })))
}

fn page(flow: &Flow) -> Page {
    Page::new("code.html").with(context! { address => flow.email.as_str(), ..start::values(&flow.return_to, "") })
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    let Some(flow) = waiting(&app, &visitor).await? else { return Ok(see_other("/support")) };
    let page = Page::new("code.html").with(context! {
        address => flow.email.as_str(), sent_again => visitor.parameter("sent").is_some(),
        ..start::values(&flow.return_to, "")
    });
    page.answer(&app, &visitor)
}

async fn check(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    app.limiter.take_sign_in(visitor.visit.network, app.clock.now(), &crate::http::Notes::default())?;
    let Some(flow) = waiting(&app, &visitor).await? else { return over(&app, &visitor) };
    match EmailDoor::new(&app.identity, &visitor.visit).check(&flow, fields.get("code")).await {
        Ok(entered) => visitor.enter(&app, entered).await,
        Err(error) => {
            page(&flow).refused("code", error, ["code_malformed", "code_wrong", "code_expired"])?.answer(&app, &visitor)
        }
    }
}

async fn resend(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    app.limiter.take_sign_in(visitor.visit.network, app.clock.now(), &crate::http::Notes::default())?;
    let Some(flow) = waiting(&app, &visitor).await? else { return over(&app, &visitor) };
    match EmailDoor::new(&app.identity, &visitor.visit).resend(&flow).await {
        Ok(()) => Ok(see_other("/support/code?sent=again")),
        Err(error @ (SiteError::TooOften(_) | SiteError::Failed(_) | SiteError::Expired)) => {
            page(&flow).refused("code", error, ["code_expired"; 3])?.answer(&app, &visitor)
        }
        Err(error) => Err(ApiError::internal(error)),
    }
}

/// The browser brings no flow, or one that took too long: from the beginning.
fn over(app: &App, visitor: &Visitor) -> Result<Response, ApiError> {
    let page = Page::new("start.html").with(start::values(&ReturnTo::default(), ""));
    page.fault("", "flow_over").answer(app, visitor)
}
