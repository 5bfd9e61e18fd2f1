//! What can go wrong with the database, as far as a caller can do something about it.

/// A failed read or write; nothing of it happened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else is writing for too long, or broke the commit that this was part of; worth trying again.
    #[error("the database is busy")]
    Busy,
    /// No room on the disk, or the disk does not take it.
    #[error("the database cannot grow")]
    Full,
    /// Such a row exists already.
    #[error("a row of that key exists already")]
    Conflict,
    /// What is stored cannot be read; it says where.
    #[error("{0}")]
    Corrupt(String),
    /// A newer version of the program wrote it.
    #[error(
        "a newer version of this program used it (it is at {found}, this version knows {known}): install that version again, \
         or restore a backup from before the upgrade"
    )]
    Newer {
        /// The newest migration in it that is not known.
        found: i64,
        /// The newest one that is.
        known: i64,
    },
    /// The tables could not be brought up to date.
    #[error("migration: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// Anything else.
    #[error(transparent)]
    Other(sqlx::Error),
}

impl StoreError {
    /// The same for the next one whom it befell: to whoever did nothing wrong, whatever else went wrong is one thing.
    pub(super) fn told_again(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            Self::Corrupt(text) => Self::Corrupt(text.clone()),
            _ => Self::Busy,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Database(database) => {
                if database.is_unique_violation() {
                    return Self::Conflict;
                }
                // Extended result codes keep the primary one in the lowest byte (https://sqlite.org/rescode.html).
                let code = database.code().and_then(|code| code.parse::<u32>().ok()).map_or(0, |code| code & 0xff);
                match code {
                    5 | 6 => Self::Busy,
                    10 | 13 => Self::Full,
                    11 | 26 => Self::Corrupt(database.message().to_owned()),
                    _ => Self::Other(error),
                }
            }
            sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => Self::Full,
            sqlx::Error::ColumnDecode { index, source } => {
                // Read by hand, a column is quoted.
                Self::Corrupt(format!("column {}: {source}", index.trim_matches('"')))
            }
            _ => Self::Other(error),
        }
    }
}
