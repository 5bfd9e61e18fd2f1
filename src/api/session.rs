//! Signing in and out.

use crate::api::{ApiError, Call, Client};
use balcao_contract::panel::{Session, SessionEnvelope, SignIn};

impl Client {
    /// Exchanges the host's token for a session.
    ///
    /// # Errors
    /// `SignedOut` where the token is refused.
    pub async fn sign_in(self, token: &str) -> Result<Session, ApiError> {
        let call =
            Call::post("/api/panel/session", &SignIn { token: Some(token.to_owned()), account: None }).unsigned();
        let envelope: SessionEnvelope = self.send(call).await?;
        Ok(envelope.session)
    }
}
