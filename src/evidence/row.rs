//! One file of the list: its name and size, how far it is, and what can be done about it.

use super::queue::{Entry, Reason, State};
use super::removed::Removed;
use super::uploads::Uploads;
use crate::text::{Language, Text};
use crate::view::{memo, view};
use leptos::prelude::*;
use web_sys::Url;

/// Pictures that every browser draws.
const DRAWN: [&str; 6] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];

/// A file of the list. `on_removed` puts the focus somewhere that still exists.
#[component]
pub fn FileRow(uploads: Uploads, id: String, on_removed: Callback<String>) -> impl IntoView {
    let language = Language::here();
    let Some(first) = uploads.queue().with_untracked(|queue| queue.get(&id).cloned()) else {
        return ().into_any();
    };
    let name = first.file.name.clone();
    let known = id.clone();
    // It changes when secrets are taken out.
    let size = memo(move || uploads.entry(&known).map_or(0, |entry| entry.file.size));
    let state = Memo::new({
        let id = id.clone();
        move |_| uploads.entry(&id).map(|entry: Entry| entry.state)
    });
    let picture = picture(uploads, &id, &name, &first.file.content_type);
    view! {
        <li class="evidence-row" data-state=move || state.with(|state| state.as_ref().map(state_name))>
            {picture}
            <div class="evidence-facts">
                <span class="evidence-name">{name.clone()}</span>
                <span class="evidence-size">{move || language.format_bytes(size.get())}</span>
                <FileProgress state size name=name.clone() />
                <Removed uploads id=id.clone() name=name.clone() />
            </div>
            <FileActions uploads id name state on_removed />
        </li>
    }
    .into_any()
}

/// For the stylesheet and for tests.
const fn state_name(state: &State) -> &'static str {
    match state {
        State::Cleaning { .. } => "cleaning",
        State::Waiting => "waiting",
        State::Sending { .. } => "sending",
        State::Sent(_) => "sent",
        State::Failed(_) => "failed",
    }
}

/// A small picture of a picture. Its address holds the bytes in memory until it is revoked.
fn picture(uploads: Uploads, id: &str, name: &str, content_type: &str) -> AnyView {
    let address = DRAWN
        .contains(&content_type)
        .then(|| uploads.bytes(id))
        .flatten()
        .and_then(|bytes| Url::create_object_url_with_blob(&bytes).ok());
    let Some(address) = address else {
        // The name beside it says it aloud.
        let ending =
            name.rsplit_once('.').map(|(_, ending)| ending.chars().take(5).collect::<String>().to_ascii_uppercase());
        return view! { <span class="evidence-picture evidence-picture-none" aria-hidden="true">{ending}</span> }
            .into_any();
    };
    let revoked = address.clone();
    on_cleanup(move || {
        let _ = Url::revoke_object_url(&revoked);
    });
    // The name stands beside it: a second time would only be noise.
    view! { <img class="evidence-picture" src=address alt="" width="48" height="48" /> }.into_any()
}

#[component]
fn FileProgress(state: Memo<Option<State>>, size: Memo<u64>, name: String) -> impl IntoView {
    let language = Language::here();
    // Drawn anew for another state only, not for each percent: a screen reader would lose its place.
    let kind = memo(move || state.with(|state| state.as_ref().map(std::mem::discriminant)));
    move || {
        // `track` alone would not work the memo out, and then it never changes.
        kind.get();
        let percent = move || {
            state.with(|state| match state {
                Some(State::Sending { sent: done } | State::Cleaning { done: Some(done) }) => {
                    done.saturating_mul(100).checked_div(size.get()).unwrap_or(0).min(100)
                }
                _ => 0,
            })
        };
        match state.get_untracked() {
            None => ().into_any(),
            Some(State::Waiting) => {
                view! { <span class="evidence-state">{language.t(Text::EvidenceWaiting)}</span> }.into_any()
            }
            Some(going @ (State::Cleaning { .. } | State::Sending { .. })) => {
                let is_cleaning = matches!(going, State::Cleaning { .. });
                let label = if is_cleaning { Text::EvidenceCleanProgress } else { Text::EvidenceProgress };
                view! {
                    <span class="evidence-state">
                        {is_cleaning.then(|| view! { <span>{language.t(Text::EvidenceCleaning)}</span> })}
                        <progress
                            max="100"
                            value=move || percent().to_string()
                            aria-label={
                                let name = name.clone();
                                move || language.text_with(label, &[("name", &name)])
                            }
                        ></progress>
                        <span>{move || format!("{}\u{a0}%", percent())}</span>
                    </span>
                }
                .into_any()
            }
            Some(State::Sent(_)) => {
                view! { <span class="evidence-state evidence-done">{language.t(Text::EvidenceSent)}</span> }.into_any()
            }
            Some(State::Failed(reason)) => view! {
                <span class="evidence-state evidence-failed">{move || reason_sentence(language, &reason)}</span>
            }
            .into_any(),
        }
    }
}

/// Why a file is not there.
pub fn reason_sentence(language: Language, reason: &Reason) -> String {
    match reason {
        Reason::Cancelled => language.text(Text::EvidenceCancelled),
        Reason::Lost => language.text(Text::EvidenceLost),
        Reason::NotCleaned => language.text(Text::EvidenceNotCleaned),
        Reason::Unreadable => language.text(Text::EvidenceUnreadable),
        Reason::Api(error) => {
            // A refusal of a file says most in its one detail.
            let detail = error.body().and_then(|body| body.details.values().flatten().next());
            detail.map_or_else(|| error.sentence(language), |detail| detail.description.clone())
        }
    }
}

#[component]
fn FileActions(
    uploads: Uploads,
    id: String,
    name: String,
    state: Memo<Option<State>>,
    on_removed: Callback<String>,
) -> impl IntoView {
    let language = Language::here();
    let can_cancel = memo(move || {
        state.with(|state| matches!(state, Some(State::Cleaning { .. } | State::Waiting | State::Sending { .. })))
    });
    let can_retry =
        memo(move || state.with(|state| matches!(state, Some(State::Failed(reason)) if reason.can_retry())));
    let act = StoredValue::new((id, name));
    // A button says which file it is about, for whoever hears it without seeing the row.
    let button = move |text: Text, label: Text, action: fn(Uploads, &str)| {
        view! {
            <button
                type="button"
                class="button button-quiet"
                aria-label=move || language.text_with(label, &[("name", &act.with_value(|(_, name)| name.clone()))])
                on:click=move |_| act.with_value(|(id, _)| action(uploads, id))
            >
                {language.t(text)}
            </button>
        }
        .into_any()
    };
    let remove = move |_| {
        let (id, name) = act.get_value();
        uploads.remove(&id);
        on_removed.run(name);
    };
    view! {
        <div class="evidence-actions">
            {move || can_cancel.get().then(|| button(Text::EvidenceCancel, Text::EvidenceCancelFile, Uploads::cancel))}
            {move || can_retry.get().then(|| button(Text::EvidenceRetry, Text::EvidenceRetryFile, Uploads::retry))}
            <button
                type="button"
                class="button button-quiet"
                aria-label=move || {
                    language.text_with(Text::EvidenceRemoveFile, &[("name", &act.with_value(|(_, name)| name.clone()))])
                }
                on:click=remove
            >
                {language.t(Text::EvidenceRemove)}
            </button>
        </div>
    }
    .into_any()
}
