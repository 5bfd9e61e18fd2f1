//! Takes a backup, beside a server that runs: first the database as it is at one moment, then every file that it names. While
//! it lasts, nothing is swept. It is made beside its place and put there once it is whole.

use super::copy::copy;
use super::manifest::{Checksums, Manifest};
use super::{
    BackupError, CALENDARS, DATABASE, FILES, HOST_KEY, KEYS, at, below, entries, make_private, megabytes, of,
    sync_folder,
};
use balcao_config::Config;
use balcao_evidence::Hold;
use balcao_keys::KeyName;
use balcao_store::snapshot::{self, FileRow};
use chrono::{DateTime, SecondsFormat, Utc};
use std::path::{Path, PathBuf};

/// So many rows are read at a time.
const BATCH: u32 = 500;

/// A backup that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What it is, in a sentence.
    pub said: String,
    /// What the folder lacked that its database names: each was told.
    pub damaged: u64,
}

/// Takes a backup to a folder that does not exist yet, or is empty. What is not as it should be is told to `damage`.
///
/// # Errors
/// It cannot be taken; nothing is left.
pub async fn take(
    config: &Config,
    to: &Path,
    with_keys: bool,
    now: DateTime<Utc>,
    damage: &mut (dyn FnMut(&str) + Send),
) -> Result<Taken, BackupError> {
    let unfinished = place(config, to)?;
    let _hold = Hold::of(&config.evidence.dir)?;
    // Of one that was interrupted.
    match std::fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(at(&unfinished)(error)),
        _ => {}
    }
    let made = make(config, &unfinished, with_keys, now, damage).await;
    let made = made.and_then(|taken| {
        // In the place of an empty folder, too.
        std::fs::rename(&unfinished, to).map_err(at(to))?;
        if let Some(parent) = to.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            sync_folder(parent)?;
        }
        Ok(taken)
    });
    if made.is_err() {
        let _ = std::fs::remove_dir_all(&unfinished);
    }
    made
}

