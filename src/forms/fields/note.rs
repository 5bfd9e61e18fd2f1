//! Something to be read before the questions that come after it.

use super::Question;
use crate::view::view;
use leptos::prelude::*;

pub fn view(question: Question) -> AnyView {
    let (title, text) = (question.title(), question.hint());
    view! {
        <div class="banner banner-info form-note">
            <p>
                <strong>{move || title.get()}</strong>
            </p>
            <p>{move || text.get()}</p>
        </div>
    }
    .into_any()
}
