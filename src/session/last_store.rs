//! The store that was chosen last on the support site: for this tab, and for the next one.

use web_sys::Storage;

const KEY: &str = "balcao.store";

/// The tab's own first: two tabs may be in two stores. Blocked storage throws; then the backend chooses.
fn storages() -> impl Iterator<Item = Storage> {
    let window = web_sys::window();
    let tab = window.as_ref().and_then(|window| window.session_storage().ok().flatten());
    let device = window.and_then(|window| window.local_storage().ok().flatten());
    tab.into_iter().chain(device)
}

/// Its name.
pub fn recall() -> Option<String> {
    storages().find_map(|storage| storage.get_item(KEY).ok().flatten())
}

/// Keeps its name.
pub fn keep(name: &str) {
    for storage in storages() {
        storage.set_item(KEY, name).ok();
    }
}

/// Forgets it: whoever signs in next is somebody else.
pub fn forget() {
    for storage in storages() {
        storage.remove_item(KEY).ok();
    }
}
