//! The history: `/requests`. Its whole state is the address; the parts read it and lead to other addresses.

mod filters;
mod nothing;
mod pager;
mod search;
mod state;
mod table;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod view_tests;
mod whose;

use crate::api::Client;
use crate::host::Host;
use crate::requests::address;
use crate::text::{Language, Text};
use crate::ui::{PageTitle, Skeleton};
use crate::view::view;
use leptos::prelude::*;
use state::{History, Screen};

/// The history of the user's requests.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let language = Language::here();
    let history = History::begin(Client::here());
    view! {
        <section class="history">
            <header class="history-head">
                <PageTitle title=Signal::derive(language.t(Text::HistoryTitle)) />
                <a class="button button-primary" href=address("/new")>{language.t(Text::HistoryNew)}</a>
            </header>
            {whose::whose(history)}
            {filters::filters(history)}
            {search::search(history)}
            {result_line(history)}
            {results(history)}
            {sign_ins_link()}
        </section>
    }
    .into_any()
}

/// Quiet, at the foot: the support site has it in its header.
fn sign_ins_link() -> Option<AnyView> {
    let language = Language::here();
    let link =
        || view! { <p class="history-foot"><a href=address("/sign-ins")>{language.t(Text::SignInsTitle)}</a></p> };
    Host::here().support_site().is_none().then(|| link().into_any())
}

/// How many there are, and that something is on its way; heard as it changes.
fn result_line(history: History) -> AnyView {
    let language = Language::here();
    let line = move || {
        if history.is_busy() && history.is_outdated() {
            return language.text(Text::HistoryLoading);
        }
        match history.listing.with(|listing| listing.as_ref().map(|listing| listing.count)) {
            _ if history.screen.get() == Screen::Failed => String::new(),
            None => String::new(),
            Some(0) => language.text(Text::HistoryCountZero),
            Some(count) => language.plural(Text::HistoryCountOne, Text::HistoryCountOther, count),
        }
    };
    // A number is looked for under every status: said where a filter was chosen that does not count now.
    let note = move || {
        let is_overruled = history.query.with(|query| query.status.is_some() && query.effective_status().is_none());
        is_overruled.then(|| language.text(Text::HistoryNumberNote))
    };
    view! {
        <div class="history-line">
            <p role="status">{line}</p>
            {move || note().map(|note| view! { <p class="history-note">{note}</p> }.into_any())}
        </div>
    }
    .into_any()
}

fn results(history: History) -> AnyView {
    let dimmed = move || history.is_busy() && history.is_outdated();
    view! {
        <div class="history-results" class:is-dimmed=dimmed aria-busy=move || dimmed().to_string()>
            {nothing::stale(history)}
            {move || match history.screen.get() {
                Screen::Skeleton => view! { <Skeleton lines=8 /> }.into_any(),
                Screen::Rows => table::table(history),
                Screen::FirstTime => nothing::first_time(),
                Screen::NoMatch => nothing::no_match(history),
                Screen::Failed => nothing::failed(history),
            }}
        </div>
    }
    .into_any()
}
