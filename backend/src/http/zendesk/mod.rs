//! The end user's part of Zendesk's API, under `/api/v2/` (tickets-api.md).
//! Shapes and statuses only: what may happen is decided in `desk`.

mod body;
mod comments;
mod faults;
mod forms;
mod idempotent;
mod paging;
mod params;
mod people;
mod requests;
mod shapes;
mod writes;

pub use params::Params;
pub(in crate::http) use requests::{read_query, search_filter};

use crate::http::App;
use axum::Router;

/// Every route under `/api/v2/`.
pub fn router() -> Router<App> {
    Router::new()
        .merge(requests::router())
        .merge(comments::router())
        .merge(forms::router())
        .merge(people::router())
}
