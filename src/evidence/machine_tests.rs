//! What files promise before the code is here that sends them.

use super::machine::Code;
use super::place::{Evidence, PastedNote};
use super::uploads::Uploads;
use crate::api::Client;
use crate::draft::DraftFile;
use crate::shown::{Shown, settled, show};
use crate::view::view;
use balcao_contract::file::FileLimits;
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::File;

fn file(name: &str) -> File {
    File::new_with_str_sequence(&js_sys::Array::of1(&"bytes".into()), name).unwrap()
}

fn draft_file(id: &str) -> DraftFile {
    DraftFile {
        id: id.to_owned(),
        name: format!("{id}.txt"),
        content_type: String::new(),
        size: 5,
        idempotency_key: format!("key-{id}"),
        upload: None,
        cleaned: None,
    }
}

/// The files of a page that shows `view`, and the page.
async fn page(code: Code, view: fn(Uploads) -> AnyView) -> (Uploads, Shown) {
    let slot = StoredValue::new(None);
    let shown = show(move || {
        let uploads = Uploads::new(Client::here(), FileLimits::default(), None);
        uploads.set_code(code);
        slot.set_value(Some(uploads));
        view(uploads)
    })
    .await;
    (slot.get_value().unwrap(), shown)
}

fn note(uploads: Uploads) -> AnyView {
    view! { <PastedNote uploads /> }.into_any()
}

fn names(uploads: Uploads) -> Vec<String> {
    uploads.queue().with_untracked(|queue| queue.entries().iter().map(|entry| entry.file.name.clone()).collect())
}

/// Waits until so many files are there.
async fn until(uploads: Uploads, count: usize) -> Vec<String> {
    for _ in 0..200 {
        if names(uploads).len() == count && untrack(|| uploads.is_restored()) {
            break;
        }
        settled().await;
    }
    names(uploads)
}

#[wasm_bindgen_test]
async fn what_is_given_before_the_code_is_here_is_waited_for_and_taken() {
    let (uploads, shown) = page(Code::Away, note).await;
    uploads.restore(vec![draft_file("kept")]);
    uploads.add_pasted(vec![file("first.txt")]);
    uploads.add_pasted(vec![file("log.txt")]);
    // Whoever sends now waits for all three, and no draft forgets the one it has.
    assert_eq!(untrack(|| uploads.outstanding()).map(|outstanding| outstanding.files), Some(3));
    assert!(!uploads.is_restored());
    let mut names = until(uploads, 3).await;
    names.sort();
    assert_eq!(names, ["first.txt", "kept.txt", "log.txt"]);
    settled().await;
    assert_ne!(shown.find(".evidence-note").inner_text(), "", "somebody hears of it");
}

#[wasm_bindgen_test]
async fn files_whose_code_could_not_be_fetched_are_kept_and_tried_again() {
    let (uploads, shown) = page(Code::Coming, note).await;
    uploads.add_pasted(vec![file("log.txt")]);
    uploads.set_code(Code::Failed);
    settled().await;
    assert!(shown.text().contains("Check your connection and try again."), "{}", shown.text());
    assert_eq!(untrack(|| uploads.outstanding()).map(|outstanding| outstanding.files), Some(1));
    shown.click("button");
    assert_eq!(until(uploads, 1).await, ["log.txt"]);
    assert_eq!(shown.count("button"), 0);
}

#[wasm_bindgen_test]
async fn nobody_hears_of_code_that_nothing_waits_for() {
    let (_, shown) = page(Code::Failed, note).await;
    assert_eq!((shown.count("button"), shown.text().as_str()), (0, ""));
}

#[wasm_bindgen_test]
async fn the_field_brings_the_code_along() {
    let (uploads, shown) = page(Code::Coming, |uploads| {
        let title = Signal::stored("Files".to_owned());
        view! { <Evidence uploads id="files".to_owned() title /> }.into_any()
    })
    .await;
    uploads.add_pasted(vec![file("log.txt")]);
    shown.until(".evidence-row").await;
    assert_eq!(names(uploads), ["log.txt"]);
}

#[wasm_bindgen_test]
async fn a_file_that_another_tab_took_out_does_not_come_back() {
    let (uploads, _shown) = page(Code::Away, note).await;
    uploads.restore(vec![draft_file("a"), draft_file("b")]);
    uploads.let_go("a");
    assert_eq!(until(uploads, 1).await, ["b.txt"]);
}
