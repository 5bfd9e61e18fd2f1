//! What is going on around support: health, incidents, releases and news.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// `{"channels": …}` of `GET /api/panel/channels`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelsEnvelope {
    /// The channels.
    pub channels: Channels,
}

/// Every channel that the operator configured; one that is not is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Channels {
    /// One row a module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Channel<HealthCheck>>,
    /// One row a component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub components: Option<Channel<Component>>,
    /// The newest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incidents: Option<Channel<Incident>>,
    /// Feeds of entries, in the order in which they are shown.
    #[serde(default)]
    pub feeds: Vec<Feed>,
}

/// What a source said the last time it could be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Channel<T> {
    /// When that was.
    pub updated_at: Timestamp,
    /// It could not be read since, although it was time to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub is_stale: bool,
    /// What it said.
    pub items: Vec<T>,
}

/// A module of the platform and whether it works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HealthCheck {
    /// The module's name.
    pub module: String,
    /// Whether it works.
    pub health: Health,
    /// When it was last looked at, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<Timestamp>,
}

/// Whether a module works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It works.
    Working,
    /// It works slowly, or in part.
    Degraded,
    /// It does not.
    Unavailable,
}

/// A component of the status page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Component {
    /// Its name.
    pub name: String,
    /// How it is.
    pub state: ComponentState,
    /// How it was in the last 90 days, the oldest first; empty where no incidents are known.
    #[serde(default)]
    pub days: Vec<ComponentState>,
}

/// How a component is, by Statuspage's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ComponentState {
    /// It works.
    #[default]
    Operational,
    /// It is being worked on, as was announced.
    UnderMaintenance,
    /// It is slow.
    DegradedPerformance,
    /// It does not work for some.
    PartialOutage,
    /// It does not work.
    MajorOutage,
}

/// Something that went wrong, and what was done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Incident {
    /// What happened.
    pub title: String,
    /// How far it is.
    pub state: IncidentState,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// What was affected.
    #[serde(default)]
    pub components: Vec<String>,
    /// How badly.
    pub impact: ComponentState,
    /// What was said about it, the newest first.
    #[serde(default)]
    pub steps: Vec<IncidentStep>,
    /// Where more is to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Incident {
    /// Whether it goes on.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self.state, IncidentState::Resolved)
    }
}

/// How far an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum IncidentState {
    /// Somebody looks for the cause.
    Investigating,
    /// The cause is known.
    Identified,
    /// It is mended, and watched.
    Monitoring,
    /// It is over.
    Resolved,
}

/// One message about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentStep {
    /// How far the incident was then.
    pub state: IncidentState,
    /// When.
    pub at: Timestamp,
    /// Plain text.
    pub text: String,
}

/// Entries of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Feed {
    /// Of which kind.
    pub kind: FeedKind,
    /// The entries, the newest first.
    pub channel: Channel<Entry>,
}

/// What a feed is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeedKind {
    /// Product news.
    Announcements,
    /// Versions by module.
    Releases,
    /// Release notes.
    ReleaseNotes,
    /// The developer portal.
    DeveloperPortal,
    /// The blog.
    Blog,
}

impl FeedKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::Announcements, Self::Releases, Self::ReleaseNotes, Self::DeveloperPortal, Self::Blog];

    /// As on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Announcements => "announcements",
            Self::Releases => "releases",
            Self::ReleaseNotes => "release_notes",
            Self::DeveloperPortal => "developer_portal",
            Self::Blog => "blog",
        }
    }
}

/// Something new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// What it is called.
    pub title: String,
    /// What it says, as plain text; perhaps nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub summary: String,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// Where it is to be read: an https address, or, beginning with a slash, a page of the panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Of a release: which module.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Of a release: which version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Of a release: for those who try it first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub is_beta: bool,
}
