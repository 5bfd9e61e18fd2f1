//! Where VTEX ID is asked about tokens.

use super::Mode;
use super::reader::Reader;
use std::net::IpAddr;
use std::time::Duration;
use url::{Host, Url};

/// How the tokens of the VTEX Admin are checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VtexId {
    /// The address that `/api/vtexid/…` is under; `{account}` in it stands for the store's name.
    pub url: String,
    /// How long a check may take.
    pub timeout: Duration,
}

impl VtexId {
    /// It is on this machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        let Some(url) = parse(&self.url) else { return false };
        match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
            None => false,
        }
    }
}

pub(super) fn read(reader: &mut Reader, mode: Mode) -> Option<VtexId> {
    let url = reader.optional("vtex_id.url", address);
    let seconds = |text: &str| text.parse().ok().filter(|seconds| (1..=30).contains(seconds)).map(Duration::from_secs);
    let timeout = reader.or("vtex_id.timeout_seconds", seconds, Duration::from_secs(5), "5");
    let url = url?;
    if mode == Mode::Production && !url.starts_with("https://") {
        reader.fault("vtex_id.url", "has to be https in production: tokens go there".to_owned());
    }
    Some(VtexId { url, timeout })
}

/// An address without what a base cannot have. An account's name has only letters that fit wherever `{account}` stands.
fn address(text: &str) -> Option<String> {
    let url = parse(text)?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    let takes = matches!(url.scheme(), "http" | "https") && url.has_host() && plain;
    takes.then(|| text.trim_end_matches('/').to_owned())
}

fn parse(text: &str) -> Option<Url> {
    let filled = text.replace("{account}", "account");
    (!filled.contains(['{', '}'])).then(|| Url::parse(&filled).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_with_or_without_the_stores_name() {
        for good in ["https://vtexid.vtex.com.br", "https://{account}.vtexcommercestable.com.br/", "http://127.0.0.1:9"]
        {
            assert!(address(good).is_some(), "{good}");
        }
        for wrong in
            ["vtexid", "ftp://x.example", "https://u:p@x.example", "https://x.example?a=b", "https://{store}.x"]
        {
            assert_eq!(address(wrong), None, "{wrong}");
        }
    }
}
