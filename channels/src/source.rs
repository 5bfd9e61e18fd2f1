//! Where a channel comes from.

use balcao_contract::panel::FeedKind;
use std::time::Duration;
use url::Url;

/// What a source is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SourceKind {
    /// A JSON document of modules, or checks of our own.
    Health,
    /// A status page: components and incidents.
    Status,
    /// Entries.
    Feed(FeedKind),
}

impl SourceKind {
    /// Its name in configuration, logs and file names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Status => "status",
            Self::Feed(kind) => kind.name(),
        }
    }

    /// How often it is read: what people wait for in an incident more often than news.
    #[must_use]
    pub const fn every(self) -> Duration {
        match self {
            Self::Health | Self::Status => Duration::from_secs(60),
            Self::Feed(_) => Duration::from_secs(15 * 60),
        }
    }
}

/// A module that is asked whether it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpCheck {
    /// What people call it.
    pub module: String,
    /// What is fetched: any answer below 500 will do.
    pub url: Url,
}

/// Where a channel is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A document at an address: JSON, Atom or RSS, by what it is. Of a status page, its root (`https://status.example.com`),
    /// or its feed.
    Document(SourceKind, Url),
    /// The health of modules, found out by fetching an address of each.
    Checks(Vec<HttpCheck>),
}

impl Source {
    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Document(kind, _) => *kind,
            Self::Checks(_) => SourceKind::Health,
        }
    }
}
