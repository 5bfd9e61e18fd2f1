//! News of one kind.

use super::page::as_of;
use crate::location::address;
use crate::text::{Language, Text};
use crate::ui::Moment;
use crate::view::view;
use balcao_contract::panel::{Entry, Feed, FeedKind};
use leptos::prelude::*;

/// So many are shown at once; the others on asking.
const FIRST: usize = 5;

/// The newest entries; those that came after `since` (Unix time in milliseconds) are marked.
pub fn section(feed: &Feed, since: Option<i64>) -> AnyView {
    let language = Language::here();
    let kind = feed.kind;
    let id = format!("channel-{}", kind.name());
    let entries = &feed.channel.items;
    let rows = |entries: &[Entry]| entries.iter().map(|item| entry(item, since)).collect::<Vec<AnyView>>();
    let first = rows(&entries[..entries.len().min(FIRST)]);
    let others = entries.get(FIRST..).filter(|others| !others.is_empty()).map(|others| {
        let count = others.len() as u64;
        let label = move || language.plural(Text::ChannelsOlderOne, Text::ChannelsOlderOther, count);
        view! {
            <details class="channel-older">
                <summary>{label}</summary>
                <ul class="entries" role="list">{rows(others)}</ul>
            </details>
        }
        .into_any()
    });
    let none = entries.is_empty().then(|| view! { <p>{language.t(Text::ChannelsNoEntry)}</p> }.into_any());
    view! {
        <section class="channel" aria-labelledby=id.clone()>
            <h2 id=id>{language.t(label(kind))}</h2>
            {none}
            <ul class="entries" role="list">{first}</ul>
            {others}
            {as_of(&feed.channel)}
        </section>
    }
    .into_any()
}

fn entry(entry: &Entry, since: Option<i64>) -> AnyView {
    let language = Language::here();
    let title = entry.title.clone();
    let title = match entry.url.clone() {
        Some(route) if route.starts_with('/') => view! { <a href=address(&route) dir="auto">{title}</a> }.into_any(),
        Some(url) => view! {
            <a href=url target="_blank" rel="noopener noreferrer" dir="auto">
                {title}
                <span class="visually-hidden">" " {language.t(Text::ChannelsNewTab)}</span>
            </a>
        }
        .into_any(),
        None => view! { <span dir="auto">{title}</span> }.into_any(),
    };
    let published = entry.published_at;
    let is_new = since.zip(published).is_some_and(|(since, published)| published.unix_milliseconds() > since);
    let new = is_new.then(|| view! { <span class="tag tag-open">{language.t(Text::ChannelsNew)}</span> }.into_any());
    let beta = entry
        .is_beta
        .then(|| view! { <span class="tag tag-closed">{language.t(Text::ChannelsBeta)}</span> }.into_any());
    let when = published.map(|moment| view! { <p class="channels-when"><Moment moment /></p> }.into_any());
    let summary = (!entry.summary.is_empty()).then(|| {
        let summary = entry.summary.clone();
        view! { <p dir="auto">{summary}</p> }.into_any()
    });
    view! {
        <li class="entry">
            <p class="entry-title">{title} {beta} {new}</p>
            {when}
            {summary}
        </li>
    }
    .into_any()
}

const fn label(kind: FeedKind) -> Text {
    match kind {
        FeedKind::Announcements => Text::ChannelsAnnouncements,
        FeedKind::Releases => Text::ChannelsReleases,
        FeedKind::ReleaseNotes => Text::ChannelsReleaseNotes,
        FeedKind::DeveloperPortal => Text::ChannelsDeveloperPortal,
        FeedKind::Blog => Text::ChannelsBlog,
    }
}
