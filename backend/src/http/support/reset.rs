//! Setting a password by mail; with the first one, a second factor and the recovery codes.

use super::page::Page;
use super::password::on_to;
use super::start;
use super::visitor::{Fields, Visitor, failed, see_other};
use crate::http::{ApiError, App};
use crate::identity::site::{
    EmailDoor, Enrolment, Flow, Guessable, NewPasswordError, PasswordDoor, PasswordError, ReturnTo, SHORTEST_PASSWORD,
    SiteError, Step, Way,
};
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::context;

pub fn router() -> Router<App> {
    Router::new()
        .route("/support/reset", get(ask).post(send))
        .route("/support/reset/code", get(code).post(check_code))
        .route("/support/reset/code/resend", post(resend).get(async || see_other("/support/reset/code")))
        .route("/support/password/new", get(new_password).post(set_password))
        .route("/support/enrol", get(choose))
        .route("/support/enrol/app", get(app_page).post(prove_app))
        .route("/support/enrol/phone", get(phone_page).post(send_text))
        .route("/support/enrol/phone/code", get(phone_code_page).post(prove_phone))
        .route("/support/recovery-codes", get(codes_page).post(finish))
        .route("/support/recovery-codes.txt", get(codes_file))
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    Page::new("reset.html").answer(&app, &visitor)
}

async fn send(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    take(&app, &visitor)?;
    let typed = fields.get("email");
    let before = visitor.flow(&app).await?;
    match PasswordDoor::new(&app.identity, &visitor.visit).send_code(typed, before.as_ref()).await {
        Ok(Some(flow)) => Ok(on_to(&app, "/support/reset/code", &flow)),
        Ok(None) => Ok(see_other("/support/reset/code")),
        Err(error) => {
            let page = Page::new("reset.html").with(start::values(&ReturnTo::default(), typed));
            page.refused("email", error, ["address"; 3])?.answer(&app, &visitor)
        }
    }
}

/// The flow that waits for the code.
async fn waiting(app: &App, visitor: &Visitor) -> Result<Option<Flow>, ApiError> {
    let flow = visitor.flow(app).await?;
    Ok(flow.filter(|flow| matches!(flow.step, Step::PasswordCode { .. })))
}

fn code_page(flow: &Flow, sent_again: bool) -> Page {
    Page::new("reset_code.html").with(context! { address => flow.email.as_str(), sent_again })
}

async fn code(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    let Some(flow) = waiting(&app, &visitor).await? else { return Ok(see_other("/support/reset")) };
    code_page(&flow, visitor.parameter("sent").is_some()).answer(&app, &visitor)
}

async fn check_code(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    take(&app, &visitor)?;
    let Some(flow) = waiting(&app, &visitor).await? else { return over(&app, &visitor) };
    match PasswordDoor::new(&app.identity, &visitor.visit).check_code(&flow, fields.get("code")).await {
        Ok(flow) => Ok(on_to(&app, "/support/password/new", &flow)),
        Err(error) => {
            let names = ["code_malformed", "code_wrong", "code_expired"];
            code_page(&flow, false).refused("code", error, names)?.answer(&app, &visitor)
        }
    }
}

async fn resend(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    take(&app, &visitor)?;
    let Some(flow) = waiting(&app, &visitor).await? else { return over(&app, &visitor) };
    match EmailDoor::new(&app.identity, &visitor.visit).resend(&flow).await {
        Ok(()) => Ok(see_other("/support/reset/code?sent=again")),
        Err(error) => code_page(&flow, false).refused("code", error, ["code_expired"; 3])?.answer(&app, &visitor),
    }
}

/// The browser brings no flow, or one that took too long: from the beginning.
fn over(app: &App, visitor: &Visitor) -> Result<Response, ApiError> {
    Page::new("reset.html").fault("", "flow_over").answer(app, visitor)
}

fn password_page() -> Page {
    Page::new("new_password.html").with(context! { shortest => SHORTEST_PASSWORD })
}

/// The flow in which the address is proved.
async fn proved(app: &App, visitor: &Visitor) -> Result<Option<Flow>, ApiError> {
    let flow = visitor.flow(app).await?;
    Ok(flow.filter(|flow| matches!(flow.step, Step::NewPassword)))
}

async fn new_password(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    match proved(&app, &visitor).await? {
        Some(_) => password_page().answer(&app, &visitor),
        None => over(&app, &visitor),
    }
}

async fn set_password(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    take(&app, &visitor)?;
    let Some(flow) = proved(&app, &visitor).await? else { return over(&app, &visitor) };
    match PasswordDoor::new(&app.identity, &visitor.visit).set_password(&flow, fields.get("password")).await {
        // Which of the two it is, the flow knows.
        Ok(flow) => Ok(on_to(&app, "/support/enrol", &flow)),
        Err(NewPasswordError::Password(fault)) => {
            password_page().fault("password", sentence_of(fault)).answer(&app, &visitor)
        }
        Err(NewPasswordError::Site(SiteError::Expired)) => over(&app, &visitor),
        Err(NewPasswordError::Site(error)) => {
            password_page().refused("password", error, ["flow_over"; 3])?.answer(&app, &visitor)
        }
    }
}

/// What is wrong with a password, and what helps.
const fn sentence_of(fault: PasswordError) -> &'static str {
    match fault {
        PasswordError::Short => "password_short",
        PasswordError::Long => "password_long",
        PasswordError::Guessable(Guessable::Yours) => "password_yours",
        PasswordError::Guessable(Guessable::Common) => "password_common",
        PasswordError::Guessable(Guessable::Pattern) => "password_pattern",
    }
}

