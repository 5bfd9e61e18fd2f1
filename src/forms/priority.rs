//! How urgent the request will be, as soon as the answers say it, and when somebody will answer.

use super::engine::Engine;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{PriorityTag, promise};
use crate::view::{memo, view};
use balcao_contract::priority::{Priority, priority};
use balcao_contract::time::Timestamp;
use balcao_contract::visibility::answers_that_count;
use leptos::prelude::*;
use std::time::Duration;

/// The priority that the answers make, and the promise that goes with it, as if it were sent now.
pub fn priority_box(engine: Engine) -> AnyView {
    let known = memo(move || {
        engine.form.with(|form| {
            engine.answers.with(|answers| priority(form.priority_rule, &answers_that_count(form, answers)))
        })
    });
    let now = minute();
    (move || known.get().map(|priority| view! { <Promised priority from=now /> })).into_any()
}

/// The present minute, as long as the view lives.
fn minute() -> Signal<Timestamp> {
    let now = || Timestamp::from_unix_milliseconds(js_sys::Date::now() as i64).unwrap_or_default();
    let minute = RwSignal::new(now());
    if let Ok(ticking) = set_interval_with_handle(move || minute.set(now()), Duration::from_secs(60)) {
        on_cleanup(move || ticking.clear());
    }
    minute.into()
}

/// A priority with its promise for what is sent at that moment.
#[component]
pub fn Promised(priority: Priority, from: Signal<Timestamp>) -> impl IntoView {
    let language = Language::here();
    let session = Session::here();
    let by = memo(move || session.answered_by(priority, from.get()));
    let first_response = move || {
        let within = promise(language, session.first_responses()?.of(priority));
        Some(match by.get() {
            Some(moment) => language.text_with(
                Text::FormFirstResponseBy,
                &[("moment", &language.format_deadline(moment)), ("within", &within)],
            ),
            None => language.text_with(Text::FormFirstResponse, &[("within", &within)]),
        })
    };
    let urgent = move || (priority == Priority::Urgent).then(|| view! { <p>{language.t(Text::FormUrgent)}</p> });
    view! {
        <div class="priority-box" data-priority=priority.name()>
            <p class="priority-box-what">{language.t(Text::FormPriority)} " " <PriorityTag priority /></p>
            <p>{first_response}</p>
            {urgent}
        </div>
    }
    .into_any()
}
