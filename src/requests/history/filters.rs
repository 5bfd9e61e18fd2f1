//! The filters: all, and the four statuses, each a link with its count.

use super::state::History;
use crate::requests::address;
use crate::text::{Language, Text};
use crate::ui::status_label;
use crate::view::view;
use balcao_contract::status::ShownStatus;
use leptos::prelude::*;

/// The row of filters.
pub fn filters(history: History) -> AnyView {
    let language = Language::here();
    let all = [None].into_iter().chain(ShownStatus::ALL.map(Some));
    let links: Vec<AnyView> = all.map(|status| filter(history, status)).collect();
    view! {
        <nav class="history-filters" aria-label=language.t(Text::HistoryFilters)>
            <ul role="list">{links}</ul>
        </nav>
    }
    .into_any()
}

fn filter(history: History, status: Option<ShownStatus>) -> AnyView {
    let language = Language::here();
    let name = move || language.text(status.map_or(Text::HistoryAll, status_label));
    let count = move || {
        let counts = history.counts.get()?;
        Some(status.map_or_else(|| counts.total(), |status| counts.of(status)))
    };
    let current = move || (history.query.read().effective_status() == status).then_some("page");
    let data = status.map_or("all", ShownStatus::name);
    view! {
        <li>
            <a
                class="history-filter"
                data-status=data
                href=move || address(&history.query.read().with_status(status).route())
                aria-current=current
            >
                <span>{name}</span>
                {move || count().map(|count| view! {
                    " " <span class="history-filter-count">{language.format_number(count)}</span>
                }.into_any())}
            </a>
        </li>
    }
    .into_any()
}
