//! The heading of a page: it takes the focus when the page opens, and names the document.

use super::focus_element;
use crate::view::{effect, effect_after, view};
use leptos::html;
use leptos::prelude::*;

/// The page's `h1`. On opening the focus goes here, so that a screen reader says where one is; not on the very first
/// page of a visit, where the browser does that itself.
#[component]
pub fn PageTitle(
    /// What the page is called.
    title: Signal<String>,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    effect(move || {
        let title = title.get();
        if !title.is_empty() {
            document().set_title(&title);
        }
    });
    effect_after(move |focused: Option<bool>| {
        let Some(element) = heading.get() else { return false };
        // The heading of a page that was opened by a link within the panel; a page that the browser loaded keeps its own.
        if focused != Some(true) && has_visited() {
            focus_element(&element);
        }
        true
    });
    view! {
        <h1 node_ref=heading tabindex="-1">
            {move || title.get()}
        </h1>
    }
    .into_any()
}

thread_local! {
    static VISITED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether a page was shown before; from now on it was.
fn has_visited() -> bool {
    VISITED.replace(true)
}
