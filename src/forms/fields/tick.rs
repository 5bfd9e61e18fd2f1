//! Yes, or nothing. The box carries the question itself, so that there is one label and not two.

use super::Question;
use crate::text::{Language, Text};
use crate::ui::Checkbox;
use crate::view::view;
use balcao_contract::answers::AnswerValue;
use leptos::prelude::*;

pub fn view(question: Question) -> AnyView {
    let language = Language::here();
    let ids = question.ids();
    let (title, optional, error, hint) = (question.title(), question.optional(), question.error(), question.hint());
    let label = Signal::derive(move || match optional.get() {
        true => format!("{} {}", title.get(), language.text(Text::CommonOptional)),
        false => title.get(),
    });
    view! {
        <div class="field" class:field-invalid=move || error.with(Option::is_some)>
            <p class="field-hint" id=ids.hint.clone()>{move || hint.get()}</p>
            <p class="field-error" id=ids.error.clone()>{move || error.get()}</p>
            <Checkbox
                ids
                label
                value=question.ticked()
                on_input=Callback::new(move |ticked| question.choose(AnswerValue::Flag(ticked)))
            />
        </div>
    }
    .into_any()
}
