//! Takes messages from the outbox and sends them: at least once, under the same `Message-ID` at every attempt.

use super::{Letterhead, SendError, Sender, messages, sealed};
use balcao_keys::SiteKey;
use balcao_runtime::backoff::pause;
use balcao_runtime::clock::Clock;
use balcao_store::outbox::{self, QueuedMessage};
use balcao_store::{Store, StoreError, reminders};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a message is held by the worker that took it. If the process dies, it is taken again afterwards.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// After so many refusals a message is given up, and kept for the operator.
const MOST_REFUSALS: u32 = 5;
/// How long what was sent is remembered.
const REMEMBERED: TimeDelta = TimeDelta::days(90);
/// Without a call the outbox is looked at this often: another process may have written to it.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// While nothing can be sent it is tried again at the latest after this long.
const LONGEST_OUTAGE_PAUSE: TimeDelta = TimeDelta::minutes(2);

/// Calls the worker. Call it after the commit of what was put into the outbox.
#[derive(Debug, Clone, Default)]
pub struct Outbox(Arc<Notify>);

impl Outbox {
    /// There is mail.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits for a call.
    async fn called(&self) {
        self.0.notified().await;
    }
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Sent.
    pub sent: u32,
    /// Not sent this time.
    pub failed: u32,
    /// Nothing could be sent at all: the round ended early.
    pub unavailable: bool,
}

/// Sends what waits.
pub struct Worker {
    store: Store,
    clock: Arc<dyn Clock>,
    sender: Arc<dyn Sender>,
    letterhead: Letterhead,
    key: Option<SiteKey>,
}

