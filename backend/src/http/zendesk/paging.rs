//! Both of Zendesk's paginations: by offset (`page`, `per_page`) and by cursor (`page[size]`, `page[after]`).

use super::params::Params;
use crate::http::{ApiError, App, Message};
use axum::http::StatusCode;
use balcao_desk::search::OrderBy;
use balcao_store::request_list::{Order, Window};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The most on one page; more is asked for in vain.
pub const MAX_PAGE: u32 = 100;
/// By offset, records beyond this many are not given.
const MAX_LIST: u64 = 10_000;
/// A search gives this many by offset.
const MAX_SEARCH: u64 = 1_000;

/// How far an offset may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// A list: 400 beyond 10,000 records.
    List,
    /// A search: 422 beyond 1,000.
    Search,
}

impl Depth {
    /// The number of the first record that is not given by offset, from 0.
    const fn end(self) -> u64 {
        match self {
            Self::List => MAX_LIST,
            Self::Search => MAX_SEARCH,
        }
    }
}

/// Which page.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PageRequest {
    Offset { page: u32, per_page: u32, depth: Depth },
    Cursor { size: u32, from: Option<(i64, i64)>, backwards: bool },
}

/// A page that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    order: Order,
    request: PageRequest,
}

/// A page that was found.
#[derive(Debug)]
pub struct Page<T> {
    /// What stands on it.
    pub items: Vec<T>,
    paging: Paging,
    /// Beyond its last item, or with `page[before]` beyond its first, there is more.
    more: bool,
    ends: Option<((i64, i64), (i64, i64))>,
}

impl Paging {
    /// Reads the parameters; `default` is the order where none is asked for.
    ///
    /// # Errors
    /// A parameter that cannot be read, an order that does not exist, or a page beyond what is given.
    pub fn read(params: &Params, default: Order, depth: Depth) -> Result<Self, ApiError> {
        let order = order(params, default)?;
        let cursor = ["page[size]", "page[after]", "page[before]"];
        // A number that is none is refused also where the other pagination counts.
        let page = params.number("page", 1, u32::MAX)?.unwrap_or(1);
        let per_page = params.number("per_page", 1, u32::MAX)?.unwrap_or(MAX_PAGE).min(MAX_PAGE);
        if cursor.iter().any(|name| params.get(name).is_some()) {
            let size = params.number("page[size]", 1, u32::MAX)?.unwrap_or(MAX_PAGE).min(MAX_PAGE);
            // An empty one is what a client sends that has none yet.
            let named = |name: &str| params.get(name).filter(|text| !text.is_empty()).map(str::to_owned);
            let (name, text) = match (named("page[after]"), named("page[before]")) {
                (Some(_), Some(_)) => return Err(ApiError::parameter("page[before]")),
                (None, before) => ("page[before]", before),
                (after, None) => ("page[after]", after),
            };
            let from =
                text.map(|text| read_cursor(&text, order).ok_or_else(|| ApiError::parameter(name))).transpose()?;
            let backwards = from.is_some() && name == "page[before]";
            return Ok(Self { order, request: PageRequest::Cursor { size, from, backwards } });
        }
        let first = u64::from(page - 1) * u64::from(per_page);
        if first < depth.end() {
            return Ok(Self { order, request: PageRequest::Offset { page, per_page, depth } });
        }
        Err(match depth {
            Depth::List => ApiError::parameter("page"),
            Depth::Search => ApiError::Refused {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                error: "invalid",
                message: Message::InvalidParameter { parameter: "page".to_owned() },
            },
        })
    }

    /// Whether `count` is part of the answer.
    #[must_use]
    pub const fn counts(&self) -> bool {
        matches!(self.request, PageRequest::Offset { .. })
    }

    /// In which order to read.
    #[must_use]
    pub const fn order(&self) -> Order {
        let backwards = matches!(self.request, PageRequest::Cursor { backwards: true, .. });
        Order { by_update: self.order.by_update, descending: self.order.descending != backwards }
    }

    /// What to read: by cursor one more than is shown, which tells whether there is more.
    #[must_use]
    pub const fn window(&self) -> Window {
        match self.request {
            PageRequest::Offset { page, per_page, .. } => {
                Window { limit: per_page, offset: (page - 1) * per_page, after: None }
            }
            PageRequest::Cursor { size, from, .. } => Window { limit: size + 1, offset: 0, after: from },
        }
    }

    /// The page out of what was read; `place` gives an item's sort key in milliseconds and its id.
    #[must_use]
    pub fn page<T>(self, mut items: Vec<T>, place: impl Fn(&T) -> (i64, i64)) -> Page<T> {
        let mut more = false;
        if let PageRequest::Cursor { size, backwards, .. } = self.request {
            let size = size as usize;
            more = items.len() > size;
            items.truncate(size);
            if backwards {
                items.reverse();
            }
        }
        let ends = items.first().zip(items.last()).map(|(first, last)| (place(first), place(last)));
        Page { items, paging: self, more, ends }
    }
}

