//! What the request is called, where it stands, and what that means.

use super::copy::copy_number;
use super::followup::{followups, open_followup};
use super::reopen::reopen;
use super::state::{Record, awaits_first_response};
use crate::requests::address;
use crate::requests::author::Author;
use crate::requests::fetched::Fetched;
use crate::requests::sentences::meaning;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Moment, PriorityTag, StatusTag, promise};
use crate::view::{memo, view};
use balcao_contract::panel::ReopenClockEnvelope;
use balcao_contract::status::ShownStatus;
use leptos::prelude::*;

/// Title, number, status and the rest.
pub fn facts(record: Record) -> AnyView {
    let language = Language::here();
    let clocks = record.clock_call;
    view! {
        <div class="record-head">
            {meaning_line(record)}
            <dl class="record-facts">
                {fact(language.t(Text::RequestNumber), copy_number(record.id))}
                {status(record)}
                {priority(record)}
                {requester(record)}
                {moments(record)}
                {first_response(record, clocks)}
                {reopen(clocks)}
                {followups(record)}
            </dl>
        </div>
    }
    .into_any()
}

pub(super) fn fact(label: impl Fn() -> String + Send + Sync + 'static, value: AnyView) -> AnyView {
    view! { <div class="fact"><dt>{label}</dt><dd>{value}</dd></div> }.into_any()
}

/// Heard when it changes: an agent's answer, one's own reply.
fn meaning_line(record: Record) -> AnyView {
    let language = Language::here();
    let status = record.of(|request| request.status);
    let number = format!("#{}", record.id);
    let sentence = move || status.get().map(|status| language.text_with(meaning(status), &[("number", &number)]));
    let ask = move || {
        let is_closed = status.get().is_some_and(|status| status.shown() == ShownStatus::Closed);
        is_closed.then(|| view! { <p>{open_followup(record)}</p> }.into_any())
    };
    view! { <p class="record-meaning" role="status">{sentence}</p> {ask} {rate(record)} }.into_any()
}

fn status(record: Record) -> AnyView {
    let language = Language::here();
    let status = record.of(|request| request.status.shown());
    let tag = move || status.get().map(|status| view! { <StatusTag status /> }.into_any());
    fact(language.t(Text::RequestStatus), tag.into_any())
}

fn priority(record: Record) -> AnyView {
    let language = Language::here();
    let priority = record.of(|request| request.priority);
    (move || {
        let priority = priority.get().flatten()?;
        Some(fact(language.t(Text::RequestPriority), view! { <PriorityTag priority /> }.into_any()))
    })
    .into_any()
}

/// Who opened it, where that was a colleague.
fn requester(record: Record) -> AnyView {
    let language = Language::here();
    let session = Session::here();
    let requester = record.of(|request| request.requester_id);
    let name = memo(move || {
        let (requester, reader) = (requester.get()?, session.user_id()?);
        record.thread.with(|thread| match Author::of(requester, reader, &thread.as_ref()?.people) {
            Author::Colleague(name) => Some(name),
            Author::You | Author::Support(_) => None,
        })
    });
    let shown = move |name: String| fact(language.t(Text::RequestOpenedBy), view! { <bdi>{name}</bdi> }.into_any());
    (move || name.get().map(shown)).into_any()
}

fn moments(record: Record) -> AnyView {
    let language = Language::here();
    let moments = record.of(|request| (request.created_at, request.updated_at));
    (move || {
        let (opened, updated) = moments.get()?;
        Some([
            fact(language.t(Text::RequestOpened), view! { <Moment moment=opened /> }.into_any()),
            fact(language.t(Text::RequestUpdated), view! { <Moment moment=updated /> }.into_any()),
        ])
    })
    .into_any()
}

/// By when, in the reader's own time zone, and what was promised.
fn first_response(record: Record, clocks: Fetched<ReopenClockEnvelope>) -> AnyView {
    let language = Language::here();
    let session = Session::here();
    let awaited = memo(move || {
        record.thread.with(|thread| {
            record.request.with(|request| {
                let request = request.as_ref()?;
                awaits_first_response(request, thread.as_ref()).then_some(request.priority).flatten()
            })
        })
    });
    (move || {
        let promised = session.first_responses()?.of(awaited.get()?);
        let by = clocks.value().get().and_then(|clocks| clocks.first_response_by);
        let label = if by.is_some() { Text::RequestFirstResponseBy } else { Text::RequestFirstResponse };
        let by = by.map(|moment| view! { <Moment moment deadline=true /> " " }.into_any());
        let within =
            move || language.text_with(Text::RequestFirstResponseWithin, &[("within", &promise(language, promised))]);
        let said = view! { {by} <span class="soft fact-more">{within}</span> }.into_any();
        Some(fact(language.t(label), said))
    })
    .into_any()
}

/// Whoever opened a solved request can say how it was; a colleague who reads it cannot. Beside what it means that it is
/// solved, so that nobody has to look for it.
fn rate(record: Record) -> AnyView {
    let language = Language::here();
    let session = Session::here();
    let solved = record.of(|request| (request.status.shown() == ShownStatus::Solved).then_some(request.requester_id));
    (move || {
        let requester = solved.get().flatten()?;
        let link = || {
            let href = address(&format!("/survey/{}", record.id));
            view! { <p><a class="button" href=href>{language.t(Text::SurveyRate)}</a></p> }.into_any()
        };
        (session.user_id() == Some(requester)).then(link)
    })
    .into_any()
}
