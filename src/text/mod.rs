//! Every sentence of the panel, in the reader's language, and how dates, numbers and plurals are written there.
//! Leaves the fetching of the files to `api` and the choice of the language to `host`.

mod answer;
mod intl;
#[cfg(test)]
mod tests;

use balcao_contract::locale::Locale;
use balcao_contract::time::Timestamp;
use futures::channel::oneshot::{Sender, channel};
use leptos::prelude::*;
use leptos::reactive::graph::Observer;

include!(concat!(env!("OUT_DIR"), "/text.rs"));

/// Which of the two files of a language: what the first page says, or what the pages say whose code comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    First,
    Pages,
}

/// Where a file of a locale is. The fingerprint makes it a new address whenever the file changes.
#[must_use]
pub fn file_address(part: Part, locale: Locale) -> String {
    let folder = if part == Part::First { "" } else { "pages/" };
    format!("/panel/locales/{folder}{}.json?v={}", locale.code(), fingerprint(part, locale))
}

const fn fingerprint(part: Part, locale: Locale) -> &'static str {
    let [en, pt, es] = FINGERPRINTS[part as usize];
    match locale {
        Locale::En => en,
        Locale::Pt => pt,
        Locale::Es => es,
    }
}

/// The sentences of one file. They stay on the JavaScript side: the browser parses them faster, and without a byte of
/// WebAssembly.
#[derive(Clone)]
struct Sentences {
    locale: Locale,
    table: wasm_bindgen::JsValue,
}

/// The reader's language; in the context of every view. Reading it within a view or an effect follows a change.
#[derive(Clone, Copy)]
pub struct Language {
    wanted: RwSignal<Option<Locale>>,
    first: RwSignal<Option<Sentences>, LocalStorage>,
    pages: RwSignal<Option<Sentences>, LocalStorage>,
    failed: RwSignal<bool>,
    attempt: RwSignal<u32>,
    /// The pages that wait for their sentences.
    waiting: StoredValue<Vec<Sender<bool>>, LocalStorage>,
}

