//! A table of an answer: what was typed, pasted or read from a file, under its headings.

use crate::view::view;
use balcao_contract::entries::Row;
use balcao_contract::form::Field;
use leptos::prelude::*;

/// The rows with the number of their line. It scrolls by itself where it is wider or longer than its place, and can be
/// scrolled with the keyboard (axe: scrollable-region-focusable).
pub fn data_table(field: &Field, rows: Vec<Row>) -> AnyView {
    let heading = |title: &String| view! { <th scope="col">{title.clone()}</th> }.into_any();
    let cell = |text: String| view! { <td dir="auto">{text}</td> }.into_any();
    let row = |row: Row| {
        let cells = row.cells.into_iter().map(cell).collect::<Vec<_>>();
        view! {
            <tr>
                <th scope="row">{row.line.to_string()}</th>
                {cells}
            </tr>
        }
        .into_any()
    };
    view! {
        <div class="data-table" role="region" tabindex="0" aria-label=field.title.clone()>
            <table>
                <thead>
                    <tr>
                        <td></td>
                        {field.columns.iter().map(|column| heading(&column.title)).collect::<Vec<_>>()}
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect::<Vec<_>>()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
