//! Files before (upload) and after (attachment) they belong to a comment.

use crate::id::AttachmentId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// The API address of this object.
    pub url: String,
    /// The name it is offered under, already made safe.
    pub file_name: String,
    /// Where its bytes are; asks for the same authentication as everything else.
    pub content_url: String,
    /// The same as `content_url`, as Zendesk has it without host mapping.
    pub mapped_content_url: String,
    /// Worked out from the content, not from what the sender claimed.
    pub content_type: String,
    /// In bytes.
    pub size: u64,
    /// In pixels, for images.
    pub width: Option<u32>,
    /// In pixels, for images.
    pub height: Option<u32>,
    /// Shown within the text; always false here.
    pub inline: bool,
    /// Deleted by an agent.
    pub deleted: bool,
    /// Zendesk's name; always false here.
    pub malware_access_override: bool,
    /// Zendesk's name; `not_scanned` here.
    pub malware_scan_result: String,
    /// Smaller pictures; always empty here.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub thumbnails: Vec<()>,
}

/// `{"attachment": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentEnvelope {
    /// The file.
    pub attachment: Attachment,
}

/// A file that waits for its comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Upload {
    /// Named in the comment's `uploads`.
    pub token: String,
    /// Until when the token can be used.
    pub expires_at: Timestamp,
    /// The file just sent.
    pub attachment: Attachment,
    /// Every file under this token.
    pub attachments: Vec<Attachment>,
}

/// `{"upload": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadEnvelope {
    /// The upload.
    pub upload: Upload,
}
