//! What happened, as it is written down for everything that listens later.

use balcao_contract::id::{AttachmentId, CommentId, RequestId, UserId};
use balcao_contract::priority::Priority;
use balcao_contract::status::Status;
use balcao_contract::survey::{LowReason, Score};
use balcao_store::{Connection, StoreError, events};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that happened to a request. Its name and what is kept of it are what this serializes to; a field added
/// later needs a default, because events are never rewritten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Event {
    /// It was opened.
    Opened {
        /// The first comment.
        #[serde(rename = "comment_id")]
        comment: CommentId,
        /// How urgent it is.
        priority: Option<Priority>,
        /// What it goes on from.
        #[serde(rename = "followup_source_id")]
        followup_source: Option<RequestId>,
        /// Its files.
        #[serde(rename = "file_ids")]
        files: Vec<AttachmentId>,
    },
    /// Somebody wrote.
    Commented {
        /// The comment.
        #[serde(rename = "comment_id")]
        comment: CommentId,
        /// Whether the requester may read it.
        #[serde(default = "public")]
        public: bool,
        /// Its files.
        #[serde(rename = "file_ids")]
        files: Vec<AttachmentId>,
    },
    /// It went from one status to another.
    StatusChanged {
        /// Before.
        from: Status,
        /// After.
        to: Status,
    },
    /// It became more or less urgent.
    PriorityChanged {
        /// Before.
        from: Option<Priority>,
        /// After.
        to: Option<Priority>,
    },
    /// Somebody else answers it now, or nobody.
    Assigned {
        /// Before.
        #[serde(rename = "from_id")]
        from: Option<UserId>,
        /// After.
        #[serde(rename = "to_id")]
        to: Option<UserId>,
    },
    /// An agent changed the title, the type, the group, the tags or an answer.
    FieldChanged {
        /// `subject`, `type`, `group_id`, `tags`, or the key of the form's field.
        field: String,
        /// Before; `null` for no answer.
        from: Value,
        /// After.
        to: Value,
    },
    /// The requester said how satisfied they are; what they wrote is kept with the rating alone.
    Rated {
        /// The rating.
        #[serde(rename = "rating_id")]
        rating: u64,
        /// Good or bad.
        score: Score,
        /// Why it is bad.
        #[serde(rename = "reason_code")]
        reason: Option<LowReason>,
        /// They had rated this solving before, and changed it.
        again: bool,
    },
}

/// Before agents could write to each other every comment was public.
const fn public() -> bool {
    true
}

impl Event {
    /// The event that was kept under this name; `None` for one that this version does not know.
    #[must_use]
    pub fn read(kind: &str, data: &Value) -> Option<Self> {
        serde_json::from_value(serde_json::json!({ "kind": kind, "data": data })).ok()
    }
}

/// Writes down what one command did, in its transaction.
///
/// # Errors
/// The database refuses.
pub async fn record(
    write: &mut Connection,
    request: RequestId,
    actor: Option<UserId>,
    happened: &[Event],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut kept = Vec::with_capacity(happened.len());
    for event in happened {
        let written = serde_json::to_value(event).map_err(|error| StoreError::Corrupt(format!("event: {error}")))?;
        let kind = written["kind"].as_str().unwrap_or_default().to_owned();
        kept.push((kind, written["data"].clone()));
    }
    let kept: Vec<_> = kept.iter().map(|(kind, data)| (kind.as_str(), data.clone())).collect();
    events::append(write, request, actor, &kept, now).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_kept_is_read_again_also_as_older_versions_kept_it() {
        let comment = CommentId::try_from(7).unwrap();
        let older = json!({ "comment_id": 7, "file_ids": [] });
        let read = Event::read("commented", &older).unwrap();
        assert_eq!(read, Event::Commented { comment, public: true, files: Vec::new() });
        let opened = json!({ "comment_id": 7, "priority": "high", "followup_source_id": null, "file_ids": [3] });
        let files = vec![AttachmentId::try_from(3).unwrap()];
        let expected = Event::Opened { comment, priority: Some(Priority::High), followup_source: None, files };
        assert_eq!(Event::read("opened", &opened), Some(expected.clone()));
        assert_eq!(serde_json::to_value(expected).unwrap(), json!({ "kind": "opened", "data": opened }));
        assert_eq!(Event::read("not_yet_known", &json!({})), None);
    }
}
