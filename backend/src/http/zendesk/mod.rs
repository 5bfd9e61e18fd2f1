//! Zendesk's API, under `/api/v2/` (tickets-api.md): the end user's part, and in `agent` the agent's.
//! Shapes and statuses only: what may happen is decided in `desk`.

pub(in crate::http) mod agent;
pub(in crate::http) mod attachments;
pub(in crate::http) mod body;
pub(in crate::http) mod comments;
mod fault_sentences;
pub(in crate::http) mod faults;
pub(in crate::http) mod forms;
pub(in crate::http) mod help_center;
mod idempotent;
mod paging;
mod params;
pub(in crate::http) mod people;
pub(in crate::http) mod ratings;
pub(in crate::http) mod reasons;
pub(in crate::http) mod requests;
pub(in crate::http) mod shapes;
mod streamed;
pub(in crate::http) mod uploads;
pub mod wire;
pub(in crate::http) mod writes;

pub use params::Params;
pub(in crate::http) use requests::{find, narrow_to_copies, narrow_to_form, read_query, search_filter};

use crate::http::App;
use axum::Router;

/// Every route under `/api/v2/`.
pub fn router() -> Router<App> {
    Router::new()
        .merge(agent::router())
        .merge(requests::router())
        .merge(comments::router())
        .merge(forms::router())
        .merge(people::router())
        .merge(uploads::router())
        .merge(attachments::router())
        .merge(help_center::router())
        .merge(ratings::router())
        .merge(reasons::router())
}
