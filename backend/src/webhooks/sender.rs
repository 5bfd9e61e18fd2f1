//! Posts a message, signed.

use balcao_outbound::{Outbound, Targets};
use balcao_store::webhooks::DueMessage;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::time::Duration;

/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(10);

/// Why a message did not arrive: short, and without a word of the other side.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct DeliveryError(pub String);

/// Posts messages.
#[derive(Clone)]
pub(super) struct Sender(Outbound);

impl Sender {
    /// A sender to these targets.
    pub fn new(targets: Targets) -> Result<Self, String> {
        let agent = concat!("balcao-webhooks/", env!("CARGO_PKG_VERSION"));
        Outbound::new(targets, ANSWER, agent).map(Self).map_err(|error| error.to_string())
    }

    /// One attempt.
    pub async fn send(&self, message: &DueMessage, secret: &[u8], now: DateTime<Utc>) -> Result<(), DeliveryError> {
        // Looked at again: what may be reached may have been narrowed since.
        let target = self.0.client_for(&message.endpoint);
        let (client, url) = target.map_err(|fault| DeliveryError(format!("the endpoint is {fault}")))?;
        let timestamp = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let signature = sign(secret, &timestamp, &message.body);
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .header("x-zendesk-webhook-signature", signature)
            .header("x-zendesk-webhook-signature-timestamp", timestamp)
            .header("x-zendesk-webhook-id", &message.webhook)
            .header("x-zendesk-webhook-invocation-id", &message.message_id)
            .header("idempotency-key", &message.message_id)
            .body(message.body.clone());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(DeliveryError(format!("answered {}", answer.status().as_u16()))),
            Err(error) if error.is_timeout() => Err(DeliveryError("no answer in time".to_owned())),
            Err(error) if error.is_connect() => Err(DeliveryError("no connection".to_owned())),
            Err(_) => Err(DeliveryError("no answer".to_owned())),
        }
    }
}

/// Base64 of HMAC-SHA256 over timestamp and body, as Zendesk signs.
#[must_use]
pub fn sign(secret: &[u8], timestamp: &str, body: &str) -> String {
    // HMAC takes keys of any length, so the other arm is never taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else { return String::new() };
    mac.update(timestamp.as_bytes());
    mac.update(body.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}