impl Worker {
    /// A worker.
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, sender: Arc<dyn Sender>, letterhead: Letterhead) -> Self {
        Self { store, clock, sender, letterhead, key: None }
    }

    /// With the key that messages with a code are sealed with.
    #[must_use]
    pub fn opening_with(self, key: SiteKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Sends everything that is due: what is soon of no use first, all else in its order. Ends early where nothing can be
    /// sent, or at `stop`, between two messages.
    ///
    /// # Errors
    /// The database.
    pub async fn run_due(&self, stop: &CancellationToken) -> Result<Round, StoreError> {
        let mut round = Round::default();
        // The message that has left, until that is noted together with taking the next one: a commit waits for the disk, and
        // makes every reader's cache void.
        let mut left = None;
        loop {
            let now = self.clock.now();
            let Some(mut queued) = self.next(left.take(), now, stop).await? else { break };
            match self.send(&mut queued, now).await {
                Ok(true) => {
                    round.sent += 1;
                    left = Some(queued.id);
                }
                Ok(false) => {}
                Err(Failure::Mail(error)) => {
                    round.failed += 1;
                    self.note_failure(&queued, &error).await?;
                    if matches!(error, SendError::Unavailable(_)) {
                        round.unavailable = true;
                        break;
                    }
                }
                Err(Failure::Store(error)) => return Err(error),
            }
        }
        self.measure().await?;
        Ok(round)
    }

    /// Notes that a message has left, and takes the next one; `None` at the end.
    async fn next(
        &self,
        left: Option<i64>,
        now: DateTime<Utc>,
        stop: &CancellationToken,
    ) -> Result<Option<QueuedMessage>, StoreError> {
        let both = async {
            let mut tx = self.store.begin().await?;
            if let Some(id) = left {
                outbox::mark_sent(&mut tx, id, now).await?;
            }
            let queued = if stop.is_cancelled() { None } else { outbox::claim(&mut tx, now, LEASE).await? };
            tx.commit().await?;
            Ok::<_, StoreError>(queued)
        };
        match (both.await, left) {
            // Whatever is wrong with the next one, this one has left.
            (Err(error), Some(id)) => {
                self.mark_sent(id).await?;
                Err(error)
            }
            (next, _) => next,
        }
    }

    /// Whether it has left; it has not where it was too late to be of use, or is not wanted.
    async fn send(&self, queued: &mut QueuedMessage, now: DateTime<Utc>) -> Result<bool, Failure> {
        if queued.message.useful_until.is_some_and(|until| until <= now) {
            let mut tx = self.store.begin().await?;
            outbox::mark_late(&mut tx, queued.id, now).await?;
            tx.commit().await?;
            tracing::info!(mail = queued.id, kind = queued.message.kind, "mail was too late to be sent");
            return Ok(false);
        }
        if messages::is_reminder(&queued.message.kind) && !self.is_wanted(queued).await? {
            let mut tx = self.store.begin().await?;
            outbox::mark_late(&mut tx, queued.id, now).await?;
            tx.commit().await?;
            tracing::info!(mail = queued.id, kind = queued.message.kind, "a reminder that its reader does not want");
            return Ok(false);
        }
        // As it lies in the outbox it is kept, should it not leave this time.
        let Some(message) = sealed::open(queued.message.clone(), self.key.as_ref()) else {
            let mut tx = self.store.begin().await?;
            outbox::mark_late(&mut tx, queued.id, now).await?;
            tx.commit().await?;
            tracing::error!(mail = queued.id, kind = queued.message.kind, "mail was sealed with a key that is gone");
            return Ok(false);
        };
        queued.message = message;
        let letter =
            self.letterhead.write(queued).map_err(|error| Failure::Mail(SendError::Refused(error.to_string())))?;
        self.sender.send(queued, &letter).await.map_err(Failure::Mail)?;
        tracing::info!(mail = queued.id, kind = queued.message.kind, attempts = queued.attempts, "mail sent");
        metrics::counter!("balcao_mail_sent_total", "kind" => queued.message.kind.clone()).increment(1);
        Ok(true)
    }

    async fn is_wanted(&self, queued: &QueuedMessage) -> Result<bool, StoreError> {
        let mut read = self.store.read().await?;
        reminders::are_wanted(&mut read, &queued.message.to).await
    }

    /// It left: if that is forgotten, it leaves again. A busy database gets a few chances.
    async fn mark_sent(&self, id: i64) -> Result<(), StoreError> {
        let mut chances = 3;
        loop {
            chances -= 1;
            let marked = async {
                let mut tx = self.store.begin().await?;
                outbox::mark_sent(&mut tx, id, self.clock.now()).await?;
                tx.commit().await
            };
            match marked.await {
                Err(StoreError::Busy) if chances > 0 => {}
                other => return other,
            }
        }
    }

    async fn note_failure(&self, queued: &QueuedMessage, error: &SendError) -> Result<(), StoreError> {
        let now = self.clock.now();
        let fault = error.to_string();
        let dead = matches!(error, SendError::Refused(_)) && queued.attempts >= MOST_REFUSALS;
        let mut tx = self.store.begin().await?;
        if dead {
            outbox::mark_dead(&mut tx, queued.id, &fault, now).await?;
        } else {
            let due_at = now + pause(queued.attempts, rand::random());
            outbox::mark_failed(&mut tx, queued.id, &fault, due_at).await?;
        }
        tx.commit().await?;
        let (mail, kind, attempts) = (queued.id, &queued.message.kind, queued.attempts);
        if dead {
            tracing::error!(mail, kind, attempts, fault, "mail refused for good; it stays in the outbox");
        } else {
            tracing::warn!(mail, kind, attempts, fault, "mail not sent, will be tried again");
        }
        metrics::counter!("balcao_mail_failed_total", "kind" => kind.clone()).increment(1);
        Ok(())
    }

    async fn measure(&self) -> Result<(), StoreError> {
        let depth = outbox::depth(&mut *self.store.read().await?).await?;
        metrics::gauge!("balcao_mail_waiting").set(depth.waiting as f64);
        metrics::gauge!("balcao_mail_dead").set(depth.dead as f64);
        Ok(())
    }

    /// Forgets what was sent long ago.
    ///
    /// # Errors
    /// The database.
    pub async fn prune(&self) -> Result<u64, StoreError> {
        let mut tx = self.store.begin().await?;
        let pruned = outbox::prune(&mut tx, self.clock.now() - REMEMBERED).await?;
        tx.commit().await?;
        Ok(pruned)
    }

    async fn run(self, outbox: Outbox, stop: CancellationToken) {
        let mut outage: u32 = 0;
        let mut rounds: u32 = 0;
        while !stop.is_cancelled() {
            if rounds.is_multiple_of(5000)
                && let Err(error) = self.prune().await
            {
                tracing::warn!(%error, "old mail could not be forgotten");
            }
            rounds = rounds.wrapping_add(1);
            let unavailable = match self.run_due(&stop).await {
                Ok(round) => round.unavailable,
                Err(error) => {
                    tracing::warn!(%error, "the outbox cannot be read or written, will be tried again");
                    true
                }
            };
            outage = if unavailable { outage.saturating_add(1) } else { 0 };
            let wait = if outage > 0 {
                pause(outage, rand::random()).min(LONGEST_OUTAGE_PAUSE).to_std().unwrap_or(LOOK_EVERY)
            } else {
                self.until_next().await
            };
            tokio::select! {
                () = stop.cancelled() => {}
                // During an outage new mail does not make the server come back.
                () = outbox.called(), if outage == 0 => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    async fn until_next(&self) -> Duration {
        let due = match self.store.read().await {
            Ok(mut read) => outbox::next_due(&mut read).await.ok().flatten(),
            Err(_) => None,
        };
        due.and_then(|due| (due - self.clock.now()).to_std().ok()).unwrap_or(LOOK_EVERY).min(LOOK_EVERY)
    }
}

enum Failure {
    Mail(SendError),
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Starts the worker; it ends after the message at hand once `stop` is cancelled.
pub fn spawn_worker(worker: Worker, outbox: Outbox, workers: &TaskTracker, stop: CancellationToken) {
    workers.spawn(worker.run(outbox, stop));
}
