//! What the field promises of files that hold secrets, in a browser.

use super::place::Evidence;
use super::uploads::Uploads;
use crate::api::Client;
use crate::shown::{Shown, settled, show};
use crate::view::view;
use balcao_contract::file::FileLimits;
use leptos::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Blob, File};

const HAR: &str = r#"{"log":{"version":"1.2","entries":[{"request":{"method":"GET","url":"https://shop.example/api?page=2",
"headers":[{"name":"Cookie","value":"a=hidden1; b=hidden2"}],"cookies":[]}}]}}"#;
const LOG: &str = "14:02 sign-in senha=hidden3 ok\n";

/// A field that was given a file, once its row has what `selector` finds.
async fn given(name: &str, text: &str, selector: &str) -> (Uploads, Shown) {
    let slot = StoredValue::new(None);
    let shown = show(move || {
        let uploads = Uploads::new(Client::here(), FileLimits::default(), None);
        slot.set_value(Some(uploads));
        let title = Signal::stored("Files".to_owned());
        view! { <Evidence uploads id="files".to_owned() title /> }.into_any()
    })
    .await;
    let uploads: Uploads = slot.get_value().unwrap();
    uploads.add_pasted(vec![File::new_with_str_sequence(&js_sys::Array::of1(&text.into()), name).unwrap()]);
    shown.until(selector).await;
    (uploads, shown)
}

async fn text(blob: Blob) -> String {
    JsFuture::from(blob.text()).await.unwrap().as_string().unwrap()
}

/// What is sent, and stored for a reload.
async fn sent(uploads: Uploads) -> String {
    for _ in 0..600 {
        let id = uploads.queue().with_untracked(|queue| queue.entries().first().map(|entry| entry.file.id.clone()));
        if let Some(bytes) = id.and_then(|id| uploads.bytes(&id)) {
            return text(bytes).await;
        }
        settled().await;
    }
    panic!("nothing is sent");
}

#[wasm_bindgen_test]
async fn a_har_file_goes_without_its_secrets_and_says_what_was_taken_out() {
    let (uploads, shown) = given("shop.har", HAR, ".evidence-removed details").await;
    let sent = sent(uploads).await;
    assert_eq!(sent, HAR.replace("hidden1", "(removed:cookie)").replace("hidden2", "(removed:cookie)"));
    let summary = shown.find(".evidence-removed summary").inner_text();
    assert_eq!(summary, "Removed before sending: 2 cookies");
    shown.click(".evidence-removed summary");
    assert!(shown.text().contains("1. shop.example/api · Cookie"), "{}", shown.text());
    assert_eq!(shown.find(".evidence-look").get_attribute("download").as_deref(), Some("shop.har"));
    assert_eq!(shown.count("input[type=checkbox]"), 0, "a HAR file never goes as it is");
    assert!(shown.find("[role=status]").inner_text().contains("shop.har"));
}

#[wasm_bindgen_test]
async fn a_log_goes_as_it_is_only_when_the_person_says_so() {
    let (uploads, shown) = given("app.log", LOG, ".evidence-hide input").await;
    let hidden = LOG.replace("hidden3", "(removed:password)");
    assert_eq!(sent(uploads).await, hidden);
    shown.click(".evidence-hide input");
    assert_eq!(sent(uploads).await, LOG);
    assert_eq!(shown.count(".evidence-removed details"), 0);
    shown.click(".evidence-hide input");
    assert_eq!(sent(uploads).await, hidden);
    shown.until(".evidence-removed details").await;
}

#[wasm_bindgen_test]
async fn a_har_file_that_is_broken_says_so() {
    let (uploads, shown) = given("shop.har", &HAR[..HAR.len() - 30], ".evidence-removed .evidence-note").await;
    assert!(!sent(uploads).await.contains("hidden"));
    assert!(shown.text().contains("This HAR file is not complete."), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn a_har_file_that_is_no_text_is_not_sent() {
    let (uploads, shown) =
        given("shop.har", &("{".to_owned() + &" ".repeat(5_000) + "\0"), "[data-state=failed]").await;
    assert!(shown.text().contains("We cannot look into this file"), "{}", shown.text());
    let id = uploads.queue().with_untracked(|queue| queue.entries()[0].file.id.clone());
    assert!(uploads.bytes(&id).is_none());
}

#[wasm_bindgen_test]
async fn a_text_without_secrets_has_no_switch_and_goes_as_it_is() {
    let (uploads, shown) = given("notes.txt", "nothing to hide", ".evidence-row").await;
    assert_eq!(sent(uploads).await, "nothing to hide");
    assert_eq!((shown.count("input[type=checkbox]"), shown.count("details")), (0, 0));
}
