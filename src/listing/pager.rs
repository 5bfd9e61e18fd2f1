//! The way to the other pages.

use crate::location::address;
use crate::text::{Language, Text};
use crate::view::view;
use leptos::prelude::*;

/// The way back and on from a page; `route` is where a page is. Nothing where all fit on one.
pub fn steps(page: u32, last: u32, route: &dyn Fn(u32) -> String) -> Option<AnyView> {
    if last <= 1 {
        return None;
    }
    let language = Language::here();
    let step = |text: Text, page: u32, rel: &'static str| {
        let href = address(&route(page));
        (1..=last).contains(&page).then(|| {
            view! { <li><a class="button button-quiet" rel=rel href=href>{language.t(text)}</a></li> }.into_any()
        })
    };
    let place = format!("{} / {}", language.format_number(page.into()), language.format_number(last.into()));
    Some(
        view! {
            <nav class="history-pager" aria-label=language.t(Text::CommonPages)>
                <p>{place}</p>
                <ul role="list">
                    {step(Text::CommonPrevious, page.saturating_sub(1), "prev")}
                    {step(Text::CommonNext, page.saturating_add(1), "next")}
                </ul>
            </nav>
        }
        .into_any(),
    )
}
