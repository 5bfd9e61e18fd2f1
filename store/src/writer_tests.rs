//! What commands that share a commit promise each other. Where a test needs them to wait at the same time, the first one
//! holds its turn until the others have asked: all of a test runs on one thread.

use super::*;
use futures::future::join_all;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use tempfile::TempDir;

/// Nothing of a test depends on how long this is.
const LONG: Duration = Duration::from_secs(600);

struct Case {
    writer: Writer,
    commits: Arc<AtomicU64>,
    folder: TempDir,
}

impl Case {
    async fn new() -> Self {
        Self::impatient(LONG).await
    }

    /// Who has finished waits so long for the others of its commit.
    async fn impatient(patience: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connect = options(&folder);
        let mut connection = connect.connect().await.unwrap();
        sqlx::raw_sql("CREATE TABLE notes (text TEXT PRIMARY KEY)").execute(&mut connection).await.unwrap();
        let commits = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&commits);
        connection.lock_handle().await.unwrap().set_commit_hook(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            true
        });
        let (asks, asked) = mpsc::unbounded_channel();
        let connection = Some(Arc::new(Mutex::new(Connection::own(connection))));
        tokio::spawn(Lender { connect, connection, longest: LONG, patience }.run(asked));
        Self { writer: Writer { asks, patience: LONG }, commits, folder }
    }

    /// Writes something down, and is told whether it is on the disk.
    async fn note(&self, text: &str) -> Result<(), StoreError> {
        let mut write = self.writer.begin().await?;
        insert(&mut write, text).await?;
        write.commit().await
    }

    /// What somebody else finds in the file.
    async fn notes(&self) -> Vec<String> {
        let mut read = options(&self.folder).connect().await.unwrap();
        sqlx::query_scalar("SELECT text FROM notes ORDER BY text").fetch_all(&mut read).await.unwrap()
    }

    fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

fn options(folder: &TempDir) -> SqliteConnectOptions {
    let file: PathBuf = folder.path().join("notes.sqlite3");
    let mode = sqlx::sqlite::SqliteJournalMode::Wal;
    SqliteConnectOptions::new().filename(file).create_if_missing(true).journal_mode(mode).busy_timeout(LONG)
}

async fn insert(write: &mut Connection, text: &str) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO notes VALUES (?)").bind(text).execute(write).await?;
    Ok(())
}

/// Lets a future do what it can do now.
async fn begin_to<F: Future + Unpin>(future: &mut F) -> bool {
    std::future::poll_fn(|context| Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_ready())).await
}

#[tokio::test]
async fn commands_that_wait_at_the_same_time_share_a_commit() {
    let case = Case::new().await;
    let names: Vec<String> = (10..60).map(|number| number.to_string()).collect();
    let mut first = case.writer.begin().await.unwrap();
    let (one, others) = tokio::join!(
        async {
            insert(&mut first, "01").await.unwrap();
            first.commit().await
        },
        join_all(names.iter().map(|name| case.note(name)))
    );
    assert!(one.is_ok() && others.iter().all(Result::is_ok), "{one:?} {others:?}");
    assert_eq!((case.notes().await.len(), case.commits()), (51, 1));
    // Who comes alone waits for nobody.
    case.note("99").await.unwrap();
    assert_eq!((case.notes().await.len(), case.commits()), (52, 2));
}

#[tokio::test]
async fn nobody_is_told_before_it_is_on_the_disk() {
    let case = Case::new().await;
    let first = case.writer.begin().await.unwrap();
    let (mut second, mut third) = (Box::pin(case.note("second")), Box::pin(case.writer.begin()));
    let mut first = Box::pin(first.commit());
    assert!(!begin_to(&mut first).await && !begin_to(&mut second).await && !begin_to(&mut third).await);
    let third = tokio::select! {
        told = &mut first => panic!("the first was told {told:?}"),
        told = &mut second => panic!("the second was told {told:?}"),
        third = third => third.unwrap(),
    };
    // The second one's turn is over, and nobody else sees what it wrote.
    assert_eq!((case.notes().await.len(), case.commits()), (0, 0));
    drop(third);
    let (first, second) = tokio::join!(first, second);
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert_eq!((case.notes().await.len(), case.commits()), (1, 1));
}

