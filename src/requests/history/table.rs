//! The requests as a table; on a narrow screen the style sheet makes a card of each row. The roles say again what the
//! elements are: with `display` changed, Safari and older Chromes drop the table from the accessibility tree.

use super::pager::pager;
use super::state::History;
use crate::live::Live;
use crate::requests::address;
use crate::requests::query::Sort;
use crate::text::{Language, Text};
use crate::ui::{Moment, PriorityTag, StatusTag};
use balcao_contract::wire::Request;
use leptos::prelude::*;

const COLUMNS: [Text; 6] = [
    Text::HistoryColumnNumber,
    Text::HistoryColumnSubject,
    Text::HistoryColumnStatus,
    Text::HistoryColumnPriority,
    Text::HistoryColumnOpened,
    Text::HistoryColumnUpdated,
];

/// The requests that have arrived, and the pager.
pub fn table(history: History) -> AnyView {
    let language = Language::here();
    let rows = move || {
        let requests = history.listing.with(|listing| listing.as_ref().map(|listing| listing.requests.clone()));
        requests.unwrap_or_default().into_iter().map(row).collect::<Vec<_>>()
    };
    let heads: Vec<AnyView> = COLUMNS.into_iter().map(|text| head(history, text)).collect();
    view! {
        <table class="history-table" role="table">
            <caption class="visually-hidden">{language.t(Text::HistoryTitle)}</caption>
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
        {pager(history)}
    }
    .into_any()
}

fn head(history: History, text: Text) -> AnyView {
    let language = Language::here();
    let sorted = move || {
        let sort = history.query.read().sort;
        match (text, sort) {
            (Text::HistoryColumnUpdated, Sort::LastUpdated) | (Text::HistoryColumnOpened, Sort::LastOpened) => {
                Some("descending")
            }
            (Text::HistoryColumnUpdated, Sort::FirstUpdated) | (Text::HistoryColumnOpened, Sort::FirstOpened) => {
                Some("ascending")
            }
            _ => None,
        }
    };
    view! { <th scope="col" role="columnheader" aria-sort=sorted>{language.t(text)}</th> }.into_any()
}

fn row(request: Request) -> AnyView {
    let language = Language::here();
    let label = move |text: Text| language.t(text);
    let id = request.id;
    let live = Live::here();
    let unread = move || {
        let mark = || view! { <span class="history-unread">{language.t(Text::LiveNew)}</span> }.into_any();
        live.is_unread(id).then(mark)
    };
    view! {
        <tr role="row" data-request=id.to_string()>
            <td role="cell" class="history-number" data-label=label(Text::HistoryColumnNumber)>{format!("#{id}")}</td>
            <th role="rowheader" scope="row" class="history-subject">
                <a href=address(&format!("/requests/{id}")) dir="auto">{request.subject}</a>
                {unread}
            </th>
            <td role="cell" class="history-status" data-label=label(Text::HistoryColumnStatus)>
                <StatusTag status=request.status.shown() />
            </td>
            <td role="cell" class="history-priority" data-label=label(Text::HistoryColumnPriority)>
                {request.priority.map(|priority| view! { <PriorityTag priority /> }.into_any())}
            </td>
            <td role="cell" class="history-opened" data-label=label(Text::HistoryColumnOpened)>
                <Moment moment=request.created_at />
            </td>
            <td role="cell" class="history-updated" data-label=label(Text::HistoryColumnUpdated)>
                <Moment moment=request.updated_at />
            </td>
        </tr>
    }
    .into_any()
}
