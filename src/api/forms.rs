//! Form definitions, and the request that comes of one.

use crate::api::{ApiError, Call, Client};
use balcao_contract::form::Form;
use balcao_contract::id::RequestId;
use balcao_contract::locale::Locale;
use balcao_contract::panel::FormEnvelope;
use balcao_contract::wire::{Request, RequestEnvelope};

fn form_path(key: &str, locale: Locale) -> String {
    let key = String::from(js_sys::encode_uri_component(key));
    format!("/api/panel/forms/{key}?locale={}", locale.code())
}

pub(super) fn form_of_request_path(id: RequestId, locale: Locale) -> String {
    format!("/api/panel/requests/{id}/form?locale={}", locale.code())
}

impl Client {
    /// Begins what the page of a form asks first, before its code is there.
    pub fn form_early(self, key: &str, locale: Locale) {
        self.get_early(&form_path(key, locale));
    }

    /// A form in one language.
    ///
    /// # Errors
    /// `NotFound` for a form that does not exist, `Forbidden` for one that they may not open, and as [`Client::send`].
    pub async fn form(self, key: &str, locale: Locale) -> Result<Form, ApiError> {
        let envelope: FormEnvelope = self.get(&form_path(key, locale)).await?;
        Ok(envelope.form)
    }

    /// The form that a request was opened with, with every question that any account is asked: it words the answers.
    ///
    /// # Errors
    /// `NotFound` for somebody else's request, and as [`Client::send`].
    pub async fn form_of_request(self, id: RequestId, locale: Locale) -> Result<Form, ApiError> {
        let envelope: FormEnvelope = self.get(&form_of_request_path(id, locale)).await?;
        Ok(envelope.form)
    }

    /// Opens a request. `body` is a `NewRequestEnvelope` as JSON text, so that the very same body can be sent again; the
    /// key makes one request of however many tries.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn open_request(self, body: String, key: &str) -> Result<Request, ApiError> {
        let call = Call::post_text("/api/v2/requests", body).idempotent(key);
        let envelope: RequestEnvelope = self.send(call).await?;
        Ok(envelope.request)
    }
}
