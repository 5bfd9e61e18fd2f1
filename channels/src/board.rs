//! What is known of every channel at present.

use crate::SourceKind;
use balcao_contract::panel::{Channel, Channels, Component, ComponentState, Entry, Feed, HealthCheck, Incident};
use balcao_contract::time::Timestamp;
use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// So many days the strip of a component shows.
const DAYS: u64 = 90;

/// What a source says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Modules.
    Health(Vec<HealthCheck>),
    /// A status page. A feed of incidents names no components.
    Status {
        /// How they are; their days are empty here.
        components: Vec<Component>,
        /// The newest first.
        incidents: Vec<Incident>,
    },
    /// Entries, the newest first.
    Feed(Vec<Entry>),
}

/// What was read, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What the source said.
    pub part: Part,
    /// When it said so the last time.
    pub updated_at: DateTime<Utc>,
    /// It could not be read since.
    pub is_stale: bool,
}

/// Every channel, for whoever asks. A clone is the same board.
#[derive(Debug, Clone, Default)]
pub struct Board(Arc<RwLock<BTreeMap<SourceKind, Known>>>);

impl Part {
    /// Whether a source of this kind says such things.
    pub(crate) const fn is_of(&self, kind: SourceKind) -> bool {
        matches!(
            (kind, self),
            (SourceKind::Health, Self::Health(_))
                | (SourceKind::Status, Self::Status { .. })
                | (SourceKind::Feed(_), Self::Feed(_))
        )
    }
}

impl Board {
    /// What the panel shows.
    #[must_use]
    pub fn channels(&self, now: DateTime<Utc>) -> Channels {
        let known = self.read();
        let mut channels = Channels::default();
        for (kind, known) in known.iter() {
            match (kind, &known.part) {
                (_, Part::Health(modules)) => channels.health = Some(channel(known, modules.clone())),
                (_, Part::Status { components, incidents }) => {
                    let components: Vec<Component> =
                        components.iter().map(|component| with_days(component, incidents, now)).collect();
                    channels.components = (!components.is_empty()).then(|| channel(known, components));
                    channels.incidents = Some(channel(known, incidents.clone()));
                }
                (SourceKind::Feed(kind), Part::Feed(entries)) => {
                    channels.feeds.push(Feed { kind: *kind, channel: channel(known, entries.clone()) });
                }
                // `put` takes none such.
                (_, Part::Feed(_)) => {}
            }
        }
        channels
    }

    /// The titles of the incidents that go on, the newest first.
    #[must_use]
    pub fn open_incidents(&self) -> Vec<String> {
        match self.read().get(&SourceKind::Status).map(|known| &known.part) {
            Some(Part::Status { incidents, .. }) => {
                incidents.iter().filter(|incident| incident.is_open()).map(|incident| incident.title.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether anything is known at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    /// What a source said just now. What is not of its kind is left out.
    pub fn put(&self, kind: SourceKind, known: Known) {
        if !known.part.is_of(kind) {
            return;
        }
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(kind, known);
    }

    /// The source was read, and says what it said before.
    pub(crate) fn confirm(&self, kind: SourceKind, now: DateTime<Utc>) {
        if let Some(known) = self.0.write().unwrap_or_else(PoisonError::into_inner).get_mut(&kind) {
            known.updated_at = now;
            known.is_stale = false;
        }
    }

    /// The source could not be read.
    pub(crate) fn mark_stale(&self, kind: SourceKind) {
        if let Some(known) = self.0.write().unwrap_or_else(PoisonError::into_inner).get_mut(&kind) {
            known.is_stale = true;
        }
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<SourceKind, Known>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn channel<T>(known: &Known, items: Vec<T>) -> Channel<T> {
    Channel { updated_at: Timestamp(known.updated_at), is_stale: known.is_stale, items }
}

/// A component with its last days, today among them: each as bad as the worst incident that affected it then.
fn with_days(component: &Component, incidents: &[Incident], now: DateTime<Utc>) -> Component {
    let today = now.date_naive();
    let day = |ago: u64| {
        let day = today.checked_sub_days(Days::new(ago)).unwrap_or_default();
        let affects = |incident: &&Incident| {
            let end = incident.resolved_at.map_or(today, |moment| moment.0.date_naive());
            incident.started_at.0.date_naive() <= day && day <= end && incident.components.contains(&component.name)
        };
        incidents.iter().filter(affects).map(|incident| incident.impact).max().unwrap_or_default()
    };
    let mut days: Vec<ComponentState> = (0..DAYS).rev().map(day).collect();
    if let Some(today) = days.last_mut() {
        *today = (*today).max(component.state);
    }
    Component { days, ..component.clone() }
}
