//! A moment in the reader's words, exact to the machine.

use crate::text::Language;
use balcao_contract::time::Timestamp;
use leptos::prelude::*;

/// "21 Nov 2026, 14:05", and how long ago on pointing at it.
#[component]
pub fn Moment(
    /// When.
    moment: Timestamp,
    /// It is until when something can be done: the weekday says more than the year.
    #[prop(optional)]
    deadline: bool,
) -> impl IntoView {
    let language = Language::here();
    let machine = String::from(js_sys::Date::new(&(moment.unix_milliseconds() as f64).into()).to_iso_string());
    view! {
        <time datetime=machine title=move || language.format_relative(moment, js_sys::Date::now())>
            {move || if deadline { language.format_deadline(moment) } else { language.format_date_time(moment) }}
        </time>
    }
    .into_any()
}
