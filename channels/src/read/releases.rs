//! The JSON document of releases.

use super::text::{link, summary, title};
use super::{MOST, ReadError};
use balcao_contract::panel::Entry;
use balcao_contract::time::Timestamp;
use serde::Deserialize;

/// `{"releases": [{"module": "Checkout", "version": "6.4.1", "channel": "beta", "notes": "…", "published_at": "…", "url": "…"}]}`
#[derive(Deserialize)]
struct Document {
    releases: Vec<Release>,
}

#[derive(Deserialize)]
struct Release {
    module: String,
    version: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    notes: String,
    published_at: Option<String>,
    url: Option<String>,
}

pub(super) fn releases(bytes: &[u8]) -> Result<Vec<Entry>, ReadError> {
    let document: Document = serde_json::from_slice(bytes)?;
    let mut entries: Vec<Entry> = document.releases.into_iter().map(entry).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.published_at));
    entries.truncate(MOST);
    Ok(entries)
}

fn entry(release: Release) -> Entry {
    let (module, version) = (title(&release.module), title(&release.version));
    Entry {
        title: format!("{module} {version}"),
        summary: summary(&release.notes),
        published_at: release.published_at.and_then(|moment| moment.parse::<Timestamp>().ok()),
        url: release.url.as_deref().and_then(link),
        is_beta: release.channel.eq_ignore_ascii_case("beta"),
        module: Some(module),
        version: Some(version),
    }
}
