//! One line: a title, a text, a number, a day.

use super::Question;
use crate::ui::{Field, TextInput};
use crate::view::view;
use leptos::prelude::*;

pub fn view(question: Question, kind: &'static str, input_mode: Option<&'static str>) -> AnyView {
    let ids = question.ids();
    view! {
        <Field
            ids=ids.clone()
            label=question.title()
            hint=question.hint()
            error=question.error()
            optional=question.optional()
        >
            <TextInput
                ids
                kind
                input_mode=input_mode.unwrap_or("text")
                value=question.text()
                invalid=question.invalid()
                max_length=question.max_length()
                range=question.range()
                on_input=Callback::new(move |text| question.type_in(text))
                on_blur=Callback::new(move |()| question.leave())
            />
        </Field>
    }
    .into_any()
}
