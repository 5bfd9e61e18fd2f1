//! The inputs of a field. They hold no state: what they show comes in, what is typed goes out.

use super::FieldIds;
use crate::text::{Language, Text};
use crate::view::{memo, view};
use balcao_contract::text::length;
use leptos::prelude::*;

/// One of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its key.
    pub value: String,
    /// Its label.
    pub label: String,
}

/// One line of text, a number or a day.
#[component]
pub fn TextInput(
    /// The field's ids.
    ids: FieldIds,
    /// What stands in it.
    value: Signal<String>,
    /// What is typed.
    on_input: Callback<String>,
    /// Marked as wrong.
    invalid: Signal<bool>,
    /// `text`, `date`…
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    input_mode: Option<&'static str>,
    /// The first and the last day or month that a browser's own calendar offers.
    #[prop(optional, into)]
    range: Signal<(Option<String>, Option<String>)>,
    /// The longest text, in characters. Longer text is kept and said to be too long, never cut off.
    #[prop(optional, into)]
    max_length: Signal<Option<u32>>,
    /// The field was left.
    #[prop(optional)]
    on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let count_id = ids.count.clone();
    view! {
        <input
            class="input"
            id=ids.input.clone()
            type=kind
            inputmode=input_mode
            autocomplete="off"
            min=move || range.get().0
            max=move || range.get().1
            dir="auto"
            aria-describedby=ids.described_by()
            aria-invalid=move || invalid.get().to_string()
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
            on:blur=move |_| left(on_blur)
        />
        {count(count_id, value, max_length)}
    }
    .into_any()
}

/// Several lines of text; grows with them where the browser can (`field-sizing`).
#[component]
pub fn TextArea(
    /// The field's ids.
    ids: FieldIds,
    /// What stands in it.
    value: Signal<String>,
    /// What is typed.
    on_input: Callback<String>,
    /// Marked as wrong.
    invalid: Signal<bool>,
    /// How many lines it shows at first.
    #[prop(default = 6)]
    rows: u32,
    /// The longest text, in characters. Longer text is kept and said to be too long, never cut off.
    #[prop(optional, into)]
    max_length: Signal<Option<u32>>,
    /// The field was left.
    #[prop(optional)]
    on_blur: Option<Callback<()>>,
) -> impl IntoView {
    let count_id = ids.count.clone();
    view! {
        <textarea
            class="input"
            id=ids.input.clone()
            rows=rows
            dir="auto"
            aria-describedby=ids.described_by()
            aria-invalid=move || invalid.get().to_string()
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
            on:blur=move |_| left(on_blur)
        ></textarea>
        {count(count_id, value, max_length)}
    }
    .into_any()
}

/// How many characters are left, once it is near the limit. Not a live region: it would talk over the typing; it is
/// read with the field, and a text that is too long is said when going on.
fn count(id: String, value: Signal<String>, max_length: Signal<Option<u32>>) -> AnyView {
    let language = Language::here();
    let left = memo(move || characters_left(value.with(|text| length(text)), max_length.get()?));
    let sentence = move || {
        left.get().map(|left| {
            let (one, other) = if left < 0 {
                (Text::CommonCharactersOverOne, Text::CommonCharactersOverOther)
            } else {
                (Text::CommonCharactersLeftOne, Text::CommonCharactersLeftOther)
            };
            language.plural(one, other, left.unsigned_abs())
        })
    };
    let is_over = move || left.get().is_some_and(|left| left < 0);
    view! { <p class="field-count" class:is-over=is_over id=id>{sentence}</p> }.into_any()
}

/// What is left of the limit, negative beyond it; `None` while there is room for a fifth of it or a hundred characters.
fn characters_left(length: usize, max: u32) -> Option<i64> {
    let left = i64::from(max) - i64::try_from(length).unwrap_or(i64::MAX);
    (left <= i64::from(max / 5).min(100)).then_some(left)
}

fn left(on_blur: Option<Callback<()>>) {
    if let Some(on_blur) = on_blur {
        on_blur.run(());
    }
}

/// A list to choose from, for more choices than fit on a page.
#[component]
pub fn Select(
    /// The field's ids.
    ids: FieldIds,
    /// The choices.
    choices: Signal<Vec<Choice>>,
    /// The chosen key; empty for none.
    value: Signal<String>,
    /// What is chosen.
    on_input: Callback<String>,
    /// Marked as wrong.
    invalid: Signal<bool>,
    /// What stands there before anything is chosen.
    placeholder: Signal<String>,
) -> impl IntoView {
    let options = move || {
        let chosen = value.get();
        let option = |choice: Choice| {
            let selected = choice.value == chosen;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        };
        choices.get().into_iter().map(option).collect::<Vec<_>>()
    };
    view! {
        <select
            class="input"
            id=ids.input.clone()
            aria-describedby=ids.described_by()
            aria-invalid=move || invalid.get().to_string()
            prop:value=move || value.get()
            on:change=move |event| on_input.run(event_target_value(&event))
        >
            <option value="">{move || placeholder.get()}</option>
            {options}
        </select>
    }
    .into_any()
}