/// Where it is made: beside its place, which is free.
fn place(config: &Config, to: &Path) -> Result<PathBuf, BackupError> {
    if !config.database_path().exists() {
        return Err(BackupError::Refused(format!(
            "there is no database in data_dir {}; name the server's with {} or --config",
            config.data_dir.display(),
            balcao_config::variable("data_dir")
        )));
    }
    let refused = |why: &str| Err(BackupError::Refused(format!("{} {why}", to.display())));
    if to.exists() && (!to.is_dir() || !entries(to)?.is_empty()) {
        return refused("is there already, and not empty; name a new folder");
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = to.file_name() else { return refused("has no name; name a new folder") };
    std::fs::create_dir_all(parent).map_err(at(parent))?;
    let whole = parent.canonicalize().map_err(at(parent))?;
    for kept in [&config.data_dir, &config.evidence.dir] {
        if kept.canonicalize().is_ok_and(|kept| whole.starts_with(kept)) {
            return refused("lies inside the folder that it is to keep, and would be lost with it; name one elsewhere");
        }
    }
    let mut unfinished = std::ffi::OsString::from(".");
    unfinished.push(name);
    unfinished.push(".unfinished");
    Ok(parent.join(unfinished))
}

async fn make(
    config: &Config,
    to: &Path,
    with_keys: bool,
    now: DateTime<Utc>,
    damage: &mut (dyn FnMut(&str) + Send),
) -> Result<Taken, BackupError> {
    let mut sums = Checksums::create(to)?;
    let database = to.join(DATABASE);
    let live = config.database_path();
    let schema = snapshot::take(&live, &database).await.map_err(of(&live))?;
    let facts = super::copy::facts(&database).map_err(at(&database))?;
    std::fs::File::open(&database).and_then(|file| file.sync_all()).map_err(at(&database))?;
    sums.add(DATABASE, &facts)?;
    let mut manifest = Manifest::new(now.to_rfc3339_opts(SecondsFormat::Secs, true), schema);
    manifest.database_bytes = facts.bytes;
    let files = to.join(FILES);
    make_private(&files)?;
    let mut copied = snapshot::open(&database).await.map_err(of(&database))?;
    let mut after = 0;
    loop {
        let batch = snapshot::files(&mut copied, after, BATCH).await.map_err(of(&database))?;
        let Some(last) = batch.last() else { break };
        after = last.id;
        for row in &batch {
            match keep(config, &files, row, &mut sums) {
                Ok(bytes) => {
                    manifest.files += 1;
                    manifest.file_bytes += bytes;
                }
                Err(CopyError::Damaged(why)) => {
                    manifest.damaged += 1;
                    damage(&why);
                }
                Err(CopyError::Failed(error)) => return Err(error),
            }
        }
    }
    let known = snapshot::known_keys(&mut copied).await.map_err(of(&database))?;
    snapshot::close(copied).await.map_err(of(&database))?;
    if with_keys {
        make_private(&to.join(KEYS))?;
        for name in KeyName::ALL.map(KeyName::file).into_iter().chain([HOST_KEY]) {
            if keep_one(&config.data_dir, &to.join(KEYS), name, KEYS, &mut sums)? {
                manifest.keys.push(name.to_owned());
            }
        }
        for lost in missing_keys(&to.join(KEYS), &known)? {
            manifest.damaged += 1;
            damage(&lost);
        }
    }
    let calendars = config.data_dir.join(CALENDARS);
    let copies: Vec<String> = entries(&calendars)?.into_iter().filter(|name| name.ends_with(".ics")).collect();
    if !copies.is_empty() {
        make_private(&to.join(CALENDARS))?;
        for name in copies {
            keep_one(&calendars, &to.join(CALENDARS), &name, CALENDARS, &mut sums)?;
        }
    }
    manifest.checksums = sums.finish(to)?;
    for folder in [files, to.join(KEYS), to.join(CALENDARS)].iter().filter(|folder| folder.is_dir()) {
        sync_folder(folder)?;
    }
    manifest.write(to)?;
    sync_folder(to)?;
    let said = format!(
        "the database ({}), {} files ({}), {}",
        megabytes(manifest.database_bytes),
        manifest.files,
        megabytes(manifest.file_bytes),
        match with_keys {
            true => "and the keys: whoever has this folder can read and forge everything, so keep it like a key",
            false => "no keys: keep sign_in.key and reply.key of data_dir elsewhere, a restore needs them",
        }
    );
    Ok(Taken { said, damaged: manifest.damaged })
}

/// Why a file was not kept.
enum CopyError {
    /// It is not there, or not what the database knows: the rest is kept all the same.
    Damaged(String),
    /// There is no room, or nothing can be written.
    Failed(BackupError),
}

/// Copies a file that the database names.
fn keep(config: &Config, files: &Path, row: &FileRow, sums: &mut Checksums) -> Result<u64, CopyError> {
    let named = |why: &str| CopyError::Damaged(format!("file {} (attachment {}): {why}", row.object_key, row.id));
    let (Some(from), Some(to)) = (below(&config.evidence.dir, &row.object_key), below(files, &row.object_key)) else {
        return Err(named("its name leads elsewhere"));
    };
    if let Some(folder) = to.parent() {
        make_private(folder).map_err(CopyError::Failed)?;
    }
    match from.metadata() {
        Ok(data) if data.is_file() => {}
        Ok(_) => return Err(named("is no file")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(named("is missing in evidence.dir"));
        }
        Err(error) => return Err(CopyError::Failed(at(&from)(error))),
    }
    let facts = copy(&from, &to).map_err(|error| CopyError::Failed(at(&from)(error)))?;
    if !row.is(facts.bytes, &facts.sha256) {
        // Kept elsewhere it would pass for the true one.
        std::fs::remove_file(&to).map_err(|error| CopyError::Failed(at(&to)(error)))?;
        return Err(named("was changed in evidence.dir"));
    }
    sums.add(&format!("{FILES}/{}", row.object_key), &facts).map_err(CopyError::Failed)?;
    Ok(facts.bytes)
}

/// Copies a file of the data folder, where it is there.
fn keep_one(from: &Path, to: &Path, name: &str, folder: &str, sums: &mut Checksums) -> Result<bool, BackupError> {
    let from = from.join(name);
    match copy(&from, &to.join(name)) {
        Ok(facts) => sums.add(&format!("{folder}/{name}"), &facts).map(|()| true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(at(&from)(error)),
    }
}

/// The keys that a database was used with and a folder does not have.
pub(super) fn missing_keys(folder: &Path, known: &[(String, Vec<u8>)]) -> Result<Vec<String>, BackupError> {
    let mut missing = Vec::new();
    // Nothing depends on the key of codes for longer than they live.
    for name in [KeyName::SignIn, KeyName::Reply] {
        let path = name.path(folder);
        let found = match balcao_keys::load(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => None,
            Err(error) => return Err(at(&path)(error)),
        };
        for (_, id) in known.iter().filter(|(known, _)| known == name.name()) {
            let is_there = found.iter().flat_map(balcao_keys::KeyRing::all).any(|key| key.id().0 == id.as_slice());
            if !is_there {
                let id = id.as_slice().try_into().map(|id| balcao_keys::KeyId(id).to_string()).unwrap_or_default();
                missing.push(format!("{}: the key {id}, which the database was used with, is missing", name.file()));
            }
        }
    }
    Ok(missing)
}
