//! One request: `/requests/{id}`.

mod answers;
mod arrivals;
mod attachment;
mod copies;
mod copy;
mod facts;
mod followup;
mod late;
mod picture;
mod reopen;
mod reply;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod reply_tests;
mod seen;
mod sending;
mod solve;
mod state;
mod thread;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod view_tests;
mod whole;
mod withdraw;
mod writing;

use super::trouble::trouble;
use super::{LastList, address};
use crate::api::Client;
use crate::location::Location;
use crate::session::Lacking;
use crate::text::{Language, Text};
use crate::ui::{EmptyState, PageTitle, Skeleton};
use crate::view::{memo, view};
use balcao_contract::id::RequestId;
use balcao_contract::panel::Capability;
use leptos::prelude::*;
use state::{Record, Screen};

/// One request: the user's, one that they are in copy of, or a colleague's where the store shares them.
#[component]
pub fn RecordPage() -> impl IntoView {
    let part = Location::here().part("/requests/");
    let id = memo(move || part.with(|id| id.parse::<RequestId>().ok()));
    // Another number is another page: nothing of the one before may stay.
    let page = move || match id.get() {
        Some(id) => one(Record::begin(Client::here(), id)),
        None => not_found(),
    };
    view! {
        <section class="page record">
            {back()}
            {page}
        </section>
    }
    .into_any()
}

fn back() -> AnyView {
    let list = LastList::here();
    view! {
        <p class="record-back">
            <a href=move || address(&list.route())>{Language::here().t(Text::RequestBack)}</a>
        </p>
    }
    .into_any()
}

fn one(record: Record) -> AnyView {
    let content = move || match record.screen.get() {
        Screen::Skeleton => skeleton(),
        Screen::NotFound => nowhere(),
        Screen::Failed => failed(record),
        Screen::Shown => shown(record),
    };
    view! {
        <PageTitle title=Signal::derive(move || title(record)) />
        {content}
    }
    .into_any()
}

/// The heading: one for all that the page may show, so that the focus which it was given is not lost.
fn title(record: Record) -> String {
    let language = Language::here();
    let subject = record.request.with(|request| request.as_ref().map(|request| request.subject.clone()));
    match (record.screen.get(), subject) {
        (Screen::NotFound, _) => language.text(Text::RequestNotFoundTitle),
        (_, Some(subject)) => subject,
        (_, None) => language.text_with(Text::RequestTitle, &[("number", &format!("#{}", record.id))]),
    }
}

fn shown(record: Record) -> AnyView {
    let language = Language::here();
    let is_stale = memo(move || record.request_call.failure().with(Option::is_some));
    let stale = move || {
        is_stale.get().then(|| {
            let busy = move || record.request_call.is_busy();
            trouble(language.t(Text::RequestStale), record.request_call.failure(), busy, move || record.reload())
        })
    };
    view! {
        {stale}
        {facts::facts(record)}
        {answers::answers(record)}
        {copies::copies(record)}
        {whole::whole(record)}
        {thread::thread(record)}
        {solve::solve(record)}
        {reply::reply(record)}
        {withdraw::withdraw(record)}
    }
    .into_any()
}

fn failed(record: Record) -> AnyView {
    let language = Language::here();
    let busy = move || record.request_call.is_busy();
    trouble(language.t(Text::RequestFailed), record.request_call.failure(), busy, move || record.reload())
}

fn skeleton() -> AnyView {
    view! {
        <p class="visually-hidden" role="status">{Language::here().t(Text::RequestLoading)}</p>
        <Skeleton lines=3 />
        <Skeleton lines=8 />
    }
    .into_any()
}

/// There is no such request, or it is somebody else's: the same words for both.
fn not_found() -> AnyView {
    let language = Language::here();
    view! {
        <PageTitle title=Signal::derive(language.t(Text::RequestNotFoundTitle)) />
        {nowhere()}
    }
    .into_any()
}

fn nowhere() -> AnyView {
    let language = Language::here();
    let list = LastList::here();
    view! {
        <EmptyState title=Signal::derive(language.t(Text::RequestNotFoundText))>
            <Lacking capability=Capability::AnswerAccountRequests />
            <p>
                <a class="button button-primary" href=move || address(&list.route())>{language.t(Text::RequestBack)}</a>
            </p>
        </EmptyState>
    }
    .into_any()
}
