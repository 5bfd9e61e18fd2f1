//! The channels around support: `channels.<channel>.url`, `channels.health.checks`, `channels.allowed_networks`.

use super::load::{line, list};
use super::reader::Reader;
use super::{Mode, Network};
use balcao_channels::{HttpCheck, Source, SourceKind};
use balcao_contract::panel::FeedKind;
use std::str::FromStr as _;
use url::Url;

/// Where the channels are read from.
#[derive(Clone, Default)]
pub struct ChannelsConfig {
    /// One source a channel; what has none is not shown.
    pub sources: Vec<Source>,
    /// Private networks that sources may lie in, also over plain http.
    pub networks: Vec<Network>,
}

/// Private sources have a secret in their address.
impl std::fmt::Debug for ChannelsConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kinds: Vec<&str> = self.sources.iter().map(|source| source.kind().name()).collect();
        formatter.debug_struct("ChannelsConfig").field("sources", &kinds).field("networks", &self.networks).finish()
    }
}

/// Every channel that has an address.
const KINDS: [SourceKind; 7] = [
    SourceKind::Health,
    SourceKind::Status,
    SourceKind::Feed(FeedKind::Announcements),
    SourceKind::Feed(FeedKind::Releases),
    SourceKind::Feed(FeedKind::ReleaseNotes),
    SourceKind::Feed(FeedKind::DeveloperPortal),
    SourceKind::Feed(FeedKind::Blog),
];

impl ChannelsConfig {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let networks = |text: &str| list(text, |one| Network::from_str(one).ok());
        let networks = reader.or("channels.allowed_networks", networks, Vec::new(), "none");
        let mut sources = Vec::new();
        for kind in KINDS {
            let name = format!("channels.{}.url", kind.name());
            sources.extend(reader.optional(&name, address).map(|url| Source::Document(kind, url)));
        }
        if let Some(checks) = reader.optional("channels.health.checks", |text| list(text, check)) {
            if reader.is_given("channels.health.url") {
                reader.fault("channels.health.checks", "stands beside channels.health.url; one of them".to_owned());
            }
            sources.push(Source::Checks(checks));
        }
        Self { sources, networks }
    }

    /// The samples of `/dev/channels/` where no source is named, for whoever looks at what there is.
    pub(super) fn or_samples(self, reader: &mut Reader, mode: Mode, own: &Url) -> Self {
        let development = mode == Mode::Development;
        let samples = reader.or("channels.samples", |text| text.parse().ok(), development, &development.to_string());
        if samples && !development {
            reader.fault("channels.samples", "samples are refused in production".to_owned());
        }
        if !samples || !self.sources.is_empty() {
            return self;
        }
        let sample = |kind: SourceKind| {
            let path = match kind {
                SourceKind::Health => "/dev/channels/health.json".to_owned(),
                SourceKind::Status => "/dev/channels/status.json".to_owned(),
                SourceKind::Feed(FeedKind::Releases) => "/dev/channels/releases.json".to_owned(),
                SourceKind::Feed(kind) => format!("/dev/channels/{}.xml", kind.name()),
            };
            own.join(&path).ok().map(|url| Source::Document(kind, url))
        };
        let loopback = ["127.0.0.0/8", "::1"].into_iter().filter_map(|network| network.parse().ok());
        Self { sources: KINDS.into_iter().filter_map(sample).collect(), networks: loopback.collect() }
    }
}

/// Whether it may be reached is for the one who fetches: names are looked up then.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// `Checkout=https://…`
fn check(text: &str) -> Option<HttpCheck> {
    let (module, url) = text.split_once('=')?;
    Some(HttpCheck { module: line(module.trim())?, url: address(url.trim())? })
}
