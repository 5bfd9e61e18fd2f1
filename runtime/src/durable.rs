//! Files that are whole once they are seen, and on the disk once they are acknowledged.

use std::io::Write as _;
use std::path::Path;

/// Writes a file of a folder, which is made where it is missing. Whoever lists the folder sees the whole file or none.
///
/// # Errors
/// The disk refuses; a file of that name stays as it was.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!(".{name}.part"));
    let written = std::fs::File::create(&unfinished).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(error) = written {
        let _ = std::fs::remove_file(&unfinished);
        return Err(error);
    }
    std::fs::rename(&unfinished, folder.join(name))?;
    sync_folder(folder)
}

/// A new name is durable once its folder is (fsync(2)).
///
/// # Errors
/// The folder cannot be opened, or the disk refuses.
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}
