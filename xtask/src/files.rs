//! Reading, writing and walking files, with faults that name the file.

use crate::fault::{Fault, Outcome};
use std::fs;
use std::path::{Path, PathBuf};

pub fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| Fault::file(&error, "read", path))
}

pub fn read_text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| Fault::file(&error, "read", path))
}

/// Writes beside the file and renames: a reader sees the old file or the new one, never half of it.
pub fn write(path: &Path, content: &[u8]) -> Outcome {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    fs::write(&beside, content)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| Fault::file(&error, "write", path))
}

pub fn create_folder(path: &Path) -> Outcome {
    fs::create_dir_all(path).map_err(|error| Fault::file(&error, "create", path))
}

/// Removes a folder and all in it; it is no fault when there is none.
pub fn remove_folder(path: &Path) -> Outcome {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Fault::file(&error, "remove", path)),
        _ => Ok(()),
    }
}

/// Every file below a folder (or the file itself), sorted; nothing where there is nothing.
pub fn below(path: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Outcome {
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        // A file may vanish while a folder is walked: editors write beside and rename.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Fault::file(&error, "read", path)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| Fault::file(&error, "read", path))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            collect(&entry.path(), found)?;
        }
    }
    Ok(())
}

/// 64 bits that tell two contents apart, the same on every machine and with every compiler (FNV-1a).
#[derive(Clone, Copy)]
pub struct Hash(u64);

impl Hash {
    pub const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Mixes a piece in, and its length, so that `ab` + `c` differs from `a` + `bc`.
    pub fn piece(&mut self, piece: &[u8]) {
        for byte in piece.iter().chain(&(piece.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Sixteen hexadecimal digits.
    pub fn digits(self) -> String {
        format!("{:016x}", self.0)
    }

    pub fn of(content: &[u8]) -> String {
        let mut hash = Self::new();
        hash.piece(content);
        hash.digits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_is_sorted_and_leaves_hidden_files_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b/two", "b/.swp", "a", ".hidden/x", "b/one"] {
            write(&folder.path().join(name), b"x").unwrap();
        }
        let found: Vec<_> = below(folder.path())
            .unwrap()
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
            .collect();
        assert_eq!(found, ["a", "b/one", "b/two"]);
        assert!(below(&folder.path().join("nothing")).unwrap().is_empty());
    }

    #[test]
    fn pieces_do_not_run_into_each_other() {
        let hash = |pieces: &[&str]| {
            let mut hash = Hash::new();
            pieces.iter().for_each(|piece| hash.piece(piece.as_bytes()));
            hash.digits()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
        assert_eq!(hash(&["ab"]).len(), 16);
    }
}
