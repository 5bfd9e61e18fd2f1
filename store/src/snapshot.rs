//! The database as it is at one moment, in a file of its own; and a look at any such file, without changing it: no migration
//! runs, and no row is written.

use super::Connection;
use super::columns::BytesOrNone;
use super::{MIGRATIONS, StoreError};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use std::path::Path;
use std::time::Duration;

/// As much as a write waits at most.
const PATIENCE: Duration = Duration::from_secs(60);

/// A whole file, as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FileRow {
    /// The row.
    pub id: i64,
    /// Where its bytes are.
    pub object_key: String,
    /// In bytes.
    pub size: i64,
    /// Of its bytes.
    #[sqlx(try_from = "BytesOrNone")]
    pub sha256: Vec<u8>,
}

impl FileRow {
    /// Whether bytes of that number and hash are this file.
    #[must_use]
    pub fn is(&self, bytes: u64, sha256: &[u8; 32]) -> bool {
        u64::try_from(self.size) == Ok(bytes) && self.sha256 == sha256
    }
}

/// The newest migration that this program knows.
#[must_use]
pub fn newest_schema() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// Writes the database as it is now into a new file, beside whoever works on it. The newest migration in it.
///
/// # Errors
/// It cannot be read or written, or is of a newer version.
pub async fn take(live: &Path, into: &Path) -> Result<i64, StoreError> {
    let mut connection = open_live(live).await?;
    let schema = schema(&mut connection).await?;
    if schema > newest_schema() {
        return Err(StoreError::Newer { found: schema, known: newest_schema() });
    }
    sqlx::query("VACUUM INTO ?").bind(into.to_string_lossy().into_owned()).execute(&mut connection).await?;
    connection.close().await?;
    private(into)?;
    Ok(schema)
}

/// Only the owner reads it.
fn private(file: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).map_err(sqlx::Error::Io)?;
    }
    Ok(())
}

/// Opens a file that nobody works on, only to look at it; nothing is put beside it.
///
/// # Errors
/// It is no database.
pub async fn open(file: &Path) -> Result<Connection, StoreError> {
    Ok(Connection::own(SqliteConnectOptions::new().filename(file).read_only(true).immutable(true).connect().await?))
}

/// Opens the file that a server may work on, only to look at it.
///
/// # Errors
/// It is no database.
pub async fn open_live(file: &Path) -> Result<Connection, StoreError> {
    Ok(Connection::own(
        SqliteConnectOptions::new().filename(file).read_only(true).busy_timeout(PATIENCE).connect().await?,
    ))
}

/// Closes it.
///
/// # Errors
/// What was read cannot be ended.
pub async fn close(read: Connection) -> Result<(), StoreError> {
    Ok(read.close().await?)
}

/// The newest migration of a database.
///
/// # Errors
/// It is no database of ours.
pub async fn schema(read: &mut Connection) -> Result<i64, StoreError> {
    let newest: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(read).await?;
    newest.ok_or_else(|| StoreError::Corrupt("no tables of this program".to_owned()))
}

/// Whole files beyond a row, in their order.
///
/// # Errors
/// The read fails.
pub async fn files(read: &mut Connection, after: i64, limit: u32) -> Result<Vec<FileRow>, StoreError> {
    Ok(sqlx::query_as(
        "SELECT id, object_key, size, sha256 FROM files WHERE state = 'ready' AND id > ? ORDER BY id LIMIT ?",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(read)
    .await?)
}

/// Whether a row names this file, in any state.
///
/// # Errors
/// The read fails.
pub async fn names_file(read: &mut Connection, object_key: &str) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM files WHERE object_key = ?)").bind(object_key);
    Ok(found.fetch_one(read).await?)
}

/// Whether a file is still wanted as it was read.
///
/// # Errors
/// The read fails.
pub async fn is_ready(read: &mut Connection, id: i64) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM files WHERE id = ? AND state = 'ready')").bind(id);
    Ok(found.fetch_one(read).await?)
}

/// The keys that rows depend on, as names and ids; none in a database from before they were noted.
///
/// # Errors
/// The read fails.
pub async fn known_keys(read: &mut Connection) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    let is_noted: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'known_keys')")
            .fetch_one(&mut *read)
            .await?;
    if !is_noted {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as("SELECT name, key_id FROM known_keys ORDER BY name, since").fetch_all(read).await?)
}

/// What is wrong with the database's pages, indices and references, a line each.
///
/// # Errors
/// It cannot even be looked at.
pub async fn faults(read: &mut Connection) -> Result<Vec<String>, StoreError> {
    let mut found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(50)").fetch_all(&mut *read).await?;
    found.retain(|line| line != "ok");
    let lost: Vec<(String, Option<i64>, String)> = sqlx::query_as("PRAGMA foreign_key_check").fetch_all(read).await?;
    for (table, id, other) in lost.into_iter().take(50) {
        let id = id.map(|id| format!(" {id}")).unwrap_or_default();
        found.push(format!("{table}{id} names a row of {other} that is not there"));
    }
    Ok(found)
}
