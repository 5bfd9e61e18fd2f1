//! Where everything is kept: SQLite, one writer and a few readers, durable before it is acknowledged.
//! It holds no rule: what may happen is decided in `desk`.

pub mod api_tokens;
pub mod arrivals;
pub mod audit;
pub mod closing;
pub mod codes;
mod columns;
pub mod comments;
mod connection;
pub mod conversations;
pub mod copies;
pub mod credentials;
pub mod dead_letters;
pub mod directory;
pub mod erasure;
mod error;
pub mod events;
pub mod file_totals;
pub mod files;
pub mod flows;
pub mod folder_mark;
pub mod groups;
pub mod idempotency;
pub mod known_keys;
pub mod letters;
pub mod listeners;
pub mod mail_in;
pub mod operators;
pub mod outbox;
pub mod people;
pub mod personal_data;
pub mod places;
mod read;
pub mod reads;
pub mod reminders;
pub mod request_list;
pub mod requests;
pub mod retention;
pub mod sessions;
pub mod sign_ins;
pub mod snapshot;
pub mod survey_figures;
pub mod survey_list;
pub mod surveys;
pub mod tags;
pub mod tallies;
pub mod ticket_list;
pub mod ticket_readers;
pub mod tickets;
pub mod token;
pub mod undelivered;
pub mod upload_keys;
pub mod uploads;
mod viewer;
pub mod webhooks;
pub mod words;
mod writer;

pub use connection::Connection;
pub use error::StoreError;
pub use read::{Read, ReadTransaction};
pub use snapshot::newest_schema;
pub use viewer::{Reach, Viewer};
pub use writer::Write;

use sqlx::ConnectOptions as _;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;
use writer::Writer;

/// Every change of the tables, in its order.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// How the database is opened.
#[derive(Debug, Clone, Copy)]
pub struct StoreOptions {
    /// Connections that read at the same time.
    pub readers: u32,
    /// How long a write waits for its turn before it is refused as [`StoreError::Busy`].
    pub busy_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { readers: 4, busy_timeout: Duration::from_secs(5) }
    }
}

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    reader: SqlitePool,
    writer: Writer,
}

impl Store {
    /// Opens the database file, makes it where it is missing, and brings its tables up to date.
    ///
    /// # Errors
    /// The file cannot be opened, is locked, or a migration fails.
    pub async fn open(path: &Path, options: StoreOptions) -> Result<Self, StoreError> {
        let connect = SqliteConnectOptions::new().filename(path).foreign_keys(true).busy_timeout(options.busy_timeout);
        let connect_writer = connect
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: a commit returns once it is on the disk, not only in the system's cache.
            .synchronous(SqliteSynchronous::Full)
            // What is deleted is written over: whoever is erased is not to be read in the file's free places.
            .pragma("secure_delete", "ON");
        let mut connection = connect_writer.clone().create_if_missing(true).connect().await?;
        // `run` makes a future that cannot be sent to another thread.
        MIGRATIONS.run_direct(&mut connection).await.map_err(|error| match error {
            MigrateError::VersionMissing(found) if found > newest_schema() => {
                StoreError::Newer { found, known: newest_schema() }
            }
            other => other.into(),
        })?;
        let writer = Writer::new(Connection::own(connection), connect_writer, options.busy_timeout);
        let reader = SqlitePoolOptions::new()
            .min_connections(1)
            .max_connections(options.readers)
            .acquire_timeout(options.busy_timeout)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(connect.read_only(true))
            .await?;
        Ok(Self { reader, writer })
    }

