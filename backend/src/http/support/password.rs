//! Signing in with a password and a second factor.

use super::cookies::Cookie;
use super::page::Page;
use super::start;
use super::visitor::{Fields, Visitor, failed, see_other};
use crate::http::{ApiError, App};
use crate::identity::site::{FLOW_LIFE, Flow, PasswordDoor, ReturnTo, SiteError, Step, Token, Way};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use minijinja::context;

pub fn router() -> Router<App> {
    Router::new()
        .route("/support/password", get(ask).post(check))
        .route("/support/second-factor", get(ask_factor).post(prove))
        .route("/support/second-factor/text", post(text).get(async || see_other("/support/second-factor")))
}

/// On to a page of a flow that has just begun.
pub fn on_to(app: &App, path: &str, token: &Token) -> Response {
    let mut response = see_other(path);
    Cookie::Flow.set(&app.config, response.headers_mut(), token.as_str(), FLOW_LIFE);
    response
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    Page::new("password.html").with(start::values(&visitor.return_to(), "")).answer(&app, &visitor)
}

async fn check(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    app.limiter.take_sign_in(visitor.visit.network, app.clock.now(), &crate::http::Notes::default())?;
    let return_to = ReturnTo::wished(fields.get("return_to"));
    let typed = fields.get("email");
    match PasswordDoor::new(&app.identity, &visitor.visit).check(typed, fields.get("password"), &return_to).await {
        Ok(token) => Ok(on_to(&app, "/support/second-factor", &token)),
        Err(error) => {
            let field = if matches!(error, SiteError::Malformed) { "email" } else { "password" };
            let page = Page::new("password.html").with(start::values(&return_to, typed));
            page.refused(field, error, ["address", "password_wrong", "flow_over"])?.answer(&app, &visitor)
        }
    }
}

async fn waiting(app: &App, visitor: &Visitor) -> Result<Option<Flow>, ApiError> {
    let flow = visitor.flow(app).await?;
    Ok(flow.filter(|flow| matches!(flow.step, Step::SecondFactor)))
}

/// The page for one way, with links to the others. `wish` is the way that the person chose.
async fn page(app: &App, visitor: &Visitor, flow: &Flow, wish: Option<&str>) -> Result<(Page, Way), ApiError> {
    let (ways, number) = PasswordDoor::new(&app.identity, &visitor.visit).ways(flow).await.map_err(failed)?;
    let wished = wish.and_then(Way::from_name).filter(|way| ways.contains(way));
    let way = wished.or(ways.first().copied()).unwrap_or(Way::Recovery);
    let others: Vec<&str> = ways.iter().filter(|other| **other != way).map(|way| way.name()).collect();
    let values = context! {
        way => way.name(), others, number, is_sent => flow.has_code(),
        sent => visitor.parameter("sent").is_some(), ..start::values(&flow.return_to, "")
    };
    Ok((Page::new("second_factor.html").with(values), way))
}

async fn ask_factor(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    let Some(flow) = waiting(&app, &visitor).await? else { return Ok(see_other("/support/password")) };
    page(&app, &visitor, &flow, visitor.parameter("way")).await?.0.answer(&app, &visitor)
}

async fn prove(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    app.limiter.take_sign_in(visitor.visit.network, app.clock.now(), &crate::http::Notes::default())?;
    let Some(flow) = waiting(&app, &visitor).await? else { return over(&app, &visitor) };
    let (page, way) = page(&app, &visitor, &flow, Some(fields.get("way"))).await?;
    match PasswordDoor::new(&app.identity, &visitor.visit).prove(&flow, way, fields.get("code")).await {
        Ok(entered) => visitor.enter(&app, entered).await,
        Err(error) => {
            // Tried so often that it begins again; the page of a flow that is gone would lead nowhere.
            if matches!(error, SiteError::Expired) && way != Way::Phone {
                return over(&app, &visitor);
            }
            let names = match way {
                Way::App => ["code_malformed", "app_code_wrong", "flow_over"],
                Way::Phone => ["code_malformed", "code_wrong", "code_expired"],
                Way::Recovery => ["recovery_malformed", "recovery_wrong", "flow_over"],
            };
            page.refused("code", error, names)?.answer(&app, &visitor)
        }
    }
}

async fn text(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    app.limiter.take_sign_in(visitor.visit.network, app.clock.now(), &crate::http::Notes::default())?;
    let Some(flow) = waiting(&app, &visitor).await? else { return over(&app, &visitor) };
    match PasswordDoor::new(&app.identity, &visitor.visit).send_text(&flow).await {
        Ok(()) => Ok(see_other("/support/second-factor?way=phone&sent=1")),
        Err(error) => {
            let (page, _) = page(&app, &visitor, &flow, Some("phone")).await?;
            page.refused("code", error, ["flow_over"; 3])?.answer(&app, &visitor)
        }
    }
}

fn over(app: &App, visitor: &Visitor) -> Result<Response, ApiError> {
    let page = Page::new("password.html").with(start::values(&ReturnTo::default(), ""));
    page.fault("", "flow_over").answer(app, visitor)
}