#[tokio::test]
async fn a_command_that_fails_takes_nothing_of_the_others_with_it() {
    let case = Case::new().await;
    let first = case.writer.begin().await.unwrap();
    let half = async {
        let mut write = case.writer.begin().await.unwrap();
        insert(&mut write, "half").await.unwrap();
        // It reads what was written before it within the commit, so of two of the same one wins.
        insert(&mut write, "a").await
    };
    let ((), a, half, b) = tokio::join!(async { drop(first) }, case.note("a"), half, async { case.note("b").await });
    assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
    assert!(matches!(half, Err(StoreError::Conflict)), "{half:?}");
    assert_eq!((case.notes().await, case.commits()), (vec!["a".to_owned(), "b".to_owned()], 1));
}

#[tokio::test]
async fn a_command_that_is_cancelled_in_its_middle_takes_nothing_of_the_others_with_it() {
    let case = Case::new().await;
    let first = case.writer.begin().await.unwrap();
    let (reached, middle) = oneshot::channel();
    let mut cancelled = Box::pin(async {
        let mut write = case.writer.begin().await.unwrap();
        insert(&mut write, "cancelled").await.unwrap();
        reached.send(()).unwrap();
        // Longer than anybody waits, on SQLite's own thread.
        let forever =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000000) SELECT count(*) FROM n";
        sqlx::query(forever).execute(&mut *write).await.unwrap();
        write.commit().await
    });
    let ((), a, (), b) = tokio::join!(
        async { drop(first) },
        case.note("a"),
        async {
            tokio::select! {
                _ = &mut cancelled => panic!("it was not cancelled"),
                _ = middle => {}
            }
            drop(cancelled);
        },
        async { case.note("b").await }
    );
    assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
    assert_eq!((case.notes().await, case.commits()), (vec!["a".to_owned(), "b".to_owned()], 1));
}

#[tokio::test]
async fn who_does_not_wait_any_more_holds_nobody_up() {
    let case = Case::new().await;
    let first = case.writer.begin().await.unwrap();
    let mut impatient = Box::pin(case.writer.begin());
    let mut next = Box::pin(case.note("next"));
    assert!(!begin_to(&mut impatient).await && !begin_to(&mut next).await);
    drop(impatient);
    drop(first);
    next.await.unwrap();
    // Nor does who stops waiting while the turn is on its way.
    let (lent, turn) = oneshot::channel();
    case.writer.asks.send(Ask::Turn(lent)).unwrap();
    while turn.is_empty() {
        tokio::task::yield_now().await;
    }
    drop(turn);
    case.note("last").await.unwrap();
    assert_eq!(case.notes().await, ["last", "next"]);
}

#[tokio::test]
async fn closing_finishes_what_was_asked_for_and_refuses_the_rest() {
    let case = Case::new().await;
    let mut first = case.writer.begin().await.unwrap();
    let mut before = Box::pin(case.note("before"));
    assert!(!begin_to(&mut before).await);
    let mut closing = Box::pin(case.writer.close());
    assert!(!begin_to(&mut closing).await);
    let mut after = Box::pin(case.note("after"));
    assert!(!begin_to(&mut after).await);
    insert(&mut first, "first").await.unwrap();
    let (first, before, (), after) = tokio::join!(first.commit(), before, closing, after);
    assert!(first.is_ok() && before.is_ok(), "{first:?} {before:?}");
    assert!(matches!(after, Err(StoreError::Other(sqlx::Error::PoolClosed))), "{after:?}");
    assert!(case.note("later").await.is_err());
    case.writer.close().await;
    assert_eq!(case.notes().await, ["before", "first"]);
}

