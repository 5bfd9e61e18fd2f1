//! What is going on around support.

use crate::api::{ApiError, Client};
use balcao_contract::panel::{Channels, ChannelsEnvelope};

impl Client {
    /// Every channel there is a source of.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn channels(self) -> Result<Channels, ApiError> {
        Ok(self.get::<ChannelsEnvelope>("/api/panel/channels").await?.channels)
    }
}
