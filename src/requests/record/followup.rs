//! The way on from a closed request: a follow-up, and the links between the two.

use super::facts::fact;
use super::state::Record;
use crate::api::Client;
use crate::requests::address;
use crate::requests::fetched::Fetched;
use crate::text::{Language, Text};
use crate::view::{effect, view};
use balcao_contract::id::RequestId;
use balcao_contract::status::ShownStatus;
use leptos::prelude::*;

/// Leads to the form that the request came from, with its answers; to the start where that form is not known.
pub fn open_followup(record: Record) -> AnyView {
    let language = Language::here();
    let href = move || {
        let key = record.form_call.value().with(|form| form.as_ref().map(|form| form.key.clone()));
        match key {
            Some(key) => address(&format!("/new/{key}?followup={}", record.id)),
            None => address("/new"),
        }
    };
    view! { <a class="button button-primary" href=href>{language.t(Text::RequestFollowup)}</a> }.into_any()
}

/// What it goes on from, and what goes on from it.
pub fn followups(record: Record) -> AnyView {
    let language = Language::here();
    let client = Client::here();
    let source = record.of(|request| request.followup_source_id);
    let later = Fetched::<Vec<RequestId>>::new();
    let is_closed = record.of(|request| request.status.shown() == ShownStatus::Closed);
    effect(move || {
        if is_closed.get() == Some(true) {
            later.fetch(Box::pin(client.followups(record.id)));
        }
    });
    let before = move || {
        let source = source.get().flatten()?;
        Some(fact(language.t(Text::RequestFollowupOf), link(source)))
    };
    let after = move || {
        let ids = later.value().get().filter(|ids| !ids.is_empty())?;
        let links = ids.into_iter().map(|id| view! { {link(id)} " " }.into_any()).collect::<Vec<_>>();
        Some(fact(language.t(Text::RequestFollowups), links.into_any()))
    };
    view! { {before} {after} }.into_any()
}

fn link(id: RequestId) -> AnyView {
    view! { <a href=address(&format!("/requests/{id}"))>{format!("#{id}")}</a> }.into_any()
}
