//! Any number of the options.

use super::Question;
use crate::ui::{CheckboxGroup, Field};
use crate::view::view;
use balcao_contract::answers::AnswerValue;
use leptos::prelude::*;

pub fn view(question: Question) -> AnyView {
    let ids = question.ids();
    let choices = question.choices();
    let take = move |mut keys: Vec<String>| {
        // In the order of the options, not of the clicks: the same answer is the same text.
        choices.with_untracked(|choices| {
            keys.sort_by_key(|key| choices.iter().position(|choice| choice.value == *key));
        });
        question.choose(AnswerValue::Many(keys));
    };
    view! {
        <Field
            ids=ids.clone()
            label=question.title()
            hint=question.hint()
            error=question.error()
            optional=question.optional()
            group=true
        >
            <CheckboxGroup ids choices value=question.many() on_input=Callback::new(take) />
        </Field>
    }
    .into_any()
}
