//! IndexedDB as futures, and no more of it than the drafts need. A crate for it would cost more bytes than this file.

use super::error::StoreError;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

pub(super) const DATABASE: &str = "balcao";
pub(super) const VERSION: u32 = 1;

/// The error behind whatever JavaScript threw.
pub(super) fn error_of(thrown: &JsValue) -> StoreError {
    let name = thrown.dyn_ref::<DomException>().map(DomException::name).unwrap_or_default();
    StoreError::from_name(&name)
}

/// A write that has been given to the browser. Writes are done in the order they were given, whether or not anybody
/// waits; waiting tells whether it is kept.
#[must_use = "a write may fail: wait for `done`, or say that nobody needs to know with `forget`"]
pub struct Written(Result<Promise, StoreError>);

impl Written {
    /// Watches a transaction. The handlers are set before control goes back to the browser, so that no end is missed.
    fn of(transaction: &IdbTransaction) -> Self {
        let watched = transaction.clone();
        Self(Ok(Promise::new(&mut |kept, lost| {
            watched.set_oncomplete(Some(&kept));
            watched.set_onabort(Some(&lost));
        })))
    }

    pub(super) const fn refused(error: StoreError) -> Self {
        Self(Err(error))
    }

    /// Waits until it is kept.
    ///
    /// # Errors
    /// It is not kept, and why.
    pub async fn done(self) -> Result<(), StoreError> {
        match JsFuture::from(self.0?).await {
            Ok(_) => Ok(()),
            Err(event) => Err(error_of_abort(&event)),
        }
    }

    /// Nobody needs to know: a best effort while the page goes away.
    pub fn forget(self) {
        if let Ok(promise) = self.0 {
            // A rejection that nobody handles would be reported as an error of the page.
            leptos::task::spawn_local(async move {
                let _ = JsFuture::from(promise).await;
            });
        }
    }
}

/// The transaction that ended tells why.
fn error_of_abort(event: &JsValue) -> StoreError {
    let transaction = event.dyn_ref::<web_sys::Event>().and_then(web_sys::Event::target);
    let error = transaction.and_then(|target| target.dyn_into::<IdbTransaction>().ok()).and_then(|t| t.error());
    error.map_or(StoreError::Unavailable, |error| StoreError::from_name(&error.name()))
}

/// The result of a request, once it is there.
pub(super) async fn result(request: IdbRequest) -> Result<JsValue, StoreError> {
    let watched = request.clone();
    let promise = Promise::new(&mut |found, lost| {
        watched.set_onsuccess(Some(&found));
        watched.set_onerror(Some(&lost));
    });
    match JsFuture::from(promise).await {
        Ok(_) => request.result().map_err(|thrown| error_of(&thrown)),
        Err(_) => {
            let error = request.error().ok().flatten();
            Err(error.map_or(StoreError::Unavailable, |error| StoreError::from_name(&error.name())))
        }
    }
}

/// Opens the database and makes the object stores where they are missing.
pub(super) async fn open(name: &str, stores: &'static [&'static str]) -> Result<IdbDatabase, StoreError> {
    // The getter itself throws where storage is blocked for the frame.
    let factory =
        web_sys::window().and_then(|window| window.indexed_db().ok().flatten()).ok_or(StoreError::Unavailable)?;
    let request = factory.open_with_u32(name, VERSION).map_err(|thrown| error_of(&thrown))?;
    let upgrading = request.clone();
    let upgrade = Closure::once_into_js(move || {
        let database = upgrading.result().ok().and_then(|result| result.dyn_into::<IdbDatabase>().ok());
        if let Some(database) = database {
            for store in stores {
                // Refused only where it exists already.
                let _ = database.create_object_store(store);
            }
        }
    });
    request.set_onupgradeneeded(Some(upgrade.unchecked_ref()));
    let database: IdbDatabase = result(request.into()).await?.dyn_into().map_err(|_| StoreError::Unavailable)?;
    // A newer panel in another tab wants to change the database: let go, it would wait for us for ever.
    let letting_go = database.clone();
    let let_go = Closure::once_into_js(move || letting_go.close());
    database.set_onversionchange(Some(let_go.unchecked_ref()));
    Ok(database)
}

/// One transaction that writes into the stores named.
pub(super) fn write(
    database: &IdbDatabase,
    stores: &[&str],
    change: impl FnOnce(&IdbTransaction) -> Result<(), JsValue>,
) -> Written {
    let names: js_sys::Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
    let transaction = match database.transaction_with_str_sequence_and_mode(&names, IdbTransactionMode::Readwrite) {
        Ok(transaction) => transaction,
        Err(thrown) => return Written::refused(error_of(&thrown)),
    };
    let written = Written::of(&transaction);
    match change(&transaction) {
        Ok(()) => written,
        Err(thrown) => {
            // Half a change is none. The promise made above rejects; nobody waits for it.
            written.forget();
            let _ = transaction.abort();
            Written::refused(error_of(&thrown))
        }
    }
}

/// One object store, for reading.
pub(super) fn read(database: &IdbDatabase, store: &str) -> Result<IdbObjectStore, StoreError> {
    database
        .transaction_with_str(store)
        .and_then(|transaction| transaction.object_store(store))
        .map_err(|thrown| error_of(&thrown))
}