/// SQLite takes the whole transaction back by itself then, what others wrote in it as well.
#[tokio::test]
async fn a_full_disk_takes_back_the_whole_commit_and_everybody_in_it_is_told() {
    let case = Case::new().await;
    let mut first = case.writer.begin().await.unwrap();
    // Never below what there is: so there is no room for one page more.
    sqlx::query("PRAGMA max_page_count = 1").execute(&mut *first).await.unwrap();
    insert(&mut first, "first").await.unwrap();
    let large = "long ".repeat(20_000);
    let (first, second, large, after) =
        tokio::join!(first.commit(), case.note("second"), case.note(&large), case.note("after"));
    assert!(matches!(large, Err(StoreError::Full)), "{large:?}");
    for told in [first, second] {
        assert!(matches!(told, Err(StoreError::Busy)), "worth trying again: {told:?}");
    }
    // Who waited behind it gets its turn, on a connection that nothing is left in.
    assert!(after.is_ok(), "{after:?}");
    assert_eq!((case.notes().await, case.commits()), (vec!["after".to_owned()], 0));
}

#[tokio::test]
async fn a_connection_that_is_not_in_its_transaction_any_more_is_replaced() {
    let case = Case::new().await;
    for end in ["ROLLBACK", "COMMIT"] {
        let mut write = case.writer.begin().await.unwrap();
        sqlx::query(end).execute(&mut *write).await.unwrap();
        let told = write.commit().await;
        assert!(told.is_err(), "{end}: {told:?}");
        case.note(end).await.unwrap();
    }
    assert_eq!(case.notes().await, ["COMMIT", "ROLLBACK"]);
}

#[tokio::test]
async fn whoever_keeps_a_turn_stops_nobody_who_has_finished_for_ever() {
    let case = Case::impatient(Duration::from_millis(20)).await;
    let mut first = case.writer.begin().await.unwrap();
    insert(&mut first, "first").await.unwrap();
    let mut slow = Box::pin(case.writer.begin());
    assert!(!begin_to(&mut slow).await);
    let (told, slow) = tokio::join!(first.commit(), slow);
    let mut slow = slow.unwrap();
    assert!(matches!(told, Err(StoreError::Busy)), "{told:?}");
    // Both were of one commit, which there is not.
    insert(&mut slow, "slow").await.unwrap();
    let told = slow.commit().await;
    assert!(matches!(told, Err(StoreError::Busy)), "{told:?}");
    assert_eq!(case.notes().await.len(), 0);
    // Alone it may take its time.
    let mut alone = case.writer.begin().await.unwrap();
    let waiting = tokio::time::timeout(Duration::from_millis(60), std::future::pending::<()>()).await;
    assert!(waiting.is_err());
    insert(&mut alone, "alone").await.unwrap();
    alone.commit().await.unwrap();
    assert_eq!(case.notes().await, ["alone"]);
}

#[tokio::test]
async fn another_program_that_writes_is_waited_for() {
    let case = Case::new().await;
    let mut other = Connection::own(options(&case.folder).connect().await.unwrap());
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    insert(&mut other, "other").await.unwrap();
    let mut own = Box::pin(case.note("own"));
    assert!(!begin_to(&mut own).await);
    let (own, ended) = tokio::join!(own, async { sqlx::query("COMMIT").execute(&mut other).await });
    assert!(own.is_ok() && ended.is_ok(), "{own:?} {ended:?}");
    assert_eq!(case.notes().await, ["other", "own"]);
}

#[tokio::test]
async fn what_needs_the_connection_itself_gets_it_between_two_commits() {
    let case = Case::new().await;
    let mut first = case.writer.begin().await.unwrap();
    insert(&mut first, "first").await.unwrap();
    let compact = async {
        let mut apart = case.writer.apart().await.unwrap();
        sqlx::query("VACUUM").execute(&mut *apart.connection).await.map(drop)
    };
    let (first, compacted, last) = tokio::join!(first.commit(), compact, case.note("last"));
    assert!(first.is_ok() && compacted.is_ok() && last.is_ok(), "{first:?} {compacted:?} {last:?}");
    assert_eq!(case.notes().await, ["first", "last"]);
}
