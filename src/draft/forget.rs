//! Leaving nothing behind on a device that others use, too.

use super::error::StoreError;
use super::model::Owner;
use super::store::Store;
use std::sync::atomic::{AtomicBool, Ordering};

static KEEPS_NOTHING: AtomicBool = AtomicBool::new(false);

/// Takes away what these owners have kept. Where the device keeps nothing there is nothing to take.
///
/// # Errors
/// It cannot be taken away.
pub async fn forget(owners: &[Owner]) -> Result<(), StoreError> {
    match Store::open().await {
        Ok(store) => store.delete_all(owners).done().await,
        Err(StoreError::Unavailable) => Ok(()),
        Err(error) => Err(error),
    }
}

/// From here to the end of this page nothing is kept: a form that is still open would write itself down once more while
/// the page goes away. What the tab itself holds goes, too.
pub fn keep_nothing_more() {
    KEEPS_NOTHING.store(true, Ordering::Relaxed);
    if let Some(storage) = web_sys::window().and_then(|window| window.session_storage().ok().flatten()) {
        storage.clear().ok();
    }
}

pub(super) fn keeps_nothing() -> bool {
    KEEPS_NOTHING.load(Ordering::Relaxed)
}
