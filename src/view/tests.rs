//! What `view!` draws, and how it changes.

use super::{each, effect, effect_after, view};
use crate::shown::{Shown, settled, show};
use leptos::html;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

fn html(shown: &Shown) -> String {
    shown.find("main").inner_html().replace("<!---->", "")
}

#[wasm_bindgen_test]
async fn attributes_are_set_once_or_followed() {
    let (text, is_open) = (RwSignal::new("a".to_owned()), RwSignal::new(false));
    let shown = show(move || {
        let absent = None::<&'static str>;
        view! {
            <main>
                <input type="text" novalidate rows=3 title=absent value=move || text.get() aria-label="x" />
                <p class="box" class:open=move || is_open.get() hidden=move || !is_open.get() data-of=text>
                    "é " {7_u32.to_string()} <br /> {move || text.get()}
                </p>
            </main>
        }
        .into_any()
    })
    .await;
    let input = r#"<input type="text" novalidate="" rows="3" aria-label="x" value="a">"#;
    assert_eq!(html(&shown), format!(r#"{input}<p class="box" hidden="" data-of="a">é 7<br>a</p>"#));
    text.set("b<i>".to_owned());
    is_open.set(true);
    settled().await;
    let input = input.replace("\"a\"", "\"b<i>\"");
    let expected = format!(r#"{input}<p class="box open" data-of="b<i>">é 7<br>b&lt;i&gt;</p>"#);
    assert_eq!(html(&shown).replace("&lt;i&gt;\"", "<i>\""), expected);
    is_open.set(false);
    settled().await;
    assert_eq!(shown.count("p.box:not(.open)[hidden]"), 1);
}

#[wasm_bindgen_test]
async fn a_property_is_not_an_attribute() {
    let value = RwSignal::new("first".to_owned());
    let shown = show(move || {
        view! { <main><input prop:value=value /><input type="checkbox" prop:checked=true /></main> }.into_any()
    })
    .await;
    let input: web_sys::HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(shown.find("input"));
    assert_eq!((input.value(), input.get_attribute("value")), ("first".to_owned(), None));
    value.set("second".to_owned());
    settled().await;
    assert_eq!(input.value(), "second");
    assert_eq!(shown.count("[type=checkbox]:checked"), 1);
}

#[wasm_bindgen_test]
async fn what_is_drawn_anew_at_the_same_place_keeps_its_element() {
    let number = RwSignal::new(0_u32);
    let clicked = Rc::new(RefCell::new(Vec::new()));
    let shown = show({
        let clicked = Rc::clone(&clicked);
        move || {
            let draw = move || {
                let now = number.get();
                let clicked = Rc::clone(&clicked);
                view! { <button title=now on:click=move |_| clicked.borrow_mut().push(now)>{now.to_string()}</button> }
            };
            view! { <main><p></p>{draw}<p></p></main> }.into_any()
        }
    })
    .await;
    let before = shown.find("button");
    number.set(1);
    settled().await;
    assert_eq!(html(&shown), r#"<p></p><button title="1">1</button><p></p>"#);
    assert_eq!(shown.find("button"), before, "its focus would be lost");
    shown.click("button");
    assert_eq!(*clicked.borrow(), [1], "one listener, the newest");
}

#[wasm_bindgen_test]
async fn what_becomes_something_else_takes_its_place() {
    let kind = RwSignal::new(0);
    let shown = show(move || {
        let draw = move || match kind.get() {
            0 => view! { <b>"b"</b> }.into_any(),
            1 => view! { <i>"i"</i> }.into_any(),
            2 => view! { <b>"1"</b> <b>"2"</b> }.into_any(),
            3 => ().into_any(),
            _ => view! { <b class="x">"x"</b> }.into_any(),
        };
        view! { <main><p></p>{draw}<p></p></main> }.into_any()
    })
    .await;
    for (next, expected) in [
        (0, "<b>b</b>"),
        (1, "<i>i</i>"),
        (2, "<b>1</b><b>2</b>"),
        (3, ""),
        (4, r#"<b class="x">x</b>"#),
        (0, "<b>b</b>"),
        (3, ""),
        (2, "<b>1</b><b>2</b>"),
    ] {
        kind.set(next);
        settled().await;
        assert_eq!(html(&shown), format!("<p></p>{expected}<p></p>"), "{next}");
    }
}

#[wasm_bindgen_test]
async fn an_item_is_moved_and_not_drawn_anew() {
    let keys = RwSignal::new(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]);
    let drawn = Rc::new(RefCell::new(Vec::new()));
    let shown = show({
        let drawn = send_wrapper::SendWrapper::new(Rc::clone(&drawn));
        move || {
            let item = move |key: String| {
                drawn.borrow_mut().push(key.clone());
                view! { <li id=key.clone()>{key}</li> }.into_any()
            };
            view! { <main>{each(move || keys.get(), item)}</main> }.into_any()
        }
    })
    .await;
    let b = shown.find("#b");
    keys.set(vec!["d".to_owned(), "b".to_owned(), "a".to_owned()]);
    settled().await;
    assert_eq!(html(&shown), r#"<li id="d">d</li><li id="b">b</li><li id="a">a</li>"#);
    assert_eq!(shown.find("#b"), b);
    assert_eq!(*drawn.borrow(), ["a", "b", "c", "d"]);
}

#[wasm_bindgen_test]
async fn a_reference_names_the_element_and_effects_know_what_was() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let reference = NodeRef::<html::P>::new();
    let number = RwSignal::new(1);
    let _shown = show({
        let seen = Rc::clone(&seen);
        move || {
            let titles = Rc::clone(&seen);
            effect(move || titles.borrow_mut().extend(reference.get().map(|element| element.title())));
            effect_after(move |before: Option<u32>| {
                seen.borrow_mut().push(format!("{before:?}"));
                number.get()
            });
            view! { <main><p node_ref=reference title="here"></p></main> }.into_any()
        }
    })
    .await;
    number.set(2);
    settled().await;
    assert_eq!(*seen.borrow(), ["here", "None", "Some(1)"]);
}