impl<T> Page<T> {
    /// What stands on it, and the answer without it: the way on. `count` is not asked for where it is not shown.
    #[must_use]
    pub fn split(self, count: u64, params: &Params, app: &App) -> (Vec<T>, Map<String, Value>) {
        let mut body = Map::new();
        let Self { items, paging, more, ends } = self;
        match paging.request {
            PageRequest::Offset { page, per_page, depth } => {
                let to = |page: u32| params.link(app, &[("page", Some(page.to_string()))]);
                let next = next_page(page, per_page, depth, count);
                body.insert("count".to_owned(), json!(count));
                body.insert("next_page".to_owned(), json!(next.map(to)));
                body.insert("previous_page".to_owned(), json!((page > 1).then(|| to(page - 1))));
            }
            PageRequest::Cursor { from, backwards, .. } => {
                let cursors =
                    ends.map(|(first, last)| (write_cursor(paging.order, first), write_cursor(paging.order, last)));
                let (before, after) = cursors.unzip();
                let to = |name: &str, cursor: &Option<String>| {
                    let mut changes = vec![("page[after]", None), ("page[before]", None)];
                    changes.push((if name == "after" { "page[after]" } else { "page[before]" }, cursor.clone()));
                    // The same name twice: the first only takes the old one away.
                    params.link(app, &changes)
                };
                let has_next = if backwards { after.is_some() } else { more };
                let has_previous = if backwards { more } else { from.is_some() && before.is_some() };
                let meta = json!({ "has_more": more, "after_cursor": after, "before_cursor": before });
                let links = json!({
                    "next": has_next.then(|| to("after", &after)),
                    "prev": has_previous.then(|| to("before", &before)),
                });
                body.insert("meta".to_owned(), meta);
                body.insert("links".to_owned(), links);
            }
        }
        (items, body)
    }

    /// The same page of something else.
    #[must_use]
    pub fn map<U>(self, shape: impl Fn(T) -> U) -> Page<U> {
        let Self { items, paging, more, ends } = self;
        Page { items: items.into_iter().map(shape).collect(), paging, more, ends }
    }
}

impl<T: Serialize> Page<T> {
    /// The answer: the items under their name, and the way on. `count` is not asked for where it is not shown.
    #[must_use]
    pub fn into_body(self, name: &str, count: u64, params: &Params, app: &App) -> Map<String, Value> {
        let (items, mut body) = self.split(count, params, app);
        body.insert(name.to_owned(), json!(items));
        body
    }
}

/// The number of the page after this one; a page that would be refused is not offered.
fn next_page(page: u32, per_page: u32, depth: Depth, count: u64) -> Option<u32> {
    let shown = u64::from(page) * u64::from(per_page);
    (shown < count && shown < depth.end()).then(|| page + 1)
}

/// Numbers are given in the order of opening, so that `id` is another name for it.
fn order_by(name: &str) -> Option<OrderBy> {
    OrderBy::from_name(if name == "id" { "created_at" } else { name })
}

/// `sort=-updated_at`, or `sort_by` and `sort_order`. Only two columns exist here, whatever is asked for.
fn order(params: &Params, default: Order) -> Result<Order, ApiError> {
    let mut order = default;
    if let Some(by) = params.given("sort_by") {
        order.by_update = order_by(by).ok_or_else(|| ApiError::parameter("sort_by"))? == OrderBy::UpdatedAt;
        order.descending = false;
    }
    if let Some(direction) = params.given("sort_order") {
        order.descending = match direction.to_ascii_lowercase().as_str() {
            "asc" => false,
            "desc" => true,
            _ => return Err(ApiError::parameter("sort_order")),
        };
    }
    if let Some(sort) = params.given("sort") {
        let (name, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
        let by = order_by(name).ok_or_else(|| ApiError::parameter("sort"))?;
        order = Order { by_update: by == OrderBy::UpdatedAt, descending };
    }
    Ok(order)
}

/// A cursor belongs to an order: in another one it is refused rather than misread.
fn write_cursor(order: Order, (place, id): (i64, i64)) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{place}:{id}", order_name(order)))
}

fn read_cursor(text: &str, order: Order) -> Option<(i64, i64)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let rest = text.strip_prefix(order_name(order))?.strip_prefix(':')?;
    let (place, id) = rest.split_once(':')?;
    Some((place.parse().ok()?, id.parse().ok()?))
}

const fn order_name(order: Order) -> &'static str {
    match (order.by_update, order.descending) {
        (true, true) => "-u",
        (true, false) => "u",
        (false, true) => "-c",
        (false, false) => "c",
    }
}

#[cfg(test)]
#[path = "paging_tests.rs"]
mod tests;
