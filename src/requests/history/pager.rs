//! The pages of the list, each a link.

use super::state::History;
use crate::requests::address;
use crate::requests::query::{PAGE_SIZE, page_numbers};
use crate::text::{Language, Text};
use crate::view::{memo, view};
use leptos::prelude::*;

/// Which of how many are shown, and the way to the other pages. Nothing where all fit on one.
pub fn pager(history: History) -> AnyView {
    let pages = memo(move || {
        let listing = history.listing.read();
        listing.as_ref().map(|listing| (listing.query.page, listing.query.pages(listing.count), listing.count))
    });
    (move || {
        let (current, last, count) = pages.get().filter(|(_, last, _)| *last > 1)?;
        Some(links(history, current, last, count))
    })
    .into_any()
}

fn links(history: History, current: u32, last: u32, count: u64) -> AnyView {
    let language = Language::here();
    let range = move || {
        let first = u64::from(current - 1) * u64::from(PAGE_SIZE) + 1;
        let end = (first + u64::from(PAGE_SIZE) - 1).min(count);
        let [first, end, count] = [first, end, count].map(|number| language.format_number(number));
        language.text_with(Text::HistoryRange, &[("first", &first), ("last", &end), ("count", &count)])
    };
    let href = move |page| move || address(&history.query.read().with_page(page).route());
    let step = move |text: Text, page: u32, rel: &'static str| {
        let allowed = (1..=last).contains(&page);
        allowed.then(|| {
            view! { <li><a class="button button-quiet" rel=rel href=href(page)>{language.t(text)}</a></li> }.into_any()
        })
    };
    let numbers: Vec<AnyView> = page_numbers(current, last)
        .into_iter()
        .map(|page| match page {
            None => view! { <li class="history-pager-gap" aria-hidden="true">"…"</li> }.into_any(),
            Some(page) => {
                let name = move || language.text_with(Text::HistoryPage, &[("page", &page.to_string())]);
                let is_current = (page == current).then_some("page");
                view! {
                    <li class="history-pager-number">
                        <a href=href(page) aria-label=name aria-current=is_current>{page.to_string()}</a>
                    </li>
                }
                .into_any()
            }
        })
        .collect();
    view! {
        <nav class="history-pager" aria-label=language.t(Text::CommonPages)>
            <p>{range}</p>
            <ul role="list">
                {step(Text::CommonPrevious, current - 1, "prev")}
                {numbers}
                {step(Text::CommonNext, current + 1, "next")}
            </ul>
        </nav>
    }
    .into_any()
}
