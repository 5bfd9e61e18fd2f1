//! The requests as a table; on a narrow screen the style sheet makes a card of each row. The roles say again what the
//! elements are: with `display` changed, Safari and older Chromes drop the table from the accessibility tree.

use super::pager::pager;
use super::state::History;
use crate::live::Live;
use crate::requests::address;
use crate::requests::author::Author;
use crate::requests::sentences::kind_name;
use crate::requests::sort::Sort;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Moment, PriorityTag, StatusTag};
use crate::view::{memo, view};
use balcao_contract::id::UserId;
use balcao_contract::kind::Kind;
use balcao_contract::wire::{Request, User};
use leptos::prelude::*;

const COLUMNS: [Text; 8] = [
    Text::HistoryColumnNumber,
    Text::HistoryColumnSubject,
    Text::HistoryColumnKind,
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
        memo(move || history.listing.with(|listing| listing.as_ref().is_some_and(|all| all.people.is_some())));
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

/// How what was written begins, where that is not the title again.
fn first_line(request: &Request) -> Option<String> {
    let line = request.description.lines().map(str::trim).find(|line| !line.is_empty() && *line != request.subject)?;
    Some(line.chars().take(120).collect())
}

fn row(requester: Option<String>, request: Request) -> AnyView {
    let language = Language::here();
    let label = move |text: Text| language.t(text);
    let id = request.id;
    let kind = request.ticket_form_id.and_then(Kind::of_form);
    // Requests about the same subject have the same title; a technical one has its own.
    let beginning = (kind != Some(Kind::Technical)).then(|| first_line(&request)).flatten();
    let live = Live::here();
    let unread = move || {
        let mark = || view! { <span class="history-unread">{language.t(Text::LiveNew)}</span> }.into_any();
        live.is_unread(id).then(mark)
    };
    view! {
        <tr role="row" data-request=id.to_string() data-standing=request.status.shown().name()>
            <td role="cell" class="history-number" data-label=label(Text::HistoryColumnNumber)>{format!("#{id}")}</td>
            <th role="rowheader" scope="row" class="history-subject">
                <a href=address(&format!("/requests/{id}")) dir="auto">{request.subject}</a>
                {unread}
                {beginning.map(|line| view! { <span class="history-beginning" dir="auto">{line}</span> }.into_any())}
            </th>
            <td role="cell" class="history-kind" data-label=label(Text::HistoryColumnKind)>
                {kind.map(|kind| language.t(kind_name(kind)))}
            </td>
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
                <Moment moment=request.created_at relative=true />
            </td>
            <td role="cell" class="history-updated" data-label=label(Text::HistoryColumnUpdated)>
                <Moment moment=request.updated_at relative=true />
            </td>
        </tr>
    }
    .into_any()
}
