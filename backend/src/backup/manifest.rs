//! What a backup says about itself: `manifest.json`, and `SHA256SUMS` with a line for each file, which `sha256sum -c` reads.

use super::copy::{Facts, facts, hex};
use super::{BackupError, at, make_private};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const CHECKSUMS: &str = "SHA256SUMS";
/// The shape of a backup. One of a later shape is not guessed at.
const FORMAT: u32 = 1;

/// What a backup is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// When, RFC 3339.
    pub made_at: String,
    /// The newest migration of its database.
    pub schema: i64,
    pub database_bytes: u64,
    /// Files of the evidence folder.
    pub files: u64,
    pub file_bytes: u64,
    /// Files that the database knows and the evidence folder did not have as it knows them.
    pub damaged: u64,
    /// The names of the keys' files; none where they are kept elsewhere.
    pub keys: Vec<String>,
    /// SHA-256 of `SHA256SUMS`, which holds every other file's.
    pub checksums: String,
}

impl Manifest {
    /// One of this program, with nothing in it yet.
    pub fn new(made_at: String, schema: i64) -> Self {
        Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            schema,
            database_bytes: 0,
            files: 0,
            file_bytes: 0,
            damaged: 0,
            keys: Vec::new(),
            checksums: String::new(),
        }
    }

    /// The manifest of a backup that this program can read.
    pub fn of(folder: &Path) -> Result<Self, BackupError> {
        let path = folder.join(MANIFEST);
        let text = std::fs::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => BackupError::Refused(format!(
                "{} is no backup, or one that was interrupted: it has no {MANIFEST}; take another one",
                folder.display()
            )),
            _ => at(&path)(error),
        })?;
        let unreadable = |error: serde_json::Error| {
            BackupError::Refused(format!("{}: {error}; take another backup", path.display()))
        };
        let value: serde_json::Value = serde_json::from_slice(&text).map_err(unreadable)?;
        let newest = balcao_store::newest_schema();
        let newer = |what: &str, number: u64| value[what].as_u64().is_some_and(|found| found > number);
        if newer("format", FORMAT.into()) || newer("schema", newest.unsigned_abs()) {
            return Err(BackupError::Refused(format!(
                "{} was made by a newer version, {} (its database is at {}, this one knows {newest}): install that version, \
                 or take an older backup",
                folder.display(),
                value["program"].as_str().unwrap_or("unknown"),
                value["schema"]
            )));
        }
        serde_json::from_value(value).map_err(unreadable)
    }

    /// Writes it durably: with this the backup is whole.
    pub fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let path = folder.join(MANIFEST);
        let text = serde_json::to_string_pretty(self).map_err(|error| at(&path)(error.into()))?;
        let written = File::create(&path).and_then(|mut file| {
            writeln!(file, "{text}")?;
            file.sync_all()
        });
        written.map_err(at(&path))
    }
}

/// `SHA256SUMS` while it is written.
pub(super) struct Checksums {
    file: BufWriter<File>,
}

impl Checksums {
    pub fn create(folder: &Path) -> Result<Self, BackupError> {
        make_private(folder)?;
        let path = folder.join(CHECKSUMS);
        Ok(Self { file: BufWriter::new(File::create(&path).map_err(at(&path))?) })
    }

    pub fn add(&mut self, name: &str, facts: &Facts) -> Result<(), BackupError> {
        writeln!(self.file, "{}  {name}", hex(&facts.sha256)).map_err(at(Path::new(CHECKSUMS)))
    }

    /// Its own checksum.
    pub fn finish(mut self, folder: &Path) -> Result<String, BackupError> {
        let path = folder.join(CHECKSUMS);
        self.file.flush().and_then(|()| self.file.get_ref().sync_all()).map_err(at(&path))?;
        Ok(hex(&facts(&path).map_err(at(&path))?.sha256))
    }
}

/// The lines of `SHA256SUMS`, as checksum and name.
pub(super) fn checksums(
    folder: &Path,
) -> Result<impl Iterator<Item = Result<(String, String), BackupError>>, BackupError> {
    let path = folder.join(CHECKSUMS);
    let file = File::open(&path).map_err(at(&path))?;
    Ok(BufReader::new(file).lines().map(move |line| {
        let line = line.map_err(at(&path))?;
        let parts = line.split_once("  ").map(|(sum, name)| (sum.to_owned(), name.to_owned()));
        parts.ok_or_else(|| {
            BackupError::Refused(format!("{}: no line of checksums: {}", path.display(), line.escape_debug()))
        })
    }))
}
