//! Signing in and out.

use crate::api::{ApiError, Call, Client, early};
use crate::json;
use balcao_contract::panel::{PersonUpdate, Session, SessionEnvelope, SignIn, SignInList, SignInPlace};

impl Client {
    /// Exchanges what the host gave, or the browser's cookie, for a session.
    ///
    /// # Errors
    /// `SignedOut` where it is refused.
    pub async fn sign_in(self, sign_in: &SignIn) -> Result<Session, ApiError> {
        let body = serde_json::to_string(sign_in).unwrap_or_default();
        let known = early::session(&body).await.and_then(|answer| json::read::<SessionEnvelope>(&answer).ok());
        let envelope = match known {
            Some(envelope) => envelope,
            None => self.send(Call::post_text("/api/panel/session", body).unsigned()).await?,
        };
        Ok(envelope.session)
    }

    /// The session one has, as the backend sees it now.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn session(self) -> Result<Session, ApiError> {
        Ok(self.get::<SessionEnvelope>("/api/panel/session").await?.session)
    }

    /// Corrects one's own name.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn rename(self, name: &str) -> Result<Session, ApiError> {
        let call = Call::put("/api/panel/session/person", &PersonUpdate { name: name.to_owned() });
        Ok(self.send::<SessionEnvelope>(call).await?.session)
    }

    /// Ends the session, and the support site's sign-in that it came from.
    ///
    /// # Errors
    /// As [`Client::send`]; a session that has ended already is none.
    pub async fn sign_out(self) -> Result<(), ApiError> {
        gone(self.delete("/api/panel/session").await)
    }

    /// Where one is signed in.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn sign_ins(self) -> Result<Vec<SignInPlace>, ApiError> {
        Ok(self.get::<SignInList>("/api/panel/sign_ins").await?.sign_ins)
    }

    /// Signs one browser out.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn end_sign_in(self, id: &str) -> Result<(), ApiError> {
        let id = String::from(js_sys::encode_uri_component(id));
        self.delete(&format!("/api/panel/sign_ins/{id}")).await
    }

    /// Signs every browser out, this one too.
    ///
    /// # Errors
    /// As [`Client::send`]; a session that has ended already is none.
    pub async fn end_all_sign_ins(self) -> Result<(), ApiError> {
        gone(self.delete("/api/panel/sign_ins").await)
    }
}

/// Who wants to be signed out and is already has what they want.
fn gone(outcome: Result<(), ApiError>) -> Result<(), ApiError> {
    match outcome {
        Err(ApiError::SignedOut) => Ok(()),
        other => other,
    }
}
