//! Where calls may go: to public addresses over https. An address is looked at when it is connected to, so that a name
//! which points elsewhere by then gains nothing.

use crate::Network;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use url::{Host, Url};

/// Why an address is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetFault {
    /// Not an address of the web.
    #[error("not an https address")]
    NotHttps,
    /// An address of a network that nobody outside can reach.
    #[error("in a private network that the configuration does not name")]
    Private,
}

/// Which addresses may be reached.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    allowed: Arc<Vec<Network>>,
    /// Only those networks, and nothing public: for messages that travel in clear.
    only_allowed: bool,
}

impl Targets {
    /// Public ones, and these networks.
    #[must_use]
    pub fn new(allowed: Vec<Network>) -> Self {
        Self { allowed: Arc::new(allowed), only_allowed: false }
    }

    /// The same networks, and no public address.
    #[must_use]
    pub fn without_public(&self) -> Self {
        Self { only_allowed: true, ..self.clone() }
    }

    /// Reads an endpoint. Plain http is for networks that are named; a host's name is looked up when it is connected to, by
    /// plain http [without public addresses](Self::without_public).
    ///
    /// # Errors
    /// See [`TargetFault`].
    pub fn endpoint(&self, text: &str) -> Result<Url, TargetFault> {
        let url = Url::parse(text).map_err(|_| TargetFault::NotHttps)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let http = match url.scheme() {
            "https" => false,
            "http" if !self.allowed.is_empty() => true,
            _ => return Err(TargetFault::NotHttps),
        };
        if !plain {
            return Err(TargetFault::NotHttps);
        }
        let address = match url.host().ok_or(TargetFault::NotHttps)? {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(name) => {
                let name = name.trim_end_matches('.');
                let local = name == "localhost" || name.ends_with(".localhost") || !name.contains('.');
                if local && self.allowed.is_empty() {
                    return Err(TargetFault::Private);
                }
                None
            }
        };
        match address {
            Some(address) if !self.may_reach(address) => Err(TargetFault::Private),
            Some(address) if http && !self.names(address) => Err(TargetFault::NotHttps),
            _ => Ok(url),
        }
    }

    /// Whether an address may be connected to.
    #[must_use]
    pub fn may_reach(&self, address: IpAddr) -> bool {
        (is_public(address) && !self.only_allowed) || self.names(address)
    }

    fn names(&self, address: IpAddr) -> bool {
        self.allowed.iter().any(|network| network.contains(address.to_canonical()))
    }
}

/// Looks names up and keeps what may be reached.
impl Resolve for Targets {
    fn resolve(&self, name: Name) -> Resolving {
        let targets = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<SocketAddr> = found.filter(|address| targets.may_reach(address.ip())).collect();
            if kept.is_empty() {
                return Err(Box::new(TargetFault::Private) as Box<dyn std::error::Error + Send + Sync>);
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public internet (IANA's special-purpose registries).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        // Shared by carriers, protocol assignments, benchmarks, and an anycast that is no more.
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (b == 18 || b == 19))
        || (a, b, c) == (192, 88, 99);
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Only 2000::/3 is given out; within it, what carries addresses of other networks, and documentation.
    let global = (0x2000..0x4000).contains(&first);
    let special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8)) || first == 0x2002 || first == 0x3fff;
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_over_https_are_taken() {
        let targets = Targets::default();
        for good in ["https://hooks.example.com/a?b=c", "https://93.184.216.34/", "https://[2606:2800:220:1::1]:8443/x"]
        {
            assert!(targets.endpoint(good).is_ok(), "{good}");
        }
        for (bad, fault) in [
            ("http://hooks.example.com/", TargetFault::NotHttps),
            ("file:///etc/passwd", TargetFault::NotHttps),
            ("ftp://example.com/", TargetFault::NotHttps),
            ("https://user:word@example.com/", TargetFault::NotHttps),
            ("hooks.example.com", TargetFault::NotHttps),
            ("https://127.0.0.1/", TargetFault::Private),
            ("https://2130706433/", TargetFault::Private),
            ("https://0x7f.1/", TargetFault::Private),
            ("https://10.1.2.3/", TargetFault::Private),
            ("https://169.254.169.254/latest/meta-data", TargetFault::Private),
            ("https://100.64.0.1/", TargetFault::Private),
            ("https://0.0.0.0/", TargetFault::Private),
            ("https://[::1]/", TargetFault::Private),
            ("https://[::ffff:10.0.0.1]/", TargetFault::Private),
            ("https://[fe80::1]/", TargetFault::Private),
            ("https://[fd00::1]/", TargetFault::Private),
            ("https://[64:ff9b::7f00:1]/", TargetFault::Private),
            ("https://[2002:7f00:1::]/", TargetFault::Private),
            ("https://localhost/", TargetFault::Private),
            ("https://database/", TargetFault::Private),
        ] {
            assert_eq!(targets.endpoint(bad).unwrap_err(), fault, "{bad}");
        }
    }

    #[test]
    fn a_network_that_is_named_may_be_reached_also_plainly() {
        let targets = Targets::new(vec!["127.0.0.0/8".parse().unwrap()]);
        assert!(targets.endpoint("http://127.0.0.1:9000/hook").is_ok());
        assert_eq!(targets.endpoint("http://10.0.0.1/").unwrap_err(), TargetFault::Private);
        assert_eq!(targets.endpoint("http://93.184.216.34/").unwrap_err(), TargetFault::NotHttps);
    }

    #[tokio::test]
    async fn a_name_that_points_inside_is_not_connected_to() {
        let name = || "localhost".parse::<Name>().unwrap();
        assert!(Targets::default().resolve(name()).await.is_err());
        let named = Targets::new(vec!["127.0.0.0/8".parse().unwrap()]);
        assert!(named.resolve(name()).await.unwrap().all(|address| address.ip().is_loopback()));
    }

    /// Once a network was named, plain http went to public addresses, too, if they had a name.
    #[tokio::test]
    async fn no_name_leads_a_message_in_clear_to_a_public_address() {
        let targets = Targets::new(vec!["127.0.0.0/8".parse().unwrap()]);
        let public = || "93.184.216.34".parse::<Name>().unwrap();
        assert!(targets.resolve(public()).await.is_ok());
        assert!(targets.without_public().resolve(public()).await.is_err());
        assert!(targets.without_public().resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
