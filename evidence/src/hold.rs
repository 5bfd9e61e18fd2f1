//! While a backup is taken nothing is swept: its database names files as they were at one moment, and each must still be
//! there when its turn to be copied comes. The lock ends with the process that took it, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

/// The file that is locked.
const FILE: &str = ".backup.lock";

/// Nothing is swept while this is held. Several may hold at once.
#[derive(Debug)]
pub struct Hold {
    _file: Option<File>,
}

/// The files cannot be held.
#[derive(Debug, thiserror::Error)]
#[error("evidence.dir {folder}: {FILE} cannot be locked: {source}")]
pub struct HoldError {
    folder: String,
    source: io::Error,
}

impl Hold {
    /// Holds the files of a folder. Take it before the database is looked at: what is doomed afterwards stays.
    ///
    /// # Errors
    /// The lock cannot be made.
    pub fn of(folder: &Path) -> Result<Self, HoldError> {
        // Before the first file there is no folder, and nothing to sweep.
        if !folder.exists() {
            return Ok(Self { _file: None });
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let locked = options.open(folder.join(FILE)).and_then(|file| {
            file.lock_shared()?;
            Ok(file)
        });
        let failed = |source| HoldError { folder: folder.display().to_string(), source };
        Ok(Self { _file: Some(locked.map_err(failed)?) })
    }
}

/// Whether somebody holds the files. Asked after the doomed were listed: a file that is doomed later than the hold was taken
/// is then seen to be held.
pub(super) fn is_held(folder: &Path) -> io::Result<bool> {
    match File::open(folder.join(FILE)) {
        // Given back at once, with the file.
        Ok(file) => match file.try_lock() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a name in the folder is the lock's, and no file's.
#[must_use]
pub fn is_hold(name: &str) -> bool {
    name == FILE
}
