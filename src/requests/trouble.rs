//! A failure, shown where it happened, with its reason and a way to try again.

use crate::api::ApiError;
use crate::text::{Language, Text};
use crate::ui::{Banner, Button, Tone};
use leptos::prelude::*;

/// What failed, why, and *Try again*. It stays, with the button busy, while it is tried again: the focus has a place.
pub fn trouble(
    what: impl Fn() -> String + Send + Sync + 'static,
    why: RwSignal<Option<ApiError>, LocalStorage>,
    busy: impl Fn() -> bool + Send + Sync + 'static,
    again: impl Fn() + Send + Sync + 'static,
) -> AnyView {
    let language = Language::here();
    let sentence = Signal::derive(move || {
        let why = why.with(|error| error.as_ref().map(|error| error.sentence(language)));
        format!("{}. {}", what(), why.unwrap_or_default())
    });
    view! {
        <Banner tone=Tone::Error text=sentence>
            <Button busy=Signal::derive(busy) on_click=Callback::new(move |()| again())>
                {language.t(Text::CommonRetry)}
            </Button>
        </Banner>
    }
    .into_any()
}
