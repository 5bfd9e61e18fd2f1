//! Until when a solved request can be reopened, and how much working time is left. The clock is the contract's; it ticks
//! here once a minute.

use super::facts::fact;
use super::state::Record;
use crate::api::Client;
use crate::requests::fetched::Fetched;
use crate::text::{Language, Text};
use crate::ui::Moment;
use balcao_contract::panel::ReopenClock;
use balcao_contract::status::ShownStatus;
use balcao_contract::time::Timestamp;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use std::time::Duration;

const TICK: Duration = Duration::from_secs(60);

/// The moment in the reader's own time zone, and what is left; nothing where no clock runs.
pub fn reopen(record: Record) -> AnyView {
    let language = Language::here();
    let client = Client::here();
    let call = Fetched::<Option<ReopenClock>>::new();
    // Solved, reopened, solved again: another clock each time.
    let solved = record.of(|request| (request.status.shown() == ShownStatus::Solved).then_some(request.updated_at));
    Effect::new(move || match solved.get().flatten() {
        Some(_) => call.fetch(Box::pin(client.reopen_clock(record.id))),
        None => call.put(None),
    });
    let now = RwSignal::new(now());
    let tick = move || {
        now.try_set(self::now());
    };
    let interval = set_interval_with_handle(tick, TICK).ok();
    on_cleanup(move || {
        interval.as_ref().map(IntervalHandle::clear);
    });
    let clock = Memo::new(move |_| call.value().get().flatten());
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
