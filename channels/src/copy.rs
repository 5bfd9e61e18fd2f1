//! The copy of what a source said last, in the data folder: a restart while the source is down loses nothing.

use crate::SourceKind;
use crate::board::{Known, Part};
use crate::fetch::Validators;
use balcao_contract::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// As it lies in the folder.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Copy {
    pub(crate) updated_at: Timestamp,
    pub(crate) validators: Validators,
    pub(crate) part: Part,
}

impl Copy {
    pub(crate) fn new(known: &Known, validators: Validators) -> Self {
        Self { updated_at: Timestamp(known.updated_at), validators, part: known.part.clone() }
    }

    /// What is known by it, until the source is read.
    pub(crate) fn known(&self) -> Known {
        Known { part: self.part.clone(), updated_at: self.updated_at.0, is_stale: true }
    }

    /// The copy of a source; `None` where there is none, or one that cannot be read: the source says it anew.
    pub(crate) fn read(folder: &Path, kind: SourceKind) -> Option<Self> {
        let bytes = std::fs::read(path(folder, kind)).ok()?;
        let copy: Self = serde_json::from_slice(&bytes).ok()?;
        copy.part.is_of(kind).then_some(copy)
    }

    /// Keeps it: whole, or not at all.
    pub(crate) fn write(&self, folder: &Path, kind: SourceKind) -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.persist(path(folder, kind))?;
        Ok(())
    }
}

fn path(folder: &Path, kind: SourceKind) -> PathBuf {
    folder.join(format!("{}.json", kind.name()))
}
