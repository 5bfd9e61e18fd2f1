//! How the panel writes pages: [`view!`] as leptos has it, with every HTML element a value of one type. One copy of the code
//! that draws an element, sets an attribute or follows a signal serves all pages (docs/decisions/views.md). Components, signals
//! and owners are leptos'.

mod child;
mod element;
#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod tests;
mod value;

pub use balcao_view_macro::view;
pub use child::{Child, each};
pub use element::Element;

use leptos::prelude::*;

/// [`Effect::new`] with one copy of its code for all: runs now and whenever a signal changes that it reads.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}

/// [`Memo::new`] with one copy of its code for each type: what is read, worked out again when a signal changes.
pub fn memo<T: PartialEq + Send + Sync + 'static>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    let read: Box<dyn Fn() -> T + Send + Sync> = Box::new(read);
    Memo::new(move |_| read())
}

/// [`effect`], told what it gave the last time.
pub fn effect_after<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) {
    let mut before = None;
    effect(move || before = Some(run(before.take())));
}
