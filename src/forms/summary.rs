//! What is wrong, in words, above the page that it is on.

use super::engine::Engine;
use super::problems::Problem;
use crate::text::{Language, Text};
use crate::ui::{ErrorSummary, FieldIds, SummaryEntry};
use balcao_contract::form::{Field, FieldKind};
use balcao_contract::validation::FaultKind;
use leptos::prelude::*;

/// A problem in words.
pub fn sentence(language: Language, field: &Field, problem: &Problem) -> String {
    let kind = match problem {
        Problem::Said(sentence) => return sentence.clone(),
        Problem::Rule(kind) => *kind,
    };
    let name = ("field", field.title.as_str());
    match kind {
        FaultKind::Blank => language.text_with(
            match field.kind {
                FieldKind::Tagger | FieldKind::Multiselect => Text::FormFaultChoose,
                FieldKind::Checkbox => Text::FormFaultTick,
                FieldKind::Evidence => Text::FormFaultAttach,
                FieldKind::Date => Text::FormFaultDay,
                _ => Text::FormFaultBlank,
            },
            &[name],
        ),
        FaultKind::TooLong { max, actual } => language.text_with(
            Text::FormFaultTooLong,
            &[
                name,
                ("max", &language.format_number(u64::from(max))),
                ("actual", &language.format_number(u64::from(actual))),
            ],
        ),
        FaultKind::NotADate => language.text_with(Text::FormFaultDay, &[name]),
        FaultKind::WrongType if field.kind == FieldKind::Integer => language.text_with(Text::FormFaultNumber, &[name]),
        FaultKind::UnknownOption => language.text_with(Text::FormFaultChoose, &[name]),
        _ => language.text_with(Text::FormFaultOther, &[name]),
    }
}

/// The problems of one page's fields; `keys` are theirs. What belongs to no field is shown wherever we are.
#[component]
pub fn Summary(engine: Engine, keys: Memo<Vec<String>>) -> impl IntoView {
    let language = Language::here();
    let entries = Memo::new(move |_| {
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
