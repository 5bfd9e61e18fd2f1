//! A view in a real document, for tests.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, its helpers too")]

use crate::text::{Language, Part, file_address};
use balcao_contract::locale::Locale;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test_configure;
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

/// A view that stands in the document until this is dropped.
pub struct Shown {
    root: HtmlElement,
    _mounted: Box<dyn std::any::Any>,
}

impl Shown {
    /// Its text, as a reader sees it.
    pub fn text(&self) -> String {
        self.root.inner_text()
    }

    /// How many elements match.
    pub fn count(&self, selector: &str) -> u32 {
        self.root.query_selector_all(selector).unwrap().length()
    }

    /// The first element that matches.
    pub fn find(&self, selector: &str) -> HtmlElement {
        self.root.query_selector(selector).unwrap().unwrap().unchecked_into()
    }

    /// Clicks the first element that matches.
    pub fn click(&self, selector: &str) {
        self.find(selector).click();
    }

    /// Whether the first element that matches has the focus.
    pub fn has_focus(&self, selector: &str) -> bool {
        document().active_element().as_ref() == Some(self.find(selector).unchecked_ref::<Element>())
    }

    /// Waits for an element; the test's own time-out ends it.
    pub async fn until(&self, selector: &str) {
        // Frames and not `tick`: a loop of microtasks would let nothing arrive, and hold the browser for ever.
        for _ in 0..600 {
            if self.count(selector) > 0 {
                return;
            }
            settled().await;
        }
        panic!("nothing matches {selector}: {}", self.text());
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.root.remove();
    }
}

/// Takes the English sentences of a part as they are served: without their keys, behind the fingerprint that their address
/// carries.
fn speak(language: Language, part: Part, file: &str) {
    let file: js_sys::Object = js_sys::JSON::parse(file).unwrap().unchecked_into();
    let sentences = js_sys::Object::values(&file);
    sentences.unshift(&file_address(part, Locale::En).rsplit('=').next().into());
    let served: String = js_sys::JSON::stringify(&sentences).unwrap().into();
    assert!(language.arrived(part, Locale::En, &served));
}

/// Shows a view, in English.
pub async fn show(view: impl FnOnce() -> AnyView + 'static) -> Shown {
    let document = web_sys::window().unwrap().document().unwrap();
    let root: HtmlElement = document.create_element("div").unwrap().unchecked_into();
    document.body().unwrap().append_child(&root).unwrap();
    let mounted = leptos::mount::mount_to(root.clone(), move || {
        let language = Language::unknown();
        language.choose(Locale::En);
        speak(language, Part::First, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/en.json")));
        speak(language, Part::Pages, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/locales/pages/en.json")));
        provide_context(language);
        view()
    });
    settled().await;
    Shown { root, _mounted: Box::new(mounted) }
}

/// Effects run in microtasks, and what waits for the view to be drawn in the next frame.
pub async fn settled() {
    for _ in 0..2 {
        let frame = js_sys::Promise::new(&mut |resolve, _| {
            window().request_animation_frame(&resolve).unwrap();
        });
        wasm_bindgen_futures::JsFuture::from(frame).await.unwrap();
    }
}
