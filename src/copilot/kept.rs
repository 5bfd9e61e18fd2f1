//! What a reload of the frame must not lose: which conversation it was, in which language, and the words not asked yet.
//! Kept for this tab only; drafts of forms, which outlive it, are in `draft`.

use crate::json;
use balcao_contract::locale::Locale;
use balcao_contract::panel::NewQuestion;
use serde::{Deserialize, Serialize};

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The conversation that goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The language that was chosen here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// What is being typed.
    #[serde(default)]
    pub question: NewQuestion,
}

/// The place of one user's words: the next user of this tab does not get to see them.
fn key(user: u64) -> String {
    format!("balcao.copilot.{user}")
}

fn storage() -> Option<web_sys::Storage> {
    // Blocked storage throws: then a reload begins anew, and that is all.
    web_sys::window()?.session_storage().ok()?
}

/// What was kept for this user; nothing where it cannot be read.
pub fn read(user: u64) -> Kept {
    storage()
        .and_then(|storage| storage.get_item(&key(user)).ok()?)
        .and_then(|json| json::read(&json).ok())
        .unwrap_or_default()
}

/// Keeps it.
pub fn write(user: u64, kept: &Kept) {
    if let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(kept)) {
        storage.set_item(&key(user), &json).ok();
    }
}
