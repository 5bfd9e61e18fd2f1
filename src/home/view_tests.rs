//! What the page shows, in a real document.

use super::page;
use crate::session::Session;
use crate::shown::{Shown, show};
use balcao_contract::panel::Home;
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

fn request(id: u64, status: &str) -> Value {
    json!({
        "id": id, "url": "", "status": status, "priority": "high", "type": null, "subject": format!("Subject {id}"),
        "description": "", "organization_id": null, "via": {"channel": "web"}, "custom_fields": [], "fields": [],
        "requester_id": 1, "collaborator_ids": [], "email_cc_ids": [], "is_public": true, "due_at": null,
        "can_be_solved_by_me": false, "created_at": "2026-11-20T10:00:00Z", "updated_at": "2026-11-20T10:00:00Z",
        "recipient": null, "followup_source_id": null, "assignee_id": null, "ticket_form_id": null,
        "custom_status_id": null
    })
}

async fn shown(home: Value) -> Shown {
    let home: Home = serde_json::from_value(home).unwrap();
    show(move || {
        provide_context(Session::sample("Carla Souza", &["acmestore"], Vec::new()));
        page::all(home)
    })
    .await
}

#[wasm_bindgen_test]
async fn what_waits_for_the_reader_stands_first_and_says_how_much_more_there_is() {
    let shown = shown(json!({
        "waiting": [request(7, "pending")], "open": [request(8, "open"), request(9, "hold")],
        "counts": { "open": 4, "pending": 1, "solved": 0, "closed": 0 }, "surveys": 2,
        "news": [{ "title": "Holidays <b>" }],
    }))
    .await;
    let text = shown.text();
    let places: Vec<usize> =
        ["Subject 7", "Subject 8", "Subject 9"].iter().map(|subject| text.find(subject).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    assert_eq!(shown.count("a[href='/panel/requests?status=open']"), 1, "two of four are shown");
    assert_eq!(shown.count("a[href='/panel/requests?status=pending']"), 0, "the only one is");
    assert!(text.contains("2 solved requests") && text.contains("Holidays <b>"), "{text}");
}

#[wasm_bindgen_test]
async fn where_nothing_waits_it_says_so_and_leads_on() {
    let none = json!({ "waiting": [], "open": [], "counts": { "open": 0, "pending": 0, "solved": 3, "closed": 0 },
        "surveys": 0, "news": [] });
    let shown = shown(none).await;
    assert_eq!((shown.count(".home-calm"), shown.count("li"), shown.count("#home-news")), (2, 0, 0));
    assert_eq!((shown.count("a[href='/panel/requests']"), shown.count("a[href='/panel/new']")), (1, 1));
}
