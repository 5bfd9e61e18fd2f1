//! Deletes what is older than the operator wants it kept. Off unless they say so.

use crate::personal_data::forget_words;
use balcao_config::Retention as Settings;
use balcao_evidence::Evidence;
use balcao_runtime::clock::Clock;
use balcao_store::audit::{self, Entry};
use balcao_store::retention::{Kind, count, delete_some};
use balcao_store::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// So many in one transaction: a write of a user never waits for longer than these take.
const BATCH: u32 = 50;
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(6 * 3600);

/// A kind, and how many of it are, or were, older than they may become.
pub type Aged = (Kind, u64);

/// The job.
#[derive(Clone)]
pub struct Retention {
    store: Store,
    settings: Settings,
    evidence: Evidence,
}

impl Retention {
    /// The job for these settings.
    #[must_use]
    pub fn new(store: Store, settings: Settings, evidence: Evidence) -> Self {
        Self { store, settings, evidence }
    }

    /// The kinds with a limit, and before when each may go.
    fn limits(&self, now: DateTime<Utc>) -> Vec<(Kind, DateTime<Utc>)> {
        let days = |kind| match kind {
            Kind::ClosedTickets => self.settings.closed_tickets,
            Kind::Conversations => self.settings.conversations,
            Kind::Mails => self.settings.mails,
            Kind::Audit => self.settings.audit,
        };
        let limit = |kind| Some((kind, now - TimeDelta::days(days(kind)?.into())));
        Kind::ALL.into_iter().filter_map(limit).collect()
    }

    /// What would go at `now`. Kinds that are kept for ever are not in it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn look(&self, now: DateTime<Utc>) -> Result<Vec<Aged>, StoreError> {
        let mut read = self.store.read().await?;
        let mut found = Vec::new();
        for (kind, before) in self.limits(now) {
            found.push((kind, count(&mut read, kind, before).await?));
        }
        Ok(found)
    }

    /// Deletes it, in small transactions, and notes how much in the audit.
    ///
    /// # Errors
    /// The database. What was done stays done; the next round does the rest.
    pub async fn run_due(
        &self,
        actor: &str,
        now: DateTime<Utc>,
        stop: &CancellationToken,
    ) -> Result<Vec<Aged>, StoreError> {
        let mut done = Vec::new();
        for (kind, before) in self.limits(now) {
            let mut deleted = 0;
            while !stop.is_cancelled() {
                let mut write = self.store.begin().await?;
                let some = delete_some(&mut write, kind, before, BATCH, now).await?;
                write.commit().await?;
                deleted += some;
                if some == 0 {
                    break;
                }
            }
            done.push((kind, deleted));
        }
        if done.iter().any(|(_, deleted)| *deleted > 0) {
            let data: Map<String, Value> =
                done.iter().map(|(kind, deleted)| (kind.name().to_owned(), (*deleted).into())).collect();
            let entry = Entry { actor, action: "retention", subject: "retention", data: Value::Object(data) };
            let mut write = self.store.begin().await?;
            audit::append(&mut write, entry, now.timestamp_millis()).await?;
            write.commit().await?;
        }
        if done.iter().any(|(kind, deleted)| *kind == Kind::ClosedTickets && *deleted > 0) {
            forget_words(&self.store).await?;
            self.evidence.wake_sweeper();
        }
        Ok(done)
    }
}

/// Starts the job, where anything has a limit; it ends once `stop` is cancelled, between two batches.
pub fn spawn_retention(job: Retention, clock: Arc<dyn Clock>, workers: &TaskTracker, stop: CancellationToken) {
    if job.settings == Settings::default() {
        return;
    }
    workers.spawn(async move {
        while !stop.is_cancelled() {
            match job.run_due("retention", clock.now(), &stop).await {
                Ok(done) => {
                    for (kind, deleted) in done.into_iter().filter(|(_, deleted)| *deleted > 0) {
                        tracing::info!(kind = kind.name(), deleted, "what was too old is deleted");
                    }
                }
                Err(error) => tracing::warn!(%error, "what is too old could not be deleted, will be tried again"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
}
