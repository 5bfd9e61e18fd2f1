//! Reminders by mail, switched off and on again by the link in each of them (`List-Unsubscribe`). Opening it changes
//! nothing: programs that look at mails open links, too. Only the button does, or the one click of a mail program.

use super::page::Page;
use super::visitor::Visitor;
use crate::http::{ApiError, App};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use axum::{Form, Router};
use balcao_store::reminders;
use minijinja::context;
use serde::Deserialize;

/// Where they are.
pub const PATH: &str = "/reminders/";

pub fn router() -> Router<App> {
    Router::new().route("/reminders/{mail}", get(ask).post(switch))
}

/// What the page's buttons send. RFC 8058 sends `List-Unsubscribe=One-Click`, which is none of it.
#[derive(Deserialize)]
struct ReminderForm {
    #[serde(default)]
    reminders: String,
}

async fn ask(State(app): State<App>, visitor: Visitor, Path(mail): Path<String>) -> Result<Response, ApiError> {
    let mut read = app.store.read().await?;
    let address = reminders::reader_of(&mut read, &mail).await?.ok_or(ApiError::RecordNotFound)?;
    let wanted = reminders::are_wanted(&mut read, &address).await?;
    page(&app, &visitor, &address, wanted)
}

async fn switch(
    State(app): State<App>,
    visitor: Visitor,
    Path(mail): Path<String>,
    Form(form): Form<ReminderForm>,
) -> Result<Response, ApiError> {
    let wanted = form.reminders == "on";
    let mut write = app.store.begin().await?;
    let address = reminders::reader_of(&mut write, &mail).await?.ok_or(ApiError::RecordNotFound)?;
    reminders::set(&mut write, &address, wanted, app.clock.now()).await?;
    write.commit().await?;
    page(&app, &visitor, &address, wanted)
}

fn page(app: &App, visitor: &Visitor, address: &str, wanted: bool) -> Result<Response, ApiError> {
    Page::new("reminders.html").with(context! { address, wanted }).answer(app, visitor)
}
