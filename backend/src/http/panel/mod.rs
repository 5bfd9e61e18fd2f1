//! What Zendesk's documents lack, under `/api/panel/`: session, form steps, counts, Copilot, articles.
//! Each file brings its routes; the shapes are `contract::panel`.

pub(in crate::http) mod articles;
pub(in crate::http) mod channels;
pub(in crate::http) mod clock;
pub(in crate::http) mod conversations;
pub(in crate::http) mod counts;
pub(in crate::http) mod download;
pub(in crate::http) mod events;
pub(in crate::http) mod forms;
pub(in crate::http) mod home;
pub(in crate::http) mod person;
pub(in crate::http) mod session;
pub(in crate::http) mod sign_ins;
pub(in crate::http) mod surveys;
pub(in crate::http) mod unread;

use crate::http::App;
use axum::Router;

/// Every route under `/api/panel/`.
pub fn router() -> Router<App> {
    Router::new()
        .merge(session::router())
        .merge(sign_ins::router())
        .merge(person::router())
        .merge(clock::router())
        .merge(conversations::router())
        .merge(articles::router())
        .merge(forms::router())
        .merge(counts::router())
        .merge(channels::router())
        .merge(home::router())
        .merge(surveys::router())
        .merge(download::router())
        .merge(events::router())
        .merge(unread::router())
}
