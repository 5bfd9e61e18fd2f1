//! What only a document can tell: where the focus goes, which ids point where, what a click does.

use super::{
    Button, ConfirmDialog, ErrorSummary, Field, FieldIds, Moment, RichText, SummaryEntry, TextInput, focus_id,
};
use crate::shown::{settled, show};
use crate::view::view;
use balcao_contract::rich_text::{Block, Inline};
use balcao_contract::time::Timestamp;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

fn stored(text: &str) -> Signal<String> {
    Signal::stored(text.to_owned())
}

fn titled(error: RwSignal<Option<String>>) -> AnyView {
    let ids = FieldIds::new("subject");
    let value = RwSignal::new(String::new());
    view! {
        <Field ids=ids.clone() label=stored("Title") hint=stored("In short") error=error.into() optional=Signal::stored(false)>
            <TextInput
                ids
                value=value.into()
                on_input=Callback::new(move |text| value.set(text))
                invalid=Signal::derive(move || error.with(Option::is_some))
                max_length=Some(5)
            />
        </Field>
    }
    .into_any()
}

#[wasm_bindgen_test]
async fn label_hint_and_error_belong_to_their_input() {
    let error = RwSignal::new(None);
    let shown = show(move || titled(error)).await;
    let input = shown.find("input");
    assert_eq!(shown.find("label").get_attribute("for"), Some(input.id()));
    let described = input.get_attribute("aria-describedby").unwrap();
    for id in described.split(' ') {
        assert_eq!(shown.count(&format!("#{id}")), 1, "{id}");
    }
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("false"));
    error.set(Some("Write a title".to_owned()));
    settled().await;
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    assert_eq!(shown.find(".field-error").text_content().as_deref(), Some("Write a title"));
}

#[wasm_bindgen_test]
async fn the_error_summary_takes_the_focus_at_every_try() {
    let tries = RwSignal::new(0_u32);
    let shown = show(move || {
        let entry = SummaryEntry { target: Some("field-subject".to_owned()), sentence: "Write a title".to_owned() };
        view! {
            <ErrorSummary title=stored("There is a problem") entries=Signal::stored(vec![entry]) shown=tries.into() />
            {titled(RwSignal::new(None))}
        }
        .into_any()
    })
    .await;
    assert_eq!(shown.count(".error-summary"), 0);
    tries.set(1);
    settled().await;
    assert!(shown.has_focus(".error-summary"));
    shown.find(".error-summary a").click();
    settled().await;
    assert!(shown.has_focus("#field-subject"));
    tries.set(2);
    settled().await;
    assert!(shown.has_focus(".error-summary"), "a second try with the same faults is noticed, too");
}

#[wasm_bindgen_test]
async fn a_dialog_gives_the_focus_back_to_what_opened_it() {
    let open = RwSignal::new(false);
    let confirmed = RwSignal::new(0);
    let shown = show(move || {
        view! {
            <Button label=stored("Discard") on_click=Callback::new(move |()| open.set(true)) />
            <ConfirmDialog
                open
                title=stored("Discard?")
                text=stored("It cannot be brought back.")
                confirm=stored("Yes")
                cancel=stored("No")
                on_confirm=Callback::new(move |()| confirmed.update(|times| *times += 1))
            />
        }
        .into_any()
    })
    .await;
    let opener = shown.find("button");
    opener.focus().unwrap();
    opener.click();
    settled().await;
    let dialog: web_sys::HtmlDialogElement = shown.find("dialog").unchecked_into();
    assert!(dialog.open());
    assert!(dialog.contains(document().active_element().as_deref()));
    // What Escape does.
    dialog.close();
    settled().await;
    assert!(!open.get_untracked());
    assert_eq!(confirmed.get_untracked(), 0);
    assert_eq!(document().active_element().as_ref(), Some(opener.unchecked_ref::<Element>()));
}

#[wasm_bindgen_test]
async fn a_busy_button_keeps_the_focus_and_does_nothing() {
    let (busy, clicks) = (RwSignal::new(false), RwSignal::new(0));
    let shown = show(move || {
        let click = Callback::new(move |()| clicks.update(|clicks| *clicks += 1));
        view! { <Button label=stored("Send") busy=busy on_click=click /> }.into_any()
    })
    .await;
    let button = shown.find("button");
    button.focus().unwrap();
    button.click();
    busy.set(true);
    settled().await;
    button.click();
    assert_eq!(clicks.get_untracked(), 1);
    assert!(shown.has_focus("button"));
    assert_eq!(button.get_attribute("aria-disabled").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn the_focus_opens_what_is_folded_away() {
    let shown = show(|| view! { <details><summary>"More"</summary><input id="folded" /></details> }.into_any()).await;
    focus_id("folded");
    assert!(shown.find("details").has_attribute("open"));
    assert!(shown.has_focus("#folded"));
}

#[wasm_bindgen_test]
async fn rich_text_is_never_read_as_html() {
    let text = |text: &str| Inline::Text { text: text.to_owned() };
    let link = |href: &str| Inline::Link { href: href.to_owned(), content: vec![text("here")] };
    let blocks = vec![
        Block::Paragraph {
            content: vec![text("<img src=x onerror=alert(1)>"), Inline::Code { text: "<b>".to_owned() }],
        },
        Block::Paragraph {
            content: vec![link("javascript:alert(1)"), link("/articles/a"), link("https://a.example/")],
        },
        Block::Code { text: "<script>".to_owned() },
    ];
    let shown = show(move || view! { <RichText blocks /> }.into_any()).await;
    assert_eq!(shown.count("img, b, script"), 0);
    assert_eq!(shown.count("a"), 2);
    assert_eq!(shown.count("a[href='/panel/articles/a']:not([target])"), 1);
    assert_eq!(shown.count("a[target=_blank][rel~=noopener][rel~=noreferrer]"), 1);
    assert!(shown.text().contains("<img src=x"));
}

#[wasm_bindgen_test]
async fn what_is_due_is_told_by_its_weekday() {
    // A Wednesday at noon, which is one in nearly every zone.
    let moment = Timestamp::from_unix_milliseconds(1_795_608_000_000).unwrap();
    let shown = show(move || view! { <Moment moment /> <Moment moment deadline=true /> }.into_any()).await;
    let plain = shown.find("time").text_content().unwrap();
    let due = shown.find("time:last-of-type").text_content().unwrap();
    assert!(plain.contains("2026") && !plain.contains("Wed"), "{plain}");
    assert!(due.contains("Wed") && due.contains("Nov 25") && !due.contains("2026"), "{due}");
}
