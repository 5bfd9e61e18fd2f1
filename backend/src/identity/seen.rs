//! When sessions, sign-ins and API tokens were last used. Readers note it in memory, and a job writes it down: who only
//! reads waits for no write.

use balcao_store::{Store, StoreError, api_tokens, sign_ins};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often what was noted is written down. A crash forgets so much, which makes somebody idle a little earlier.
const WRITE_EVERY: Duration = Duration::from_secs(10);

/// Something that is used, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Used {
    /// A session, and the sign-in that it comes from.
    Session(i64),
    /// A sign-in of the support site.
    SignIn(i64),
    /// An API token.
    ApiToken(i64),
}

/// What was used since it was last written down, and when, in Unix milliseconds. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct LastUse(Arc<Mutex<HashMap<Used, i64>>>);

impl LastUse {
    /// Notes a use.
    pub fn note(&self, used: Used, now: i64) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = noted.entry(used).or_insert(now);
        *last = now.max(*last);
    }

    /// When it was last used, out of what is written down and what is not yet.
    #[must_use]
    pub fn last(&self, used: Used, written: i64) -> i64 {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.get(&used).copied().map_or(written, |noted| noted.max(written))
    }

    /// Writes down what was noted, in one transaction, and forgets it then. How many were noted.
    ///
    /// # Errors
    /// The database refuses; it stays noted.
    pub async fn write(&self, store: &Store) -> Result<usize, StoreError> {
        let mut noted: Vec<(Used, i64)> = {
            let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            noted.iter().map(|(used, at)| (*used, *at)).collect()
        };
        if noted.is_empty() {
            return Ok(0);
        }
        noted.sort_unstable();
        let mut write = store.begin().await?;
        for (used, at) in &noted {
            match *used {
                Used::Session(id) => sign_ins::touch_session(&mut write, id, *at).await?,
                Used::SignIn(id) => sign_ins::touch(&mut write, id, *at).await?,
                Used::ApiToken(id) => api_tokens::touch(&mut write, id, *at).await?,
            }
        }
        write.commit().await?;
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (used, at) in &noted {
            // Used again meanwhile, it is written the next time.
            if left.get(used) == Some(at) {
                left.remove(used);
            }
        }
        Ok(noted.len())
    }
}

/// Starts the job; once `stop` is cancelled it writes what is left and ends.
pub fn spawn_seen(seen: LastUse, store: Store, workers: &TaskTracker, stop: CancellationToken) {
    workers.spawn(async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(WRITE_EVERY) => {}
            }
            if let Err(error) = seen.write(&store).await {
                tracing::warn!(%error, "what was used is not written down yet, will be tried again");
            }
            if stop.is_cancelled() {
                break;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_use_counts_wherever_it_is_noted() {
        let seen = LastUse::default();
        assert_eq!(seen.last(Used::Session(1), 5), 5);
        seen.note(Used::Session(1), 9);
        seen.note(Used::Session(1), 7);
        assert_eq!(seen.last(Used::Session(1), 5), 9);
        assert_eq!(seen.last(Used::Session(1), 12), 12);
        assert_eq!(seen.last(Used::SignIn(1), 5), 5);
    }
}
