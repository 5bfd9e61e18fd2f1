//! One polite live region for the whole page: what happens without the focus moving is said here.

use leptos::prelude::*;

/// Says things to screen readers; in the context of every view.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<String>);

impl Announcer {
    /// An announcer with nothing to say.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(String::new()))
    }

    /// The announcer of the nearest view.
    #[must_use]
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_default()
    }

    /// Says a sentence. The same sentence twice differs by an invisible space: some readers say only what changes.
    pub fn say(self, sentence: &str) {
        self.0.update(|said| {
            let repeated = said == sentence;
            *said = if repeated { format!("{sentence}\u{a0}") } else { sentence.to_owned() };
        });
    }
}

impl Default for Announcer {
    fn default() -> Self {
        Self::new()
    }
}

/// Where it is said. Once a page.
#[component]
pub fn LiveRegion() -> impl IntoView {
    let announcer = Announcer::here();
    view! {
        <p class="visually-hidden" aria-live="polite">
            {move || announcer.0.get()}
        </p>
    }
    .into_any()
}
