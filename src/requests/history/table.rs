//! The requests as a table; on a narrow screen the style sheet makes a card of each row. The roles say again what the
//! elements are: with `display` changed, Safari and older Chromes drop the table from the accessibility tree.

use super::pager::pager;
use super::state::History;
use crate::live::Live;
use crate::requests::address;
use crate::requests::author::Author;
use crate::requests::query::Sort;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Moment, PriorityTag, StatusTag};
use balcao_contract::id::UserId;
use balcao_contract::wire::{Request, User};
use leptos::prelude::*;

const COLUMNS: [Text; 7] = [
    Text::HistoryColumnNumber,
    Text::HistoryColumnSubject,
    Text::HistoryColumnRequester,
    Text::HistoryColumnStatus,
    Text::HistoryColumnPriority,
    Text::HistoryColumnOpened,
    Text::HistoryColumnUpdated,
];

/// The requests that have arrived, and the pager.
pub fn table(history: History) -> AnyView {
    let language = Language::here();
    let session = Session::here();
    let rows = move || {
        let (requests, people) = history.listing.with(|listing| {
            let listing = listing.as_ref();
            listing.map(|listing| (listing.requests.clone(), listing.people.clone())).unwrap_or_default()
        });
        let reader = session.user_id();
        let requester = |request: &Request| Some(requester(language, request, reader?, people.as_deref()?));
        requests.into_iter().map(|request| row(requester(&request), request)).collect::<Vec<_>>()
    };
    let names_people =
        Memo::new(move |_| history.listing.with(|listing| listing.as_ref().is_some_and(|all| all.people.is_some())));
    let heads = move || {
        let shown = |text: &Text| names_people.get() || *text != Text::HistoryColumnRequester;
        COLUMNS.into_iter().filter(shown).map(|text| head(history, text)).collect::<Vec<_>>()
    };
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

/// Who opened a request of the store.
fn requester(language: Language, request: &Request, reader: UserId, people: &[User]) -> String {
    match Author::of(request.requester_id, reader, people) {
        Author::You => language.text(Text::RequestYou),
        Author::Colleague(name) => name,
        Author::Support(_) => String::new(),
    }
}

fn row(requester: Option<String>, request: Request) -> AnyView {
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
            {requester.map(|name| view! {
                <td role="cell" class="history-requester" data-label=label(Text::HistoryColumnRequester)>{name}</td>
            }.into_any())}
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
