//! Atom, RSS and JSON feeds.

use super::text::{link, plain, summary, title};
use super::{MOST, ReadError};
use balcao_contract::panel::{ComponentState, Entry, FeedKind, Incident, IncidentState, IncidentStep};
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Utc};
use feed_rs::model;

/// News, the newest first.
pub(super) fn entries(bytes: &[u8], kind: FeedKind) -> Result<Vec<Entry>, ReadError> {
    let mut entries: Vec<Entry> = parse(bytes)?
        .entries
        .into_iter()
        .map(|entry| news(entry, kind))
        .filter(|entry| !entry.title.is_empty())
        .collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.published_at));
    entries.truncate(MOST);
    Ok(entries)
}

/// Incidents of a status page's feed, the newest first. It names no components.
pub(super) fn incidents(bytes: &[u8]) -> Result<Vec<Incident>, ReadError> {
    let mut incidents: Vec<Incident> = parse(bytes)?.entries.into_iter().filter_map(incident).collect();
    incidents.sort_by_key(|incident| std::cmp::Reverse(incident.started_at));
    incidents.truncate(MOST);
    Ok(incidents)
}

fn parse(bytes: &[u8]) -> Result<model::Feed, ReadError> {
    feed_rs::parser::parse(bytes).map_err(|error| ReadError::Feed(error.to_string()))
}

fn news(entry: model::Entry, kind: FeedKind) -> Entry {
    let heading = entry.title.as_ref().map(|text| title(&text.content)).unwrap_or_default();
    // Where a release is told by a feed, its title says whether it is a beta.
    let is_beta = kind == FeedKind::Releases && heading.to_lowercase().contains("beta");
    Entry {
        summary: summary(content(&entry)),
        published_at: moment(&entry).map(Timestamp),
        url: entry.links.iter().find_map(|address| link(&address.href)),
        title: heading,
        module: None,
        version: None,
        is_beta,
    }
}

fn content(entry: &model::Entry) -> &str {
    let summary = entry.summary.as_ref().map(|text| text.content.as_str());
    summary.or_else(|| entry.content.as_ref()?.body.as_deref()).unwrap_or_default()
}

fn moment(entry: &model::Entry) -> Option<DateTime<Utc>> {
    entry.published.or(entry.updated)
}

fn incident(entry: model::Entry) -> Option<Incident> {
    let started = moment(&entry)?;
    let told = entry.updated.unwrap_or(started);
    let heading = entry.title.as_ref().map(|text| title(&text.content)).unwrap_or_default();
    let text = content(&entry);
    // The newest message comes first, and begins with how far the incident is then.
    let state = state_in(&plain(text)).or_else(|| state_in(&heading)).unwrap_or(IncidentState::Investigating);
    Some(Incident {
        state,
        started_at: Timestamp(started),
        resolved_at: (state == IncidentState::Resolved).then_some(Timestamp(told)),
        components: Vec::new(),
        impact: ComponentState::DegradedPerformance,
        steps: vec![IncidentStep { state, at: Timestamp(told), text: summary(text) }],
        url: entry.links.iter().find_map(|address| link(&address.href)),
        title: heading,
    })
}

/// The first word for a state.
fn state_in(text: &str) -> Option<IncidentState> {
    let text = text.to_lowercase();
    let states = [
        ("resolved", IncidentState::Resolved),
        ("completed", IncidentState::Resolved),
        ("postmortem", IncidentState::Resolved),
        ("monitoring", IncidentState::Monitoring),
        ("identified", IncidentState::Identified),
        ("investigating", IncidentState::Investigating),
    ];
    let found = states.into_iter().filter_map(|(word, state)| Some((text.find(word)?, state)));
    found.min_by_key(|(at, _)| *at).map(|(_, state)| state)
}
