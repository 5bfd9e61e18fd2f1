//! Forgets, after a long time, what came in and became nothing.

use super::Inbox;
use balcao_store::{Store, StoreError, mail_in};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a message waits for an operator.
const QUARANTINED_FOR: TimeDelta = TimeDelta::days(90);
/// How long it is remembered that a message was taken: a mailbox restored from a backup hands all of them over again.
const REMEMBERED: TimeDelta = TimeDelta::days(800);
/// How often the quarantine is measured…
const MEASURED_EVERY: Duration = Duration::from_secs(15);
/// …and every how many times old mail is looked for: six hours.
const PRUNED_EVERY: u32 = 6 * 3600 / 15;

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

/// Starts forgetting, and measuring how full the quarantine is; it ends once `stop` is cancelled.
pub fn spawn_pruning(inbox: Inbox, workers: &TaskTracker, stop: CancellationToken) {
    workers.spawn(async move {
        let mut rounds: u32 = 0;
        while !stop.is_cancelled() {
            if rounds.is_multiple_of(PRUNED_EVERY) {
                match prune(inbox.store(), inbox.0.clock.now()).await {
                    Ok(0) => {}
                    Ok(pruned) => tracing::info!(pruned, "mail left the quarantine unread"),
                    Err(error) => tracing::warn!(%error, "old mail could not be forgotten, will be tried again"),
                }
            }
            rounds = rounds.wrapping_add(1);
            // Also what the operator's commands and a mail server's pipe did, which are processes of their own.
            if let (Ok(amount), Ok(used)) = (inbox.quarantine_amount().await, inbox.quarantine_used().await) {
                metrics::gauge!("balcao_mail_quarantined").set(amount.mails as f64);
                metrics::gauge!("balcao_mail_quarantine_used").set(used);
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(MEASURED_EVERY) => {}
            }
        }
    });
}
