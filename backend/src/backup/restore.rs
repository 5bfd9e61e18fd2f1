//! Puts a backup back: checked as a whole before anything is touched, into an empty folder, or beside what is moved aside.

use super::check::check_backup;
use super::copy::{copy, hex};
use super::manifest::{Manifest, checksums};
use super::{BackupError, CALENDARS, DATABASE, FILES, KEYS, at, below, entries, make_new, make_private, sync_folder};
use crate::folder_lock::{self, FolderLock};
use balcao_config::Config;
use chrono::{DateTime, Utc};
use std::path::{Path, PathBuf};

/// Lies in a data folder that is only half restored. Nothing starts there.
const UNFINISHED: &str = "restore.unfinished";
/// Where what was there is moved to.
const BEFORE: &str = "before-restore-";

/// How it is to be restored.
#[derive(Debug, Clone, Copy, Default)]
pub struct RestoreOptions {
    /// Over what is there, which is moved aside.
    pub over: bool,
    /// Although the backup has faults: what is whole is restored.
    pub accept_faults: bool,
}

/// What was restored, a sentence each.
pub type Restored = Vec<String>;

/// Whether a data folder is only half restored.
#[must_use]
pub fn is_unfinished(data_dir: &Path) -> bool {
    data_dir.join(UNFINISHED).exists()
}

/// Restores a backup into the data folder and the evidence folder of the settings. Faults of the backup are told.
///
/// # Errors
/// It is no backup, or one with faults, or its place is not free: nothing was changed. Or the disk refused midway: then the
/// data folder says so at every start.
pub async fn restore(
    config: &Config,
    from: &Path,
    options: RestoreOptions,
    now: DateTime<Utc>,
    tell: &mut (dyn FnMut(&str) + Send),
) -> Result<Restored, BackupError> {
    let manifest = Manifest::of(from)?;
    let (_, faults) = check_backup(from, tell).await?;
    if faults > 0 && !options.accept_faults {
        return Err(BackupError::Refused(format!(
            "the backup has {faults} faults, and nothing was restored; take another backup, or what is whole of this one with \
             --accept-faults"
        )));
    }
    config.make_data_dir().map_err(at(&config.data_dir))?;
    let _folder = FolderLock::take(&config.data_dir).map_err(BackupError::Serving)?;
    let mut said = clear(config, options.over, now)?;
    let marker = config.data_dir.join(UNFINISHED);
    std::fs::write(&marker, "").map_err(at(&marker))?;
    sync_folder(&config.data_dir)?;
    make_private(&config.evidence.dir)?;
    let mut files = 0_u64;
    let mut left_out = 0_u64;
    for line in checksums(from)? {
        let (sum, name) = line?;
        let Some((source, target)) = below(from, &name).zip(place(config, &name)) else { continue };
        if let Some(parent) = target.parent() {
            make_private(parent)?;
        }
        match copy(&source, &target) {
            Ok(facts) if hex(&facts.sha256) == sum => files += u64::from(name.starts_with(FILES)),
            // It was whole a moment ago, or its fault was accepted.
            Ok(_) if options.accept_faults && name != DATABASE => {
                std::fs::remove_file(&target).map_err(at(&target))?;
                left_out += 1;
            }
            Ok(_) if options.accept_faults => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && options.accept_faults => left_out += 1,
            Ok(_) => {
                return Err(BackupError::Refused(format!(
                    "{name} changed while it was restored; restore again with --over"
                )));
            }
            Err(error) => return Err(at(&source)(error)),
        }
    }
    for folder in [config.evidence.dir.clone(), config.data_dir.join(CALENDARS)] {
        if folder.is_dir() {
            sync_folder(&folder)?;
        }
    }
    sync_folder(&config.data_dir)?;
    std::fs::remove_file(&marker).map_err(at(&marker))?;
    sync_folder(&config.data_dir)?;
    said.push(format!("restored as of {}: the database and {files} files", manifest.made_at));
    if left_out > 0 {
        said.push(format!("{left_out} files were left out: what they belong to says that they cannot be read"));
    }
    said.push(match manifest.keys.as_slice() {
        [] => format!(
            "the backup holds no keys: put sign_in.key and reply.key into {} (mode 600) before the start, which is refused \
             without them",
            config.data_dir.display()
        ),
        keys => format!("keys: {}", keys.join(", ")),
    });
    said.push(
        "start the server as always; mail that waited when the backup was taken may be sent once more".to_owned(),
    );
    Ok(said)
}

