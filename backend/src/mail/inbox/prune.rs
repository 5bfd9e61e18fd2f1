//! Forgets, after a long time, what came in and became nothing.

use crate::clock::Clock;
use crate::store::{Store, StoreError, mail_in};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a message waits for an operator.
const QUARANTINED_FOR: TimeDelta = TimeDelta::days(90);
/// How long it is remembered that a message was taken: a mailbox restored from a backup hands all of them over again.
const REMEMBERED: TimeDelta = TimeDelta::days(800);
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(6 * 3600);

/// Deletes what nobody looked at in quarantine for long, and the notes of what was taken long ago. How many messages
/// left the quarantine.
///
/// # Errors
/// The database.
pub async fn prune(store: &Store, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut write = store.begin().await?;
    let pruned = mail_in::prune_quarantine(&mut write, now - QUARANTINED_FOR).await?;
    mail_in::forget(&mut write, now - REMEMBERED).await?;
    write.commit().await?;
    Ok(pruned)
}

/// Starts forgetting; it ends once `stop` is cancelled.
pub fn spawn_pruning(store: Store, clock: Arc<dyn Clock>, workers: &TaskTracker, stop: CancellationToken) {
    workers.spawn(async move {
        while !stop.is_cancelled() {
            match prune(&store, clock.now()).await {
                Ok(0) => {}
                Ok(pruned) => tracing::info!(pruned, "mail left the quarantine unread"),
                Err(error) => tracing::warn!(%error, "old mail could not be forgotten, will be tried again"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
}
