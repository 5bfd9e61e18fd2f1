//! Choosing one of one's stores: a few as they are, more with a search above them.

use crate::text::{Language, Text};
use crate::ui::{Choice, Field, FieldIds, RadioGroup};
use crate::view::{memo, view};
use leptos::prelude::*;

/// More stores than this are searched.
const FEW: usize = 7;
/// The most that are shown at once.
const SHOWN: usize = 50;

/// The stores, one of them chosen.
pub fn stores(names: Signal<Vec<String>>, chosen: RwSignal<String>) -> AnyView {
    let language = Language::here();
    let ids = FieldIds::new("account");
    let query = RwSignal::new(String::new());
    let found = memo(move || names.with(|names| query.with(|query| chosen.with(|chosen| found(names, query, chosen)))));
    let is_many = memo(move || names.with(|names| names.len() > FEW));
    let choices = Signal::derive(move || {
        let choice = |name: &String| Choice { value: name.clone(), label: name.clone() };
        found.with(|found| found.shown.iter().map(choice).collect())
    });
    let rows_ids = ids.clone();
    view! {
        <Field
            ids
            label=language.signal(Text::StartAccount)
            hint=language.signal(Text::StartAccountHint)
            error=Signal::stored(None)
            optional=Signal::stored(false)
            group=true
        >
            {move || is_many.get().then(|| search(query, found, chosen))}
            <div class="start-stores">
                <RadioGroup
                    ids=rows_ids
                    choices
                    value=chosen.into()
                    on_input=Callback::new(move |name| chosen.set(name))
                />
            </div>
        </Field>
    }
    .into_any()
}

fn search(query: RwSignal<String>, found: Memo<Found>, chosen: RwSignal<String>) -> AnyView {
    let language = Language::here();
    let count = move || {
        found.with(|found| match (found.matching, found.more()) {
            (0, _) => {
                let query = query.get();
                language.text_with(Text::StartNoStore, &[("query", query.trim())])
            }
            (_, more) if more > 0 => language.plural(Text::StartMoreOne, Text::StartMoreOther, more as u64),
            (matching, _) => language.plural(Text::StartStoresOne, Text::StartStoresOther, matching as u64),
        })
    };
    // Enter would send the form: here it takes the one store that is left.
    let entered = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            if let Some(only) = found.with_untracked(Found::only) {
                chosen.set(only);
            }
        }
    };
    view! {
        <label class="start-search" for="store-search">
            {language.t(Text::StartSearch)}
        </label>
        <input
            class="input"
            id="store-search"
            type="search"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            aria-describedby="store-count"
            prop:value=move || query.get()
            on:input=move |event| query.set(event_target_value(&event))
            on:keydown=entered
        />
        <p class="field-hint" id="store-count" role="status">
            {count}
        </p>
    }
    .into_any()
}

/// What a search brings.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    /// Those to be seen, the chosen one always among them: what will be sent never hides.
    shown: Vec<String>,
    /// How many match.
    matching: usize,
    /// How many of those are seen.
    seen: usize,
    /// The first that matches.
    first: Option<String>,
}

impl Found {
    const fn more(&self) -> usize {
        self.matching - self.seen
    }

    fn only(&self) -> Option<String> {
        self.first.clone().filter(|_| self.matching == 1)
    }
}

/// Stores whose names have every word of the query, in the order that they came in.
fn found(names: &[String], query: &str, chosen: &str) -> Found {
    // A store's name has no other letters.
    let query = query.to_ascii_lowercase();
    let matches = |name: &str| query.split_whitespace().all(|word| name.to_ascii_lowercase().contains(word));
    let matching: Vec<&String> = names.iter().filter(|name| matches(name)).collect();
    let seen = matching.len().min(SHOWN);
    let mut shown: Vec<String> = matching.iter().take(SHOWN).map(|name| (*name).clone()).collect();
    if !shown.iter().any(|name| name == chosen) && names.iter().any(|name| name == chosen) {
        shown.insert(0, chosen.to_owned());
    }
    Found { shown, matching: matching.len(), seen, first: matching.first().map(|name| (*name).clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_word_counts_and_case_does_not() {
        let all = names(&["acmestore", "acmeoutlet", "faro-outlet", "faro"]);
        let cases: [(&str, &[&str]); 5] = [
            ("", &["acmestore", "acmeoutlet", "faro-outlet", "faro"]),
            (" OUTLET ", &["acmeoutlet", "faro-outlet"]),
            ("outlet faro", &["faro-outlet"]),
            ("acme", &["acmestore", "acmeoutlet"]),
            ("nothing", &[]),
        ];
        for (query, expected) in cases {
            let found = found(&all, query, "");
            assert_eq!(found.shown, expected, "{query:?}");
            assert_eq!(found.matching, expected.len());
        }
    }

    #[test]
    fn the_chosen_store_never_hides() {
        let all = names(&["acmestore", "faro"]);
        let found = found(&all, "faro", "acmestore");
        assert_eq!(found.shown, ["acmestore", "faro"]);
        assert_eq!((found.matching, found.only().as_deref()), (1, Some("faro")));
        assert_eq!(super::found(&all, "x", "gone").shown, Vec::<String>::new());
    }

    #[test]
    fn thousands_are_not_drawn_at_once() {
        let all: Vec<String> = (0..3_000).map(|number| format!("store{number:04}")).collect();
        let found = found(&all, "", "store2999");
        assert_eq!(found.shown.len(), SHOWN + 1);
        assert_eq!(found.shown.first().map(String::as_str), Some("store2999"));
        assert_eq!(found.more(), 3_000 - SHOWN);
        assert_eq!(found.only(), None);
    }
}
