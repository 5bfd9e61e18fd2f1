//! The search, by number or words, and the order.

use super::state::History;
use crate::requests::query::SEARCH_LIMIT;
use crate::requests::sentences::{kind_name, sort_name};
use crate::requests::sort::Sort;
use crate::text::{Language, Text};
use crate::view::{memo, view};
use balcao_contract::kind::Kind;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;

/// The search box and the order's chooser.
pub fn search(history: History) -> AnyView {
    let language = Language::here();
    let field = NodeRef::<Input>::new();
    // The box follows the address: Back, a cleared search, a link that was opened.
    let asked = memo(move || history.query.read().search.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            search_for(history, &field.value());
            field.set_value(&history.query.read_untracked().search);
        }
    };
    let clear = move |_| {
        if let Some(field) = field.get_untracked() {
            field.set_value("");
            // The button goes away: the focus must not go with it.
            let _ = field.focus();
        }
        search_for(history, "");
    };
    view! {
        <div class="history-tools">
            <form class="history-search" role="search" on:submit=submit>
                <label for="history-search">{language.t(Text::HistorySearchLabel)}</label>
                <div class="history-search-row">
                    <input
                        node_ref=field
                        id="history-search"
                        type="search"
                        name="query"
                        class="input"
                        autocomplete="off"
                        enterkeyhint="search"
                        maxlength=SEARCH_LIMIT.to_string()
                        prop:value=move || asked.get()
                    />
                    <button class="button" type="submit">{language.t(Text::HistorySearchButton)}</button>
                    {move || (!asked.read().is_empty()).then(|| view! {
                        <button class="button button-quiet" type="button" on:click=clear>
                            {language.t(Text::HistorySearchClear)}
                        </button>
                    }.into_any())}
                </div>
            </form>
            <div class="history-choices">
                {kind(history)}
                {order(history)}
            </div>
        </div>
    }
    .into_any()
}

/// Goes to the search; the same one again is asked for again.
fn search_for(history: History, typed: &str) {
    let present = history.query.get_untracked();
    let wanted = present.with_search(typed);
    if wanted == present {
        history.reload();
    } else {
        history.go_to(&wanted, false);
    }
}

fn kind(history: History) -> AnyView {
    let language = Language::here();
    let choose = move |key: String| {
        history.go_to(&history.query.read_untracked().with_kind(Kind::from_key(&key)), false);
    };
    let option = |key: &'static str, kind: Option<Kind>, name: Text| {
        view! {
            <option value=key prop:selected=move || history.query.read().kind == kind>{language.t(name)}</option>
        }
        .into_any()
    };
    let mut options = vec![option("", None, Text::HistoryAll)];
    options.extend(Kind::ALL.map(|kind| option(kind.key(), Some(kind), kind_name(kind))));
    view! {
        <div class="history-order">
            <label for="history-kind">{language.t(Text::HistoryColumnKind)}</label>
            <select id="history-kind" class="input" on:change=move |event| choose(event_target_value(&event))>
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn order(history: History) -> AnyView {
    let language = Language::here();
    let choose = move |name: String| {
        if let Some(sort) = Sort::from_name(&name) {
            history.go_to(&history.query.read_untracked().with_sort(sort), false);
        }
    };
    let options = Sort::ALL.map(|sort| {
        view! {
            <option value=sort.name() prop:selected=move || history.query.read().sort == sort>
                {language.t(sort_name(sort))}
            </option>
        }
        .into_any()
    });
    view! {
        <div class="history-order">
            <label for="history-order">{language.t(Text::HistorySortLabel)}</label>
            <select id="history-order" class="input" on:change=move |event| choose(event_target_value(&event))>
                {options.into_iter().collect::<Vec<_>>()}
            </select>
        </div>
    }
    .into_any()
}
