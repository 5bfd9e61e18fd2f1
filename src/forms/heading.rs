//! The top of every page of a form: which step it is, and the heading.

use super::engine::Engine;
use super::followup::followup_line;
use super::steps;
use crate::text::{Language, Text};
use crate::ui::PageTitle;
use crate::view::{memo, view};
use leptos::prelude::*;

/// "Step 2 of 5", a bar, and the heading. `step` is `None` for the review, which is the last page.
#[component]
pub fn Heading(engine: Engine, step: Option<String>, title: Signal<String>) -> impl IntoView {
    let language = Language::here();
    let position = memo(move || engine.form.with(|form| steps::position(form, step.as_deref().unwrap_or_default())));
    let whole = Signal::derive(move || {
        let form = engine.form.with(|form| form.name.clone());
        language.text_with(Text::FormTitle, &[("form", &form), ("step", &title.get())])
    });
    let said = move || {
        let (number, of) = position.get();
        language.text_with(Text::FormStep, &[("number", &number.to_string()), ("of", &of.to_string())])
    };
    view! {
        <div class="form-head">
            {followup_line(engine)}
            <div class="form-progress">
                <span>{said}</span>
                <progress
                    aria-hidden="true"
                    max=move || position.get().1.to_string()
                    value=move || position.get().0.to_string()
                ></progress>
            </div>
            <PageTitle title=whole />
        </div>
    }
    .into_any()
}
