//! The doors of the admin, in the order in which a token is shown at them.

use super::door::{Door, DoorError, HostIdentity, Proof};
use super::jwt::{JwtDoor, KeyError};
use super::vtex_id::VtexIdDoor;
use balcao_config::{Config, HostTokenKey};
use balcao_contract::panel::DoorName;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// The doors that the operator opened.
#[derive(Clone, Default)]
pub struct AdminDoors {
    host: Option<Arc<dyn Door>>,
    vtex_id: Option<Arc<dyn Door>>,
}

/// Why a door cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum DoorsError {
    /// The host's key.
    #[error(transparent)]
    Host(#[from] KeyError),
    /// The client of VTEX ID.
    #[error("vtex_id: {0}")]
    VtexId(#[from] reqwest::Error),
}

impl AdminDoors {
    /// The doors of these settings: the host's where it is not switched off and there is a key, VTEX ID where it has an address.
    ///
    /// # Errors
    /// A key does not fit its algorithm, or TLS cannot be set up.
    pub fn new(config: &Config) -> Result<Self, DoorsError> {
        let host: Option<Arc<dyn Door>> = match &config.host_token.key {
            _ if !config.host_token_door => None,
            HostTokenKey::Shared(key) if key.is_empty() => None,
            _ => Some(Arc::new(JwtDoor::new(&config.host_token)?)),
        };
        let vtex_id: Option<Arc<dyn Door>> = match &config.vtex_id {
            Some(settings) => Some(Arc::new(VtexIdDoor::new(settings)?)),
            None => None,
        };
        Ok(Self { host, vtex_id })
    }

    /// Whether the cookies of VTEX ID are worth looking at.
    #[must_use]
    pub fn takes_cookies(&self) -> bool {
        self.vtex_id.is_some()
    }

    /// Whom a token of the context message belongs to. The host's signature is checked here, at no cost; what is not
    /// the host's is shown to VTEX ID.
    ///
    /// # Errors
    /// Every door refuses it, or one of them cannot say now.
    pub async fn by_token(&self, proof: Proof<'_>, now: DateTime<Utc>) -> Result<(DoorName, HostIdentity), DoorError> {
        let mut refused = DoorError::Refused("no door of the admin is open");
        for door in [&self.host, &self.vtex_id].into_iter().flatten() {
            match door.identify(proof, now).await {
                Ok(identity) => return Ok((door.name(), identity)),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// Whom a cookie of the admin belongs to: VTEX ID's alone are taken.
    ///
    /// # Errors
    /// As [`Self::by_token`].
    pub async fn by_cookie(&self, proof: Proof<'_>, now: DateTime<Utc>) -> Result<(DoorName, HostIdentity), DoorError> {
        let door = self.vtex_id.as_ref().ok_or(DoorError::Refused("vtex_id is switched off"))?;
        Ok((door.name(), door.identify(proof, now).await?))
    }
}
