//! What every handler shares.

use super::Limiter;
use crate::clock::Clock;
use crate::config::Config;
use crate::copilot::Copilot;
use crate::evidence::Evidence;
use crate::forms::Forms;
use crate::identity::Door;
use crate::identity::code::CodeKey;
use crate::mail::Outbox;
use crate::store::Store;
use std::ops::Deref;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The application: cheap to clone, the state of every handler. Its parts are read through it: `app.store`.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The rooms, put together.
pub struct Parts {
    /// What the operator decided.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The forms, in every language.
    pub forms: Forms,
    /// The articles and their index.
    pub copilot: Copilot,
    /// The key of one-time codes.
    pub code_key: CodeKey,
    /// The files.
    pub evidence: Evidence,
    /// Calls the worker that sends mail.
    pub outbox: Outbox,
    /// How people prove who they are.
    pub door: Arc<dyn Door>,
    /// How often they may ask.
    pub limiter: Limiter,
    /// Work beside the requests; finished before the end.
    pub workers: TaskTracker,
    /// Cancelled when the application is to end.
    pub stop: CancellationToken,
}

impl App {
    /// An application of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
