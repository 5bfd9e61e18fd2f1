//! The list that was looked at last, so that "Back to requests" leads to the same filter, search and page.

use leptos::prelude::*;

/// The last list's route; in the context of the whole panel, so that it outlives the page.
#[derive(Clone, Copy)]
pub struct LastList(RwSignal<String>);

impl LastList {
    /// Nobody has looked at a list yet: the whole list.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new("/requests".to_owned()))
    }

    /// The list of the nearest view; the whole list where none was ever kept.
    #[must_use]
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_default()
    }

    /// This list is shown now.
    pub fn keep(self, route: String) {
        self.0.set(route);
    }

    /// Its route; follows it.
    #[must_use]
    pub fn route(self) -> String {
        self.0.get()
    }
}

impl Default for LastList {
    fn default() -> Self {
        Self::new()
    }
}