    /// Begins a write. There is one writer, so what is read inside stays true until the commit. Dropped without
    /// a commit, it did not happen.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where the turn does not come within [`StoreOptions::busy_timeout`].
    pub async fn begin(&self) -> Result<Write, StoreError> {
        self.writer.begin().await
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.reader).await?;
        Ok(())
    }

    /// Empties the write-ahead log, which remembers what was deleted; `compact` rewrites the whole database before, for
    /// what versions deleted that did not write it over. `false` where others read it at this moment: then the log is
    /// written over as the server goes on, and goes when it ends.
    ///
    /// # Errors
    /// The database refuses, or there is no room for a second one.
    pub async fn leave_no_rests(&self, compact: bool) -> Result<bool, StoreError> {
        let mut apart = self.writer.apart().await?;
        let connection = &mut *apart.connection;
        if compact {
            sqlx::query("VACUUM").execute(&mut *connection).await?;
        }
        let (busy, _, _): (i64, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(connection).await?;
        Ok(busy == 0)
    }

    /// Whether a write would get its turn within so long. Nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where it does not: another program has locked the database, or a write does not end.
    pub async fn can_write(&self, within: Duration) -> Result<(), StoreError> {
        // Nobody is held up by an ask that is not waited for any more.
        tokio::time::timeout(within, self.begin()).await.unwrap_or(Err(StoreError::Busy)).map(drop)
    }

    /// Finishes what runs and closes the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::Connection as _;

    /// Words that were written before accounts could share their requests are found in the whole account, too.
    #[tokio::test]
    async fn what_was_there_before_is_found_in_a_whole_account() {
        use super::request_list::{Filter, FoundBy, Scope, count};
        use super::ticket_list::{self, TicketFilter};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.sqlite3");
        let connect = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
        let mut before = connect.connect().await.unwrap();
        let mut migrator = sqlx::migrate!("./migrations");
        migrator.migrations.to_mut().retain(|migration| migration.version < 12);
        migrator.run_direct(&mut before).await.unwrap();
        sqlx::raw_sql(
            "INSERT INTO accounts (id, name, region, created_at) VALUES (1, 'acme', 'emea', 0);
             INSERT INTO users (id, email, name, locale, created_at, updated_at) VALUES (2, 'a@b.example', 'Ana', 'en', 0, 0);
             INSERT INTO requests (id, account_id, requester_id, status, channel, created_at, updated_at, subject, description)
                 VALUES (3, 1, 2, 'new', 'web', 0, 0, 'Freight', 'Wrong');
             INSERT INTO comments (request_id, author_id, channel, created_at, body) VALUES (3, 2, 'web', 0, 'Wrong price');
             INSERT INTO comments (request_id, author_id, channel, created_at, body, public) VALUES (3, 2, 'api', 0, 'A zebra', 0);
             INSERT INTO request_words (rowid, scope, subject, body) VALUES (3, 'a1u2', 'Freight', 'Wrong price');",
        )
        .execute(&mut before)
        .await
        .unwrap();
        before.close().await.unwrap();

        let store = Store::open(&path, StoreOptions::default()).await.unwrap();
        let mut read = store.read().await.unwrap();
        let own = Filter::own(1.try_into().unwrap(), 2.try_into().unwrap());
        for scope in [Scope::One(2.try_into().unwrap()), Scope::Account] {
            let found_by =
                FoundBy::Words { with: vec!["\"freight\"".to_owned(), "\"price\"".to_owned()], without: Vec::new() };
            assert_eq!(count(&mut read, &Filter { scope, found_by, ..own.clone() }).await.unwrap(), 1);
        }
        // Agents find the notes of older versions as well, and nobody else does.
        let found_by = FoundBy::Words { with: vec!["\"zebra\"".to_owned()], without: Vec::new() };
        let agents = TicketFilter { found_by: found_by.clone(), ..TicketFilter::within(Reach::Everything) };
        assert_eq!(ticket_list::count(&mut read, &agents).await.unwrap(), 1);
        assert_eq!(count(&mut read, &Filter { found_by, ..own }).await.unwrap(), 0);
        drop(read);
        store.close().await;
    }

    /// Until there were administrators every agent could do what they do: none of today's loses anything by an update.
    #[tokio::test]
    async fn agents_of_older_versions_become_administrators_and_answer_for_their_webhooks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.sqlite3");
        let mut before = SqliteConnectOptions::new().filename(&path).create_if_missing(true).connect().await.unwrap();
        let mut migrator = sqlx::migrate!("./migrations");
        migrator.migrations.to_mut().retain(|migration| migration.version < 40);
        migrator.run_direct(&mut before).await.unwrap();
        sqlx::raw_sql(
            "INSERT INTO users (id, email, name, locale, agent, created_at, updated_at)
                 VALUES (1, 'a@b.example', 'Ana', 'en', 0, 0, 0), (2, 'm@b.example', 'Marina', 'en', 1, 0, 0);
             INSERT INTO webhooks (id, name, endpoint, subscriptions, secret, active, after_event, created_by, created_at, updated_at)
                 VALUES ('w', 'Board', 'https://a.example', '[]', x'00', 1, 0, 2, 0, 0);",
        )
        .execute(&mut before)
        .await
        .unwrap();
        before.close().await.unwrap();

        let store = Store::open(&path, StoreOptions::default()).await.unwrap();
        let mut read = store.read().await.unwrap();
        let users = operators::users(&mut read, None).await.unwrap();
        let roles: Vec<operators::Role> = users.iter().map(operators::UserRecord::role).collect();
        assert_eq!(roles, [operators::Role::Requester, operators::Role::Administrator]);
        let webhooks = webhooks::list(&mut read, chrono::Utc::now()).await.unwrap();
        assert!(webhooks[0].is_on());
        assert_eq!((webhooks[0].responsible, webhooks[0].token), (users[1].id, None));
        drop(read);
        store.close().await;
    }

    /// A full disk once ended all writing until a restart: SQLite had taken the transaction back by itself.
    #[tokio::test]
    async fn a_write_that_the_database_took_back_by_itself_stops_no_later_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.sqlite3"), StoreOptions::default()).await.unwrap();
        let mut write = store.begin().await.unwrap();
        sqlx::query("ROLLBACK").execute(&mut *write).await.unwrap();
        drop(write);
        for _ in 0..2 {
            let mut write = store.begin().await.unwrap();
            sqlx::query("DELETE FROM sessions").execute(&mut *write).await.unwrap();
            let durable: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *write).await.unwrap();
            assert_eq!(durable, 2, "FULL, on a new connection too");
            write.commit().await.unwrap();
        }
        store.close().await;
    }
}
