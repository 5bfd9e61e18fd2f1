//! The one connection that writes, lent to one command after the other. Commands that wait at the same time share a
//! commit: each runs in a savepoint of its own, and is told that it happened once all of them are on the disk.

use super::{Connection, StoreError};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc, oneshot};
use tokio::time::{Instant, timeout};

/// Commands of one commit. What one of them costs, all wait for; and a commit of this many costs little for each.
const MOST_COMMANDS: usize = 256;
/// No further command joins a commit that was begun this long ago.
const LONGEST_GROUP: Duration = Duration::from_millis(50);

/// A turn to write: everything in it happens together, or not at all. Dropped without a commit, nothing of it happened.
///
/// What it reads may have been written by others of the same commit, and so may not be on the disk yet. Whoever tells
/// somebody that a thing is done because it was found here ends the turn with [`Write::commit`], not by dropping it.
#[derive(Debug)]
pub struct Write {
    // Dropped before `finished`: whoever hears that the turn is over finds the connection free.
    connection: OwnedMutexGuard<Connection>,
    finished: oneshot::Sender<Committed>,
}

/// Where a command is told whether its commit is on the disk.
type Committed = oneshot::Sender<Result<(), StoreError>>;

impl Write {
    /// Ends the turn. Returns once what was written is on the disk.
    ///
    /// # Errors
    /// The disk does not take it, or not with what else is in this commit: nothing of it happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        let Self { connection, finished } = self;
        let (told, committed) = oneshot::channel();
        drop(connection);
        let _ = finished.send(told);
        committed.await.unwrap_or_else(|_| Err(gone()))
    }
}

impl Deref for Write {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

/// The connection outside of any transaction, for what SQLite does not do within one. Given back where it is dropped.
#[derive(Debug)]
pub(super) struct Apart {
    pub connection: OwnedMutexGuard<Connection>,
    _ended: oneshot::Sender<()>,
}

/// Asks for turns. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Writer {
    asks: mpsc::UnboundedSender<Ask>,
    patience: Duration,
}

type Lent<T> = oneshot::Sender<Result<T, StoreError>>;

#[derive(Debug)]
enum Ask {
    Turn(Lent<Write>),
    Apart(Lent<Apart>),
    Close(oneshot::Sender<()>),
}

impl Writer {
    /// Lends this connection, and one opened in the same way should it become useless. Turns come in the order in which
    /// they were asked for.
    pub fn new(connection: Connection, connect: SqliteConnectOptions, patience: Duration) -> Self {
        let (asks, asked) = mpsc::unbounded_channel();
        let connection = Some(Arc::new(Mutex::new(connection)));
        let lender = Lender { connect, connection, longest: LONGEST_GROUP, patience };
        tokio::spawn(lender.run(asked));
        Self { asks, patience }
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where it does not come within the patience.
    pub async fn begin(&self) -> Result<Write, StoreError> {
        self.ask(Ask::Turn).await
    }

    /// Waits for the connection itself.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn apart(&self) -> Result<Apart, StoreError> {
        self.ask(Ask::Apart).await
    }

    async fn ask<T>(&self, ask: impl FnOnce(Lent<T>) -> Ask) -> Result<T, StoreError> {
        let (lent, turn) = oneshot::channel();
        self.asks.send(ask(lent)).map_err(|_| gone())?;
        match timeout(self.patience, turn).await {
            Ok(turn) => turn.unwrap_or_else(|_| Err(gone())),
            Err(_) => Err(StoreError::Busy),
        }
    }

    /// Finishes what was asked for and closes the connection; later turns are refused.
    pub async fn close(&self) {
        let (closed, wait) = oneshot::channel();
        if self.asks.send(Ask::Close(closed)).is_ok() {
            let _ = wait.await;
        }
    }
}

/// Holds the connection between the turns.
struct Lender {
    connect: SqliteConnectOptions,
    /// `None` where the last was given up.
    connection: Option<Shared>,
    /// See [`LONGEST_GROUP`].
    longest: Duration,
    /// How long those who have finished wait for another one's turn to end.
    patience: Duration,
}

type Shared = Arc<Mutex<Connection>>;

/// How a turn ended.
enum Ended {
    Finished(Committed),
    Abandoned,
}

impl Lender {
    async fn run(mut self, mut asks: mpsc::UnboundedReceiver<Ask>) {
        let mut next = asks.recv().await;
        while let Some(ask) = next {
            let left = match ask {
                Ask::Turn(lent) => self.group(lent, &mut asks).await,
                Ask::Apart(lent) => {
                    self.apart(lent).await;
                    None
                }
                Ask::Close(closed) => {
                    self.close().await;
                    let _ = closed.send(());
                    return;
                }
            };
            next = match left {
                Some(ask) => Some(ask),
                None => asks.recv().await,
            };
        }
        self.close().await;
    }

