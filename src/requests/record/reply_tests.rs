//! What the reply box promises, in a real document.

use super::reply::{REPLY_FIELD, section};
use super::sending::Refusal;
use super::state::Record;
use super::writing::{Kept, Stage, Writing};
use crate::api::{ApiError, Client};
use crate::draft::{DraftFile, Owner};
use crate::requests::sample;
use crate::shown::{Shown, show};
use balcao_contract::file::FileLimits;
use balcao_contract::id::RequestId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlTextAreaElement;

fn id(number: u64) -> RequestId {
    RequestId::try_from(number).unwrap()
}

fn owner() -> Owner {
    Owner { account: 1.try_into().unwrap(), user: 2.try_into().unwrap() }
}

async fn boxed(status: &'static str, fill: impl FnOnce(Writing) + 'static) -> Shown {
    show(move || {
        let record = Record::sample(id(7));
        record.request_call.value().set(Some(sample::request(7, status)));
        let kept = Kept::fresh(owner(), id(7), None);
        let writing = Writing::begin(record, Client::here(), FileLimits::default(), kept, Callback::new(|()| ()));
        fill(writing);
        section(record, writing, false)
    })
    .await
}

fn area(shown: &Shown) -> HtmlTextAreaElement {
    shown.find("textarea").unchecked_into()
}

#[wasm_bindgen_test]
async fn an_empty_reply_is_not_sent_and_the_focus_goes_to_it() {
    let stage = RwSignal::new(None);
    let shown = boxed("open", move |writing| {
        Effect::new(move || stage.set(Some(writing.stage.get())));
    })
    .await;
    shown.click("button[type=submit]");
    leptos::task::tick().await;
    assert_eq!(stage.get_untracked(), Some(Stage::Idle));
    assert!(shown.text().contains("Write a message."), "{}", shown.text());
    assert_eq!(area(&shown).get_attribute("aria-invalid").as_deref(), Some("true"));
    let focused = document().active_element().map(|element| element.id());
    assert_eq!(focused.as_deref(), Some(REPLY_FIELD));
}

#[wasm_bindgen_test]
async fn only_on_a_solved_request_a_reply_reopens() {
    let sentence = "Sending a reply reopens this request.";
    assert!(boxed("solved", |_| ()).await.text().contains(sentence));
    assert!(!boxed("open", |_| ()).await.text().contains(sentence));
}

#[wasm_bindgen_test]
async fn a_closed_request_takes_no_reply() {
    let shown = boxed("closed", |_| ()).await;
    assert_eq!(shown.count("form"), 0);
    assert_eq!(shown.count("textarea"), 0);
}

#[wasm_bindgen_test]
async fn what_was_written_before_the_request_closed_is_given_back() {
    let shown = boxed("closed", |writing| writing.write("Still broken".to_owned())).await;
    assert_eq!(shown.count("form"), 0);
    assert_eq!(area(&shown).value(), "Still broken");
    assert!(area(&shown).read_only());
    assert_eq!(shown.count("a[href='/panel/new']"), 1);
    assert!(shown.text().contains("#7"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn a_file_that_came_too_late_is_named_and_not_sent_again() {
    let sent = RwSignal::new(None);
    let shown = show(move || {
        let record = Record::sample(id(7));
        record.request_call.value().set(Some(sample::request(7, "closed")));
        let mut kept = Kept::fresh(owner(), id(7), None);
        kept.draft.files.push(DraftFile {
            id: "f1".to_owned(),
            name: "what-i-see.txt".to_owned(),
            content_type: "text/plain".to_owned(),
            size: 3,
            idempotency_key: "k".to_owned(),
            upload: None,
            cleaned: None,
        });
        let writing = Writing::begin(record, Client::here(), FileLimits::default(), kept, Callback::new(|()| ()));
        Effect::new(move || sent.set(Some(writing.uploads.count())));
        section(record, writing, false)
    })
    .await;
    assert!(shown.text().contains("what-i-see.txt"), "{}", shown.text());
    assert_eq!((shown.count("textarea"), shown.count("a[href='/panel/new']")), (0, 1));
    assert_eq!(sent.get_untracked(), Some(0));
}

#[wasm_bindgen_test]
async fn a_refused_reply_stays_with_its_reason() {
    let shown = boxed("open", |writing| {
        writing.write("Still broken".to_owned());
        writing.stage.set(Stage::Refused(Refusal::NotSent, ApiError::Network));
    })
    .await;
    assert_eq!(area(&shown).value(), "Still broken");
    assert!(shown.text().contains("Your reply was not sent. Your text is still here."), "{}", shown.text());
    assert_eq!(shown.count("button[type=submit]"), 1);
}

#[wasm_bindgen_test]
async fn a_reply_to_a_full_request_is_kept_and_leads_to_a_follow_up() {
    let shown = boxed("open", |writing| {
        writing.write("One too many".to_owned());
        let body = r#"{"error":"RequestFull","description":"x"}"#;
        writing.stage.set(Stage::Refused(Refusal::Full, ApiError::of_response(422, None, body)));
    })
    .await;
    assert_eq!(area(&shown).value(), "One too many");
    assert!(shown.text().contains("Open a follow-up to #7: your text and files go with it."), "{}", shown.text());
    assert_eq!(shown.count("a[href='/panel/new']"), 1);
}

#[wasm_bindgen_test]
async fn what_is_written_is_there_again_after_a_reload() {
    let begun = Kept::find(owner(), id(4711)).await;
    let _shown = show(move || {
        let record = Record::sample(id(4711));
        let writing = Writing::begin(record, Client::here(), FileLimits::default(), begun, Callback::new(|()| ()));
        writing.write("Half a sen".to_owned());
        ().into_any()
    })
    .await;
    let again = Kept::find(owner(), id(4711)).await;
    assert!(again.restored);
    assert_eq!(again.draft.answers.text("body"), "Half a sen");
    let other = Kept::find(owner(), id(4712)).await;
    assert!(!other.restored, "another request's reply is another draft");
    let store = again.store.unwrap();
    store.delete(again.draft.owner, &again.draft.id).done().await.unwrap();
}
