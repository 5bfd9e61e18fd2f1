//! What happened, as it is written down for everything that listens later.

use balcao_contract::id::{AttachmentId, CommentId, RequestId};
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use serde_json::{Value, json};

/// Something that happened to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// It was opened.
    Opened {
        /// The first comment.
        comment: CommentId,
        /// How urgent it is.
        priority: Option<Priority>,
        /// What it goes on from.
        followup_source: Option<RequestId>,
        /// Its files.
        files: Vec<AttachmentId>,
    },
    /// Somebody wrote.
    Commented {
        /// The comment.
        comment: CommentId,
        /// Its files.
        files: Vec<AttachmentId>,
    },
    /// It went from one status to another.
    StatusChanged {
        /// Before.
        from: Status,
        /// After.
        to: Status,
    },
}

impl Event {
    /// The name it is kept under.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Commented { .. } => "commented",
            Self::StatusChanged { .. } => "status_changed",
        }
    }

    /// What is kept of it.
    #[must_use]
    pub fn data(&self) -> Value {
        match self {
            Self::Opened { comment, priority, followup_source, files } => json!({
                "comment_id": comment, "priority": priority, "followup_source_id": followup_source, "file_ids": files,
            }),
            Self::Commented { comment, files } => json!({ "comment_id": comment, "file_ids": files }),
            Self::StatusChanged { from, to } => json!({ "from": from, "to": to }),
        }
    }
}
