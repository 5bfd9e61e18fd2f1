//! What was taken out of a file before it is sent: how much of what, where, the file itself to look at, and for texts the switch.

use super::care::Care;
use super::cleaned::{Cleaned, Removed as Kind, RemovedPlace};
use super::queue::{Entry, State};
use super::uploads::Uploads;
use crate::text::{Language, Text};
use crate::view::{memo, view};
use leptos::prelude::*;
use web_sys::Url;

/// Kinds, and how many of them are said.
const KINDS: [(&str, Text, Text); 10] = [
    ("cookie", Text::EvidenceRemovedCookieOne, Text::EvidenceRemovedCookieOther),
    ("password", Text::EvidenceRemovedPasswordOne, Text::EvidenceRemovedPasswordOther),
    ("token", Text::EvidenceRemovedTokenOne, Text::EvidenceRemovedTokenOther),
    ("key", Text::EvidenceRemovedKeyOne, Text::EvidenceRemovedKeyOther),
    ("code", Text::EvidenceRemovedCodeOne, Text::EvidenceRemovedCodeOther),
    ("card", Text::EvidenceRemovedCardOne, Text::EvidenceRemovedCardOther),
    ("document", Text::EvidenceRemovedDocumentOne, Text::EvidenceRemovedDocumentOther),
    ("email", Text::EvidenceRemovedEmailOne, Text::EvidenceRemovedEmailOther),
    ("phone", Text::EvidenceRemovedPhoneOne, Text::EvidenceRemovedPhoneOther),
    ("body", Text::EvidenceRemovedBodyOne, Text::EvidenceRemovedBodyOther),
];

/// "14 cookies".
fn counted(language: Language, removed: &Kind) -> String {
    let known = KINDS.iter().find(|(kind, _, _)| *kind == removed.kind);
    known.map_or_else(String::new, |(_, one, other)| language.plural(*one, *other, removed.count))
}

/// "14 cookies, 3 access keys, 1 password".
fn listed(language: Language, cleaned: &Cleaned) -> String {
    cleaned.removed.iter().map(|removed| counted(language, removed)).collect::<Vec<_>>().join(", ")
}

/// What is said aloud once a file is clean; nothing where nothing was taken out.
pub fn said_of(uploads: Uploads, language: Language, name: &str) -> Option<String> {
    let cleaned = uploads.queue().with(|queue| {
        let entry = queue.entries().iter().find(|entry| entry.file.name == name);
        entry.and_then(cleaned_of)
    });
    let cleaned = cleaned.filter(|cleaned| !cleaned.removed.is_empty())?;
    Some(language.text_with(Text::EvidenceSaidCleaned, &[("name", name), ("list", &listed(language, &cleaned))]))
}

fn cleaned_of(entry: &Entry) -> Option<Cleaned> {
    entry.file.cleaned.as_deref().and_then(Cleaned::read)
}

/// What of a file is shown here.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    cleaned: Option<Cleaned>,
    /// The switch, where there is one.
    is_hidden: Option<bool>,
}

fn known(uploads: Uploads, entry: &Entry) -> Known {
    let is_there = uploads.original(&entry.file.id).is_some();
    let cleaned = cleaned_of(entry);
    let is_changed = cleaned.as_ref().is_none_or(|cleaned| !cleaned.removed.is_empty());
    let is_cleaning = matches!(entry.state, State::Cleaning { .. });
    let is_hidden = match entry.care {
        Care::Text { is_hidden } if is_there && is_changed && !is_cleaning => Some(is_hidden),
        _ => None,
    };
    Known { cleaned, is_hidden }
}

