//! What is going on: for this person, and around support.

use crate::api::{ApiError, Client};
use balcao_contract::panel::{Channels, ChannelsEnvelope, Home, HomeEnvelope};

const HOME: &str = "/api/panel/home";

impl Client {
    /// Begins what the first page asks, before its code is there.
    pub fn home_early(self) {
        self.get_early(HOME);
    }

    /// What the first page says.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn home(self) -> Result<Home, ApiError> {
        Ok(self.get::<HomeEnvelope>(HOME).await?.home)
    }

    /// Every channel there is a source of.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn channels(self) -> Result<Channels, ApiError> {
        Ok(self.get::<ChannelsEnvelope>("/api/panel/channels").await?.channels)
    }
}
