//! Files: checked and counted while they stream in, stored durably, offered as downloads, swept when nobody wants them.
//! To which comment they belong is kept by `store`.

mod content;
mod disk;
mod disposition;
mod hold;
mod receive;
mod sweep;
mod take_in;

pub use content::{Content, HEAD_BYTES, recognise};
pub use disk::Room;
pub use disposition::{Wanted, attachment, wanted};
pub use hold::{Hold, HoldError, is_hold};
pub use receive::{Pace, Received};
pub use sweep::{Swept, spawn_sweeper};
pub use take_in::{Incoming, TakeInError, TakenIn};

use balcao_config::EvidenceConfig;
use balcao_contract::file::FileLimits;
use balcao_contract::id::UserId;
use balcao_runtime::work::Work;
use balcao_store::files::StoredFile;
use balcao_store::uploads::{self, Quota};
use balcao_store::{Store, StoreError};
use bytes::Bytes;
use chrono::TimeDelta;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, ObjectStore};
use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// How many files one person may send at the same time.
const MOST_AT_ONCE: u32 = 6;

/// Where files are kept, and what is taken.
#[derive(Clone)]
pub struct Evidence(Arc<Parts>);

struct Parts {
    objects: Arc<dyn ObjectStore>,
    /// The folder, where it is one: what a crash left behind is looked for there.
    folder: Option<PathBuf>,
    limits: FileLimits,
    life: TimeDelta,
    quota: Quota,
    /// So much of the disk stays free.
    min_free_percent: u8,
    /// Bytes on their way to the disk.
    promised: AtomicU64,
    /// Used by a command beside the server.
    by_command: bool,
    pace: Pace,
    /// How many files each person is sending.
    arriving: Mutex<HashMap<UserId, u32>>,
    doomed: Notify,
    work: Work,
}

/// Why files cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The folder cannot be made.
    #[error("{0}")]
    Folder(#[from] std::io::Error),
    /// The place where files are kept.
    #[error(transparent)]
    Objects(#[from] object_store::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Evidence {
    /// In the folder of the configuration, which is made where it is missing.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(config: &EvidenceConfig, work: Work) -> Result<Self, EvidenceError> {
        std::fs::create_dir_all(&config.dir)?;
        // An upload is acknowledged once its bytes and its name are on the disk; without fsync they would only be in
        // the system's cache.
        let objects = LocalFileSystem::new_with_prefix(&config.dir)?.with_fsync(true);
        Ok(Self::with_objects(Arc::new(objects), Some(config.dir.clone()), config, work))
    }

    /// As [`Evidence::open`], for a command that runs beside the server: a server that starts meanwhile leaves alone what
    /// it writes.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open_for_command(config: &EvidenceConfig, work: Work) -> Result<Self, EvidenceError> {
        std::fs::create_dir_all(&config.dir)?;
        let objects = LocalFileSystem::new_with_prefix(&config.dir)?.with_fsync(true);
        let parts = Parts { by_command: true, ..parts(Arc::new(objects), Some(config.dir.clone()), config, work) };
        Ok(Self(Arc::new(parts)))
    }

    /// In any object store.
    #[must_use]
    pub fn with_objects(
        objects: Arc<dyn ObjectStore>,
        folder: Option<PathBuf>,
        config: &EvidenceConfig,
        work: Work,
    ) -> Self {
        Self(Arc::new(parts(objects, folder, config, work)))
    }

    /// Gives back at once the places of files that a server was writing when it was killed. To be called at its start,
    /// when nobody can be sending yet.
    ///
    /// # Errors
    /// The database.
    pub async fn release_interrupted(&self, store: &Store) -> Result<(), StoreError> {
        let mut tx = store.begin().await?;
        let released = uploads::doom_interrupted(&mut tx).await?;
        tx.commit().await?;
        if released > 0 {
            tracing::info!(released, "files that were being sent when the server ended are given up");
        }
        Ok(())
    }

    /// What one comment may carry.
    #[must_use]
    pub fn limits(&self) -> &FileLimits {
        &self.0.limits
    }

    /// A file's bytes, or some of them.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn read(
        &self,
        file: &StoredFile,
        range: Option<Range<u64>>,
    ) -> Result<BoxStream<'static, object_store::Result<Bytes>>, EvidenceError> {
        let options = GetOptions { range: range.map(Into::into), ..GetOptions::default() };
        let found = self.0.objects.get_opts(&ObjectPath::from(file.object_key.as_str()), options).await?;
        Ok(found.into_stream())
    }

    /// Calls the sweeper: somebody took files back.
    pub fn wake_sweeper(&self) {
        self.0.doomed.notify_one();
    }

    /// A turn to send a file; `None` where this person sends as many as one may already.
    fn turn(&self, user: UserId) -> Option<Turn> {
        let mut arriving = self.0.arriving.lock().unwrap_or_else(PoisonError::into_inner);
        let count = arriving.entry(user).or_default();
        if *count >= MOST_AT_ONCE {
            return None;
        }
        *count += 1;
        Some(Turn { evidence: self.clone(), user })
    }
}

fn parts(objects: Arc<dyn ObjectStore>, folder: Option<PathBuf>, config: &EvidenceConfig, work: Work) -> Parts {
    Parts {
        objects,
        folder,
        limits: config.limits.clone(),
        life: TimeDelta::from_std(config.upload_life).unwrap_or(TimeDelta::hours(1)),
        quota: Quota {
            waiting_bytes: config.quota_bytes,
            waiting_files: config.limits.max_files.saturating_mul(10),
            user_bytes: config.user_bytes,
            account_bytes: config.account_bytes,
        },
        min_free_percent: config.min_free_percent,
        promised: AtomicU64::new(0),
        by_command: false,
        pace: Pace::default(),
        arriving: Mutex::default(),
        doomed: Notify::new(),
        work,
    }
}

/// Given back when dropped.
struct Turn {
    evidence: Evidence,
    user: UserId,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut arriving = self.evidence.0.arriving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = arriving.get_mut(&self.user) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                arriving.remove(&self.user);
            }
        }
    }
}

/// The disk is full, or the quota of the disk is used up; wherever in the chain of causes that is said.
fn is_no_room(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<std::io::Error>()
            && matches!(
                io.kind(),
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded | std::io::ErrorKind::FileTooLarge
            )
        {
            return true;
        }
        next = cause.source();
    }
    false
}