/// One of a few, all to be seen at once.
#[component]
pub fn RadioGroup(
    /// The field's ids; the first choice gets the input's.
    ids: FieldIds,
    /// The choices.
    choices: Signal<Vec<Choice>>,
    /// The chosen key; empty for none.
    value: Signal<String>,
    /// What is chosen.
    on_input: Callback<String>,
) -> impl IntoView {
    let values = memo(move || choices.with(|all| all.iter().map(|choice| choice.value.clone()).collect::<Vec<_>>()));
    let radios = move || {
        let radio = |(at, key): (usize, String)| {
            let id = if at == 0 { ids.input.clone() } else { format!("{}-{at}", ids.input) };
            let name = ids.input.clone();
            let (given, checked) = (key.clone(), key.clone());
            // Drawn once for its key; the label alone follows the language, so that the focus stays.
            let label = move || choices.with(|all| all.get(at).map(|choice| choice.label.clone()));
            view! {
                <label class="choice-row">
                    <input
                        type="radio"
                        id=id
                        name=name
                        value=key
                        prop:checked=move || value.with(|chosen| *chosen == checked)
                        on:change=move |_| on_input.run(given.clone())
                    />
                    <span>{label}</span>
                </label>
            }
            .into_any()
        };
        values.get().into_iter().enumerate().map(radio).collect::<Vec<_>>()
    };
    view! { <div class="choice-rows">{radios}</div> }.into_any()
}

/// Any number of a few.
#[component]
pub fn CheckboxGroup(
    /// The field's ids; the first choice gets the input's.
    ids: FieldIds,
    /// The choices.
    choices: Signal<Vec<Choice>>,
    /// The chosen keys.
    value: Signal<Vec<String>>,
    /// What is chosen now.
    on_input: Callback<Vec<String>>,
) -> impl IntoView {
    let values = memo(move || choices.with(|all| all.iter().map(|choice| choice.value.clone()).collect::<Vec<_>>()));
    let boxes = move || {
        let boxed = |(at, key): (usize, String)| {
            let id = if at == 0 { ids.input.clone() } else { format!("{}-{at}", ids.input) };
            let (given, checked) = (key.clone(), key.clone());
            let change = move |event| {
                let mut chosen = value.get_untracked();
                chosen.retain(|known| *known != given);
                if event_target_checked(&event) {
                    chosen.push(given.clone());
                }
                on_input.run(chosen);
            };
            // As with the radio buttons: the label alone follows the language.
            let label = move || choices.with(|all| all.get(at).map(|choice| choice.label.clone()));
            view! {
                <label class="choice-row">
                    <input
                        type="checkbox"
                        id=id
                        value=key
                        prop:checked=move || value.with(|chosen| chosen.contains(&checked))
                        on:change=change
                    />
                    <span>{label}</span>
                </label>
            }
            .into_any()
        };
        values.get().into_iter().enumerate().map(boxed).collect::<Vec<_>>()
    };
    view! { <div class="choice-rows">{boxes}</div> }.into_any()
}

/// Yes, or nothing.
#[component]
pub fn Checkbox(
    /// The field's ids.
    ids: FieldIds,
    /// What a tick means.
    label: Signal<String>,
    /// Ticked.
    value: Signal<bool>,
    /// What it is now.
    on_input: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="choice-row">
            <input
                type="checkbox"
                id=ids.input.clone()
                aria-describedby=ids.described_by()
                prop:checked=move || value.get()
                on:change=move |event| on_input.run(event_target_checked(&event))
            />
            <span>{move || label.get()}</span>
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::characters_left;

    #[test]
    fn the_count_is_said_near_the_limit_only() {
        let cases = [
            (0, 150, None),
            (119, 150, None),
            (120, 150, Some(30)),
            (150, 150, Some(0)),
            (151, 150, Some(-1)),
            (65_434, 65_535, None),
            (65_435, 65_535, Some(100)),
            (10_000, 150, Some(-9_850)),
        ];
        for (length, max, left) in cases {
            assert_eq!(characters_left(length, max), left, "{length} of {max}");
        }
    }
}
