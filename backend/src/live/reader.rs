//! The one reader: follows the events, tells those whose requests they are of, and lets go whose session has ended.

use super::{Live, Notice, Person, public_kind};
use crate::clock::Clock;
use crate::store::events::{self, EventRow, Tail};
use crate::store::{Store, StoreError, listeners, reads};
use balcao_contract::id::RequestId;
use balcao_contract::panel::LiveEvent;
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
            let mut read = self.store.reader().acquire().await?;
            let rows = events::after(&mut read, self.position, BATCH).await?;
            drop(read);
            let Some(last) = rows.last().map(|row| row.id) else { return Ok(()) };
            self.tell(&rows).await?;
            self.position = last;
        }
    }

    async fn tell(&self, rows: &[EventRow]) -> Result<(), StoreError> {
        let mut by_person: BTreeMap<Person, Vec<&EventRow>> = BTreeMap::new();
        for row in rows {
            let person = (row.account, row.requester);
            if self.live.has(person) && public_kind(&row.kind, &row.data).is_some() {
                by_person.entry(person).or_default().push(row);
            }
        }
        if by_person.is_empty() {
            return Ok(());
        }
        // Nobody is told anything after their session has ended, not even within the two seconds.
        self.look_at_sessions(Some(&by_person.keys().copied().collect())).await?;
        let mut read = self.store.reader().acquire().await?;
        let requests: HashSet<RequestId> = by_person.values().flatten().map(|row| row.request).collect();
        let versions = listeners::versions(&mut read, &requests).await?;
        for (person, rows) in by_person {
            let unread = reads::count_unread(&mut read, person.0, person.1).await?;
            let notices = rows.into_iter().filter_map(|row| {
                let version = versions.get(&row.request).copied().unwrap_or_default();
                Some(Notice::Happened(row.id, live_event(row, version, unread)?))
            });
            self.live.tell(person, &notices.collect::<Vec<_>>());
        }
        Ok(())
    }

    async fn look_at_sessions(&self, people: Option<&HashSet<Person>>) -> Result<(), StoreError> {
        let sessions = self.live.sessions(people);
        if sessions.is_empty() {
            return Ok(());
        }
        let mut read = self.store.reader().acquire().await?;
        let good = listeners::still_good(&mut read, &sessions, self.clock.now(), self.idle).await?;
        self.live.let_go(&sessions, &good);
        Ok(())
    }
}

/// What is told of an event; `None` where nothing is.
#[must_use]
pub fn live_event(row: &EventRow, version: u64, unread: u64) -> Option<LiveEvent> {
    let kind = public_kind(&row.kind, &row.data)?;
    Some(LiveEvent { request_id: row.request, kind, version, unread })
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
