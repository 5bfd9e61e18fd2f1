//! A moment in the reader's words, exact to the machine.

use crate::text::Language;
use crate::view::view;
use balcao_contract::time::Timestamp;
use leptos::prelude::*;

/// "21 Nov 2026, 14:05", and how long ago on pointing at it; or the other way round.
#[component]
pub fn Moment(
    /// When.
    moment: Timestamp,
    /// It is until when something can be done: the weekday says more than the year.
    #[prop(optional)]
    deadline: bool,
    /// In a list: how long ago. The exact moment is shown on pointing at it, and while the row around it has the focus.
    #[prop(optional)]
    relative: bool,
) -> impl IntoView {
    let language = Language::here();
    let machine = String::from(js_sys::Date::new(&(moment.unix_milliseconds() as f64).into()).to_iso_string());
    if relative {
        return view! {
            <time class="moment" datetime=machine>
                {move || language.format_relative(moment, js_sys::Date::now())}
                <span class="moment-exact">{move || language.format_date_time(moment)}</span>
            </time>
        }
        .into_any();
    }
    view! {
        <time datetime=machine title=move || language.format_relative(moment, js_sys::Date::now())>
            {move || if deadline { language.format_deadline(moment) } else { language.format_date_time(moment) }}
        </time>
    }
    .into_any()
}
