//! Writes down who saw which ticket, beside the requests: what agents read is collected in memory and written every few
//! seconds, so that no reading waits for a write. Whoever ends the process by force loses those seconds.

use balcao_contract::id::{RequestId, UserId};
use balcao_runtime::clock::Clock;
use balcao_store::ticket_readers::{self, Access, Reader, Times, Way};
use balcao_store::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often it is written.
const WRITE_EVERY: Duration = Duration::from_secs(2);
/// How often what is old is forgotten.
const FORGET_EVERY: TimeDelta = TimeDelta::hours(1);
/// At most so many tickets and readers wait to be written; where the database takes nothing, the rest is counted and said.
const MOST_WAITING: usize = 20_000;

/// What was seen and is not written yet.
#[derive(Debug, Default)]
struct Waiting {
    seen: HashMap<Access, Times>,
    left_out: u64,
}

/// Who saw which ticket.
#[derive(Debug, Clone, Default)]
pub struct Readers(Arc<Mutex<Waiting>>);

impl Readers {
    /// Notes that an agent saw tickets.
    pub fn note(&self, agent: UserId, way: Way, tickets: impl IntoIterator<Item = RequestId>, now: DateTime<Utc>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for ticket in tickets {
            let times = Times { first: now, last: now, count: 1 };
            waiting.add(Access::new(ticket, Reader::Agent(agent), way, now), times);
        }
    }

    /// Writes what waits. How many rows it were.
    ///
    /// # Errors
    /// The database refuses; it waits on then.
    pub async fn write(&self, store: &Store) -> Result<usize, StoreError> {
        let Waiting { seen, left_out } = {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *waiting)
        };
        if left_out > 0 {
            tracing::error!(left_out, "who saw tickets could not be noted: too much waits to be written");
        }
        if seen.is_empty() {
            return Ok(0);
        }
        let written = async {
            let mut write = store.begin().await?;
            ticket_readers::note(&mut write, &seen).await?;
            write.commit().await
        };
        let written: Result<(), StoreError> = written.await;
        match written {
            Ok(()) => Ok(seen.len()),
            Err(error) => {
                let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                seen.into_iter().for_each(|(seen, times)| waiting.add(seen, times));
                Err(error)
            }
        }
    }
}

impl Waiting {
    fn add(&mut self, seen: Access, times: Times) {
        let full = self.seen.len() >= MOST_WAITING;
        match self.seen.entry(seen) {
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.first = known.first.min(times.first);
                known.last = known.last.max(times.last);
                known.count = known.count.saturating_add(times.count);
            }
            Entry::Vacant(_) if full => self.left_out += 1,
            Entry::Vacant(free) => {
                free.insert(times);
            }
        }
    }
}

/// Forgets who saw tickets more than so many days ago.
///
/// # Errors
/// The database refuses.
pub async fn forget_readers(store: &Store, days: u32, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    loop {
        let mut write = store.begin().await?;
        let part = ticket_readers::forget(&mut write, now - TimeDelta::days(i64::from(days))).await?;
        write.commit().await?;
        if part == 0 {
            return Ok(forgotten);
        }
        forgotten += part;
    }
}

/// Starts the writer; it ends once `stop` is cancelled and everything is written.
pub fn spawn_readers(
    readers: Readers,
    store: Store,
    days: u32,
    clock: Arc<dyn Clock>,
    workers: &TaskTracker,
    stop: CancellationToken,
) {
    workers.spawn(async move {
        let mut forgotten_at: Option<DateTime<Utc>> = None;
        loop {
            let ends = stop.is_cancelled();
            if let Err(error) = readers.write(&store).await {
                tracing::warn!(%error, "who saw tickets could not be written, will be tried again");
            }
            if ends {
                return;
            }
            let now = clock.now();
            if forgotten_at.is_none_or(|at| now - at >= FORGET_EVERY) {
                forgotten_at = Some(now);
                if let Err(error) = forget_readers(&store, days, now).await {
                    tracing::warn!(%error, "old readers of tickets could not be forgotten, will be tried again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(WRITE_EVERY) => {}
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_has_a_limit_and_the_same_again_takes_no_more_room() {
        let readers = Readers::default();
        let now: DateTime<Utc> = "2026-11-23T12:00:00Z".parse().unwrap();
        let agent = UserId::try_from(7).unwrap();
        let ids = |range: std::ops::RangeInclusive<u64>| range.map(|id| RequestId::try_from(id).unwrap());
        let most = MOST_WAITING as u64;
        readers.note(agent, Way::List, ids(1..=most), now);
        readers.note(agent, Way::List, ids(1..=most), now + TimeDelta::minutes(1));
        readers.note(agent, Way::List, ids(most + 1..=most + 3), now);
        let waiting = readers.0.lock().unwrap();
        assert_eq!((waiting.seen.len(), waiting.left_out), (MOST_WAITING, 3));
        assert!(
            waiting.seen.values().all(|times| times.count == 2 && times.last - times.first == TimeDelta::minutes(1))
        );
    }
}
