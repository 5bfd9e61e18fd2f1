use super::*;
use crate::shown::{settled, show};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_test::wasm_bindgen_test;

/// The link as the build leaves it in the page, until this is dropped.
struct Link(web_sys::Element);

impl Link {
    fn to(href: &str) -> Self {
        let link = document().create_element("link").unwrap();
        for (name, value) in [("id", "pages-style"), ("rel", "stylesheet"), ("media", "not all"), ("href", href)] {
            link.set_attribute(name, value).unwrap();
        }
        document().head().unwrap().append_child(&link).unwrap();
        Self(link)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.0.remove();
    }
}

#[wasm_bindgen_test]
fn whoever_saves_data_is_believed_and_nobody_is_suspected_of_it() {
    let navigator = |json: &str| js_sys::JSON::parse(json).unwrap();
    assert!(saves_data(&navigator(r#"{"connection":{"saveData":true}}"#)));
    for json in ["{}", r#"{"connection":null}"#, r#"{"connection":{}}"#, r#"{"connection":{"saveData":false}}"#] {
        assert!(!saves_data(&navigator(json)), "{json}");
    }
}

fn ready() -> Loading {
    Box::pin(async { Ok(view! { <p class="arrived"></p> }.into_any()) })
}

#[wasm_bindgen_test]
async fn what_nobody_looks_at_waits_for_the_page() {
    let (settled, begun) = (StoredValue::new(None), Rc::new(Cell::new(0)));
    let count = begun.clone();
    let shown = show(move || {
        let is_settled = RwSignal::new(false);
        settled.set_value(Some(is_settled));
        provide_context(Settled(is_settled));
        behind(move || {
            count.set(count.get() + 1);
            let is_first = count.get() == 1;
            Box::pin(async move {
                if is_first {
                    return Err(NotLoaded);
                }
                let _ = document().query_selector(".waits").map(|waits| waits.map(|it| it.set_class_name("came")));
                Ok(().into_any())
            })
        });
        view! { <p class="waits"></p> }.into_any()
    })
    .await;
    assert_eq!(begun.get(), 0);
    let is_settled = settled.get_value().unwrap();
    for now in [true, false, true] {
        is_settled.set(now);
        crate::shown::settled().await;
    }
    shown.until(".came").await;
    assert_eq!(begun.get(), 2, "once, and once more because that was in vain");
}

#[wasm_bindgen_test]
async fn what_comes_behind_a_page_waits_for_its_content_too() {
    let (content, is_begun) = (StoredValue::new(None), Rc::new(Cell::new(false)));
    let begun = is_begun.clone();
    let _shown = show(move || {
        provide_context(Settled(RwSignal::new(true)));
        provide_context(Unready(RwSignal::new(0)));
        let is_ready = RwSignal::new(false);
        content.set_value(Some(is_ready));
        unready_until(move || is_ready.get());
        behind(move || {
            begun.set(true);
            Box::pin(async { Ok(().into_any()) })
        });
        view! { <p></p> }.into_any()
    })
    .await;
    assert!(!is_begun.get());
    content.get_value().unwrap().set(true);
    settled().await;
    assert!(is_begun.get());
}

#[wasm_bindgen_test]
async fn the_first_of_these_pages_puts_their_style_to_use() {
    let link = Link::to("data:text/css,.arrived{order:7}");
    let shown = show(|| page(ready)).await;
    shown.until(".arrived").await;
    let style = window().get_computed_style(&shown.find(".arrived")).unwrap().unwrap();
    assert_eq!(style.get_property_value("order").unwrap(), "7");
    assert_eq!(link.0.get_attribute("media"), None);
    let second = show(|| page(ready)).await;
    assert_eq!(second.count(".arrived"), 1, "nobody waits a second time");
}

#[wasm_bindgen_test]
async fn a_style_that_cannot_be_fetched_keeps_no_page_back() {
    let _link = Link::to("/nowhere.css");
    let shown = show(|| page(ready)).await;
    shown.until(".arrived").await;
}

#[wasm_bindgen_test]
async fn a_page_that_cannot_be_fetched_says_so_and_can_be_tried_again() {
    let tries = Rc::new(Cell::new(0));
    let shown = show(move || {
        page(move || {
            tries.set(tries.get() + 1);
            let tries = tries.get();
            Box::pin(async move {
                if tries < 3 { Err(NotLoaded) } else { Ok(view! { <p class="arrived"></p> }.into_any()) }
            })
        })
    })
    .await;
    assert_eq!(shown.count("[role=alert] button"), 1);
    assert_eq!(shown.count("a[rel=external]"), 0, "the first time it is the network, most likely");
    shown.click("[role=alert] button");
    settled().await;
    assert_eq!(shown.count("a[rel=external]"), 1);
    shown.click("[role=alert] button");
    settled().await;
    assert_eq!(shown.count(".arrived"), 1);
    assert_eq!(shown.count("[role=alert]"), 0);
}

#[wasm_bindgen_test]
async fn a_part_that_cannot_be_fetched_leaves_the_pages_title_alone() {
    let is_there = Rc::new(Cell::new(false));
    let loaded = is_there.clone();
    let shown = show(move || {
        part(move || {
            let is_there = loaded.get();
            Box::pin(async move { if is_there { ready().await } else { Err(NotLoaded) } })
        })
    })
    .await;
    assert_eq!((shown.count("h1"), shown.count("[role=alert] button")), (0, 1));
    is_there.set(true);
    shown.click("[role=alert] button");
    shown.until(".arrived").await;
}
