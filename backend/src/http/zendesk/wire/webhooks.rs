//! Webhooks, what they are signed with, and what was sent to them.

use balcao_contract::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `active` or `inactive`.
    pub status: String,
    /// Where its messages are posted.
    pub endpoint: String,
    /// Always `POST` here.
    pub http_method: String,
    /// Always `json` here.
    pub request_format: String,
    /// Which types of events it is told of.
    pub subscriptions: Vec<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Last changed.
    pub updated_at: Timestamp,
    /// What its messages are signed with; in the answer that made it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub signing_secret: Option<SigningSecret>,
}

/// `{"webhook": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookEnvelope {
    /// The webhook.
    pub webhook: Webhook,
}

/// Webhooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WebhookList {
    /// All of them.
    pub webhooks: Vec<Webhook>,
}

/// What messages are signed with: `X-Zendesk-Webhook-Signature` is base64 of HMAC-SHA256 over
/// `X-Zendesk-Webhook-Signature-Timestamp` and the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SigningSecret {
    /// Always `SHA256`.
    pub algorithm: String,
    /// The secret.
    pub secret: String,
}

/// `{"signing_secret": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SigningSecretEnvelope {
    /// The secret.
    pub signing_secret: SigningSecret,
}

/// A message to a webhook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Invocation {
    /// Its id, the same at every attempt: `X-Zendesk-Webhook-Invocation-Id`.
    pub id: String,
    /// To which webhook.
    pub webhook_id: String,
    /// About which type of event.
    pub event_type: String,
    /// `waiting`, `delivered` or `dead`.
    pub status: String,
    /// Attempts so far.
    pub attempts: u32,
    /// What was wrong at the last attempt.
    pub fault: Option<String>,
    /// When it came to be.
    pub created_at: Timestamp,
}

/// The latest messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InvocationList {
    /// Newest first, at most 100.
    pub invocations: Vec<Invocation>,
}
