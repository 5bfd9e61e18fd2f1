//! How urgent the request will be, as soon as the answers say it, and when somebody will answer.

use super::engine::Engine;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{PriorityTag, promise};
use balcao_contract::priority::{Priority, priority};
use balcao_contract::visibility::answers_that_count;
use leptos::prelude::*;

/// The priority that the answers make, and the promise that goes with it.
#[component]
pub fn PriorityBox(engine: Engine) -> impl IntoView {
    let known = Memo::new(move |_| {
        engine.form.with(|form| {
            engine.answers.with(|answers| priority(form.priority_rule, &answers_that_count(form, answers)))
        })
    });
    view! { <div role="status">{move || known.get().map(|priority| view! { <Promised priority /> })}</div> }.into_any()
}

/// A priority with its promise.
#[component]
pub fn Promised(priority: Priority) -> impl IntoView {
    let language = Language::here();
    let session = Session::here();
    let first_response = move || {
        let promised = session.first_responses()?.of(priority);
        let within = promise(language, promised);
        Some(view! { <p>{language.text_with(Text::FormFirstResponse, &[("within", &within)])}</p> })
    };
    let urgent = move || (priority == Priority::Urgent).then(|| view! { <p>{language.t(Text::FormUrgent)}</p> });
    view! {
        <div class="priority-box" data-priority=priority.name()>
            <p class="priority-box-what">{language.t(Text::FormPriority)} " " <PriorityTag priority /></p>
            {first_response}
            {urgent}
        </div>
    }
    .into_any()
}
