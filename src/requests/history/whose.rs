//! Whose requests: one's own, or everybody's of the store, where it shares them.

use super::state::History;
use crate::requests::address;
use crate::session::Lacking;
use crate::text::{Language, Text};
use balcao_contract::panel::Capability;
use leptos::prelude::*;

/// The choice, where there is one. Whoever comes by an old address to what is not shared (any more) is told so, above
/// their own requests.
pub fn whose(history: History) -> AnyView {
    let is_shared = Memo::new(move |_| history.shared.with(Option::is_some));
    let asks_for_store = Memo::new(move |_| history.query.read().whole_store);
    (move || match (is_shared.get(), asks_for_store.get()) {
        (true, _) => Some(choice(history)),
        (false, true) => Some(
            view! {
                <div class="banner banner-info"><Lacking capability=Capability::AnswerAccountRequests /></div>
            }
            .into_any(),
        ),
        (false, false) => None,
    })
    .into_any()
}

fn choice(history: History) -> AnyView {
    let language = Language::here();
    view! {
        <nav class="history-whose" aria-label=language.t(Text::HistoryWhose)>
            <ul role="list">
                {link(history, false, Text::HistoryWhoseMine)}
                {link(history, true, Text::HistoryWhoseStore)}
            </ul>
        </nav>
    }
    .into_any()
}

fn link(history: History, whole_store: bool, name: Text) -> AnyView {
    let language = Language::here();
    let href = move || address(&history.query.read().with_store(whole_store).route());
    let current = move || (history.query.read().whole_store == whole_store).then_some("page");
    let data = if whole_store { "store" } else { "mine" };
    view! { <li><a data-whose=data href=href aria-current=current>{language.t(name)}</a></li> }.into_any()
}
