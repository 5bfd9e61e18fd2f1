//! Whose requests: one's own, everybody's of the store, where it shares them, or those that one is in copy of.

use super::state::History;
use crate::requests::address;
use crate::requests::whose::Whose;
use crate::session::Lacking;
use crate::text::{Language, Text};
use crate::view::{memo, view};
use balcao_contract::panel::Capability;
use leptos::prelude::*;

/// The choice, where there is one. Whoever comes by an old address to what is not shared (any more) is told so, above
/// their own requests.
pub fn whose(history: History) -> AnyView {
    let is_shared = memo(move || history.shared.with(Option::is_some));
    let is_in_copy = memo(move || {
        let counted = history.counts.with(|counts| counts.as_ref().is_some_and(|counts| counts.in_copy));
        counted || history.query.read().whose == Whose::Copied
    });
    let asks_for_store = memo(move || history.query.read().whose == Whose::Store);
    let lacking = move || {
        (asks_for_store.get() && !is_shared.get()).then(|| {
            view! {
                <div class="banner banner-info"><Lacking capability=Capability::AnswerAccountRequests /></div>
            }
            .into_any()
        })
    };
    let links = move || {
        let store = is_shared.get().then_some((Whose::Store, Text::HistoryWhoseStore));
        let copied = is_in_copy.get().then_some((Whose::Copied, Text::HistoryWhoseCopied));
        (store.is_some() || copied.is_some()).then(|| {
            let all = [Some((Whose::Mine, Text::HistoryWhoseMine)), store, copied];
            choice(all.into_iter().flatten().map(|(whose, name)| link(history, whose, name)).collect())
        })
    };
    view! { {lacking} {links} }.into_any()
}

fn choice(links: Vec<AnyView>) -> AnyView {
    let language = Language::here();
    view! {
        <nav class="history-whose" aria-label=language.t(Text::HistoryWhose)>
            <ul role="list">{links}</ul>
        </nav>
    }
    .into_any()
}

fn link(history: History, whose: Whose, name: Text) -> AnyView {
    let language = Language::here();
    let href = move || address(&history.query.read().of(whose).route());
    let current = move || (history.query.read().whose == whose).then_some("page");
    view! { <li><a data-whose=whose.name() href=href aria-current=current>{language.t(name)}</a></li> }.into_any()
}
