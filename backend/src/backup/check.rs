//! Checks a backup, or the data folder itself: every page, reference and index of the database, and every byte of each file
//! against what the database and the backup's checksums know of it. Nothing is changed.

use super::copy::{Facts, facts, hex};
use super::manifest::{CHECKSUMS, MANIFEST, Manifest, checksums};
use super::take::missing_keys;
use super::{BackupError, CALENDARS, DATABASE, FILES, KEYS, at, below, entries, megabytes, of};
use balcao_config::Config;
use balcao_evidence::is_hold;
use balcao_store::Connection;
use balcao_store::snapshot::{self, FileRow};
use std::io::ErrorKind;
use std::path::Path;

const BATCH: u32 = 500;

/// Where what is wrong is told, a sentence each.
pub(super) struct Faults<'a> {
    tell: &'a mut (dyn FnMut(&str) + Send),
    count: u64,
}

impl<'a> Faults<'a> {
    pub fn to(tell: &'a mut (dyn FnMut(&str) + Send)) -> Self {
        Self { tell, count: 0 }
    }

    fn add(&mut self, fault: &str) {
        self.count += 1;
        (self.tell)(fault);
    }
}

/// What was checked, in a sentence, and how many faults were told.
///
/// # Errors
/// It is no backup, or cannot be read.
pub async fn check_backup(folder: &Path, tell: &mut (dyn FnMut(&str) + Send)) -> Result<(String, u64), BackupError> {
    let mut faults = Faults::to(tell);
    let manifest = Manifest::of(folder)?;
    let sums = folder.join(CHECKSUMS);
    match facts(&sums) {
        Ok(found) if hex(&found.sha256) == manifest.checksums => {}
        Ok(_) => faults.add(&format!("{CHECKSUMS} was changed")),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            faults.add(&format!("{CHECKSUMS} is missing"));
            return Ok((said(folder, &manifest), faults.count));
        }
        Err(error) => return Err(at(&sums)(error)),
    }
    let mut lines = checksums(folder)?.peekable();
    let path = folder.join(DATABASE);
    let mut read = None;
    match lines.next_if(|line| matches!(line, Ok((_, name)) if name == DATABASE)) {
        Some(line) => {
            if check_sum(folder, &line?.0, DATABASE, &mut faults)?.is_some() {
                read = Some(open(&path, &mut faults).await?);
            }
        }
        None => faults.add(&format!("{DATABASE}: {CHECKSUMS} does not name it")),
    }
    if let Some(read) = &mut read {
        let mut after = 0;
        loop {
            let batch = snapshot::files(read, after, BATCH).await.map_err(of(&path))?;
            let Some(last) = batch.last() else { break };
            after = last.id;
            for row in &batch {
                let name = format!("{FILES}/{}", row.object_key);
                // Both are in the order of the rows.
                let line = lines.next_if(|line| matches!(line, Ok((_, found)) if *found == name));
                match line {
                    Some(line) => {
                        let found = check_sum(folder, &line?.0, &name, &mut faults)?;
                        if found.is_some_and(|found| !row.is(found.bytes, &found.sha256)) {
                            faults.add(&format!("{name}: not the file that the database knows"));
                        }
                    }
                    None => faults.add(&format!(
                        "{name} (attachment {}): was missing or changed when the backup was taken",
                        row.id
                    )),
                }
            }
        }
    }
    for line in lines {
        let (sum, name) = line?;
        if read.is_some() && name.strip_prefix(FILES).is_some_and(|rest| rest.starts_with('/')) {
            faults.add(&format!("{name}: no row of the database names it"));
        }
        check_sum(folder, &sum, &name, &mut faults)?;
    }
    if let Some(mut read) = read {
        let known = snapshot::known_keys(&mut read).await.map_err(of(&path))?;
        if !manifest.keys.is_empty() {
            for missing in missing_keys(&folder.join(KEYS), &known)? {
                faults.add(&missing);
            }
        }
        let left = strangers(&mut read, &folder.join(FILES)).await?;
        for name in left {
            faults.add(&format!("{FILES}/{name}: the backup does not know it"));
        }
        snapshot::close(read).await.map_err(of(&path))?;
    }
    for name in entries(folder)? {
        if ![MANIFEST, CHECKSUMS, DATABASE, FILES, KEYS, CALENDARS].contains(&name.as_str()) {
            faults.add(&format!("{name}: the backup does not know it"));
        }
    }
    Ok((said(folder, &manifest), faults.count))
}

