//! Moving the focus: to a page's heading, to an error summary, back to an opener.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Puts the focus on an element, if it is one that can have it.
pub fn focus_element(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        element.focus().ok();
    }
}

/// Puts the focus on the element of that id, if there is one. A closed `<details>` around it is opened.
pub fn focus_id(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    if let Ok(Some(details)) = element.closest("details") {
        details.set_attribute("open", "").ok();
    }
    focus_element(&element);
}
