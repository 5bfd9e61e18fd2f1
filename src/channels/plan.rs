//! What the account may expect of support.

use crate::text::{Language, Text};
use crate::ui::{Moment, priority_label, promise};
use crate::view::view;
use balcao_contract::panel::Session;
use balcao_contract::priority::Priority;
use balcao_contract::support::Region;
use balcao_contract::time::Timestamp;
use balcao_contract::working_hours::OpenHours;
use leptos::prelude::*;

/// Whether support is there, and until or from when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Until then.
    Until(Timestamp),
    /// From then on.
    From(Timestamp),
    /// The hours that are known are over.
    Unknown,
}

/// Whether support is there at a moment.
#[must_use]
pub fn presence(hours: &OpenHours, now: Timestamp) -> Presence {
    match hours.spans().iter().find(|span| span.to > now) {
        Some(span) if span.from <= now => Presence::Until(span.to),
        Some(span) => Presence::From(span.from),
        None => Presence::Unknown,
    }
}

/// The region, whether support is there, and the promised first responses.
pub fn section(who: &Session) -> AnyView {
    let language = Language::here();
    let now = Timestamp::from_unix_milliseconds(js_sys::Date::now() as i64).unwrap_or_default();
    let there = match presence(&who.open_hours, now) {
        Presence::Until(moment) => told(Text::ChannelsOpenUntil, moment),
        Presence::From(moment) => told(Text::ChannelsOpenFrom, moment),
        Presence::Unknown => ().into_any(),
    };
    let responses = who.first_responses;
    let rows: Vec<AnyView> = [Priority::Urgent, Priority::High, Priority::Normal, Priority::Low]
        .into_iter()
        .map(|priority| {
            let promised = responses.of(priority);
            view! {
                <div>
                    <dt>{language.t(priority_label(priority))}</dt>
                    <dd>{move || promise(language, promised)}</dd>
                </div>
            }
            .into_any()
        })
        .collect();
    let region = region_label(who.account.region);
    view! {
        <section class="channel" aria-labelledby="channel-plan">
            <h2 id="channel-plan">{language.t(Text::ChannelsPlan)}</h2>
            <p>{language.t(region)}</p>
            {there}
            <h3>{language.t(Text::ChannelsFirstResponse)}</h3>
            <dl class="plan">{rows}</dl>
        </section>
    }
    .into_any()
}

fn told(text: Text, moment: Timestamp) -> AnyView {
    let language = Language::here();
    view! { <p>{language.t(text)} " " <Moment moment deadline=true /></p> }.into_any()
}

const fn region_label(region: Region) -> Text {
    match region {
        Region::Brazil => Text::ChannelsRegionBrazil,
        Region::LatinAmerica => Text::ChannelsRegionLatinAmerica,
        Region::UnitedStates => Text::ChannelsRegionUnitedStates,
        Region::Emea => Text::ChannelsRegionEmea,
        Region::AsiaPacific => Text::ChannelsRegionAsiaPacific,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::working_hours::Span;

    #[test]
    fn support_is_there_until_or_from_when() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let span = |from: &str, to: &str| Span { from: at(from), to: at(to) };
        let hours = OpenHours::new(vec![
            span("2026-11-30T12:00:00Z", "2026-11-30T21:00:00Z"),
            span("2026-12-01T12:00:00Z", "2026-12-01T21:00:00Z"),
        ]);
        for (now, expected) in [
            ("2026-11-30T11:59:59Z", Presence::From(at("2026-11-30T12:00:00Z"))),
            ("2026-11-30T12:00:00Z", Presence::Until(at("2026-11-30T21:00:00Z"))),
            ("2026-11-30T20:59:59Z", Presence::Until(at("2026-11-30T21:00:00Z"))),
            ("2026-11-30T21:00:00Z", Presence::From(at("2026-12-01T12:00:00Z"))),
            ("2026-12-02T00:00:00Z", Presence::Unknown),
        ] {
            assert_eq!(presence(&hours, at(now)), expected, "{now}");
        }
        assert_eq!(presence(&OpenHours::default(), at("2026-12-02T00:00:00Z")), Presence::Unknown);
    }
}
