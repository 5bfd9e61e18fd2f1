//! Form definitions, and the request that comes of one.

use crate::api::{ApiError, Call, Client};
use balcao_contract::form::Form;
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_contract::panel::FormEnvelope;
use balcao_contract::wire::{Request, RequestEnvelope};

impl Client {
    /// A form in one language.
    ///
    /// # Errors
    /// `NotFound` for a form that does not exist, `Forbidden` for one that they may not open, and as [`Client::send`].
    pub async fn form(self, key: &str, locale: Locale) -> Result<Form, ApiError> {
        let key = String::from(js_sys::encode_uri_component(key));
        let path = format!("/api/panel/forms/{key}?locale={}", locale.code());
        let envelope: FormEnvelope = self.get(&path).await?;
        Ok(envelope.form)
    }

    /// The form that a request was opened with, with every question that any account is asked: it words the answers.
    ///
    /// # Errors
    /// `NotFound` for somebody else's request, and as [`Client::send`].
    pub async fn form_of_request(self, id: RequestId, locale: Locale) -> Result<Form, ApiError> {
        let envelope: FormEnvelope =
            self.get(&format!("/api/panel/requests/{id}/form?locale={}", locale.code())).await?;
        Ok(envelope.form)
    }

    /// Opens a request. `body` is a `NewRequestEnvelope` as JSON, so that the very same body can be sent again; the key
    /// makes one request of however many tries.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn open_request(self, body: &serde_json::Value, key: &str) -> Result<Request, ApiError> {
        let call = Call::post("/api/v2/requests", body).idempotent(key);
        let envelope: RequestEnvelope = self.send(call).await?;
        Ok(envelope.request)
    }
}