/// The flow in which a second factor is being set up, or where it has come to.
async fn enrolment(app: &App, visitor: &Visitor) -> Result<Result<(Flow, Enrolment), Response>, ApiError> {
    let Some(flow) = visitor.flow(app).await? else { return Ok(Err(see_other("/support/reset"))) };
    Ok(match &flow.step {
        Step::Enrol(enrolment) => {
            let enrolment = enrolment.clone();
            Ok((flow, enrolment))
        }
        Step::SecondFactor => Err(see_other("/support/second-factor")),
        Step::RecoveryCodes { .. } => Err(see_other("/support/recovery-codes")),
        _ => Err(see_other("/support")),
    })
}

async fn choose(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    match enrolment(&app, &visitor).await? {
        Err(elsewhere) => Ok(elsewhere),
        Ok(_) if app.identity.site.sms.is_none() => Ok(see_other("/support/enrol/app")),
        Ok(_) => Page::new("enrol.html").answer(&app, &visitor),
    }
}

fn page_of_app(app: &App, flow: &Flow, enrolment: &Enrolment) -> Page {
    let picture = enrolment.secret.picture(&flow.email).map(|svg| STANDARD.encode(svg));
    let values = context! {
        picture, secret => enrolment.secret.text(), address => enrolment.secret.address(&flow.email),
        has_phone => app.identity.site.sms.is_some(),
    };
    Page::new("enrol_app.html").with(values)
}

async fn app_page(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    match enrolment(&app, &visitor).await? {
        Err(elsewhere) => Ok(elsewhere),
        Ok((flow, enrolment)) => page_of_app(&app, &flow, &enrolment).answer(&app, &visitor),
    }
}

async fn prove_app(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    take(&app, &visitor)?;
    let (flow, enrolment) = match enrolment(&app, &visitor).await? {
        Err(elsewhere) => return Ok(elsewhere),
        Ok(found) => found,
    };
    match PasswordDoor::new(&app.identity, &visitor.visit).enrol(&flow, Way::App, fields.get("code")).await {
        Ok(()) => Ok(see_other("/support/recovery-codes")),
        Err(error) => {
            let page = page_of_app(&app, &flow, &enrolment);
            page.refused("code", error, ["code_malformed", "app_code_wrong", "flow_over"])?.answer(&app, &visitor)
        }
    }
}

fn page_of_phone(typed: &str) -> Page {
    Page::new("enrol_phone.html").with(context! { typed })
}

async fn phone_page(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    match enrolment(&app, &visitor).await? {
        Err(elsewhere) => Ok(elsewhere),
        Ok(_) if app.identity.site.sms.is_none() => Ok(see_other("/support/enrol/app")),
        Ok(_) => page_of_phone("").answer(&app, &visitor),
    }
}

async fn send_text(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    take(&app, &visitor)?;
    let flow = match enrolment(&app, &visitor).await? {
        Err(elsewhere) => return Ok(elsewhere),
        Ok((flow, _)) => flow,
    };
    let typed = fields.get("phone");
    match PasswordDoor::new(&app.identity, &visitor.visit).send_text_to(&flow, typed).await {
        Ok(()) => Ok(see_other("/support/enrol/phone/code")),
        Err(error) => page_of_phone(typed).refused("phone", error, ["phone"; 3])?.answer(&app, &visitor),
    }
}

fn page_of_phone_code(number: &str) -> Page {
    Page::new("enrol_phone_code.html").with(context! { number })
}

async fn phone_code_page(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    match enrolment(&app, &visitor).await? {
        Err(elsewhere) => Ok(elsewhere),
        Ok((_, Enrolment { phone: Some(number), .. })) => page_of_phone_code(&number).answer(&app, &visitor),
        Ok(_) => Ok(see_other("/support/enrol/phone")),
    }
}

async fn prove_phone(State(app): State<App>, visitor: Visitor, fields: Fields) -> Result<Response, ApiError> {
    take(&app, &visitor)?;
    let (flow, number) = match enrolment(&app, &visitor).await? {
        Err(elsewhere) => return Ok(elsewhere),
        Ok((flow, enrolment)) => (flow, enrolment.phone.unwrap_or_default()),
    };
    match PasswordDoor::new(&app.identity, &visitor.visit).enrol(&flow, Way::Phone, fields.get("code")).await {
        Ok(()) => Ok(see_other("/support/recovery-codes")),
        Err(error) => {
            let page = page_of_phone_code(&number);
            page.refused("code", error, ["code_malformed", "code_wrong", "code_expired"])?.answer(&app, &visitor)
        }
    }
}

async fn codes_page(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    let flow = visitor.flow(&app).await?;
    match flow.map(|flow| flow.step) {
        Some(Step::RecoveryCodes { codes }) => {
            Page::new("recovery_codes.html").with(context! { codes }).answer(&app, &visitor)
        }
        _ => Ok(see_other("/support")),
    }
}

/// The codes as a file to keep, for as long as they are shown.
async fn codes_file(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    let Some(Step::RecoveryCodes { codes }) = visitor.flow(&app).await?.map(|flow| flow.step) else {
        return Ok(see_other("/support"));
    };
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, codes.join("\r\n") + "\r\n").into_response())
}

async fn finish(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    let Some(flow) = visitor.flow(&app).await? else { return Ok(see_other("/support")) };
    match PasswordDoor::new(&app.identity, &visitor.visit).finish(&flow).await {
        Ok(entered) => visitor.enter(&app, entered).await,
        Err(SiteError::Expired) => Ok(see_other("/support")),
        Err(error) => Err(failed(error)),
    }
}

fn take(app: &App, visitor: &Visitor) -> Result<(), ApiError> {
    app.limiter.take_sign_in(visitor.visit.network, app.clock.now(), &crate::http::Notes::default())
}
