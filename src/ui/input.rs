//! The inputs of a field. They hold no state: what they show comes in, what is typed goes out.

use super::FieldIds;
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
    /// The field was left.
    #[prop(optional)]
    on_blur: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <input
            class="input"
            id=ids.input.clone()
            type=kind
            inputmode=input_mode
            autocomplete="off"
            aria-describedby=ids.described_by()
            aria-invalid=move || invalid.get().to_string()
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
            on:blur=move |_| left(on_blur)
        />
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
    /// The field was left.
    #[prop(optional)]
    on_blur: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <textarea
            class="input"
            id=ids.input.clone()
            rows=rows
            aria-describedby=ids.described_by()
            aria-invalid=move || invalid.get().to_string()
            prop:value=move || value.get()
            on:input=move |event| on_input.run(event_target_value(&event))
            on:blur=move |_| left(on_blur)
        ></textarea>
    }
    .into_any()
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
    let values =
        Memo::new(move |_| choices.with(|all| all.iter().map(|choice| choice.value.clone()).collect::<Vec<_>>()));
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
    let boxes = move || {
        let boxed = |(at, choice): (usize, Choice)| {
            let id = if at == 0 { ids.input.clone() } else { format!("{}-{at}", ids.input) };
            let (key, checked) = (choice.value.clone(), choice.value.clone());
            let change = move |_| {
                let mut chosen = value.get_untracked();
                match chosen.iter().position(|known| *known == key) {
                    Some(known) => drop(chosen.remove(known)),
                    None => chosen.push(key.clone()),
                }
                on_input.run(chosen);
            };
            view! {
                <label class="choice-row">
                    <input
                        type="checkbox"
                        id=id
                        value=choice.value
                        prop:checked=move || value.with(|chosen| chosen.contains(&checked))
                        on:change=change
                    />
                    <span>{choice.label}</span>
                </label>
            }
            .into_any()
        };
        choices.get().into_iter().enumerate().map(boxed).collect::<Vec<_>>()
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
