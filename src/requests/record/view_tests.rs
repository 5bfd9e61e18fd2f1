//! What one request's page shows of a thread, in a real document.

use super::state::Record;
use crate::api::{ApiError, Thread};
use crate::requests::sample;
use crate::shown::{Shown, show};
use balcao_contract::id::RequestId;
use balcao_contract::wire::Attachment;
use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

fn attachment(name: &str, deleted: bool) -> Attachment {
    serde_json::from_value(json!({
        "id": 1, "url": "", "file_name": name, "content_url": "https://elsewhere.example/secret",
        "mapped_content_url": "", "content_type": "application/pdf", "size": 2048, "width": null, "height": null,
        "inline": false, "deleted": deleted, "malware_access_override": false, "malware_scan_result": "not_scanned",
        "thumbnails": []
    }))
    .unwrap()
}

async fn page(fill: impl FnOnce(Record) + 'static) -> Shown {
    show(move || {
        let record = Record::sample(RequestId::try_from(7).unwrap());
        fill(record);
        super::one(record)
    })
    .await
}

fn thread() -> Thread {
    let mut answer = sample::comment(2);
    answer.attachments = vec![attachment("report.pdf", false), attachment("old.pdf", true)];
    Thread {
        comments: vec![sample::comment(1), answer],
        people: vec![sample::person(1, false), sample::person(2, true)],
    }
}

#[wasm_bindgen_test]
async fn before_anything_arrives_the_page_has_a_name() {
    let shown = page(|_| ()).await;
    assert_eq!(shown.count("h1"), 1);
    assert!(shown.text().contains("Request #7"), "{}", shown.text());
    assert_eq!(shown.count("[role=status]"), 1);
}

#[wasm_bindgen_test]
async fn what_is_not_there_and_what_is_somebody_elses_look_the_same() {
    let shown = page(|record| record.request_call.failure().set(Some(ApiError::NotFound))).await;
    assert!(shown.text().contains("Request not found"), "{}", shown.text());
    assert_eq!(shown.count("a[href='/panel/requests']"), 1);
    assert_eq!(shown.count("[role=alert]"), 0);
}

#[wasm_bindgen_test]
async fn a_failure_says_why_and_can_be_tried_again() {
    let shown = page(|record| record.request_call.failure().set(Some(ApiError::Network))).await;
    assert_eq!(shown.count(".banner button"), 1);
    assert_eq!(shown.count("h1"), 1);
}

#[wasm_bindgen_test]
async fn the_thread_tells_the_requester_from_support() {
    let shown = page(|record| {
        record.request_call.value().set(Some(sample::request(7, "open")));
        record.thread_call.value().set(Some(thread()));
    })
    .await;
    assert_eq!(shown.count(".comment-requester"), 1);
    assert_eq!(shown.count(".comment-support"), 1);
    let text = shown.text();
    assert!(text.contains("You") && text.contains("Person 2") && text.contains("Support"), "{text}");
    assert!(text.contains("report.pdf") && text.contains("PDF"), "{text}");
}

#[wasm_bindgen_test]
async fn a_file_that_cannot_be_fetched_says_so_beside_itself() {
    let shown = page(|record| {
        record.request_call.value().set(Some(sample::request(7, "open")));
        record.thread_call.value().set(Some(thread()));
    })
    .await;
    assert_eq!(shown.count(".attachment"), 2);
    assert_eq!(shown.count(".attachment button"), 1, "what support removed cannot be fetched");
    // The address is on another origin: the token never goes there.
    shown.click(".attachment button");
    shown.until(".attachment [role=alert]").await;
    assert!(shown.text().contains("The file could not be downloaded."), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn a_thread_that_did_not_arrive_leaves_the_request_standing() {
    let shown = page(|record| {
        record.request_call.value().set(Some(sample::request(7, "open")));
        record.thread_call.failure().set(Some(ApiError::Timeout));
    })
    .await;
    assert!(shown.text().contains("Subject 7"), "{}", shown.text());
    assert!(shown.text().contains("The conversation could not be loaded"), "{}", shown.text());
}
