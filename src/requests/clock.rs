//! When a page that lies open reads again: as its tab is looked at again, as the connection comes back, and after a
//! failure that may pass.

use crate::api::ApiError;
use crate::live::pause;
use crate::view::effect;
use leptos::leptos_dom::helpers::{WindowListenerHandle, window_event_listener_untyped};
use leptos::prelude::*;
use std::time::Duration;
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
    on_cleanup(move || WindowListenerHandle::remove(visible));
    when_online(move || {
        last.set_value(js_sys::Date::now());
        read();
    });
}

/// Runs that each time the browser is back online. Ends with the view.
pub fn when_online(run: impl Fn() + 'static) {
    let online = window_event_listener_untyped("online", move |_| run());
    on_cleanup(move || WindowListenerHandle::remove(online));
}

/// Runs `read` again by itself, with growing pauses, for as long as what it reads fails for a reason that may pass. A
/// browser says that it is online before the first call goes through, and an outage of the backend it does not notice.
pub fn come_back(failure: RwSignal<Option<ApiError>, LocalStorage>, read: impl Fn() + Clone + 'static) {
    let failures = StoredValue::new(0);
    let waiting = StoredValue::new_local(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = waiting.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    effect(move || {
        stop();
        let told = failure.with(|error| error.as_ref().map(|error| may_come_back(error).then(|| error.retry_after())));
        match told {
            None => failures.set_value(0),
            Some(None) => {}
            Some(Some(told)) => {
                let milliseconds = pause(failures.get_value(), told, js_sys::Math::random());
                failures.update_value(|failures| *failures += 1);
                let timer = set_timeout_with_handle(read.clone(), Duration::from_millis(milliseconds.into()));
                waiting.set_value(timer.ok());
            }
        }
    });
    on_cleanup(stop);
}

/// The same call may go through a moment later. Signing in again is the user's to do.
fn may_come_back(error: &ApiError) -> bool {
    error.may_pass() && *error != ApiError::SignedOut
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
    use super::{is_due, may_come_back};
    use crate::api::ApiError;

    #[test]
    fn only_what_may_pass_is_read_again_unasked() {
        for (error, again) in [
            (ApiError::Network, true),
            (ApiError::Timeout, true),
            (ApiError::Unavailable { retry_after: Some(7) }, true),
            (ApiError::SignedOut, false),
            (ApiError::NotFound, false),
        ] {
            assert_eq!(may_come_back(&error), again, "{error:?}");
        }
    }

    #[test]
    fn a_tab_reads_again_at_most_every_half_minute() {
        let cases = [(0.0, 0.0, false), (0.0, 29_999.0, false), (0.0, 30_000.0, true), (50_000.0, 10_000.0, true)];
        for (last, now, due) in cases {
            assert_eq!(is_due(last, now), due, "{last} {now}");
        }
    }
}
