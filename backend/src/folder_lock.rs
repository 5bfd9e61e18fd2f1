//! One data folder belongs to one server: a lock on a file in it, held for as long as the process lives. The system gives it
//! back when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;

/// The file that is locked.
pub const FILE: &str = "balcao.lock";

/// The lock; given back when dropped.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Why the folder is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// A server has it.
    #[error("another balcao-backend{holder} works on data_dir {folder}")]
    Taken {
        /// The folder.
        folder: String,
        /// The other one's process, as far as it is known.
        holder: String,
    },
    /// The file cannot be made or locked.
    #[error("data_dir {folder}: {FILE} cannot be locked: {source}")]
    Io {
        /// The folder.
        folder: String,
        /// Why.
        source: io::Error,
    },
}

impl FolderLock {
    /// Takes the folder, which must exist.
    ///
    /// # Errors
    /// Another process has it, or its file cannot be locked.
    pub fn take(data_dir: &Path) -> Result<Self, LockError> {
        let folder = data_dir.display().to_string();
        Self::try_take(data_dir).map_err(|source| LockError::Io { folder: folder.clone(), source })?.map_err(|holder| {
            let holder = holder.map(|process| format!(" (process {process})")).unwrap_or_default();
            LockError::Taken { folder, holder }
        })
    }

    /// The lock, or whose it is.
    fn try_take(data_dir: &Path) -> io::Result<Result<Self, Option<u32>>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(data_dir.join(FILE))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Only for the sentence: the lock decides, not what is written in the file.
                let mut holder = String::new();
                file.take(20).read_to_string(&mut holder)?;
                return Ok(Err(holder.trim().parse().ok()));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Ok(Self { _file: file }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_taken_once_and_free_again_whatever_its_file_says() {
        let folder = tempfile::tempdir().unwrap();
        // As a process that was killed leaves it.
        std::fs::write(folder.path().join(FILE), "4711\n4711\n4711\n4711\n4711\n").unwrap();
        let held = FolderLock::take(folder.path()).unwrap();
        let refused = FolderLock::take(folder.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("(process {})", std::process::id())), "{refused}");
        assert!(refused.contains(&folder.path().display().to_string()), "{refused}");
        drop(held);
        FolderLock::take(folder.path()).unwrap();
        let missing = FolderLock::take(&folder.path().join("nowhere")).unwrap_err().to_string();
        assert!(missing.contains("cannot be locked"), "{missing}");
    }
}
