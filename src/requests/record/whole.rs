//! The whole request as a file: a page to read and print, data, or everything with its files. The bytes ask for the
//! session, so they are fetched and handed over like a single file.

use super::attachment::hand_over;
use super::state::Record;
use crate::api::{ApiError, Client};
use crate::text::{Language, Text};
use crate::view::view;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What can be had: the format as the backend calls it.
const FORMATS: [(&str, Text); 3] =
    [("html", Text::RequestWholeHtml), ("json", Text::RequestWholeJson), ("zip", Text::RequestWholeZip)];

/// The menu.
pub fn whole(record: Record) -> AnyView {
    let language = Language::here();
    let client = Client::here();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new_local(None::<ApiError>);
    let get = move |format: &'static str| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let path = format!("/api/panel/requests/{}/download?format={format}", record.id);
            let outcome = client.blob(&path).await;
            let outcome = outcome.and_then(|blob| hand_over(&blob, &format!("request-{}.{format}", record.id)));
            failure.try_set(outcome.err());
            busy.try_set(false);
        });
    };
    let items = FORMATS.map(|(format, text)| {
        view! {
            <li>
                <button
                    type="button"
                    class="button button-small"
                    aria-disabled=move || busy.get().to_string()
                    on:click=move |_| get(format)
                >
                    {language.t(text)}
                </button>
            </li>
        }
        .into_any()
    });
    let said = move || busy.get().then(|| language.text(Text::RequestDownloading));
    let failed = move || {
        failure.with(|error| {
            let why = error.as_ref()?.sentence(language);
            Some(format!("{} {why}", language.text(Text::RequestFileFailed)))
        })
    };
    view! {
        <details class="record-answers record-whole">
            <summary>{language.t(Text::RequestWhole)}</summary>
            <ul role="list">{items.into_iter().collect::<Vec<_>>()}</ul>
            <p role="status">{said}</p>
            <p class="field-error" role="alert">{failed}</p>
        </details>
    }
    .into_any()
}
