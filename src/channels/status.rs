//! How components and modules are.

use super::page::as_of;
use crate::text::{Language, Text};
use crate::view::view;
use balcao_contract::panel::{Channel, Channels, Component, ComponentState, Health, HealthCheck};
use leptos::prelude::*;

/// Everything in one sentence.
pub fn summary(channels: &Channels) -> AnyView {
    let language = Language::here();
    let troubles = troubles(channels);
    let class = if troubles == 0 { "channels-summary is-well" } else { "channels-summary" };
    let said = move || match troubles {
        0 => language.text(Text::ChannelsAllWell),
        count => language.plural(Text::ChannelsTroublesOne, Text::ChannelsTroublesOther, count),
    };
    view! { <p class=class>{said}</p> }.into_any()
}

/// How many components are not as they should be; of modules and incidents where no components are known.
fn troubles(channels: &Channels) -> u64 {
    let components = channels
        .components
        .as_ref()
        .map(|channel| channel.items.iter().filter(|component| component.state != ComponentState::Operational).count());
    let modules = channels
        .health
        .as_ref()
        .map(|channel| channel.items.iter().filter(|check| check.health != Health::Working).count());
    let open =
        channels.incidents.as_ref().map(|channel| channel.items.iter().filter(|incident| incident.is_open()).count());
    [components, modules, open].into_iter().flatten().max().unwrap_or_default() as u64
}

/// Every component: its name, its last 90 days, how it is.
pub fn components(channel: &Channel<Component>) -> AnyView {
    let language = Language::here();
    let rows: Vec<AnyView> = channel.items.iter().map(component).collect();
    view! {
        <section class="channel" aria-labelledby="channel-components">
            <h2 id="channel-components">{language.t(Text::ChannelsComponents)}</h2>
            <p class="channels-hint">{language.t(Text::ChannelsDays)}</p>
            <ul class="channel-rows" role="list">{rows}</ul>
            {as_of(channel)}
        </section>
    }
    .into_any()
}

fn component(component: &Component) -> AnyView {
    let language = Language::here();
    let (name, state) = (component.name.clone(), component.state);
    let bad = component.days.iter().filter(|day| **day != ComponentState::Operational).count() as u64;
    let said = move || match bad {
        0 => language.text(Text::ChannelsDaysNone),
        count => language.plural(Text::ChannelsDaysBadOne, Text::ChannelsDaysBadOther, count),
    };
    let days: Vec<AnyView> = component
        .days
        .iter()
        .map(|day| {
            let class = format!("day {}", state_class(*day));
            view! { <span class=class></span> }.into_any()
        })
        .collect();
    let class = format!("tag {}", state_tag(state));
    view! {
        <li class="component">
            <span class="component-name" dir="auto">{name}</span>
            <span class=class>{language.t(state_label(state))}</span>
            <span class="component-days" role="img" aria-label=said title=said>{days}</span>
        </li>
    }
    .into_any()
}

/// Every module and whether it works.
pub fn health(channel: &Channel<HealthCheck>) -> AnyView {
    let language = Language::here();
    let rows: Vec<AnyView> = channel.items.iter().map(module).collect();
    view! {
        <section class="channel" aria-labelledby="channel-health">
            <h2 id="channel-health">{language.t(Text::ChannelsHealth)}</h2>
            <ul class="channel-rows" role="list">{rows}</ul>
            {as_of(channel)}
        </section>
    }
    .into_any()
}

fn module(check: &HealthCheck) -> AnyView {
    let language = Language::here();
    let name = check.module.clone();
    let (class, label) = match check.health {
        Health::Working => ("tag tag-solved", Text::ChannelsWorking),
        Health::Degraded => ("tag tag-pending", Text::ChannelsDegraded),
        Health::Unavailable => ("tag tag-down", Text::ChannelsUnavailable),
    };
    view! {
        <li class="component">
            <span class="component-name" dir="auto">{name}</span>
            <span class=class>{language.t(label)}</span>
        </li>
    }
    .into_any()
}

const fn state_class(state: ComponentState) -> &'static str {
    match state {
        ComponentState::Operational => "is-operational",
        ComponentState::UnderMaintenance => "is-maintained",
        ComponentState::DegradedPerformance => "is-degraded",
        ComponentState::PartialOutage => "is-partly-out",
        ComponentState::MajorOutage => "is-out",
    }
}

const fn state_tag(state: ComponentState) -> &'static str {
    match state {
        ComponentState::Operational => "tag-solved",
        ComponentState::UnderMaintenance => "tag-open",
        ComponentState::DegradedPerformance => "tag-pending",
        ComponentState::PartialOutage | ComponentState::MajorOutage => "tag-down",
    }
}

const fn state_label(state: ComponentState) -> Text {
    match state {
        ComponentState::Operational => Text::ChannelsOperational,
        ComponentState::UnderMaintenance => Text::ChannelsMaintenance,
        ComponentState::DegradedPerformance => Text::ChannelsDegradedPerformance,
        ComponentState::PartialOutage => Text::ChannelsPartialOutage,
        ComponentState::MajorOutage => Text::ChannelsMajorOutage,
    }
}

/// A link that leaves the panel.
pub fn link_out(url: String, text: Text) -> AnyView {
    let language = Language::here();
    view! {
        <a href=url target="_blank" rel="noopener noreferrer">
            {language.t(text)}
            <span class="visually-hidden">" " {language.t(Text::ChannelsNewTab)}</span>
        </a>
    }
    .into_any()
}
