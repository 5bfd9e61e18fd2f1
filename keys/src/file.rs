//! A file of keys: 32 bytes each, the newest first, readable by its owner alone. It is replaced whole or not at all.

use super::{Key, KeyRing, LENGTH};
use balcao_runtime::durable;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The keys in a file; `None` where there is no file.
///
/// # Errors
/// It cannot be read, or holds something else.
pub fn load(path: &Path) -> io::Result<Option<KeyRing>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut keys = bytes.chunks(LENGTH).map(|key| key.try_into().map(Key::new));
    match (keys.next(), keys.next(), keys.next()) {
        (Some(Ok(newest)), None, None) => Ok(Some(KeyRing::of(newest))),
        (Some(Ok(newest)), Some(Ok(before)), None) => Ok(Some(KeyRing::of(before).followed_by(newest))),
        _ => {
            let fault = format!("{}: not a file of one or two keys of {LENGTH} bytes", path.display());
            Err(io::Error::new(io::ErrorKind::InvalidData, fault))
        }
    }
}

/// A file with a new key. Where another process was faster, its key.
///
/// # Errors
/// It cannot be written.
pub fn create(path: &Path) -> io::Result<KeyRing> {
    let keys = KeyRing::of(Key::random()?);
    let unfinished = write_beside(path, &keys)?;
    // Unlike a rename, a link replaces nothing: of two at once the first one's key is kept.
    let linked = std::fs::hard_link(&unfinished, path);
    std::fs::remove_file(&unfinished)?;
    match linked {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    sync_folder_of(path)?;
    load(path)?.ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// Puts these keys in the place of those in the file.
///
/// # Errors
/// It cannot be written; the old ones are still there.
pub fn replace(path: &Path, keys: &KeyRing) -> io::Result<()> {
    std::fs::rename(write_beside(path, keys)?, path)?;
    sync_folder_of(path)
}

fn write_beside(path: &Path, keys: &KeyRing) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let unfinished = path.with_file_name(name);
    // Left by a process of the same number that was killed.
    match std::fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    for key in keys.all() {
        file.write_all(key.bytes())?;
    }
    file.sync_all()?;
    Ok(unfinished)
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    durable::sync_folder(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_once_and_kept_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sign_in.key");
        assert!(load(&path).unwrap().is_none());
        let first = create(&path).unwrap();
        let again = create(&path).unwrap();
        assert_eq!(first.newest().id(), again.newest().id());
        let second = first.followed_by(Key::random().unwrap());
        replace(&path, &second).unwrap();
        let read = load(&path).unwrap().unwrap();
        assert_eq!(read.newest().id(), second.newest().id());
        assert_eq!(read.before().unwrap().id(), first.newest().id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        assert_eq!(format!("{read:?}"), "KeyRing(***)");
    }

    #[test]
    fn what_is_no_key_is_named_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sign_in.key");
        for length in [0, 1, 31, 33, 63, 65, 96] {
            std::fs::write(&path, vec![7; length]).unwrap();
            let fault = load(&path).unwrap_err().to_string();
            assert!(fault.contains("sign_in.key: not a file of one or two keys"), "{length}: {fault}");
            assert!(create(&path).is_err(), "{length}");
            assert_eq!(std::fs::read(&path).unwrap().len(), length);
        }
    }
}
