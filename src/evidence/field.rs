//! The field: what may be attached, choosing and dropping, the list. It comes with `machine`.

use super::accepted;
use super::machine::MACHINE;
use super::place::{Refusals, carries_files};
use super::queue::{Entry, Rejected, State};
use super::removed::said_of;
use super::row::{FileRow, reason_sentence};
use super::uploads::Uploads;
use crate::text::{Language, Text};
use crate::view::{each, effect_after, memo, view};
use balcao_contract::file::{FileError, FileLimits};
use leptos::html::Input;
use leptos::prelude::*;
use web_sys::{DragEvent, HtmlInputElement};

/// The field itself, in the place that `place::Evidence` keeps for it.
#[component]
pub fn Field(
    uploads: Uploads,
    id: String,
    title: Signal<String>,
    optional: Signal<bool>,
    hint: Signal<String>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let language = Language::here();
    uploads.begin(MACHINE);
    let limits = uploads.limits();
    let accept = accepted::accept(&limits);
    let input = NodeRef::<Input>::new();
    let said = RwSignal::new(String::new());
    announce(uploads, said);
    let choose = move |event: leptos::ev::Event| {
        let chosen: HtmlInputElement = event_target(&event);
        if let Some(files) = chosen.files() {
            uploads.add_list(&files);
        }
        // The same file chosen once more, after it was removed, is a change again.
        chosen.set_value("");
    };
    let dropped = Dropping::new();
    let drop_files = move |event: DragEvent| {
        dropped.over(&event);
        dropped.leave_all();
        if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
            uploads.add_list(&files);
        }
    };
    let on_removed = Callback::new(move |name: String| {
        said.set(language.text_with(Text::EvidenceRemoved, &[("name", &name)]));
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    });
    let ids = memo(move || {
        uploads.queue().with(|queue| queue.entries().iter().map(|entry| entry.file.id.clone()).collect::<Vec<_>>())
    });
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described_by = format!("{hint_id} {error_id}");
    view! {
        <fieldset
            class="field evidence"
            class:field-invalid=move || error.with(Option::is_some)
            class:evidence-target=move || dropped.is_over()
            on:dragenter=move |event| dropped.enter(&event)
            on:dragover=move |event| dropped.over(&event)
            on:dragleave=move |event| dropped.leave(&event)
            on:drop=drop_files
        >
            <legend>
                {move || title.get()}
                {move || {
                    optional.get().then(|| view! { <span class="field-optional">" " {language.t(Text::CommonOptional)}</span> })
                }}
            </legend>
            <div class="field-hint" id=hint_id>
                {move || hint.with(|hint| (!hint.is_empty()).then(|| view! { <p>{hint.clone()}</p> }))}
                <p>{move || accepted::sentence(language, &limits)}</p>
            </div>
            <p class="field-error" id=error_id>{move || error.get()}</p>
            <div class="evidence-choose">
                <input
                    type="file"
                    multiple
                    id=id.clone()
                    class="visually-hidden evidence-input"
                    accept=accept
                    aria-describedby=described_by
                    aria-invalid=move || error.with(Option::is_some).to_string()
                    node_ref=input
                    on:change=choose
                />
                <label for=id class="button">{language.t(Text::EvidenceChoose)}</label>
                <span class="evidence-or">{language.t(Text::EvidenceDropOrPaste)}</span>
            </div>
            <Refusals uploads />
            <ul class="evidence-list">
                {each(move || ids.get(), move |id| view! { <FileRow uploads id on_removed /> }.into_any())}
            </ul>
            <p class="visually-hidden" role="status">{move || said.get()}</p>
        </fieldset>
    }
    .into_any()
}

/// A pointer with files above the field. `dragenter` and `dragleave` come for every child too, so they are counted.
#[derive(Clone, Copy)]
struct Dropping {
    depth: RwSignal<i32>,
}

impl Dropping {
    fn new() -> Self {
        Self { depth: RwSignal::new(0) }
    }

    fn is_over(self) -> bool {
        self.depth.get() > 0
    }

    fn enter(self, event: &DragEvent) {
        if carries_files(event) {
            event.prevent_default();
            self.depth.update(|depth| *depth += 1);
        }
    }

