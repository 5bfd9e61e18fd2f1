//! A connection as the rest of the program sees it: something that the functions of this crate take.

use futures::future::BoxFuture;
use futures::stream::BoxStream;
use sqlx::database::Database;
use sqlx::pool::PoolConnection;
use sqlx::{Describe, Either, Execute, Executor, Sqlite, SqliteConnection, Transaction};

/// A connection, within a write or only reading. Which engine is behind it, nobody outside the store knows.
#[derive(Debug)]
pub struct Connection(Engine);

#[derive(Debug)]
enum Engine {
    Own(SqliteConnection),
    Pooled(PoolConnection<Sqlite>),
    Transaction(Transaction<'static, Sqlite>),
}

impl Connection {
    pub(crate) const fn own(connection: SqliteConnection) -> Self {
        Self(Engine::Own(connection))
    }

    pub(crate) const fn pooled(connection: PoolConnection<Sqlite>) -> Self {
        Self(Engine::Pooled(connection))
    }

    pub(crate) const fn transaction(transaction: Transaction<'static, Sqlite>) -> Self {
        Self(Engine::Transaction(transaction))
    }

    /// The engine itself, for tests that count its steps.
    #[cfg(feature = "raw")]
    #[doc(hidden)]
    pub fn raw(&mut self) -> &mut SqliteConnection {
        self.sqlite()
    }

    fn sqlite(&mut self) -> &mut SqliteConnection {
        match &mut self.0 {
            Engine::Own(connection) => connection,
            Engine::Pooled(connection) => connection,
            Engine::Transaction(transaction) => transaction,
        }
    }

    /// Closes it in order, if it is nobody else's.
    pub(crate) async fn close(self) -> Result<(), sqlx::Error> {
        match self.0 {
            Engine::Own(connection) => sqlx::Connection::close(connection).await,
            // They go back to their pool.
            Engine::Pooled(_) | Engine::Transaction(_) => Ok(()),
        }
    }
}

/// For the statements of this crate, and for tests that look at what is behind them.
#[doc(hidden)]
impl<'c> Executor<'c> for &'c mut Connection {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<<Sqlite as Database>::QueryResult, <Sqlite as Database>::Row>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        self.sqlite().fetch_many(query)
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<<Sqlite as Database>::Row>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        self.sqlite().fetch_optional(query)
    }

    fn prepare_with<'e, 'q: 'e>(
        self,
        sql: &'q str,
        parameters: &'e [<Sqlite as Database>::TypeInfo],
    ) -> BoxFuture<'e, Result<<Sqlite as Database>::Statement<'q>, sqlx::Error>>
    where
        'c: 'e,
    {
        self.sqlite().prepare_with(sql, parameters)
    }

    fn describe<'e, 'q: 'e>(self, sql: &'q str) -> BoxFuture<'e, Result<Describe<Sqlite>, sqlx::Error>>
    where
        'c: 'e,
    {
        self.sqlite().describe(sql)
    }
}
