//! One set-up or build at a time, whichever checkout or terminal it was started from.

use crate::fault::{Fault, Outcome};
use crate::files;
use std::fs::{File, TryLockError};
use std::path::Path;

/// Held until dropped; the operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Waits until nobody else holds the lock of this folder.
pub fn hold(folder: &Path) -> Outcome<Lock> {
    files::create_folder(folder)?;
    let path = folder.join(".lock");
    let fault = |error: &std::io::Error| Fault::file(error, "lock", &path);
    let file = File::options().create(true).append(true).open(&path).map_err(|error| fault(&error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            println!("Waiting for another `cargo xtask` that is at work in {} …", folder.display());
            file.lock().map_err(|error| fault(&error))?;
        }
        Err(TryLockError::Error(error)) => return Err(fault(&error)),
    }
    Ok(Lock { _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_free_again_when_it_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let first = hold(folder.path()).unwrap();
        let other = File::options().append(true).open(folder.path().join(".lock")).unwrap();
        assert!(matches!(other.try_lock(), Err(TryLockError::WouldBlock)));
        drop(first);
        assert!(other.try_lock().is_ok());
    }
}
