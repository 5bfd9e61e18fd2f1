//! One of the options: all to be seen at once where they are few, a list where they are many.

use super::Question;
use crate::text::{Language, Text};
use crate::ui::{Button, ButtonKind, Field, RadioGroup, Select};
use crate::view::{memo, view};
use balcao_contract::answers::AnswerValue;
use leptos::prelude::*;

/// The most options that are shown side by side.
const FEW: usize = 6;

pub fn view(question: Question) -> AnyView {
    let choices = question.choices();
    // How many there are does not depend on the language.
    if choices.with_untracked(Vec::len) <= FEW { cards(question) } else { list(question) }
}

fn cards(question: Question) -> AnyView {
    let language = Language::here();
    let ids = question.ids();
    let value = question.text();
    let optional = question.optional();
    let chosen = memo(move || optional.get() && value.with(|value| !value.is_empty()));
    // A radio button cannot be let go; an answer that nobody asks for can be taken back.
    let take_back = move || {
        chosen.get().then(|| {
            view! {
                <Button
                    label=Signal::derive(language.t(Text::FormTakeBack))
                    kind=ButtonKind::Quiet
                    on_click=Callback::new(move |()| question.choose(AnswerValue::Text(String::new())))
                />
            }
        })
    };
    view! {
        <Field
            ids=ids.clone()
            label=question.title()
            hint=question.hint()
            error=question.error()
            optional
            group=true
        >
            <RadioGroup
                ids
                choices=question.choices()
                value
                on_input=Callback::new(move |key| question.choose(AnswerValue::Text(key)))
            />
            {take_back}
        </Field>
    }
    .into_any()
}

fn list(question: Question) -> AnyView {
    let language = Language::here();
    let ids = question.ids();
    view! {
        <Field
            ids=ids.clone()
            label=question.title()
            hint=question.hint()
            error=question.error()
            optional=question.optional()
        >
            <Select
                ids
                choices=question.choices()
                value=question.text()
                invalid=question.invalid()
                placeholder=Signal::derive(language.t(Text::FormChoose))
                on_input=Callback::new(move |key| question.choose(AnswerValue::Text(key)))
            />
        </Field>
    }
    .into_any()
}
