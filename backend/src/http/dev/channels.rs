//! Sample sources of the channels, so that development shows all of them. They are fetched and read like real ones.

use crate::http::App;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use balcao_contract::panel::FeedKind;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

pub(super) fn router() -> Router<App> {
    Router::new().route("/dev/channels/{document}", get(show))
}

async fn show(State(app): State<App>, Path(document): Path<String>) -> Response {
    let ago = |hours: i64| moment(app.clock.now() - TimeDelta::hours(hours));
    match document.as_str() {
        "health.json" => Json(health(&ago(0))).into_response(),
        "status.json" => Json(status(ago)).into_response(),
        "releases.json" => Json(releases(ago)).into_response(),
        feed => {
            let kind = FeedKind::ALL.into_iter().find(|kind| feed.strip_suffix(".xml") == Some(kind.name()));
            match kind {
                Some(kind) => ([(header::CONTENT_TYPE, "application/atom+xml")], atom(kind, ago)).into_response(),
                None => StatusCode::NOT_FOUND.into_response(),
            }
        }
    }
}

fn moment(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn health(now: &str) -> Value {
    let module = |name: &str, status: &str| json!({ "name": name, "status": status, "checked_at": now });
    json!({ "modules": [
        module("Catalog", "working"), module("Checkout", "degraded"), module("Orders", "working"),
        module("Payments", "working"), module("Search", "working"), module("Storefront", "working"),
    ] })
}

/// One document that is both of a status page's.
fn status(ago: impl Fn(i64) -> String) -> Value {
    let component = |name: &str, status: &str| json!({ "name": name, "status": status });
    let update =
        |status: &str, hours: i64, body: &str| json!({ "status": status, "created_at": ago(hours), "body": body });
    json!({
        "components": [
            component("Catalog", "operational"), component("Checkout", "degraded_performance"),
            component("Orders", "operational"), component("Payments", "operational"),
            component("Search", "operational"), component("Storefront", "operational"),
        ],
        "incidents": [
            {
                "name": "Shipping options are slow at checkout", "status": "identified", "impact": "minor",
                "created_at": ago(2), "shortlink": "https://status.example.com/incidents/2",
                "components": [component("Checkout", "")],
                "incident_updates": [
                    update("identified", 1, "The cause is a carrier's service that answers late. We are taking it out of the way."),
                    update("investigating", 2, "Some shoppers wait up to 20 seconds for their shipping options."),
                ],
            },
            {
                "name": "Orders arrived late", "status": "resolved", "impact": "major",
                "created_at": ago(24 * 9), "resolved_at": ago(24 * 9 - 5),
                "shortlink": "https://status.example.com/incidents/1",
                "components": [component("Orders", ""), component("Payments", "")],
                "incident_updates": [
                    update("resolved", 24 * 9 - 5, "Every order that waited has arrived. None was lost, none came twice."),
                    update("monitoring", 24 * 9 - 4, "Orders are arriving at their usual pace again."),
                    update("investigating", 24 * 9, "New orders take up to an hour to appear."),
                ],
            },
        ],
    })
}

fn releases(ago: impl Fn(i64) -> String) -> Value {
    let release = |module: &str, version: &str, channel: &str, days: i64, notes: &str| json!({ "module": module, "version": version, "channel": channel, "published_at": ago(24 * days), "notes": notes });
    json!({ "releases": [
        release("Checkout", "6.5.0-beta.1", "beta", 2, "Saved addresses are offered before a postal code is asked for."),
        release("Catalog", "3.12.0", "stable", 6, "Images are uploaded ten at a time."),
        release("Checkout", "6.4.1", "stable", 12, "A coupon that is over says since when."),
    ] })
}

fn atom(kind: FeedKind, ago: impl Fn(i64) -> String) -> String {
    let entries: &[(&str, &str, i64)] = match kind {
        FeedKind::Announcements => &[
            ("Support hours over the holidays", "Which days support is closed in your region, and whom to call.", 1),
            (
                "Two-step sign-in for every user",
                "From January on, a second step is asked of everybody who can change prices.",
                8,
            ),
        ],
        FeedKind::ReleaseNotes | FeedKind::Releases => &[(
            "What changed in November",
            "Faster catalog imports, clearer payment errors, and twelve mended bugs.",
            3,
        )],
        FeedKind::DeveloperPortal => {
            &[("Webhooks for orders", "Hear of an order within a second, instead of asking for it.", 5)]
        }
        FeedKind::Blog => {
            &[("Ready for the busiest week of the year", "Five things that stores check before it begins.", 10)]
        }
    };
    let mut feed = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{0}</title><id>urn:sample:{0}</id><updated>{1}</updated>",
        kind.name(),
        ago(1)
    );
    for (place, (title, summary, days)) in entries.iter().enumerate() {
        let published = ago(24 * days);
        feed.push_str(&format!(
            "<entry><id>urn:sample:{}:{place}</id><title>{title}</title><summary>{summary}</summary>\
             <published>{published}</published><updated>{published}</updated>\
             <link href=\"https://example.com/{}/{place}\"/></entry>",
            kind.name(),
            kind.name(),
        ));
    }
    feed.push_str("</feed>");
    feed
}
