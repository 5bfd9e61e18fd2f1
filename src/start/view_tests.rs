//! What the start of a request shows to whom, in a real document.

use super::kinds::kinds;
use super::stores::stores;
use super::who::who;
use crate::session::Session;
use crate::shown::{Shown, settled, show};
use balcao_contract::panel::{Capability, MissingCapability, MissingReason};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;

fn lacks(capability: Capability, reason: MissingReason, sponsor: Option<&str>) -> MissingCapability {
    MissingCapability { capability, reason, sponsor: sponsor.map(str::to_owned) }
}

async fn shown_kinds(missing: Vec<MissingCapability>) -> Shown {
    show(move || {
        provide_context(Session::sample("Carla Nunes", &["acmestore"], missing));
        kinds()
    })
    .await
}

#[wasm_bindgen_test]
async fn who_may_open_everything_sees_three_ways() {
    let shown = shown_kinds(Vec::new()).await;
    for form in ["technical", "financial", "commercial"] {
        assert_eq!(shown.count(&format!("h2 a[href='/panel/new/{form}']")), 1, "{form}");
    }
    assert_eq!(shown.count(".is-closed, button"), 0);
    assert_eq!(shown.count("a[href='/panel/copilot']"), 1);
    assert!(shown.text().contains("Carla Nunes"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn what_is_missing_stands_where_the_way_would_be_with_who_can_grant_it() {
    let shown = shown_kinds(vec![
        lacks(Capability::OpenTechnicalRequests, MissingReason::SupportResource, Some("Ana <b>Souza</b>")),
        lacks(Capability::OpenCommercialRequests, MissingReason::SponsorOnly, Some("Ana <b>Souza</b>")),
    ])
    .await;
    assert_eq!(shown.count(".is-closed"), 2);
    assert_eq!(shown.count("h2 a"), 1);
    assert_eq!(shown.count("button"), 1, "it can be checked again");
    assert_eq!(shown.count("b"), 0, "a name is text");
    let text = shown.text();
    assert!(text.contains("open-support-ticket"), "{text}");
    assert!(text.contains("Ana <b>Souza</b>, the sponsor of acmestore"), "{text}");
    // Copilot is for everybody.
    assert_eq!(shown.count("a[href='/panel/copilot']"), 1);
}

#[wasm_bindgen_test]
async fn a_sponsor_whom_nobody_knows_is_not_made_up() {
    let missing = vec![lacks(Capability::OpenCommercialRequests, MissingReason::SponsorOnly, None)];
    let text = shown_kinds(missing).await.text();
    assert!(text.contains("The person who manages the users of acmestore can tell you"), "{text}");
    assert!(!text.contains('{'), "{text}");
}

#[wasm_bindgen_test]
async fn a_name_without_a_last_name_is_asked_for_again_at_its_field() {
    let shown = show(|| {
        provide_context(Session::sample("carla@acmestore.example", &["acmestore"], Vec::new()));
        who()
    })
    .await;
    let input: web_sys::HtmlInputElement = shown.find("#field-name").unchecked_into();
    assert_eq!(input.value(), "", "an address is no name");
    assert_eq!(shown.count("input[type=radio]:checked"), 1, "the store is prefilled");
    shown.click("button");
    settled().await;
    assert!(shown.has_focus("#field-name"));
    assert_eq!(shown.find("#field-name").get_attribute("aria-invalid").as_deref(), Some("true"));
    assert!(shown.text().contains("Enter your first and last name."), "{}", shown.text());
    type_into(&input, "Carla Nunes");
    settled().await;
    assert_eq!(shown.find("#field-name").get_attribute("aria-invalid").as_deref(), Some("false"));
}

fn type_into(input: &web_sys::HtmlInputElement, text: &str) {
    input.set_value(text);
    let event = document().create_event("Event").unwrap();
    event.init_event_with_bubbles("input", true);
    input.dispatch_event(&event).unwrap();
}

async fn many(chosen: RwSignal<String>) -> Shown {
    show(move || {
        let names: Vec<String> = (1..=12).map(|number| format!("store{number:02}")).collect();
        stores(Signal::stored(names), chosen)
    })
    .await
}

#[wasm_bindgen_test]
async fn many_stores_are_searched_and_the_chosen_one_stays_in_sight() {
    let chosen = RwSignal::new("store03".to_owned());
    let shown = many(chosen).await;
    assert_eq!(shown.count("input[type=radio]"), 12);
    let search: web_sys::HtmlInputElement = shown.find("input[type=search]").unchecked_into();
    type_into(&search, "11");
    settled().await;
    assert_eq!(shown.count("input[type=radio]"), 2);
    assert_eq!(shown.count("input[type=radio][value=store03]:checked"), 1);
    assert!(shown.text().contains("1 store"), "{}", shown.text());
    shown.click("input[type=radio][value=store11]");
    assert_eq!(chosen.get_untracked(), "store11");
    type_into(&search, "<none>");
    settled().await;
    assert!(shown.text().contains("None of your stores has “<none>”"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn a_few_stores_need_no_search() {
    let shown = show(|| {
        stores(Signal::stored(vec!["acmestore".to_owned(), "faro".to_owned()]), RwSignal::new("faro".to_owned()))
    })
    .await;
    assert_eq!(shown.count("input[type=search]"), 0);
    assert_eq!(shown.count("fieldset legend"), 1);
    assert_eq!(shown.count("input[type=radio][value=faro]:checked"), 1);
}
