//! A write that comes twice is done once and answered twice: the key, the write and its answer are one transaction.

use balcao_store::idempotency::{self, Key, Lookup, StoredAnswer};
use balcao_store::{Connection, Store, StoreError};
use chrono::{DateTime, Utc};

/// A write, with its key where the client gave one.
#[derive(Debug)]
pub struct Once(Option<Key>);

/// The answer to a write, and what is kept of it.
#[derive(Debug)]
pub struct GivenAnswer {
    /// What is answered now.
    pub answer: StoredAnswer,
    /// The body that the same write gets again, where the first one holds a secret that is sealed everywhere else.
    pub kept_body: Option<Vec<u8>>,
}

impl From<StoredAnswer> for GivenAnswer {
    fn from(answer: StoredAnswer) -> Self {
        Self { answer, kept_body: None }
    }
}

/// What came of a write.
#[derive(Debug)]
pub enum Outcome {
    /// It was done.
    Done(StoredAnswer),
    /// It had been done before, and was answered with this.
    Known(StoredAnswer),
}

/// Why a write was not done.
#[derive(Debug, thiserror::Error)]
pub enum OnceError {
    /// Another write was made with that key.
    #[error("another write has that key")]
    OtherWrite,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Once {
    /// A write under that key; without one it is done as often as it comes.
    #[must_use]
    pub const fn new(key: Option<Key>) -> Self {
        Self(key)
    }

    /// It has a key.
    #[must_use]
    pub const fn has_key(&self) -> bool {
        self.0.is_some()
    }

    /// The answer that was given to it before. Asked on a reader, which waits for nobody, before the body is looked at: what
    /// was taken once is not refused the second time. [`Self::run`] asks again on the writer.
    ///
    /// # Errors
    /// See [`OnceError`].
    pub async fn replay(
        &self,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<Option<StoredAnswer>, OnceError> {
        let Some(key) = &self.0 else { return Ok(None) };
        match idempotency::find(connection, key, now).await? {
            Lookup::Miss => Ok(None),
            Lookup::Hit(answer) => Ok(Some(answer)),
            Lookup::OtherWrite => Err(OnceError::OtherWrite),
        }
    }

    /// Does it in one transaction with the keeping of its answer, which is given then; where a twin has been faster, that
    /// one's answer is given and nothing is done.
    ///
    /// # Errors
    /// See [`OnceError`], and whatever `act` refuses with: then nothing of it happened.
    pub async fn run<A: Into<GivenAnswer>, E: From<OnceError>>(
        self,
        store: &Store,
        now: DateTime<Utc>,
        act: impl AsyncFnOnce(&mut Connection) -> Result<A, E>,
    ) -> Result<Outcome, E> {
        let mut tx = store.begin().await.map_err(OnceError::from)?;
        if let Some(known) = self.replay(&mut tx, now).await? {
            // The twin may share this commit: what it was answered is answered again once it is on the disk.
            tx.commit().await.map_err(OnceError::from)?;
            return Ok(Outcome::Known(known));
        }
        let GivenAnswer { answer, kept_body } = act(&mut tx).await?.into();
        if let Some(key) = &self.0 {
            let kept = kept_body.map(|body| StoredAnswer { body, ..answer.clone() });
            let kept = kept.as_ref().unwrap_or(&answer);
            idempotency::keep(&mut tx, key, kept, now).await.map_err(OnceError::from)?;
        }
        tx.commit().await.map_err(OnceError::from)?;
        Ok(Outcome::Done(answer))
    }
}
