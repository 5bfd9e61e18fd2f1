//! What could not be loaded.

use crate::api::Load;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button};
use crate::view::{memo, view};
use leptos::prelude::*;

/// What failed where that is not plain, why, and *Try again*, where it happened.
pub fn failure<T: Clone + 'static>(what: Option<Text>, load: Load<T>) -> AnyView {
    let language = Language::here();
    let why = Signal::derive_local(move || load.error());
    // The reason stays to be read while it is tried again.
    let error = RwSignal::new_local(None);
    let said = memo(move || {
        if let Some(why) = why.get() {
            error.set(Some(why));
        }
        let reason = error.with(|error| error.as_ref().map(|error| error.sentence(language))).unwrap_or_default();
        match what {
            Some(what) => format!("{}. {reason}", language.text(what)),
            None => reason,
        }
    });
    let again = Callback::new(move |()| load.reload());
    view! {
        <Banner kind=BannerKind::Error>
            <p>{move || said.get()}</p>
            <Button
                label=language.signal(Text::CommonRetry)
                busy=Signal::derive(move || load.is_busy())
                on_click=again
            />
        </Banner>
    }
    .into_any()
}
