//! The one reader: follows the events, tells those who see the requests that they are of, and lets go whose session has
//! ended.

use super::{Live, Notice, Person, public_kind};
use balcao_contract::id::{AccountId, RequestId, UserId};
use balcao_contract::panel::LiveEvent;
use balcao_runtime::clock::Clock;
use balcao_store::events::{self, EventRow, Tail};
use balcao_store::{Store, StoreError, listeners, reads};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Events of one reading.
const BATCH: u32 = 500;
/// How long after its session's end a listener is let go, at most. One query for all of them.
const LOOK_AT_SESSIONS: Duration = Duration::from_secs(2);
/// After the database could not be read.
const PAUSE: Duration = Duration::from_millis(500);

/// Reads events for all listeners.
pub struct Reader {
    live: Live,
    store: Store,
    clock: Arc<dyn Clock>,
    idle: Duration,
    position: i64,
}

impl Reader {
    /// A reader for these listeners; sessions end after `idle` without use.
    #[must_use]
    pub fn new(live: Live, store: Store, clock: Arc<dyn Clock>, idle: Duration) -> Self {
        // Not the newest event of now: a listener may have come meanwhile, and counts on what came after.
        let position = live.begun_after;
        Self { live, store, clock, idle, position }
    }

    /// Tells everything that happened since.
    async fn read_on(&mut self) -> Result<(), StoreError> {
        loop {
            let mut read = self.store.read().await?;
            let rows = events::after(&mut read, self.position, BATCH).await?;
            drop(read);
            let Some(last) = rows.last().map(|row| row.id) else { return Ok(()) };
            self.tell(&rows).await?;
            self.position = last;
        }
    }

    async fn tell(&self, rows: &[EventRow]) -> Result<(), StoreError> {
        let rows: Vec<&EventRow> = rows.iter().filter(|row| public_kind(&row.kind, &row.data).is_some()).collect();
        let accounts: HashSet<AccountId> = rows.iter().map(|row| row.account).collect();
        let listening = self.live.people_of(&accounts);
        if listening.is_empty() {
            return Ok(());
        }
        let by_person = self.heard_by(listening, &accounts, &rows).await?;
        // Nobody is told anything after their session has ended, not even within the two seconds.
        self.look_at_sessions(Some(&by_person.keys().copied().collect())).await?;
        let mut read = self.store.read().await?;
        let requests: HashSet<RequestId> = by_person.values().flatten().map(|row| row.request).collect();
        let versions = listeners::versions(&mut read, &requests).await?;
        let unread = reads::count_unread_of(&mut read, by_person.keys().copied()).await?;
        for (person, rows) in by_person {
            let unread = unread.get(&person).copied().unwrap_or_default();
            let notices = rows.into_iter().filter_map(|row| {
                let version = versions.get(&row.request).copied().unwrap_or_default();
                Some(Notice::Happened(row.id, live_event(row, person.1, version, unread)?))
            });
            self.live.tell(person, &notices.collect::<Vec<_>>());
        }
        Ok(())
    }

    /// Which of these events each of those who listen may hear of: of their own requests, of those that they are in copy
    /// of, and of everybody's where the account shares them. Asked anew each time: what a stream was opened with may have been taken back since.
    async fn heard_by<'a>(
        &self,
        listening: Vec<Person>,
        accounts: &HashSet<AccountId>,
        rows: &[&'a EventRow],
    ) -> Result<BTreeMap<Person, Vec<&'a EventRow>>, StoreError> {
        let mut read = self.store.read().await?;
        let sharing = listeners::that_share(&mut read, accounts).await?;
        let copies = listeners::in_copy(&mut read, &rows.iter().map(|row| row.request).collect()).await?;
        let heard = listening.into_iter().map(|(account, user)| {
            let may = |row: &&EventRow| {
                let sees = row.requester == user || sharing.contains(&account) || copies.contains(&(row.request, user));
                row.account == account && sees
            };
            ((account, user), rows.iter().copied().filter(may).collect::<Vec<_>>())
        });
        Ok(heard.filter(|(_, rows)| !rows.is_empty()).collect())
    }

    async fn look_at_sessions(&self, people: Option<&HashSet<Person>>) -> Result<(), StoreError> {
        let sessions = self.live.sessions(people);
        if sessions.is_empty() {
            return Ok(());
        }
        let mut read = self.store.read().await?;
        let good = listeners::still_good(&mut read, &sessions, self.clock.now(), self.idle).await?;
        self.live.let_go(&sessions, &good);
        Ok(())
    }
}

/// What that listener is told of an event; `None` where nothing is.
#[must_use]
pub fn live_event(row: &EventRow, listener: UserId, version: u64, unread: u64) -> Option<LiveEvent> {
    let kind = public_kind(&row.kind, &row.data)?;
    Some(LiveEvent { request_id: row.request, kind, version, own: row.requester == listener, unread })
}

/// Follows the events until `stop` is cancelled; then everybody is let go.
pub fn spawn_reader(mut reader: Reader, mut tail: Tail, workers: &TaskTracker, stop: CancellationToken) {
    workers.spawn(async move {
        let mut look = tokio::time::interval(LOOK_AT_SESSIONS);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let done = tokio::select! {
                () = stop.cancelled() => break,
                newest = tail.after(reader.position) => match newest {
                    Some(_) => reader.read_on().await,
                    None => break,
                },
                _ = look.tick() => reader.look_at_sessions(None).await,
            };
            if let Err(error) = done {
                tracing::warn!(%error, "live updates could not be read, will be tried again");
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
        reader.live.end();
    });
}
