//! The incremental exports: every ticket in the order in which it changed last.

use super::super::params::Params;
use super::super::requests::connection;
use super::super::wire::{TicketExport, TicketTimeExport};
use super::tickets::{side_load, stream};
use crate::http::who::Administrator;
use crate::http::{ApiError, App};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use balcao_store::ticket_list::{self, Exported, Outline};
use balcao_store::ticket_readers::Way;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/api/v2/incremental/tickets", get(export_by_time))
        .route("/api/v2/incremental/tickets/cursor", get(export))
}

/// The most on one page; more is asked for in vain.
const MOST: u32 = 1_000;

/// After so long nothing is added any more to what happened.
const SETTLED_AFTER: TimeDelta = TimeDelta::minutes(1);

/// Tickets that changed since a moment, or after a cursor. The last page says so; its cursor goes on later.
#[utoipa::path(get, path = "/api/v2/incremental/tickets/cursor", tag = "tickets", params(
    ("start_time" = Option<i64>, Query, description = "A Unix time in seconds; for the first page"),
    ("cursor" = Option<String>, Query, description = "The `after_cursor` of the page before"),
    ("per_page" = Option<u32>, Query, description = "1,000 where it is left out; more than that is 1,000", minimum = 1),
    ("include" = Option<String>, Query, description = "users, organizations, comment_count"),
), responses((status = 200, body = TicketExport), (status = 400), (status = 403)))]
pub(in crate::http) async fn export(
    State(app): State<App>,
    Administrator(administrator): Administrator,
    params: Params,
) -> Result<Response, ApiError> {
    let limit = params.number("per_page", 1, u32::MAX)?.unwrap_or(MOST).min(MOST);
    let start = start_time(&params);
    let (event, since) = match (params.given("cursor").map(read_cursor), start) {
        (Some(Some(event)), _) => (event, None),
        // Some clients send `cursor=undefined` with the first page's start.
        (_, Some(start)) => (0, Some(start)),
        (Some(None), None) => return Err(ApiError::parameter("cursor")),
        (None, None) => return Err(ApiError::parameter("start_time")),
    };
    let mut read = connection(&app).await?;
    // What happens from here on comes after this one; an empty page goes on from there.
    let newest = balcao_store::events::newest(&mut read).await?;
    let mut found = ticket_list::changed_after(&mut read, event, since, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let after = found.last().map_or(newest.max(event), |last: &Exported| last.event);
    let tickets: Vec<Outline> = found.into_iter().map(|found| found.ticket).collect();
    app.readers.note(administrator.user, Way::Export, tickets.iter().map(|ticket| ticket.id), app.clock.now());
    let mut body = Map::new();
    let include = params.get("include").unwrap_or_default();
    side_load(&app, &mut read, include, &tickets, &mut body).await?;
    drop(read);
    let cursor = write_cursor(after);
    let after_url = params.link(&app, &[("start_time", None), ("cursor", Some(cursor.clone()))]);
    for (key, value) in [
        ("after_cursor", json!(cursor)),
        ("after_url", json!(after_url)),
        ("before_cursor", Value::Null),
        ("before_url", Value::Null),
        ("end_of_stream", json!(!more)),
    ] {
        body.insert(key.to_owned(), value);
    }
    stream(&app, "tickets", &tickets, &body, params.lists("include", "comment_count"), |ticket| ticket).await
}

/// Tickets that changed since a moment, by the second: older programs ask so. Each page begins in the second in which
/// the one before it ended, so a ticket may come twice, and none is left out. No page ends within the last minute: the last one may be longer.
#[utoipa::path(get, path = "/api/v2/incremental/tickets", tag = "tickets", params(
    ("start_time" = i64, Query, description = "A Unix time in seconds"),
    ("per_page" = Option<u32>, Query, description = "1,000 where it is left out; more than that is 1,000", minimum = 1),
    ("include" = Option<String>, Query, description = "users, organizations, comment_count"),
), responses((status = 200, body = TicketTimeExport), (status = 400), (status = 403)))]
pub(in crate::http) async fn export_by_time(
    State(app): State<App>,
    Administrator(administrator): Administrator,
    params: Params,
) -> Result<Response, ApiError> {
    let limit = params.number("per_page", 1, u32::MAX)?.unwrap_or(MOST).min(MOST);
    let start = start_time(&params).ok_or_else(|| ApiError::parameter("start_time"))?;
    let mut read = connection(&app).await?;
    let settled = app.clock.now() - SETTLED_AFTER;
    let found = ticket_list::changed_since(&mut read, start, settled, limit).await?;
    let last = found.tickets.last().map_or(start, |last| last.changed_at.0);
    let end = if found.more {
        // The whole of the last second is here.
        last.timestamp() + 1
    } else {
        // What was begun before may still be written: the last minute is given once more.
        last.timestamp().min(settled.timestamp()).max(start.timestamp())
    };
    let tickets: Vec<Outline> = found.tickets.into_iter().map(|found| found.ticket).collect();
    app.readers.note(administrator.user, Way::Export, tickets.iter().map(|ticket| ticket.id), app.clock.now());
    let mut body = Map::new();
    let include = params.get("include").unwrap_or_default();
    side_load(&app, &mut read, include, &tickets, &mut body).await?;
    drop(read);
    for (key, value) in [
        ("count", json!(tickets.len())),
        ("end_time", json!(end)),
        ("next_page", json!(params.link(&app, &[("start_time", Some(end.to_string()))]))),
        ("end_of_stream", json!(!found.more)),
    ] {
        body.insert(key.to_owned(), value);
    }
    stream(&app, "tickets", &tickets, &body, params.lists("include", "comment_count"), |ticket| ticket).await
}

fn start_time(params: &Params) -> Option<DateTime<Utc>> {
    let seconds = params.given("start_time")?.trim().parse::<i64>().ok()?;
    DateTime::from_timestamp(seconds, 0)
}

fn write_cursor(event: i64) -> String {
    URL_SAFE_NO_PAD.encode(format!("e:{event}"))
}

fn read_cursor(cursor: &str) -> Option<i64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("e:")?.parse().ok().filter(|event| *event >= 0)
}
