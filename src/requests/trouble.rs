//! A failure, shown where it happened, with its reason and a way to try again.

use crate::api::ApiError;
use crate::text::{Language, Text};
use crate::view::view;
use leptos::prelude::*;

/// What failed, why, and *Try again*. It stays, with the button busy, while it is tried again: the focus has a place.
pub fn trouble(
    what: impl Fn() -> String + Send + Sync + 'static,
    why: RwSignal<Option<ApiError>, LocalStorage>,
    busy: impl Fn() -> bool + Copy + Send + Sync + 'static,
    again: impl Fn() + 'static,
) -> AnyView {
    let language = Language::here();
    let sentence = move || {
        let why = why.with(|error| error.as_ref().map(|error| error.sentence(language)));
        format!("{}. {}", what(), why.unwrap_or_default())
    };
    let click = move |_| {
        if !untrack(busy) {
            again();
        }
    };
    view! {
        <div class="banner banner-error">
            <p role="alert">{sentence}</p>
            <button type="button" class="button" aria-busy=move || busy().to_string() on:click=click>
                {language.t(Text::CommonRetry)}
            </button>
        </div>
    }
    .into_any()
}
