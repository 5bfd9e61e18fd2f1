//! Everything that is kept about a person, in a folder: a JSON file for each kind, the files themselves, and a page that
//! says what is what. Rows and bytes are streamed; a large history needs no large memory.

use super::PersonalDataError;
use balcao_evidence::Evidence;
use balcao_store::Store;
use balcao_store::personal_data::{self, Person, SECTIONS};
use futures::TryStreamExt as _;
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Exported {
    /// Entries of all kinds.
    pub entries: u64,
    /// Files.
    pub files: u64,
}

/// Writes everything about a person into a folder that is empty or not there yet; nobody else on the machine can read it.
/// What agents wrote to each other is left out, unless `with_notes`.
///
/// # Errors
/// The folder is not empty, or cannot be written; the database or the files cannot be read.
pub async fn export(
    store: &Store,
    evidence: &Evidence,
    person: &Person,
    folder: &Path,
    with_notes: bool,
) -> Result<Exported, PersonalDataError> {
    if folder.exists() && std::fs::read_dir(folder)?.next().is_some() {
        return Err(PersonalDataError::NotEmpty(folder.display().to_string()));
    }
    let files = folder.join("files");
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&files)?;
    let mut exported = Exported::default();
    let mut index = format!("What is kept about {}\n\n", person.email);
    // One transaction: what is read last fits to what was read first.
    let mut read = store.read_one_moment().await?;
    for section in SECTIONS.iter().filter(|section| with_notes || !section.is_internal) {
        let mut out = std::io::BufWriter::new(new_file(&folder.join(format!("{}.json", section.name)))?);
        let mut count = 0_u64;
        let mut rows = personal_data::rows(&mut read, section, person);
        while let Some(row) = rows.try_next().await? {
            out.write_all(if count == 0 { b"[\n" } else { b",\n" })?;
            serde_json::to_writer_pretty(&mut out, &row)?;
            count += 1;
        }
        out.write_all(if count == 0 { b"[]\n" } else { b"\n]\n" })?;
        out.flush()?;
        let _ = writeln!(index, "{}.json: {} ({count})", section.name, section.about);
        exported.entries += count;
    }
    for file in personal_data::files(&mut read, person).await? {
        // Names are made safe when files come in; the number makes them differ.
        let mut out = new_file(&files.join(format!("{}-{}", file.id, file.file_name)))?;
        let mut bytes = evidence.read(&file, None).await?;
        while let Some(part) = bytes.try_next().await? {
            out.write_all(&part)?;
        }
        exported.files += 1;
    }
    new_file(&folder.join("README.txt"))?.write_all(index.as_bytes())?;
    Ok(exported)
}

fn new_file(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