/// See the module.
#[component]
pub fn Removed(uploads: Uploads, id: String, name: String) -> impl IntoView {
    let language = Language::here();
    let file = StoredValue::new((id, name));
    let shown = memo(move || file.with_value(|(id, _)| uploads.entry(id).map(|entry| known(uploads, &entry))));
    let list = move || {
        let cleaned = shown.with(|shown| shown.as_ref().and_then(|known| known.cleaned.clone()))?;
        Some(told(language, uploads, file, cleaned))
    };
    let has_switch = memo(move || shown.with(|shown| shown.as_ref().and_then(|known| known.is_hidden)).is_some());
    let is_hidden = move || shown.with(|shown| shown.as_ref().and_then(|known| known.is_hidden)).unwrap_or(true);
    let switch = move || {
        has_switch.get().then(|| {
            view! {
                <label class="evidence-hide">
                    <input
                        type="checkbox"
                        prop:checked=is_hidden
                        on:change=move |event| {
                            let is_hidden = event_target_checked(&event);
                            file.with_value(|(id, _)| uploads.set_hidden(id, is_hidden));
                        }
                    />
                    <span>{language.t(Text::EvidenceHide)}</span>
                </label>
            }
            .into_any()
        })
    };
    view! {
        {list}
        {switch}
    }
    .into_any()
}

/// What was taken out of a file, and the file as it goes.
fn told(language: Language, uploads: Uploads, file: StoredValue<(String, String)>, cleaned: Cleaned) -> AnyView {
    let broken = (cleaned.is_har && cleaned.is_broken)
        .then(|| view! { <p class="evidence-note">{language.t(Text::EvidenceCleanBroken)}</p> }.into_any());
    if cleaned.removed.is_empty() {
        let nothing = cleaned
            .is_har
            .then(|| view! { <p class="evidence-note">{language.t(Text::EvidenceCleanNothing)}</p> }.into_any());
        return view! { <div class="evidence-removed">{nothing} {broken}</div> }.into_any();
    }
    let cleaned = StoredValue::new(cleaned);
    let summary = move || {
        let list = cleaned.with_value(|cleaned| listed(language, cleaned));
        language.text_with(Text::EvidenceCleanRemoved, &[("list", &list)])
    };
    let kinds = move || {
        cleaned.with_value(|cleaned| cleaned.removed.iter().map(|removed| kind(language, removed)).collect_view())
    };
    view! {
        <div class="evidence-removed">
            <details>
                <summary>{summary}</summary>
                <ul>{kinds}</ul>
            </details>
            {broken}
            {look(language, uploads, file)}
        </div>
    }
    .into_any()
}

fn kind(language: Language, removed: &Kind) -> AnyView {
    let place = |place: &RemovedPlace| {
        let line = place.line;
        let text = place.text.clone();
        let said = move || match line {
            0 => text.clone(),
            line => language.text_with(Text::EvidenceCleanLine, &[("line", &language.format_number(line))]),
        };
        view! { <li>{said}</li> }.into_any()
    };
    let places = removed.places.iter().map(place).collect_view();
    view! {
        <li>
            {counted(language, removed)}
            <ul class="evidence-places">{places}</ul>
        </li>
    }
    .into_any()
}

/// The bytes that go, to be saved and opened by whatever reads such files. Its address holds them until it is revoked.
fn look(language: Language, uploads: Uploads, file: StoredValue<(String, String)>) -> Option<AnyView> {
    let (id, name) = file.get_value();
    // Whatever is in it, a browser that opens it shows it as text.
    let bytes = uploads.bytes(&id)?;
    let bytes = bytes.slice_with_f64_and_f64_and_content_type(0.0, bytes.size(), "text/plain; charset=utf-8").ok()?;
    let address = Url::create_object_url_with_blob(&bytes).ok()?;
    let revoked = address.clone();
    on_cleanup(move || {
        let _ = Url::revoke_object_url(&revoked);
    });
    let label = {
        let name = name.clone();
        move || language.text_with(Text::EvidenceCleanLookFile, &[("name", &name)])
    };
    let link = view! {
        <a class="evidence-look" href=address download=name aria-label=label>
            {language.t(Text::EvidenceCleanLook)}
        </a>
    };
    Some(link.into_any())
}