impl Language {
    /// Nothing is known yet: the host has not spoken.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            wanted: RwSignal::new(None),
            first: RwSignal::new_local(None),
            pages: RwSignal::new_local(None),
            failed: RwSignal::new(false),
            attempt: RwSignal::new(0),
            waiting: StoredValue::new_local(Vec::new()),
        }
    }

    /// The language of the nearest view. Outside of the application (a test that provides none) it has no sentences.
    #[must_use]
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_else(Self::unknown)
    }

    /// Asks for a language. The present one stays until the other has arrived.
    pub fn choose(self, locale: Locale) {
        if self.wanted.get_untracked() != Some(locale) {
            self.failed.set(false);
            self.wanted.set(Some(locale));
        }
    }

    /// The language that was asked for last, and which attempt at loading it this is.
    #[must_use]
    pub fn wanted(self) -> (Option<Locale>, u32) {
        (self.wanted.get(), self.attempt.get())
    }

    /// Takes a file that has arrived: its fingerprint, and the sentences in the order of their keys. `false` where it is
    /// none, or belongs to another version of the panel, whose sentences stand in other places. A file that is no longer
    /// wanted is let go.
    pub fn arrived(self, part: Part, locale: Locale, json: &str) -> bool {
        let Ok(table) = js_sys::JSON::parse(json) else { return false };
        let written = js_sys::Reflect::get_u32(&table, 0).ok().and_then(|first| first.as_string());
        if written.as_deref() != Some(fingerprint(part, locale)) {
            return false;
        }
        if self.wanted.get_untracked() == Some(locale) {
            self.part(part).set(Some(Sentences { locale, table }));
            match part {
                Part::First => self.failed.set(false),
                Part::Pages => self.tell_pages(true),
            }
        }
        true
    }

    /// The file did not arrive.
    pub fn not_arrived(self, locale: Locale) {
        if self.wanted.get_untracked() == Some(locale) {
            self.failed.set(true);
            self.tell_pages(false);
        }
    }

    fn tell_pages(self, are_here: bool) {
        for page in self.waiting.try_update_value(std::mem::take).unwrap_or_default() {
            let _ = page.send(are_here);
        }
    }

    /// Waits for the sentences of the pages whose code comes later; where they could not be had, tries once more.
    pub async fn pages_are_here(self) -> bool {
        if self.pages.with_untracked(Option::is_some) {
            return true;
        }
        let (page, told) = channel();
        self.waiting.update_value(|waiting| waiting.push(page));
        if self.failed.get_untracked() {
            self.try_again();
        }
        told.await.unwrap_or(false)
    }

    /// Tries again to load what was asked for.
    pub fn try_again(self) {
        self.failed.set(false);
        self.attempt.update(|attempt| *attempt += 1);
    }

    /// The language that was asked for could not be loaded.
    #[must_use]
    pub fn has_failed(self) -> bool {
        self.failed.get()
    }

    /// There is a language to write in.
    #[must_use]
    pub fn is_ready(self) -> bool {
        self.track(Part::First);
        self.first.with_untracked(Option::is_some)
    }

    /// The language that is written in; before the first file has arrived, the one that was asked for.
    #[must_use]
    pub fn locale(self) -> Locale {
        self.track(Part::First);
        let written = self.first.with_untracked(|sentences| sentences.as_ref().map(|sentences| sentences.locale));
        written.or_else(|| self.wanted.get_untracked()).unwrap_or_default()
    }

    /// A sentence, for a view: follows the language.
    pub fn t(self, text: Text) -> impl Fn() -> String + Copy + Send + Sync + 'static {
        move || self.text(text)
    }

    /// A sentence, for a component that takes a signal.
    #[must_use]
    pub fn signal(self, text: Text) -> Signal<String> {
        Signal::derive(self.t(text))
    }

    /// A sentence. Within a view's closure or an effect it follows the language.
    #[must_use]
    pub fn text(self, text: Text) -> String {
        let (part, place) = match (text as u32).checked_sub(FIRST) {
            None => (Part::First, text as u32),
            Some(place) => (Part::Pages, place),
        };
        self.track(part);
        self.part(part).with_untracked(|sentences| {
            sentences
                .as_ref()
                // The fingerprint is first.
                .and_then(|sentences| js_sys::Reflect::get_u32(&sentences.table, place + 1).ok()?.as_string())
                .unwrap_or_default()
        })
    }

    /// A sentence with its placeholders filled in.
    #[must_use]
    pub fn text_with(self, text: Text, values: &[(&str, &str)]) -> String {
        fill_in(&self.text(text), values)
    }

    /// "1 file" or "3 files": the form that the language asks for. `{count}` is filled in, written as the language
    /// writes numbers. English, Portuguese and Spanish need no more than these two for whole numbers of this size.
    #[must_use]
    pub fn plural(self, one: Text, other: Text, count: u64) -> String {
        let form = if intl::is_one(self.locale(), count) { one } else { other };
        self.text_with(form, &[("count", &self.format_number(count))])
    }

    /// "21 Nov 2026, 14:05", in the reader's time zone.
    #[must_use]
    pub fn format_date_time(self, moment: Timestamp) -> String {
        intl::date_time(self.locale(), moment, true)
    }

    /// "Wed 25 Nov, 16:30", in the reader's time zone: until when something can be done.
    #[must_use]
    pub fn format_deadline(self, moment: Timestamp) -> String {
        intl::deadline(self.locale(), moment)
    }

    /// "21 Nov 2026", in the reader's time zone.
    #[must_use]
    pub fn format_date(self, moment: Timestamp) -> String {
        intl::date_time(self.locale(), moment, false)
    }

    /// "3 hours ago", "yesterday"; `now` is in milliseconds since 1970.
    #[must_use]
    pub fn format_relative(self, moment: Timestamp, now: f64) -> String {
        let (count, unit) = intl::distance(moment, now);
        intl::relative(self.locale(), count, unit)
    }

    /// "1,234".
    #[must_use]
    pub fn format_number(self, number: u64) -> String {
        intl::number(self.locale(), number as f64, None)
    }

    /// "3.2 MB".
    #[must_use]
    pub fn format_bytes(self, bytes: u64) -> String {
        let (number, unit) = intl::bytes_in_unit(bytes);
        intl::number(self.locale(), number, Some(unit))
    }

    const fn part(self, part: Part) -> RwSignal<Option<Sentences>, LocalStorage> {
        match part {
            Part::First => self.first,
            Part::Pages => self.pages,
        }
    }

    /// Follows the language where somebody listens, and is silent in an event's handler.
    fn track(self, part: Part) {
        if Observer::get().is_some() {
            self.part(part).track();
        }
    }
}

/// Replaces each `{name}`; a name that is not given stays as it is. Values are not looked into again.
fn fill_in(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, tail))
        });
        match value {
            Some((value, tail)) => {
                filled.push_str(value);
                rest = tail;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}
