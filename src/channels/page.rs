//! The page.

use super::{feeds, incidents, plan, seen, status};
use crate::api::{Client, Load, LoadState};
use crate::listing::failure;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{EmptyState, PageTitle, Skeleton};
use crate::view::view;
use balcao_contract::panel::{Channel, Channels};
use leptos::prelude::*;

/// What is going on.
#[component]
pub fn ChannelsPage() -> impl IntoView {
    let (client, language) = (Client::here(), Language::here());
    let load = Load::new(client, move || async move { client.channels().await });
    view! {
        <section class="channels">
            <PageTitle title=language.signal(Text::ChannelsTitle) />
            {move || shown(load)}
        </section>
    }
    .into_any()
}

fn shown(load: Load<Channels>) -> AnyView {
    let language = Language::here();
    match load.state() {
        LoadState::Loading => view! {
            <p class="visually-hidden" role="status">{language.t(Text::CommonLoading)}</p>
            <Skeleton lines=8 />
        }
        .into_any(),
        LoadState::Failed(_) => failure(Some(Text::ChannelsFailed), load),
        LoadState::Ready(channels) => all(&channels),
    }
}

/// Everything that there is a source of: what is wrong first.
pub fn all(channels: &Channels) -> AnyView {
    let language = Language::here();
    let plan = Session::here().who().map(|who| plan::section(&who));
    let since = seen::since();
    let news: Vec<AnyView> = channels.feeds.iter().map(|feed| feeds::section(feed, since)).collect();
    seen::keep(&channels.feeds);
    let has_status = channels.incidents.is_some() || channels.components.is_some() || channels.health.is_some();
    let nothing = (!has_status && news.is_empty()).then(|| {
        view! {
            <EmptyState title=language.signal(Text::ChannelsNoneTitle)>
                <p>{language.t(Text::ChannelsNone)}</p>
            </EmptyState>
        }
        .into_any()
    });
    let state = has_status.then(|| status::summary(channels));
    let incidents = channels.incidents.as_ref().map(incidents::section);
    let components = channels.components.as_ref().map(status::components);
    let health = channels.health.as_ref().map(status::health);
    view! {
        {state}
        {nothing}
        <div class="channels-columns">
            <div>{incidents} {components} {health}</div>
            <div>{news} {plan}</div>
        </div>
    }
    .into_any()
}

/// "As of 12:00", and that it is old where it is.
pub fn as_of<T>(channel: &Channel<T>) -> AnyView {
    let language = Language::here();
    let moment = channel.updated_at;
    let text = if channel.is_stale { Text::ChannelsStale } else { Text::ChannelsAsOf };
    let said = move || language.text_with(text, &[("moment", &language.format_date_time(moment))]);
    view! { <p class="channels-as-of" class:is-stale=channel.is_stale>{said}</p> }.into_any()
}
