//! Something read from the backend for a view: loading, there, or failed.

use crate::api::{ApiError, Client};
use crate::view::effect;
use futures::future::{AbortHandle, LocalBoxFuture, abortable};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::future::Future;

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadState<T> {
    /// On its way for the first time.
    Loading,
    /// There. It stays while it is read again.
    Ready(T),
    /// It did not come.
    Failed(ApiError),
}

/// Reads whenever a signal changes that its starter reads, keeps what is there meanwhile, aborts what is no longer
/// wanted (also when the page is left), and reads again after a session that had ended was renewed.
pub struct Load<T: 'static> {
    state: RwSignal<LoadState<T>, LocalStorage>,
    busy: RwSignal<bool>,
    attempt: RwSignal<u32>,
}

/// Boxed, so that each type is read by one copy of the code.
type Start<T> = Box<dyn Fn() -> LocalBoxFuture<'static, Result<T, ApiError>>>;

impl<T: 'static> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: 'static> Copy for Load<T> {}

impl<T: 'static> Load<T> {
    /// Begins to read. `start` is run within an effect: signals that it reads before its future is polled are followed.
    pub fn new<F>(client: Client, start: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiError>> + 'static,
    {
        Self::of(client, Box::new(move || Box::pin(start())))
    }

    fn of(client: Client, start: Start<T>) -> Self {
        let load = Self {
            state: RwSignal::new_local(LoadState::Loading),
            busy: RwSignal::new(true),
            attempt: RwSignal::new(0),
        };
        let running: StoredValue<Option<AbortHandle>, LocalStorage> = StoredValue::new_local(None);
        let abort = move || {
            if let Some(handle) = running.try_update_value(Option::take).flatten() {
                handle.abort();
            }
        };
        effect(move || {
            load.attempt.track();
            let (future, handle) = abortable(start());
            abort();
            running.set_value(Some(handle));
            load.busy.set(true);
            spawn_local(async move {
                if let Ok(result) = future.await {
                    load.arrived(result);
                }
            });
        });
        effect(move || {
            let _ = client.renewals();
            if load.state.with_untracked(|state| state_error(state) == Some(&ApiError::SignedOut)) {
                load.reload();
            }
        });
        on_cleanup(abort);
        load
    }

    fn arrived(self, result: Result<T, ApiError>) {
        // The page may have been left in the very moment: then there is nobody to tell.
        let state = match result {
            Ok(value) => LoadState::Ready(value),
            Err(error) => LoadState::Failed(error),
        };
        self.state.try_set(state);
        self.busy.try_set(false);
    }

    /// How far it is; follows it.
    pub fn state(self) -> LoadState<T>
    where
        T: Clone,
    {
        self.state.get()
    }

    /// Looks at how far it is without a copy; follows it.
    pub fn with<U>(self, look: impl FnOnce(&LoadState<T>) -> U) -> U {
        self.state.with(look)
    }

    /// What is there, if it is; follows it.
    pub fn ready(self) -> Option<T>
    where
        T: Clone,
    {
        self.state.with(|state| match state {
            LoadState::Ready(value) => Some(value.clone()),
            _ => None,
        })
    }

    /// What went wrong, if it did; follows it.
    #[must_use]
    pub fn error(self) -> Option<ApiError> {
        self.state.with(|state| state_error(state).cloned())
    }

    /// Something is on its way: for the first time or again; follows it.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    /// Reads again. What is there stays until then; a failure gives way to loading.
    pub fn reload(self) {
        if self.state.with_untracked(|state| matches!(state, LoadState::Failed(_))) {
            self.state.set(LoadState::Loading);
        }
        self.attempt.update(|attempt| *attempt += 1);
    }
}

fn state_error<T>(state: &LoadState<T>) -> Option<&ApiError> {
    match state {
        LoadState::Failed(error) => Some(error),
        _ => None,
    }
}