/// Checks the data folder, beside a server that runs.
///
/// # Errors
/// There is no database, or it cannot be read.
pub async fn check_folder(config: &Config, tell: &mut (dyn FnMut(&str) + Send)) -> Result<(String, u64), BackupError> {
    let mut faults = Faults::to(tell);
    let path = config.database_path();
    if !path.exists() {
        return Err(BackupError::Refused(format!(
            "there is no database in data_dir {}; name the server's with {} or --config, or a backup with --from",
            config.data_dir.display(),
            balcao_config::variable("data_dir")
        )));
    }
    let mut read = snapshot::open_live(&path).await.map_err(of(&path))?;
    for fault in snapshot::faults(&mut read).await.map_err(of(&path))? {
        faults.add(&format!("{DATABASE}: {fault}"));
    }
    let (mut after, mut count, mut bytes) = (0, 0_u64, 0_u64);
    loop {
        let batch = snapshot::files(&mut read, after, BATCH).await.map_err(of(&path))?;
        let Some(last) = batch.last() else { break };
        after = last.id;
        for row in &batch {
            count += 1;
            bytes += u64::try_from(row.size).unwrap_or_default();
            let Some(fault) = fault_of(&config.evidence.dir, row)? else { continue };
            // A server that runs may have swept it since it was read.
            if snapshot::is_ready(&mut read, row.id).await.map_err(of(&path))? {
                faults.add(&format!("file {} (attachment {}): {fault}", row.object_key, row.id));
            }
        }
    }
    let known = snapshot::known_keys(&mut read).await.map_err(of(&path))?;
    for missing in missing_keys(&config.data_dir, &known)? {
        faults.add(&missing);
    }
    let left = strangers(&mut read, &config.evidence.dir).await?.len();
    snapshot::close(read).await.map_err(of(&path))?;
    let left = match left {
        0 => String::new(),
        left => format!("; {left} files in evidence.dir that no row names, which nobody is ever shown"),
    };
    let said = format!("{}: the database, {count} files ({}){left}", config.data_dir.display(), megabytes(bytes));
    Ok((said, faults.count))
}

fn said(folder: &Path, manifest: &Manifest) -> String {
    let keys = match manifest.keys.as_slice() {
        [] => "no keys: sign_in.key and reply.key have to be kept elsewhere".to_owned(),
        keys => keys.join(", "),
    };
    format!(
        "{}: taken {} by version {}: the database ({}), {} files ({}), {keys}",
        folder.display(),
        manifest.made_at,
        manifest.program,
        megabytes(manifest.database_bytes),
        manifest.files,
        megabytes(manifest.file_bytes)
    )
}

async fn open(path: &Path, faults: &mut Faults<'_>) -> Result<Connection, BackupError> {
    let mut read = snapshot::open(path).await.map_err(of(path))?;
    let found = snapshot::faults(&mut read).await.map_err(of(path))?;
    for fault in &found {
        faults.add(&format!("{DATABASE}: {fault}"));
    }
    Ok(read)
}

/// Whether a file is what its checksum says; what it is, then.
fn check_sum(folder: &Path, sum: &str, name: &str, faults: &mut Faults<'_>) -> Result<Option<Facts>, BackupError> {
    let Some(path) = below(folder, name) else {
        faults.add(&format!("{}: leads out of the backup", name.escape_debug()));
        return Ok(None);
    };
    match facts(&path) {
        Ok(found) if hex(&found.sha256) == sum => return Ok(Some(found)),
        Ok(_) => faults.add(&format!("{name}: was changed")),
        Err(error) if error.kind() == ErrorKind::NotFound => faults.add(&format!("{name}: is missing")),
        Err(error) => return Err(at(&path)(error)),
    }
    Ok(None)
}

/// What is wrong with a file of the evidence folder.
fn fault_of(folder: &Path, row: &FileRow) -> Result<Option<&'static str>, BackupError> {
    let Some(path) = below(folder, &row.object_key) else { return Ok(Some("its name leads elsewhere")) };
    match facts(&path) {
        Ok(found) if row.is(found.bytes, &found.sha256) => Ok(None),
        Ok(_) => Ok(Some("was changed")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Some("is missing")),
        Err(error) => Err(at(&path)(error)),
    }
}

/// Files that no row names; those that are being written are named.
async fn strangers(read: &mut Connection, folder: &Path) -> Result<Vec<String>, BackupError> {
    let mut found = Vec::new();
    for first in entries(folder)? {
        let below = folder.join(&first);
        if !below.is_dir() {
            if !is_hold(&first) {
                found.push(first);
            }
            continue;
        }
        for second in entries(&below)? {
            let name = format!("{first}/{second}");
            // What is being written has a sign and a number behind its name.
            let key = name.split('#').next().unwrap_or(&name);
            if !snapshot::names_file(read, key).await.map_err(of(folder))? {
                found.push(name);
            }
        }
    }
    Ok(found)
}
