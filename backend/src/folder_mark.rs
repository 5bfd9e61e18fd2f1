//! Notices a database that is older than the folder it lies in, or another one: a backup that was copied over a newer
//! database, say. Its files, mails and numbers would be mixed with those of the time between. The database counts how often
//! a server opened and closed it, and the folder holds the same count.

use balcao_store::folder_mark::{Mark, count_on, read};
use balcao_store::{Store, StoreError};
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

/// The folder's count.
const FILE: &str = "database.mark";

/// Why a database is not served from a folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MarkError {
    /// The folder was served with a later state of it.
    #[error(
        "balcao.sqlite3 in data_dir {folder} is older than what was last served from there ({found} against {expected} starts \
         and stops), so files and mails of the time between would be mixed with it. Put the newer one back; to go back to a \
         backup as a whole, `balcao-backend restore --from BACKUP --over`; to go on with just this database, remove {FILE} \
         from the folder"
    )]
    Older {
        /// The folder.
        folder: String,
        /// The database's count.
        found: i64,
        /// The folder's.
        expected: i64,
    },
    /// The folder was served with another one.
    #[error(
        "balcao.sqlite3 in data_dir {folder} is another database than the one that was last served from there. Put that one \
         back; to go on with this one, `balcao-backend restore --from BACKUP` into an empty folder, or remove {FILE} from this \
         one"
    )]
    Another {
        /// The folder.
        folder: String,
    },
    /// The database.
    #[error("database in data_dir: {0}")]
    Store(#[from] StoreError),
    /// The file.
    #[error("{FILE} in data_dir: {0}")]
    File(#[from] io::Error),
}

/// Compares database and folder, and counts on in both.
///
/// # Errors
/// They do not go together, or one of them cannot be read or written.
pub async fn open(data_dir: &Path, store: &Store) -> Result<(), MarkError> {
    let found = read(&mut *store.read().await?).await?;
    if let Some((database, count)) = marked(data_dir)? {
        let folder = data_dir.display().to_string();
        if database != hex(&found.database) {
            return Err(MarkError::Another { folder });
        }
        if found.count < count {
            return Err(MarkError::Older { folder, found: found.count, expected: count });
        }
    }
    // On a full disk a server still starts, and is read.
    if let Err(error) = stamp(data_dir, store).await {
        tracing::warn!(%error, "the start could not be counted");
    }
    Ok(())
}

/// Counts on in database and folder. Interrupted in between, the database is ahead, which is no fault.
///
/// # Errors
/// One of them cannot be written.
pub async fn stamp(data_dir: &Path, store: &Store) -> Result<(), MarkError> {
    let mut write = store.begin().await?;
    let Mark { database, count } = count_on(&mut write).await?;
    write.commit().await?;
    let unfinished = data_dir.join(format!("{FILE}.new"));
    let mut file = std::fs::File::create(&unfinished)?;
    writeln!(file, "{} {count}", hex(&database))?;
    file.sync_all()?;
    std::fs::rename(&unfinished, data_dir.join(FILE))?;
    Ok(())
}

/// What the folder says; nothing where it was never served from, or by an older version only.
fn marked(data_dir: &Path) -> io::Result<Option<(String, i64)>> {
    let text = match std::fs::read_to_string(data_dir.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mark =
        text.trim().split_once(' ').and_then(|(database, count)| Some((database.to_owned(), count.parse().ok()?)));
    mark.map(Some).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not a mark; remove it"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
