//! A field: label, hint, error, and the ids that hold them together.

use crate::text::{Language, Text};
use crate::view::view;
use leptos::prelude::*;

/// The ids of a field's parts, made once from its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldIds {
    /// The input; of a group its first choice.
    pub input: String,
    /// The hint.
    pub hint: String,
    /// The error.
    pub error: String,
    /// How many characters are left.
    pub count: String,
}

impl FieldIds {
    /// The ids of the field of that key.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self {
            input: format!("field-{key}"),
            hint: format!("field-{key}-hint"),
            error: format!("field-{key}-error"),
            count: format!("field-{key}-count"),
        }
    }

    /// For `aria-describedby`: the hint, then the error, then how many characters are left. Those that are empty or
    /// not there say nothing.
    #[must_use]
    pub fn described_by(&self) -> String {
        format!("{} {} {}", self.hint, self.error, self.count)
    }
}

/// Label, hint and error around an input. Of a group of choices the label is a `<legend>`.
#[component]
pub fn Field(
    /// The ids.
    ids: FieldIds,
    /// The label.
    label: Signal<String>,
    /// The hint; empty for none.
    hint: Signal<String>,
    /// What is wrong.
    error: Signal<Option<String>>,
    /// It may stay empty.
    optional: Signal<bool>,
    /// A group of choices.
    #[prop(optional)]
    group: bool,
    /// The input.
    children: Children,
) -> impl IntoView {
    let language = Language::here();
    let words = move || {
        let optional = optional
            .get()
            .then(|| view! { <span class="field-optional">" " {language.t(Text::CommonOptional)}</span> });
        view! {
            {move || label.get()}
            {optional}
        }
    };
    let FieldIds { input, hint: hint_id, error: error_id, .. } = ids.clone();
    let described_by = ids.described_by();
    let below = view! {
        <p class="field-hint" id=hint_id>{move || hint.get()}</p>
        <p class="field-error" id=error_id>{move || error.get()}</p>
        {children()}
    };
    let invalid = move || error.with(Option::is_some);
    if group {
        view! {
            <fieldset class="field" class:field-invalid=invalid aria-describedby=described_by>
                <legend>{words}</legend>
                {below}
            </fieldset>
        }
        .into_any()
    } else {
        view! {
            <div class="field" class:field-invalid=invalid>
                <label for=input>{words}</label>
                {below}
            </div>
        }
        .into_any()
    }
}
