//! What stands there where no requests do: the first time, no match, a failure.

use super::state::History;
use crate::requests::address;
use crate::requests::query::ListQuery;
use crate::requests::trouble::trouble;
use crate::requests::whose::Whose;
use crate::text::{Language, Text};
use crate::ui::{EmptyState, status_label};
use crate::view::{memo, view};
use leptos::prelude::*;

/// Nobody has asked for anything yet: what this page will be for, and the way to begin.
pub fn first_time() -> AnyView {
    let language = Language::here();
    view! {
        <EmptyState title=Signal::derive(language.t(Text::HistoryEmptyTitle))>
            <p>{language.t(Text::HistoryEmptyText)}</p>
            <p><a class="button button-primary" href=address("/copilot")>{language.t(Text::HistoryEmptyAsk)}</a></p>
        </EmptyState>
    }
    .into_any()
}

/// Nothing matches: what was looked for, and the ways out of it.
pub fn no_match(history: History) -> AnyView {
    let language = Language::here();
    let looked_for = move || {
        let query = history.query.read();
        let status = query.effective_status().map(|status| language.text(status_label(status)));
        let number = query.number().map(|number| format!("#{number}"));
        match (number, status, query.search.as_str()) {
            (Some(number), _, _) => {
                let among =
                    if history.is_whole_store() { Text::HistoryNoneNumberStore } else { Text::HistoryNoneNumber };
                language.text_with(among, &[("number", &number)])
            }
            (None, Some(status), "") => language.text_with(Text::HistoryNoneStatus, &[("status", &status)]),
            (None, None, "") => String::new(),
            (None, Some(status), words) => {
                language.text_with(Text::HistoryNoneBoth, &[("status", &status), ("query", words)])
            }
            (None, None, words) => language.text_with(Text::HistoryNoneSearch, &[("query", words)]),
        }
    };
    let way = move |text: Text, to: ListQuery| {
        view! { <li><a href=address(&to.route())>{language.t(text)}</a></li> }.into_any()
    };
    let ways = move || {
        let query = history.query.get();
        let searching = !query.search.is_empty();
        let mut ways = Vec::new();
        if searching && query.effective_status().is_some() {
            ways.push(way(Text::HistoryNoneEveryStatus, query.with_status(None)));
        }
        if searching && history.shared.read().is_some() && query.whose != Whose::Store {
            ways.push(way(Text::HistoryNoneWholeStore, query.of(Whose::Store)));
        }
        if searching {
            ways.push(way(Text::HistorySearchClear, query.with_search("")));
        }
        if query.status.is_some() || query.page > 1 {
            ways.push(way(
                Text::HistoryNoneShowAll,
                ListQuery { sort: query.sort, ..ListQuery::default().of(query.whose) },
            ));
        }
        ways
    };
    view! {
        <EmptyState title=Signal::derive(language.t(Text::HistoryNoneTitle))>
            <p dir="auto">{looked_for}</p>
            <ul class="history-ways" role="list">{ways}</ul>
        </EmptyState>
    }
    .into_any()
}

/// The list did not arrive.
pub fn failed(history: History) -> AnyView {
    notice(history, Text::HistoryFailed)
}

/// The list is there, but could not be refreshed.
pub fn stale(history: History) -> AnyView {
    let shown = memo(move || history.failure.with(Option::is_some) && !history.is_outdated());
    (move || shown.get().then(|| notice(history, Text::HistoryStale))).into_any()
}

fn notice(history: History, text: Text) -> AnyView {
    let language = Language::here();
    trouble(language.t(text), history.failure, move || history.is_busy(), move || history.reload())
}