    /// One transaction: this turn and those that wait behind it, and the commit of all. Gives an ask back that is not
    /// part of it.
    async fn group(&mut self, first: Lent<Write>, asks: &mut mpsc::UnboundedReceiver<Ask>) -> Option<Ask> {
        if first.is_closed() {
            return None;
        }
        let connection = match self.begin().await {
            Ok(connection) => connection,
            Err(error) => {
                let _ = first.send(Err(error));
                return None;
            }
        };
        let mut group = Group { begun: Instant::now(), turns: 0, finished: Vec::new(), given_up: false };
        let (mut next, mut left) = (Some(first), None);
        while let Some(lent) = next.take() {
            let ended = group.turn(&connection, lent, self.patience).await;
            if !group.given_up && group.turns < MOST_COMMANDS && group.begun.elapsed() < self.longest {
                (next, left) = waiting(asks);
            }
            // The last statement of a turn and the first of the next, or of all, go to SQLite's thread together.
            let end = match (&ended, &next) {
                (Ended::Finished(_), Some(_)) => "RELEASE command; SAVEPOINT command",
                (Ended::Finished(_), None) => "RELEASE command; COMMIT",
                // The savepoint is still there, as if just made.
                (Ended::Abandoned, Some(_)) => "ROLLBACK TO command",
                (Ended::Abandoned, None) if group.finished.is_empty() => "ROLLBACK",
                (Ended::Abandoned, None) => "ROLLBACK TO command; COMMIT",
            };
            if let Ended::Finished(told) = ended {
                group.finished.push(told);
            }
            // On a full disk SQLite takes the whole transaction back by itself
            // (https://sqlite.org/lang_transaction.html): the savepoints of the others are gone with it, and each of
            // these statements fails.
            let ended = if group.given_up { Err(StoreError::Busy) } else { execute(&connection, end).await };
            if let Err(error) = ended {
                drop(connection);
                self.close().await;
                group.taken_back(&error);
                return next.map(Ask::Turn).or(left);
            }
        }
        group.committed();
        left
    }

    /// Begins a transaction, on a new connection where the last was given up.
    async fn begin(&mut self) -> Result<Shared, StoreError> {
        let connection = match &self.connection {
            Some(connection) => Arc::clone(connection),
            None => self.connect().await?,
        };
        match execute(&connection, "BEGIN IMMEDIATE; SAVEPOINT command").await {
            Ok(()) => Ok(connection),
            Err(error) => {
                // Another program writes, which ends; anything else may be the connection's own fault.
                if !matches!(error, StoreError::Busy) {
                    drop(connection);
                    self.close().await;
                }
                Err(error)
            }
        }
    }

    async fn connect(&mut self) -> Result<Shared, StoreError> {
        let connection = Arc::new(Mutex::new(Connection::own(self.connect.connect().await?)));
        Ok(Arc::clone(self.connection.insert(connection)))
    }

    /// Lends the connection as it is, and waits until it comes back.
    async fn apart(&mut self, lent: Lent<Apart>) {
        let connection = match &self.connection {
            Some(connection) => Ok(Arc::clone(connection)),
            None => self.connect().await,
        };
        match connection {
            Ok(connection) => {
                let (ended, end) = oneshot::channel();
                let apart = Apart { connection: connection.lock_owned().await, _ended: ended };
                let _ = lent.send(Ok(apart));
                let _ = end.await;
            }
            Err(error) => {
                let _ = lent.send(Err(error));
            }
        }
    }

    /// What SQLite still holds of a transaction is taken back with it.
    async fn close(&mut self) {
        // Nobody else holds it: a turn that is not over keeps the lender waiting.
        if let Some(connection) = self.connection.take().and_then(Arc::into_inner)
            && let Err(error) = connection.into_inner().close().await
        {
            tracing::warn!(%error, "the writing connection did not close in order");
        }
    }
}

/// The commands of one commit.
struct Group {
    begun: Instant,
    turns: usize,
    finished: Vec<Committed>,
    /// Somebody held the turn for so long that the others were told that nothing of theirs happened.
    given_up: bool,
}

impl Group {
    /// Lends the connection and waits until it comes back. Those who have finished wait for it with patience.
    async fn turn(&mut self, connection: &Shared, lent: Lent<Write>, patience: Duration) -> Ended {
        self.turns += 1;
        let (finished, mut end) = oneshot::channel();
        let connection = Arc::clone(connection).lock_owned().await;
        // Whoever does not wait any more drops it at once.
        let _ = lent.send(Ok(Write { connection, finished }));
        if !self.finished.is_empty() {
            match timeout(patience, &mut end).await {
                Ok(ended) => return ended.map_or(Ended::Abandoned, Ended::Finished),
                Err(_) => self.give_up(),
            }
        }
        end.await.map_or(Ended::Abandoned, Ended::Finished)
    }

    fn give_up(&mut self) {
        self.given_up = true;
        self.taken_back(&StoreError::Busy);
    }

    fn committed(&mut self) {
        if !self.finished.is_empty() {
            metrics::counter!("balcao_database_commits_total").increment(1);
            metrics::counter!("balcao_database_writes_total").increment(self.finished.len() as u64);
        }
        for told in self.finished.drain(..) {
            let _ = told.send(Ok(()));
        }
    }

    fn taken_back(&mut self, error: &StoreError) {
        if !self.finished.is_empty() {
            tracing::error!(%error, commands = self.finished.len(), "a commit was taken back");
        }
        for told in self.finished.drain(..) {
            let _ = told.send(Err(error.told_again()));
        }
    }
}

/// The next turn that somebody waits for; what comes before it and is none ends the transaction.
fn waiting(asks: &mut mpsc::UnboundedReceiver<Ask>) -> (Option<Lent<Write>>, Option<Ask>) {
    loop {
        return match asks.try_recv() {
            Ok(Ask::Turn(lent)) if lent.is_closed() => continue,
            Ok(Ask::Turn(lent)) => (Some(lent), None),
            Ok(other) => (None, Some(other)),
            Err(_) => (None, None),
        };
    }
}

async fn execute(connection: &Mutex<Connection>, statements: &'static str) -> Result<(), StoreError> {
    sqlx::query(statements).execute(&mut *connection.lock().await).await?;
    Ok(())
}

/// The runtime ends, or the database was closed.
fn gone() -> StoreError {
    StoreError::Other(sqlx::Error::PoolClosed)
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
