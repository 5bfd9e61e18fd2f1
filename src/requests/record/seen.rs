//! Whether something can be seen on the screen.

use crate::view::effect;
use js_sys::Array;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IntersectionObserver, IntersectionObserverEntry};

/// Runs `seen` once, as soon as the element comes near the visible part of the page.
pub fn when_seen(element: NodeRef<Div>, seen: impl Fn() + Clone + 'static) {
    let watching = StoredValue::new_local(None::<Watching>);
    effect(move || {
        if let Some(element) = element.get() {
            watching.set_value(Watching::begin(&element, &seen));
        }
    });
    on_cleanup(move || drop(watching.try_update_value(Option::take)));
}

/// An observer and the function it calls; both end together.
pub struct Watching {
    observer: IntersectionObserver,
    _called: Closure<dyn Fn(Array, IntersectionObserver)>,
}

impl Watching {
    /// Calls `seen` once, as soon as that happens.
    #[must_use]
    pub fn begin(element: &web_sys::Element, seen: &(impl Fn() + Clone + 'static)) -> Option<Self> {
        let seen = seen.clone();
        let called =
            Closure::<dyn Fn(Array, IntersectionObserver)>::new(move |entries: Array, own: IntersectionObserver| {
                let is_near = |entry: JsValue| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting();
                if entries.iter().any(is_near) {
                    own.disconnect();
                    seen();
                }
            });
        let observer = IntersectionObserver::new(called.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _called: called })
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
