//! When a page that lies open reads again: as its tab is looked at again, and as the connection comes back.

use leptos::leptos_dom::helpers::{WindowListenerHandle, window_event_listener_untyped};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How often a tab that is looked at again reads again, at most; milliseconds.
const AT_MOST_EVERY: f64 = 30_000.0;

/// Whether a tab that was read at `last` reads again at `now`; both in milliseconds.
#[must_use]
pub fn is_due(last: f64, now: f64) -> bool {
    // A clock that was set back must not keep the page from reading for ever.
    now < last || now - last >= AT_MOST_EVERY
}

/// Runs `read` when the tab becomes visible, not more often than every 30 s, and at once when the browser is back
/// online. Ends with the view.
pub fn read_again(read: impl Fn() + Clone + 'static) {
    let last = StoredValue::new(js_sys::Date::now());
    let again = read.clone();
    let visible = window_event_listener_untyped("visibilitychange", move |_| {
        let now = js_sys::Date::now();
        if is_visible() && is_due(last.get_value(), now) {
            last.set_value(now);
            again();
        }
    });
    let online = window_event_listener_untyped("online", move |_| {
        last.set_value(js_sys::Date::now());
        read();
    });
    for listener in [visible, online] {
        on_cleanup(move || WindowListenerHandle::remove(listener));
    }
}

/// Whether the tab can be seen.
#[must_use]
pub fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_none_or(|document| {
        // Read as text: every browser has it, and the enumeration costs a web-sys feature.
        js_sys::Reflect::get(document.unchecked_ref(), &"visibilityState".into())
            .is_ok_and(|state| state.as_string().as_deref() == Some("visible"))
    })
}

#[cfg(test)]
mod tests {
    use super::is_due;

    #[test]
    fn a_tab_reads_again_at_most_every_half_minute() {
        let cases = [(0.0, 0.0, false), (0.0, 29_999.0, false), (0.0, 30_000.0, true), (50_000.0, 10_000.0, true)];
        for (last, now, due) in cases {
            assert_eq!(is_due(last, now), due, "{last} {now}");
        }
    }
}
