//! Backups: the database, the files and the keys, taken beside a server that runs; checked, every row and every file; put
//! back. A backup is a folder. Its manifest is written last, so that one that was interrupted is none.

mod check;
mod copy;
mod manifest;
mod restore;
mod take;

pub use check::{check_backup, check_folder};
pub use restore::{RestoreOptions, Restored, is_unfinished, restore};
pub use take::{Taken, take};

use crate::folder_lock::LockError;
use balcao_evidence::HoldError;
use balcao_runtime::durable;
use balcao_store::StoreError;
use std::io;
use std::path::{Path, PathBuf};

/// The database's name in a backup.
const DATABASE: &str = "balcao.sqlite3";
/// The folder of files in a backup.
const FILES: &str = "evidence";
/// The folder of keys in a backup.
const KEYS: &str = "keys";
/// The folder of the copies of holiday feeds, in a backup and in the data folder.
const CALENDARS: &str = "calendars";
/// The key that development makes for its sample host.
const HOST_KEY: &str = "host.key";

/// Why nothing was backed up, checked or restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// It makes no sense; a sentence says why, and what to do.
    #[error("{0}")]
    Refused(String),
    /// The database.
    #[error("database {file}: {source}")]
    Database {
        /// Which.
        file: String,
        /// Why.
        source: StoreError,
    },
    /// The disk.
    #[error("{file}: {source}")]
    Disk {
        /// Which file.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// A server has the folder.
    #[error("{0}; stop it first: nothing is restored under a server that runs")]
    Serving(LockError),
    /// The files cannot be kept from being swept meanwhile.
    #[error(transparent)]
    Hold(#[from] HoldError),
}

/// Says which file it was.
fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    let file = path.display().to_string();
    move |source| BackupError::Disk { file: file.clone(), source }
}

/// Says which database it was.
fn of(path: &Path) -> impl Fn(StoreError) -> BackupError {
    let file = path.display().to_string();
    move |source| BackupError::Database { file: file.clone(), source }
}

/// Makes a folder that only its owner looks into, unless it is there.
fn make_private(folder: &Path) -> Result<(), BackupError> {
    private().recursive(true).create(folder).map_err(at(folder))
}

/// Makes a folder that only its owner looks into, and that was not there.
fn make_new(folder: &Path) -> Result<(), BackupError> {
    private().create(folder).map_err(at(folder))
}

fn private() -> std::fs::DirBuilder {
    #[allow(unused_mut, reason = "folders have no mode elsewhere")]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

/// New names are durable once their folder is (fsync(2)).
fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    durable::sync_folder(folder).map_err(at(folder))
}

/// What is in a folder, by name; nothing where there is no folder.
fn entries(folder: &Path) -> Result<Vec<String>, BackupError> {
    let listed = match std::fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at(folder)(error)),
    };
    let mut names = Vec::new();
    for entry in listed {
        names.push(entry.map_err(at(folder))?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

/// A path below a folder, and nothing that leads out of it.
fn below(folder: &Path, relative: &str) -> Option<PathBuf> {
    let relative = Path::new(relative);
    let is_plain = relative.components().all(|part| matches!(part, std::path::Component::Normal(_)));
    (is_plain && relative.components().next().is_some()).then(|| folder.join(relative))
}

/// Bytes, as people read them.
fn megabytes(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let folder = Path::new("/backup");
        assert_eq!(below(folder, "evidence/0b").unwrap(), Path::new("/backup/evidence/0b"));
        for name in ["", "/etc/passwd", "../x", "evidence/../../x", "..", "."] {
            assert_eq!(below(folder, name), None, "{name}");
        }
    }
}
