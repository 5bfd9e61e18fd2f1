//! Several lines.

use super::Question;
use crate::ui::{Field, TextArea};
use crate::view::view;
use leptos::prelude::*;

pub fn view(question: Question, rows: u32) -> AnyView {
    let ids = question.ids();
    view! {
        <Field
            ids=ids.clone()
            label=question.title()
            hint=question.hint()
            error=question.error()
            optional=question.optional()
        >
            <TextArea
                ids
                rows
                value=question.text()
                invalid=question.invalid()
                max_length=question.max_length()
                on_input=Callback::new(move |text| question.type_in(text))
                on_blur=Callback::new(move |()| question.leave())
            />
        </Field>
    }
    .into_any()
}
