//! The answers that the request was opened with, folded away under the header.

use super::state::Record;
use crate::requests::answers::{AnswerRow, Shown, answer_rows};
use crate::requests::trouble::trouble;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::data_table;
use crate::view::{memo, view};
use balcao_contract::wire::CustomField;
use leptos::prelude::*;

/// The answers, once the form's labels are there. Nothing where nothing was answered.
pub fn answers(record: Record) -> AnyView {
    let language = Language::here();
    let form = record.form_call;
    let given = record.of(|request| (request.ticket_form_id, request.custom_fields.clone()));
    let has_answers =
        memo(move || given.with(|given| given.as_ref().is_some_and(|(form, given)| form.is_some() && any(given))));
    let rows = memo(move || {
        let (form_id, given) = given.get()?;
        form.value().with(|form| {
            let form = form.as_ref().filter(|form| Some(form.id) == form_id)?;
            Some(answer_rows(form, &given)).filter(|rows| !rows.is_empty())
        })
    });
    let has_rows = memo(move || rows.with(Option::is_some));
    let has_failed = memo(move || has_answers.get() && !has_rows.get() && form.failure().with(Option::is_some));
    (move || {
        if has_failed.get() {
            let busy = move || form.is_busy();
            return Some(trouble(language.t(Text::RequestAnswersFailed), form.failure(), busy, move || {
                record.reload_form()
            }));
        }
        has_rows.get().then(|| details(record, rows))
    })
    .into_any()
}

fn any(given: &[CustomField]) -> bool {
    given.iter().any(|answer| answer.value.as_ref().is_some_and(|value| !value.is_blank()))
}

fn details(record: Record, rows: Memo<Option<Vec<AnswerRow>>>) -> AnyView {
    let (language, session) = (Language::here(), Session::here());
    let requester = record.of(|request| request.requester_id);
    let is_own = move || session.user_id().is_none_or(|reader| requester.get() == Some(reader));
    let title = move || language.text(if is_own() { Text::RequestAnswers } else { Text::RequestAnswersTheirs });
    view! {
        <details class="record-answers">
            <summary>{title}</summary>
            <dl>{move || rows.get().unwrap_or_default().into_iter().map(|answer| row(language, answer)).collect::<Vec<_>>()}</dl>
        </details>
    }
    .into_any()
}

fn row(language: Language, row: AnswerRow) -> AnyView {
    let value = match row.value {
        Shown::Text(text) => view! { <p dir="auto">{text}</p> }.into_any(),
        Shown::Yes => view! { <p>{language.t(Text::RequestYes)}</p> }.into_any(),
        Shown::Number(number) => view! { <p>{number.to_string()}</p> }.into_any(),
        Shown::Formatted(field, text) => view! { <p>{move || language.answer(&field, &text)}</p> }.into_any(),
        Shown::Table(field, rows) => data_table(&field, rows),
        Shown::Several(labels) => {
            let items = labels.into_iter().map(|label| view! { <li dir="auto">{label}</li> }.into_any());
            view! { <ul>{items.collect::<Vec<_>>()}</ul> }.into_any()
        }
    };
    view! { <div class="fact"><dt>{row.label}</dt><dd>{value}</dd></div> }.into_any()
}
