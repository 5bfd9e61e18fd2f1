//! Something that is fetched and shown: what is there stays while the new is on its way, the last call wins, and a
//! call that nobody waits for any more is aborted.

use crate::api::ApiError;
use futures::future::{AbortHandle, Abortable, LocalBoxFuture};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What is fetched, as it stands on the screen.
pub struct Fetched<T: 'static> {
    value: RwSignal<Option<T>, LocalStorage>,
    failure: RwSignal<Option<ApiError>, LocalStorage>,
    busy: RwSignal<bool>,
    running: StoredValue<Option<AbortHandle>>,
}

impl<T> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fetched<T> {}

impl<T: 'static> Fetched<T> {
    /// Nothing yet. A call that is still running when the view goes is aborted.
    #[must_use]
    pub fn new() -> Self {
        let running: StoredValue<Option<AbortHandle>> = StoredValue::new(None);
        on_cleanup(move || abort(running));
        Self {
            value: RwSignal::new_local(None),
            failure: RwSignal::new_local(None),
            busy: RwSignal::new(false),
            running,
        }
    }

    /// Makes this call the one that counts; an older one is aborted.
    pub fn fetch(self, call: LocalBoxFuture<'static, Result<T, ApiError>>) {
        abort(self.running);
        // The page was left, and with it the place for what would come.
        if self.busy.try_set(true).is_some() {
            return;
        }
        let (handle, registration) = AbortHandle::new_pair();
        self.running.set_value(Some(handle));
        let call = Abortable::new(call, registration);
        spawn_local(async move {
            // Aborted: the call that took over, or nobody, sets the signals.
            if let Ok(outcome) = call.await {
                self.settle(outcome);
            }
        });
    }

    /// Puts something there that came by another way: the answer to a write.
    pub fn put(self, value: T) {
        abort(self.running);
        self.settle(Ok(value));
    }

    fn settle(self, outcome: Result<T, ApiError>) {
        match outcome {
            Ok(value) => {
                self.failure.try_set(None);
                self.value.try_set(Some(value));
            }
            Err(error) => {
                self.failure.try_set(Some(error));
            }
        }
        // The page may have been left in this very moment: then there is nobody to tell.
        self.busy.try_set(false);
    }

    /// What arrived last.
    #[must_use]
    pub fn value(self) -> RwSignal<Option<T>, LocalStorage> {
        self.value
    }

    /// Why the last call failed; `None` once one has succeeded since.
    #[must_use]
    pub fn failure(self) -> RwSignal<Option<ApiError>, LocalStorage> {
        self.failure
    }

    /// A first call has ended, well or not.
    #[must_use]
    pub fn is_settled(self) -> bool {
        self.value.with(Option::is_some) || self.failure.with(Option::is_some)
    }

    /// A call is on its way.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }
}

fn abort(running: StoredValue<Option<AbortHandle>>) {
    if let Some(handle) = running.try_update_value(Option::take).flatten() {
        handle.abort();
    }
}
