//! What was written and came too late: the request is closed, and it goes along to a follow-up.

use super::followup::open_followup;
use super::reply::focus_on;
use super::state::Record;
use super::writing::Writing;
use crate::text::{Language, Text};
use crate::view::{memo, view};
use leptos::prelude::*;

const TITLE: &str = "late-title";

/// Text and files, and the way on; nothing where nothing was written. `takes_focus`: somebody was writing as it closed.
pub fn too_late(record: Record, writing: Writing, takes_focus: bool) -> AnyView {
    let language = Language::here();
    let written = StoredValue::new(writing.text.get_untracked());
    let has_text = written.with_value(|text| !text.is_empty());
    let names = memo(move || writing.file_names());
    let is_something = memo(move || has_text || names.with(|names| !names.is_empty()));
    let said = move || language.text_with(Text::RequestReplyClosed, &[("number", &format!("#{}", record.id))]);
    if takes_focus {
        request_animation_frame(|| focus_on(TITLE));
    }
    (move || {
        is_something.get().then(|| {
            view! {
                <section class="reply" aria-labelledby=TITLE>
                    <h2 id=TITLE tabindex="-1">{language.t(Text::RequestReplyKeptClosed)}</h2>
                    <p role="alert">{said}</p>
                    {has_text.then(|| text(written.get_value()))}
                    {files(names)}
                    <p>{open_followup(record)}</p>
                </section>
            }
            .into_any()
        })
    })
    .into_any()
}

/// To be read and copied, not changed.
fn text(written: String) -> AnyView {
    view! { <textarea class="input" readonly rows="8" dir="auto" aria-labelledby=TITLE prop:value=written></textarea> }
        .into_any()
}

fn files(names: Memo<Vec<String>>) -> AnyView {
    let language = Language::here();
    (move || {
        let items = names.get().into_iter().map(|name| view! { <li><bdi>{name}</bdi></li> }.into_any());
        let items = items.collect::<Vec<_>>();
        let list =
            || view! { <ul class="late-files" aria-label=language.t(Text::RequestReplyFiles)>{items}</ul> }.into_any();
        names.with(|names| !names.is_empty()).then(list)
    })
    .into_any()
}
