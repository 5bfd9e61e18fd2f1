//! Rows and columns: typed, pasted from a spreadsheet, or read from a file; below, how they were understood.

use super::Question;
use crate::forms::file_text::file_text;
use crate::text::{Language, Text};
use crate::ui::{Field, TextArea, data_table};
use crate::view::{memo, view};
use balcao_contract::answers::AnswerValue;
use balcao_contract::entries::{Row, rows};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlInputElement;

pub fn view(question: Question) -> AnyView {
    let language = Language::here();
    let ids = question.ids();
    let hint = question.hint();
    let columns = move || {
        question.field().with(|field| {
            let titles = field.iter().flat_map(|field| &field.columns).map(|column| column.title.clone());
            titles.collect::<Vec<_>>().join(", ")
        })
    };
    // What may stand in a row is said once, for every table.
    let hint = Signal::derive(move || {
        let how = language.text_with(Text::FormTableHint, &[("columns", &columns())]);
        hint.with(|hint| format!("{hint} {how}"))
    });
    let file_id = format!("{}-file", ids.input);
    let choose = move |event: leptos::ev::Event| {
        let chosen: HtmlInputElement = event_target(&event);
        let file = chosen.files().and_then(|files| files.get(0));
        // The same file chosen once more, after it was changed, is a change again.
        chosen.set_value("");
        let Some(file) = file else { return };
        spawn_local(async move {
            if let Some(text) = file_text(&file).await {
                question.choose(AnswerValue::Text(text));
            }
        });
    };
    view! {
        <Field
            ids=ids.clone()
            label=question.title()
            hint
            error=question.error()
            optional=question.optional()
        >
            <TextArea
                ids
                rows=4
                value=question.text()
                invalid=question.invalid()
                max_length=question.max_length()
                on_input=Callback::new(move |text| question.type_in(text))
                on_blur=Callback::new(move |()| question.leave())
            />
            <div class="evidence-choose">
                <input
                    type="file"
                    id=file_id.clone()
                    class="visually-hidden evidence-input"
                    accept=".csv,.tsv,.txt,text/csv,text/plain"
                    on:change=choose
                />
                <label for=file_id class="button">{language.t(Text::FormTableFile)}</label>
            </div>
            {understood(question)}
        </Field>
    }
    .into_any()
}

/// The rows that were read, once there are any. A mark that is still open is somebody typing.
fn understood(question: Question) -> AnyView {
    let language = Language::here();
    let text = question.text();
    let read = memo(move || {
        question.field().with(|field| {
            let columns = field.as_ref().map(|field| field.columns.as_slice()).unwrap_or_default();
            text.with(|text| rows(columns, text).unwrap_or_default())
        })
    });
    let view = move || {
        let rows: Vec<Row> = read.get();
        if rows.is_empty() {
            return None;
        }
        let count = language.plural(Text::FormTableRowsOne, Text::FormTableRowsOther, rows.len() as u64);
        let table = question.field().with(|field| field.as_ref().map(|field| data_table(field, rows)));
        Some(view! {
            <p class="field-count">{count}</p>
            {table}
        })
    };
    view.into_any()
}
