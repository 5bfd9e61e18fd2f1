//! Lists as they are described: by offset or by cursor. They are written in `paging`.

use balcao_contract::wire::{Comment, CommentPage, Request, RequestPage, User};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// Where one stands in a list by cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CursorMeta {
    /// Whether there is more in the direction that was asked for.
    pub has_more: bool,
    /// What follows this page follows this; `null` on an empty page.
    pub after_cursor: Option<String>,
    /// What precedes this page precedes this; `null` on an empty page.
    pub before_cursor: Option<String>,
}

/// The ways on in a list by cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CursorLinks {
    /// The next page's address; `null` on the last one.
    pub next: Option<String>,
    /// The previous page's address; `null` on the first one.
    pub prev: Option<String>,
}

/// A page of requests, by cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RequestCursorPage {
    /// The requests.
    pub requests: Vec<Request>,
    /// Side-loaded people, with `include=users`.
    #[schema(required = false)]
    pub users: Vec<User>,
    /// Where this page stands.
    pub meta: CursorMeta,
    /// The ways on.
    pub links: CursorLinks,
}

/// A page of requests, in either pagination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum RequestList {
    /// With `page` and `per_page`, or neither.
    Offset(RequestPage),
    /// With `page[size]`, `page[after]` or `page[before]`.
    Cursor(RequestCursorPage),
}

/// `{"request": …}`, with people where they are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShownRequest {
    /// The request.
    pub request: Request,
    /// Side-loaded people, with `include=users`.
    #[schema(required = false)]
    pub users: Vec<User>,
}

/// A page of comments, by cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommentCursorPage {
    /// The comments.
    pub comments: Vec<Comment>,
    /// Who wrote them.
    pub users: Vec<User>,
    /// Where this page stands.
    pub meta: CursorMeta,
    /// The ways on.
    pub links: CursorLinks,
}

/// A page of comments, in either pagination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum CommentList {
    /// With `page` and `per_page`, or neither.
    Offset(CommentPage),
    /// With `page[size]`, `page[after]` or `page[before]`.
    Cursor(CommentCursorPage),
}

/// `{"comment": …}` and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommentEnvelope {
    /// The comment.
    pub comment: Comment,
    /// Who wrote it.
    pub users: Vec<User>,
}

/// Both paginations of a list.
#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParams {
    /// By offset, from 1.
    #[param(minimum = 1, format = Int64, required = false)]
    pub page: Option<u32>,
    /// By offset, 100 where it is left out; more than 100 is 100.
    #[param(minimum = 1, format = Int64, required = false)]
    pub per_page: Option<u32>,
    /// By cursor; more than 100 is 100.
    #[param(rename = "page[size]", minimum = 1, format = Int64, required = false)]
    pub size: Option<u32>,
    /// By cursor: what follows it.
    #[param(rename = "page[after]", required = false)]
    pub after: Option<String>,
    /// By cursor: what precedes it.
    #[param(rename = "page[before]", required = false)]
    pub before: Option<String>,
}

/// The order of a list of requests, and what comes with it.
#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SortParams {
    /// Comma-separated: new, open, pending, hold, solved, closed.
    #[param(
        required = false,
        pattern = "^((new|open|pending|hold|solved|closed)(,(new|open|pending|hold|solved|closed))*)?$"
    )]
    pub status: Option<String>,
    /// The id of a form: only what was opened with it.
    #[param(required = false, pattern = "^([1-9][0-9]{0,18})?$")]
    pub ticket_form_id: Option<String>,
    /// created_at or updated_at.
    #[param(required = false, pattern = "^(created_at|updated_at)?$")]
    pub sort_by: Option<String>,
    /// asc or desc.
    #[param(required = false, pattern = "^(asc|desc)?$")]
    pub sort_order: Option<String>,
    /// updated_at, -updated_at, created_at or -created_at; counts before the two others.
    #[param(required = false, pattern = "^(-?(created_at|updated_at))?$")]
    pub sort: Option<String>,
    /// users.
    #[param(required = false)]
    pub include: Option<String>,
}