    /// Without this the browser would open the file in place of the page.
    fn over(self, event: &DragEvent) {
        if carries_files(event) {
            event.prevent_default();
        }
    }

    fn leave(self, event: &DragEvent) {
        if carries_files(event) {
            self.depth.update(|depth| *depth = (*depth - 1).max(0));
        }
    }

    fn leave_all(self) {
        self.depth.set(0);
    }
}

/// Why a file was not taken.
pub fn refusal(language: Language, limits: &FileLimits, refused: &Rejected) -> String {
    let values = [("name", refused.name.as_str())];
    match refused.fault {
        FileError::Empty => language.text_with(Text::EvidenceFaultEmpty, &values),
        FileError::TooLarge => language.text_with(
            Text::EvidenceFaultTooLarge,
            &[("name", &refused.name), ("size", &language.format_bytes(limits.max_bytes))],
        ),
        FileError::TooMany => language.text_with(
            Text::EvidenceFaultTooMany,
            &[("name", &refused.name), ("files", &language.format_number(u64::from(limits.max_files)))],
        ),
        FileError::OtherContent => language.text_with(Text::EvidenceFaultContent, &values),
        _ => language.text_with(Text::EvidenceFaultType, &values),
    }
}

/// The files in words, for a review: names, sizes, and what is not there yet.
#[component]
pub fn List(uploads: Uploads) -> impl IntoView {
    let language = Language::here();
    uploads.begin(MACHINE);
    let line = move |entry: &Entry| {
        let size = language.format_bytes(entry.file.size);
        let state = match &entry.state {
            State::Sent(_) => None,
            State::Failed(reason) => Some(reason_sentence(language, reason)),
            State::Cleaning { .. } | State::Waiting | State::Sending { .. } => {
                Some(language.text(Text::EvidenceWaiting))
            }
        };
        let state = state.map(|state| view! { <span class="evidence-state">{state}</span> });
        let is_failed = matches!(entry.state, State::Failed(_));
        view! {
            <li class:evidence-failed=is_failed>
                <span class="evidence-name">{entry.file.name.clone()}</span>
                <span class="evidence-size">{size}</span>
                {state}
            </li>
        }
    };
    // Percents change nothing here.
    let entries = memo(move || {
        let mut entries = uploads.queue().with(|queue| queue.entries().to_vec());
        for entry in &mut entries {
            if matches!(entry.state, State::Cleaning { .. } | State::Sending { .. }) {
                entry.state = State::Waiting;
            }
        }
        entries
    });
    let list = move || {
        entries.with(|entries| match entries.is_empty() {
            true => view! { <span class="review-none">{language.text(Text::EvidenceNone)}</span> }.into_any(),
            false => view! { <ul class="evidence-summary">{entries.iter().map(line).collect_view()}</ul> }.into_any(),
        })
    };
    list.into_any()
}

/// Says aloud what has changed about the files: that one was added, arrived or failed.
pub fn announce(uploads: Uploads, said: RwSignal<String>) {
    let language = Language::here();
    effect_after(move |before: Option<Vec<(String, &'static str)>>| {
        let now: Vec<(String, &'static str)> = uploads.queue().with(|queue| {
            queue.entries().iter().map(|entry| (entry.file.name.clone(), milestone(&entry.state))).collect()
        });
        // What was there when the page was opened is no news.
        let Some(before) = before else { return now };
        let news = now.iter().filter(|known| !before.contains(known)).filter_map(|(name, milestone)| {
            let text = match *milestone {
                "sent" => Text::EvidenceSaidSent,
                "failed" => Text::EvidenceSaidFailed,
                "going" if before.contains(&(name.clone(), "cleaning")) => {
                    return untrack(|| said_of(uploads, language, name));
                }
                _ if before.iter().any(|(known, _)| known == name) => return None,
                _ => Text::EvidenceSaidAdded,
            };
            Some(untrack(|| language.text_with(text, &[("name", name)])))
        });
        let news: Vec<String> = news.collect();
        if !news.is_empty() {
            said.set(news.join(" "));
        }
        now
    });
}

const fn milestone(state: &State) -> &'static str {
    match state {
        State::Cleaning { .. } => "cleaning",
        State::Waiting | State::Sending { .. } => "going",
        State::Sent(_) => "sent",
        State::Failed(_) => "failed",
    }
}
