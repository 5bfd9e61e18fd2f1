//! The last words of a page that goes away. A write to IndexedDB that begins then may not end any more; session storage
//! writes at once, and a reload of the tab still finds it.

use super::forget::keeps_nothing;
use super::model::{Draft, Owner, Purpose};
use crate::json;
use serde::{Deserialize, Serialize};

const KEY: &str = "balcao.leaving";

/// Who comes back later than this, in milliseconds, finds what the device has kept: the draft may long have been sent
/// from another tab.
const LIFETIME: i64 = 10 * 60_000;

#[derive(Serialize, Deserialize)]
struct Farewell {
    at: i64,
    draft: Draft,
}

fn storage() -> Option<web_sys::Storage> {
    // Blocked storage throws: then the device's storage has to do.
    web_sys::window()?.session_storage().ok()?
}

/// Keeps a draft for this tab's next page. An empty one is not worth it.
pub fn keep(draft: &Draft) {
    if draft.is_empty() || keeps_nothing() {
        return;
    }
    let farewell = Farewell { at: js_sys::Date::now() as i64, draft: draft.clone() };
    if let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(&farewell)) {
        storage.set_item(KEY, &json).ok();
    }
}

/// The draft that was kept last, if it is this owner's, for this purpose, and fresh. It is given once.
#[must_use]
pub fn take(owner: Owner, purpose: &Purpose, now: i64) -> Option<Draft> {
    let storage = storage()?;
    let json = storage.get_item(KEY).ok()??;
    let Farewell { at, draft } = json::read(&json).ok()?;
    if draft.owner != owner || draft.purpose != *purpose {
        return None;
    }
    storage.remove_item(KEY).ok();
    (now.saturating_sub(at) < LIFETIME).then_some(draft)
}
