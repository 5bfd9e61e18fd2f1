//! Sends what waits: at least once, under the same id at every attempt, for about a day.

use super::feed::read_some;
use super::sender::{DeliveryError, Sender};
use balcao_keys::SiteKey;
use balcao_keys::purpose::WEBHOOK_SECRET;
use balcao_outbound::Targets;
use balcao_runtime::backoff::pause;
use balcao_runtime::clock::Clock;
use balcao_store::events::Tail;
use balcao_store::webhooks::{self, DueMessage, Failure};
use balcao_store::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a message is held by whoever took it. If the process dies, it is taken again afterwards.
const LEASE: TimeDelta = TimeDelta::minutes(1);
/// After so many attempts, about a day, a message is given up, and kept for whoever looks after it.
const MOST_ATTEMPTS: u32 = 30;
/// After so many failures in a row a webhook is left alone for a while, so that it holds nobody else up.
const MOST_FAILURES: u32 = 5;
/// So long.
const REST: TimeDelta = TimeDelta::minutes(5);
/// How long what arrived is remembered.
const REMEMBERED: TimeDelta = TimeDelta::days(30);
/// How often it looks for what is due again. New events are told of at once.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Arrived.
    pub delivered: u32,
    /// Did not, this time.
    pub failed: u32,
}

/// The worker.
#[derive(Clone)]
pub struct Webhooks {
    store: Store,
    clock: Arc<dyn Clock>,
    key: SiteKey,
    sender: Sender,
}

impl Webhooks {
    /// A worker.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(store: Store, clock: Arc<dyn Clock>, key: SiteKey, targets: Targets) -> Result<Self, String> {
        Ok(Self { store, clock, key, sender: Sender::new(targets)? })
    }

    /// Makes messages of what happened, and sends everything that is due.
    ///
    /// # Errors
    /// The database.
    pub async fn run_due(&self, stop: &CancellationToken) -> Result<Round, StoreError> {
        while !stop.is_cancelled() && read_some(&self.store, self.clock.now()).await? {}
        let mut round = Round::default();
        while !stop.is_cancelled() {
            let now = self.clock.now();
            let mut write = self.store.begin().await?;
            let Some(message) = webhooks::claim(&mut write, now, LEASE).await? else { break };
            write.commit().await?;
            let sent = self.send(&message, now).await;
            let mut write = self.store.begin().await?;
            match sent {
                Ok(()) => {
                    round.delivered += 1;
                    webhooks::delivered(&mut write, &message, self.clock.now()).await?;
                }
                Err(fault) => {
                    round.failed += 1;
                    self.note_failure(&mut write, &message, &fault).await?;
                }
            }
            write.commit().await?;
        }
        Ok(round)
    }

    async fn send(&self, message: &DueMessage, now: DateTime<Utc>) -> Result<(), DeliveryError> {
        let secret = self.key.open(WEBHOOK_SECRET, &message.secret);
        let secret = secret.ok_or_else(|| DeliveryError("the secret cannot be opened with this key".to_owned()))?;
        self.sender.send(message, &secret, now).await
    }

    async fn note_failure(
        &self,
        write: &mut balcao_store::Connection,
        message: &DueMessage,
        fault: &DeliveryError,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let again = message.attempts < MOST_ATTEMPTS;
        let (webhook, attempts) = (&message.webhook, message.attempts);
        if again {
            tracing::warn!(webhook, attempts, %fault, "webhook not reached, will be tried again");
        } else {
            tracing::error!(webhook, attempts, %fault, "webhook given up; its message is kept");
        }
        let failure = Failure {
            fault: &fault.0,
            due_at: again.then(|| now + pause(attempts, rand::random())),
            most: MOST_FAILURES,
            rests_until: now + REST,
        };
        webhooks::failed(write, message, failure, now).await
    }

    async fn prune(&self) -> Result<u64, StoreError> {
        let mut write = self.store.begin().await?;
        let pruned = webhooks::prune(&mut write, self.clock.now() - REMEMBERED).await?;
        write.commit().await?;
        Ok(pruned)
    }

    async fn run(self, mut tail: Tail, stop: CancellationToken) {
        if let Err(error) = self.prune().await {
            tracing::warn!(%error, "old webhook messages could not be forgotten");
        }
        while !stop.is_cancelled() {
            let known = tail.newest();
            match self.run_due(&stop).await {
                Ok(round) if round != Round::default() => {
                    tracing::info!(delivered = round.delivered, failed = round.failed, "webhooks told");
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "webhooks could not be told, will be tried again"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                _ = tail.after(known) => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }
}

/// Starts the worker; it ends after the message at hand once `stop` is cancelled.
pub fn spawn_webhooks(worker: Webhooks, tail: Tail, workers: &TaskTracker, stop: CancellationToken) {
    workers.spawn(worker.run(tail, stop));
}