/// Where a file of a backup goes.
fn place(config: &Config, name: &str) -> Option<PathBuf> {
    if name == DATABASE {
        return Some(config.database_path());
    }
    let (folder, rest) = name.split_once('/')?;
    match folder {
        FILES => below(&config.evidence.dir, rest),
        KEYS => below(&config.data_dir, rest),
        CALENDARS => below(&config.data_dir.join(CALENDARS), rest),
        _ => None,
    }
}

/// Makes room: nothing is there, or it is moved aside.
fn clear(config: &Config, over: bool, now: DateTime<Utc>) -> Result<Restored, BackupError> {
    let is_ours = |name: &String| *name != folder_lock::FILE && !name.starts_with(BEFORE);
    let there: Vec<String> = entries(&config.data_dir)?.into_iter().filter(is_ours).collect();
    let files_are_within = config.evidence.dir.starts_with(&config.data_dir);
    // An empty one is made by many a set-up.
    let files = if files_are_within { Vec::new() } else { entries(&config.evidence.dir)? };
    let files: Vec<String> = files.into_iter().filter(|name| !balcao_evidence::is_hold(name)).collect();
    let is_empty = |name: &String| {
        let path = config.data_dir.join(name);
        path.is_dir() && entries(&path).is_ok_and(|entries| entries.is_empty())
    };
    if there.iter().all(is_empty) && files.is_empty() {
        return Ok(Vec::new());
    }
    let name = free_name(config, now);
    let aside = config.data_dir.join(&name);
    if !over {
        let (what, at) = match there.first() {
            Some(first) => (first, format!("data_dir {}", config.data_dir.display())),
            None => (&files[0], format!("evidence.dir {}", config.evidence.dir.display())),
        };
        return Err(BackupError::Refused(format!(
            "{at} is not empty, it holds {what}: nothing was restored. Name an empty folder with {}, or say --over: what is \
             there is moved to {}",
            balcao_config::variable("data_dir"),
            aside.display()
        )));
    }
    make_new(&aside)?;
    for name in &there {
        let (from, to) = (config.data_dir.join(name), aside.join(name));
        std::fs::rename(&from, &to).map_err(at(&from))?;
    }
    let mut said = vec![format!("what was there is in {}", aside.display())];
    if !files.is_empty() {
        let beside = beside(&config.evidence.dir, &name);
        std::fs::rename(&config.evidence.dir, &beside).map_err(at(&config.evidence.dir))?;
        said.push(format!("what was in evidence.dir is in {}", beside.display()));
    }
    sync_folder(&config.data_dir)?;
    Ok(said)
}

/// A name for what is moved aside that no earlier restore has: two of one second keep what each of them found.
fn free_name(config: &Config, now: DateTime<Utc>) -> String {
    let first = format!("{BEFORE}{}", now.format("%Y%m%dT%H%M%SZ"));
    let is_free = |name: &String| !config.data_dir.join(name).exists() && !beside(&config.evidence.dir, name).exists();
    let later = (2_u32..).map(|count| format!("{first}-{count}"));
    std::iter::once(first.clone()).chain(later).find(is_free).unwrap_or(first)
}

/// Where files are moved to whose folder is not within the data folder.
fn beside(folder: &Path, name: &str) -> PathBuf {
    let mut path = folder.to_owned().into_os_string();
    path.push(format!(".{name}"));
    path.into()
}
