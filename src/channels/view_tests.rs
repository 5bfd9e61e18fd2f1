//! What the page shows, in a real document.

use super::page;
use crate::session::Session;
use crate::shown::{Shown, show};
use balcao_contract::panel::Channels;
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

async fn shown(channels: Value) -> Shown {
    let channels: Channels = serde_json::from_value(channels).unwrap();
    show(move || {
        provide_context(Session::sample("Carla Souza", &["acmestore"], Vec::new()));
        page::all(&channels)
    })
    .await
}

fn channel(items: &Value) -> Value {
    json!({ "updated_at": "2026-11-30T12:00:00Z", "items": items })
}

#[wasm_bindgen_test]
async fn an_open_incident_is_told_in_full_and_what_is_over_is_folded() {
    let incident = |title: &str, state: &str| {
        json!({ "title": title, "state": state, "started_at": "2026-11-30T10:00:00Z", "impact": "major_outage",
            "components": ["Checkout"], "url": "https://status.example.com/1",
            "steps": [{ "state": state, "at": "2026-11-30T10:05:00Z", "text": "We <b>look</b>." }] })
    };
    let incidents = json!([incident("Checkout fails", "identified"), incident("Old", "resolved")]);
    let shown = shown(json!({ "incidents": channel(&incidents) })).await;
    assert_eq!((shown.count(".incident.is-open"), shown.count(".incident details:not([open])")), (1, 1));
    let text = shown.find(".incident.is-open").inner_text();
    assert!(
        text.contains("Checkout fails") && text.contains("Identified") && text.contains("We <b>look</b>."),
        "{text}"
    );
    assert_eq!(shown.count("a[target=_blank][rel='noopener noreferrer']"), 2);
    assert!(shown.text().contains("1 system is not working"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn a_component_says_in_words_what_its_strip_shows() {
    let days: Vec<&str> = (0..90).map(|day| if day == 88 { "partial_outage" } else { "operational" }).collect();
    let components = json!([{ "name": "Catalog", "state": "operational", "days": days }]);
    let shown = shown(json!({ "components": channel(&components) })).await;
    assert_eq!((shown.count(".day"), shown.count(".day.is-partly-out")), (90, 1));
    let label = shown.find("[role=img]").get_attribute("aria-label").unwrap();
    assert!(label.contains("1 day"), "{label}");
    assert!(shown.text().contains("All systems are working"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn what_could_not_be_read_says_how_old_it_is() {
    let mut health = channel(&json!([{ "module": "Orders", "health": "unavailable" }]));
    health["is_stale"] = json!(true);
    let shown = shown(json!({ "health": health })).await;
    assert_eq!((shown.count(".is-stale"), shown.count(".tag-down")), (1, 1));
}

#[wasm_bindgen_test]
async fn the_first_entries_stand_open_and_the_plan_beside_them() {
    let entries: Vec<Value> = (0..7).map(|number| json!({ "title": format!("Entry {number}") })).collect();
    let feed = json!({ "kind": "blog", "channel": channel(&json!(entries)) });
    let shown = shown(json!({ "feeds": [feed] })).await;
    assert_eq!((shown.count(".channel > .entries > .entry"), shown.count("details .entry")), (5, 2));
    assert!(shown.text().contains("2 older entries") && shown.text().contains("First response"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn where_there_is_no_source_the_plan_is_left() {
    let shown = shown(json!({})).await;
    assert!(
        shown.text().contains("Nothing to tell yet") && shown.text().contains("Region: Brazil"),
        "{}",
        shown.text()
    );
    assert_eq!(shown.count(".channels-summary"), 0);
}
