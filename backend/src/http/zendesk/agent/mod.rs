//! The agent's part of Zendesk's API, under `/api/v2/` (tickets-api.md), for API tokens of agents.
//! Shapes and statuses only: what may happen is decided in `desk`.

mod audits;
pub(in crate::http) mod comments;
pub(in crate::http) mod export;
pub(in crate::http) mod groups;
pub(in crate::http) mod people;
pub(in crate::http) mod search;
mod shapes;
pub(in crate::http) mod tags;
pub(in crate::http) mod tickets;
pub(in crate::http) mod webhooks;
pub(in crate::http) mod writes;

use crate::http::App;
use axum::Router;

/// Every route for agents alone.
pub(super) fn router() -> Router<App> {
    Router::new()
        .merge(tickets::router())
        .merge(comments::router())
        .merge(export::router())
        .merge(groups::router())
        .merge(tags::router())
        .merge(search::router())
        .merge(people::router())
        .merge(webhooks::router())
}
