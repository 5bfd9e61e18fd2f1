//! Calls to addresses that somebody else chose, an administrator of webhooks or the owner of a feed: they reach the public
//! internet over https and the networks that the operator names, and nothing else. Nobody reaches the metadata service of
//! a cloud, or the database beside us, through us.

mod network;
mod targets;

pub use network::Network;
pub use targets::{TargetFault, Targets};

use reqwest::{Client, ClientBuilder, redirect};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// HTTP clients that keep to [`Targets`].
#[derive(Debug, Clone)]
pub struct Outbound {
    targets: Targets,
    https: Client,
    /// For calls in clear.
    plain: Client,
}

impl Outbound {
    /// Clients for these targets; an answer may take `timeout` in all. They follow no redirect and go through no proxy: both
    /// would lead elsewhere.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(targets: Targets, timeout: Duration, user_agent: &str) -> Result<Self, reqwest::Error> {
        let client = |targets: Targets| {
            let client = ClientBuilder::new()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .connect_timeout(CONNECT)
                .timeout(timeout)
                .dns_resolver(Arc::new(targets));
            client.user_agent(user_agent).build()
        };
        Ok(Self { https: client(targets.clone())?, plain: client(targets.without_public())?, targets })
    }

    /// The address, if it may be reached at present, with the client for it.
    ///
    /// # Errors
    /// See [`TargetFault`].
    pub fn client_for(&self, address: &str) -> Result<(&Client, Url), TargetFault> {
        let url = self.targets.endpoint(address)?;
        Ok((if url.scheme() == "https" { &self.https } else { &self.plain }, url))
    }
}
