//! The engines that the laws are held against.

use balcao_store::{Store, StoreOptions};
use std::any::Any;

/// A store that is empty, and what has to live as long as it.
pub struct Opened {
    pub store: Store,
    _guard: Box<dyn Any>,
}

/// SQLite, in a folder of its own.
pub async fn open_sqlite() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("laws.sqlite3"), StoreOptions::default()).await.unwrap();
    Opened { store, _guard: Box::new(folder) }
}
