//! What is wrong, in words, above the page that it is on.

use super::engine::Engine;
use super::faults::sentence;
use super::problems::Problem;
use crate::text::{Language, Text};
use crate::ui::{ErrorSummary, FieldIds, SummaryEntry};
use crate::view::{memo, view};
use leptos::prelude::*;

/// The problems of one page's fields; `keys` are theirs. What belongs to no field is shown wherever we are.
pub fn summary(engine: Engine, keys: Memo<Vec<String>>) -> AnyView {
    let language = Language::here();
    let entries = memo(move || {
        engine.problems.with(|problems| {
            let here = keys.get();
            let mut entries: Vec<SummaryEntry> = engine.form.with(|form| {
                let shown = problems.fields.iter().filter(|(key, _)| here.iter().any(|known| known == key.as_str()));
                let entry = |key: &str, problem: &Problem| {
                    let field = form.field(key)?;
                    let target = Some(FieldIds::new(key).input);
                    Some(SummaryEntry { target, sentence: sentence(language, field, problem) })
                };
                shown.filter_map(|(key, problem)| entry(key.as_str(), problem)).collect()
            });
            let others = problems.others.iter();
            entries.extend(others.map(|said| SummaryEntry { target: None, sentence: said.clone() }));
            entries
        })
    });
    let title = Signal::derive(language.t(Text::FormProblems));
    view! { <ErrorSummary title entries=entries.into() shown=engine.summons.into() /> }.into_any()
}
