//! Removes files that nobody attached in time, was taken back, or never became whole.

use super::{Evidence, EvidenceError, hold};
use balcao_runtime::clock::Clock;
use balcao_store::idempotency::KEPT;
use balcao_store::{Store, StoreError, file_totals, uploads};
use chrono::{DateTime, Utc};
use object_store::ObjectStoreExt as _;
use object_store::path::Path as ObjectPath;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Without a call it is looked at this often.
const LOOK_EVERY: Duration = Duration::from_secs(5 * 60);
/// So many at a time.
const BATCH: u32 = 100;

/// What one sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files gone, bytes and row.
    pub removed: u64,
    /// Files whose bytes could not be removed; the next sweep tries again.
    pub left: u64,
}

impl Evidence {
    /// Removes what has lapsed at `now`, and what was doomed before.
    ///
    /// # Errors
    /// The database.
    pub async fn sweep_once(&self, store: &Store, now: DateTime<Utc>) -> Result<Swept, EvidenceError> {
        let mut tx = store.begin().await?;
        uploads::doom_lapsed(&mut tx, now, now - KEPT).await?;
        tx.commit().await?;
        let mut swept = Swept::default();
        let mut after = 0;
        loop {
            let batch = uploads::doomed(&mut *store.read().await?, after, BATCH).await?;
            let Some(last) = batch.last() else { return Ok(swept) };
            after = last.id;
            if self.is_held() {
                swept.left += batch.len() as u64;
                return Ok(swept);
            }
            for file in &batch {
                match self.remove(store, file.id, &file.object_key).await {
                    Ok(()) => swept.removed += 1,
                    Err(error) => {
                        tracing::warn!(file = file.id, %error, "a file could not be removed");
                        swept.left += 1;
                    }
                }
            }
        }
    }

    /// Whether a backup is being taken, which names files that were doomed since.
    fn is_held(&self) -> bool {
        let Some(folder) = &self.0.folder else { return false };
        hold::is_held(folder).unwrap_or_else(|error| {
            tracing::warn!(%error, "whether a backup is being taken cannot be seen, nothing is swept");
            true
        })
    }

    /// Figures for whoever watches: what is kept, and how much of the disk is free.
    async fn measure(&self, store: &Store) -> Result<(), StoreError> {
        let mut read = store.read().await?;
        let all = file_totals::all(&mut read).await?;
        drop(read);
        metrics::gauge!("balcao_files").set(all.files as f64);
        metrics::gauge!("balcao_files_bytes").set(all.bytes as f64);
        if let Some(room) = self.room().await {
            metrics::gauge!("balcao_files_disk_free_bytes").set(room.free as f64);
            metrics::gauge!("balcao_files_disk_total_bytes").set(room.total as f64);
        }
        Ok(())
    }

    /// Removes a doomed file's bytes, then its row: in this order, so that bytes are never without a row.
    pub(super) async fn remove(&self, store: &Store, id: i64, object_key: &str) -> Result<(), EvidenceError> {
        match self.0.objects.delete(&ObjectPath::from(object_key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        if let Some(folder) = &self.0.folder {
            // A process that died while writing leaves the file under the name it had until it was whole.
            match tokio::fs::remove_file(folder.join(format!("{object_key}#1"))).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        let mut tx = store.begin().await?;
        uploads::forget(&mut tx, id).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Starts the sweeper; it ends once `stop` is cancelled.
pub fn spawn_sweeper(
    evidence: Evidence,
    store: Store,
    clock: Arc<dyn Clock>,
    workers: &TaskTracker,
    stop: CancellationToken,
) {
    workers.spawn(async move {
        while !stop.is_cancelled() {
            match evidence.sweep_once(&store, clock.now()).await {
                Ok(swept) if swept != Swept::default() => {
                    tracing::info!(removed = swept.removed, left = swept.left, "files swept");
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "files could not be swept, will be tried again"),
            }
            if let Err(error) = evidence.measure(&store).await {
                tracing::warn!(%error, "files could not be measured");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = evidence.0.doomed.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
}
