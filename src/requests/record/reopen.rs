//! The clocks of a request: by when it is answered, and until when a solved one can be reopened and how much working time
//! is left. That one is the contract's; it ticks here once a minute.

use super::facts::fact;
use crate::requests::fetched::Fetched;
use crate::text::{Language, Text};
use crate::ui::Moment;
use crate::view::{memo, view};
use balcao_contract::panel::{ReopenClock, ReopenClockEnvelope};
use balcao_contract::time::Timestamp;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use std::time::Duration;

const TICK: Duration = Duration::from_secs(60);

/// The moment in the reader's own time zone, and what is left; nothing where no clock runs.
pub fn reopen(call: Fetched<ReopenClockEnvelope>) -> AnyView {
    let language = Language::here();
    let now = RwSignal::new(now());
    let tick = move || {
        now.try_set(self::now());
    };
    let interval = set_interval_with_handle(tick, TICK).ok();
    on_cleanup(move || {
        interval.as_ref().map(IntervalHandle::clear);
    });
    let clock = memo(move || call.value().get()?.clock);
    (move || {
        let clock = clock.get()?;
        let until = view! { <Moment moment=clock.closes_at deadline=true /> };
        let left = move || now.get().map(|now| left(language, &clock, now));
        let said = view! { {until} " " <span class="soft fact-more">{left}</span> };
        Some(fact(language.t(Text::RequestReopenUntil), said.into_any()))
    })
    .into_any()
}

fn now() -> Option<Timestamp> {
    Timestamp::from_unix_milliseconds(js_sys::Date::now() as i64)
}

/// Hours as long as there is a whole one, then minutes.
fn left(language: Language, clock: &ReopenClock, now: Timestamp) -> String {
    let left = clock.left(now);
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    match left.num_hours() {
        0 => language.plural(Text::RequestLeftMinutesOne, Text::RequestLeftMinutesOther, count(left.num_minutes())),
        hours => language.plural(Text::RequestLeftHoursOne, Text::RequestLeftHoursOther, count(hours)),
    }
}
