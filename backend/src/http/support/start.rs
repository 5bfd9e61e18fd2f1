//! Choosing a way in.

use super::cookies::Cookie;
use super::page::Page;
use super::visitor::{Visitor, see_other};
use crate::http::{ApiError, App};
use crate::identity::site::{ReturnTo, SignIns};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use minijinja::{Value, context};

pub fn router() -> Router<App> {
    Router::new().route("/support", get(start)).route("/support/", get(async || see_other("/support")))
}

async fn start(State(app): State<App>, visitor: Visitor) -> Result<Response, ApiError> {
    let return_to = visitor.return_to();
    let signed_in = match visitor.cookie(&app, Cookie::SignIn) {
        Some(token) => SignIns::new(&app.identity).resume(&token).await?,
        None => None,
    };
    let name = signed_in.map(|row| row.name);
    let values = context! { name, signed_out => visitor.parameter("signed_out").is_some(), ..values(&return_to, "") };
    Page::new("start.html").with(values).answer(&app, &visitor)
}

/// What the page shows: where it leads, and what was typed.
pub fn values(return_to: &ReturnTo, email: &str) -> Value {
    let wish = (!return_to.is_usual()).then(|| return_to.as_str().to_owned());
    let query = wish.as_deref().map(|wish| {
        let mut query = url::form_urlencoded::Serializer::new(String::from("?"));
        query.append_pair("return_to", wish).finish()
    });
    context! { go_on => return_to.as_str(), return_to => wish, query => query.unwrap_or_default(), email }
}
