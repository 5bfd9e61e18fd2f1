//! What went wrong, and what is being done about it.

use super::page::as_of;
use super::status::link_out;
use crate::text::{Language, Text};
use crate::ui::Moment;
use crate::view::view;
use balcao_contract::panel::{Channel, Incident, IncidentState, IncidentStep};
use leptos::prelude::*;

/// Open ones in full, those that are over folded.
pub fn section(channel: &Channel<Incident>) -> AnyView {
    let language = Language::here();
    let (open, over): (Vec<&Incident>, Vec<&Incident>) = channel.items.iter().partition(|incident| incident.is_open());
    let none = open.is_empty().then(|| view! { <p>{language.t(Text::ChannelsNoIncident)}</p> }.into_any());
    let open: Vec<AnyView> = open.into_iter().map(one_open).collect();
    let over: Vec<AnyView> = over.into_iter().map(one_over).collect();
    let over = (!over.is_empty()).then(|| {
        view! {
            <h3>{language.t(Text::ChannelsPast)}</h3>
            <ul class="incidents" role="list">{over}</ul>
        }
        .into_any()
    });
    view! {
        <section class="channel" aria-labelledby="channel-incidents">
            <h2 id="channel-incidents">{language.t(Text::ChannelsIncidents)}</h2>
            {none}
            <ul class="incidents" role="list">{open}</ul>
            {over}
            {as_of(channel)}
        </section>
    }
    .into_any()
}

fn one_open(incident: &Incident) -> AnyView {
    let title = incident.title.clone();
    view! {
        <li class="incident is-open">
            <h3 dir="auto">{title}</h3>
            {facts(incident)}
            {timeline(incident)}
        </li>
    }
    .into_any()
}

fn one_over(incident: &Incident) -> AnyView {
    let title = incident.title.clone();
    let started = incident.started_at;
    view! {
        <li class="incident">
            <details>
                <summary>
                    <span dir="auto">{title}</span>
                    " "
                    <span class="channels-when"><Moment moment=started /></span>
                </summary>
                {facts(incident)}
                {timeline(incident)}
            </details>
        </li>
    }
    .into_any()
}

/// How far it is, since when, and what is affected.
fn facts(incident: &Incident) -> AnyView {
    let language = Language::here();
    let state = incident.state;
    let class = match state {
        IncidentState::Investigating | IncidentState::Identified => "tag tag-pending",
        IncidentState::Monitoring => "tag tag-open",
        IncidentState::Resolved => "tag tag-solved",
    };
    let components = incident.components.join(", ");
    let affected = (!components.is_empty()).then(|| view! { <span dir="auto">{components}</span> }.into_any());
    let started = incident.started_at;
    let more = incident.url.clone().map(|url| link_out(url, Text::ChannelsMore));
    view! {
        <p class="incident-facts">
            <span class=class>{language.t(state_label(state))}</span>
            <span>{language.t(Text::ChannelsSince)} " " <Moment moment=started /></span>
            {affected}
            {more}
        </p>
    }
    .into_any()
}

fn timeline(incident: &Incident) -> AnyView {
    let steps: Vec<AnyView> = incident.steps.iter().map(step).collect();
    view! { <ol class="incident-steps" role="list">{steps}</ol> }.into_any()
}

fn step(step: &IncidentStep) -> AnyView {
    let language = Language::here();
    let (at, text, state) = (step.at, step.text.clone(), step.state);
    view! {
        <li>
            <p class="incident-step-head">
                <strong>{language.t(state_label(state))}</strong>
                " "
                <span class="channels-when"><Moment moment=at /></span>
            </p>
            <p dir="auto">{text}</p>
        </li>
    }
    .into_any()
}

fn state_label(state: IncidentState) -> Text {
    match state {
        IncidentState::Investigating => Text::ChannelsInvestigating,
        IncidentState::Identified => Text::ChannelsIdentified,
        IncidentState::Monitoring => Text::ChannelsMonitoring,
        IncidentState::Resolved => Text::ChannelsResolved,
    }
}
