//! Long work off the event loop, under a budget: rendering, reading mail and HTML, looking into files, searching, hashing.
//! It leaves to its callers what is done and for whom, and knows no other room.
//!
//! The event loop answers everybody, so nothing that grows with what somebody sent may run on it. Moving such work to
//! other threads is not enough: as many threads as there are requests would take every processor from it. So only a few
//! pieces run at once, one person has a share of those, and whoever waits too long is told to come again.

mod line;

use balcao_contract::id::UserId;
#[cfg(any(test, feature = "counted"))]
use balcao_steps as steps;
use line::{Line, QueueSlot};
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
#[cfg(any(test, feature = "counted"))]
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tokio::time::timeout;

/// Up to so many bytes are worked on where they are: handing them over would take longer than the work.
pub const SMALL: usize = 8 * 1024;

/// On whose behalf work is done. Everybody has a share of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Somebody who is signed in, or an agent.
    Person(UserId),
    /// Whoever reads public pages without being signed in, by the network they ask from.
    Visitor(IpAddr),
    /// Everybody who is signing in.
    SigningIn,
    /// The senders of mail.
    Mail,
}

impl Who {
    const fn is_many(self) -> bool {
        matches!(self, Self::SigningIn | Self::Mail)
    }
}

/// How much is worked on, and how long one waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Pieces at once, of everybody together.
    pub at_once: NonZeroUsize,
    /// Pieces at once of one person.
    pub of_one: NonZeroUsize,
    /// Pieces of one person that run or wait; more are refused at once. For many people together it is more.
    pub in_line: usize,
    /// How long a piece waits before it is refused.
    pub patience: Duration,
}

/// Those who share a place have so many times the places of one person.
const FOR_MANY: usize = 8;

impl Budget {
    /// For so many processors: one of them is left to the event loop, and one person gets half of the rest.
    #[must_use]
    pub const fn of_processors(count: usize) -> Self {
        let at_once = match NonZeroUsize::new(count.saturating_sub(1)) {
            Some(at_once) => at_once,
            None => NonZeroUsize::MIN,
        };
        let of_one = match NonZeroUsize::new(at_once.get() / 2) {
            Some(of_one) => of_one,
            None => NonZeroUsize::MIN,
        };
        Self { at_once, of_one, in_line: 32, patience: Duration::from_secs(8) }
    }

    /// For this machine.
    #[must_use]
    pub fn of_this_machine() -> Self {
        Self::of_processors(available_parallelism().map_or(1, NonZeroUsize::get))
    }
}

/// Why work was not done.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// Too much is being worked on; worth trying again.
    #[error("too much is being worked on")]
    Busy,
    /// It broke off in the middle: a fault of ours.
    #[error("work broke off: {0}")]
    Broken(#[source] JoinError),
}

/// How much longer the rest of an answer waits that has begun.
const TIMES_AS_PATIENT: u32 = 10;

/// Does long work. Cheap to clone; clones share one budget.
#[derive(Debug, Clone)]
pub struct Work {
    parts: Arc<Parts>,
    patience: Duration,
}

#[derive(Debug)]
struct Parts {
    budget: Budget,
    turns: Arc<Semaphore>,
    line: Arc<Line>,
    /// What all of it took so far, for tests.
    #[cfg(any(test, feature = "counted"))]
    steps: AtomicU64,
}

impl Default for Work {
    fn default() -> Self {
        Self::new(Budget::of_this_machine())
    }
}

impl Work {
    /// With this budget.
    #[must_use]
    pub fn new(budget: Budget) -> Self {
        let turns = Arc::new(Semaphore::new(budget.at_once.get()));
        let parts = Arc::new(Parts {
            budget,
            turns,
            line: Arc::default(),
            #[cfg(any(test, feature = "counted"))]
            steps: AtomicU64::new(0),
        });
        Self { parts, patience: budget.patience }
    }

    /// For the rest of an answer that has begun, which cannot be refused any more but only broken off: it waits longer.
    #[must_use]
    pub fn begun(&self) -> Self {
        let patience = self.parts.budget.patience.saturating_mul(TIMES_AS_PATIENT);
        Self { parts: self.parts.clone(), patience }
    }

    /// What it may take.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.parts.budget
    }

    /// Works on something of so many bytes: at once where it is small, otherwise on a thread that may block, when it is
    /// this person's turn.
    ///
    /// # Errors
    /// Too much is being worked on, or the work panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        who: Who,
        bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        if bytes <= SMALL { Ok(self.parts.counted(work)) } else { self.run_long(who, work).await }
    }

    /// As [`Self::run`], for what is long whatever its size.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn run_long<T: Send + 'static>(
        &self,
        who: Who,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WorkError> {
        let Budget { of_one, in_line, .. } = self.parts.budget;
        let most = if who.is_many() { in_line.saturating_mul(FOR_MANY) } else { in_line };
        let slot = self.parts.line.enter(who, of_one, most).ok_or_else(|| refused("line"))?;
        let turn = timeout(self.patience, self.turn(&slot)).await.map_err(|_| refused("patience"))??;
        let parts = self.parts.clone();
        let done = tokio::task::spawn_blocking(move || {
            // Both are given back when the work is done, also where nobody waits for it any more.
            let _turn = (turn, slot);
            parts.counted(work)
        });
        done.await.map_err(WorkError::Broken)
    }

    /// First the person's turn, then everybody's: of one person no more than their share stands in the common queue,
    /// which is served in the order of coming.
    async fn turn(&self, slot: &QueueSlot) -> Result<impl Send + 'static + use<>, WorkError> {
        // Nobody closes these.
        let theirs = slot.turns().acquire_owned().await.map_err(|_| WorkError::Busy)?;
        let common = self.parts.turns.clone().acquire_owned().await.map_err(|_| WorkError::Busy)?;
        Ok((common, theirs))
    }
}

impl Parts {
    #[cfg(not(any(test, feature = "counted")))]
    fn counted<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }

    #[cfg(any(test, feature = "counted"))]
    fn counted<T>(&self, work: impl FnOnce() -> T) -> T {
        let (done, taken) = steps::of(work);
        self.steps.fetch_add(taken, Ordering::Relaxed);
        done
    }
}

#[cfg(any(test, feature = "counted"))]
impl Work {
    /// How many steps everything took so far.
    pub fn steps(&self) -> u64 {
        self.parts.steps.load(Ordering::Relaxed)
    }
}

/// Long work of the desk's own jobs, of which each is at one piece at a time: they hold the database's writer meanwhile, so
/// they do not stand in line behind people.
///
/// # Errors
/// It panicked.
pub async fn beside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, WorkError> {
    if bytes <= SMALL {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(WorkError::Broken)
}

fn refused(why: &'static str) -> WorkError {
    tracing::warn!(why, "long work refused: too much at once");
    metrics::counter!("balcao_work_refused_total", "why" => why).increment(1);
    WorkError::Busy
}

#[cfg(test)]
mod tests;
