//! One file from a request to a token: a place is reserved, the bytes are stored, then the token is given out.

use super::receive::{drain, receive};
use super::{Evidence, content, is_no_room};
use balcao_contract::content::check_content;
use balcao_contract::file::{FileError, safe_name};
use balcao_runtime::clock::Clock;
use balcao_runtime::work::{Who, WorkError};
use balcao_store::files::{Owner, StoredFile};
use balcao_store::idempotency::{KEPT, MAX_KEY};
use balcao_store::token::{self, Hash};
use balcao_store::upload_keys::{self, KnownKey};
use balcao_store::uploads::{self, FinishError, NewFile, ReserveError, Under, Written};
use balcao_store::{Store, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures::Stream;
use hmac::{Hmac, Mac as _};
use object_store::ObjectStoreExt as _;
use object_store::path::Path as ObjectPath;
use sha2::{Digest as _, Sha256};
use std::pin::pin;

/// A file that comes.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Whose.
    pub owner: Owner,
    /// Its name as it was sent: perhaps a path, perhaps worse.
    pub file_name: Option<String>,
    /// How large it says it is.
    pub announced: Option<u64>,
    /// The token of earlier files that it shall join.
    pub token: Option<String>,
    /// The client's key for this very upload.
    pub idempotency_key: Option<String>,
    /// The client waits for a word before it sends: nothing has to be drained.
    pub waits_for_continue: bool,
}

/// A file that came.
#[derive(Debug, Clone)]
pub struct TakenIn {
    /// What it is attached by.
    pub token: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// The file.
    pub file: StoredFile,
    /// Every file under the token.
    pub files: Vec<StoredFile>,
    /// With an idempotency key: whether it had come before.
    pub repeated: Option<bool>,
}

/// Why a file is not taken. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum TakeInError {
    /// It has no name.
    #[error("no file name")]
    NoName,
    /// Empty, too large, of a type that is not taken, one too many.
    #[error("file not taken: {0:?}")]
    Fault(FileError),
    /// The token to join is unknown, somebody else's, expired or spent.
    #[error("no such token")]
    UnknownToken,
    /// Too much is waiting already; worth trying again after so many seconds.
    #[error("quota used up")]
    QuotaUsedUp(u64),
    /// The person keeps as many bytes as one may, which are so many.
    #[error("the person's total is used up")]
    UserFull(u64),
    /// The store keeps as many bytes as one may, which are so many.
    #[error("the store's total is used up")]
    AccountFull(u64),
    /// Too many files at the same time.
    #[error("too many files at once")]
    TooManyAtOnce,
    /// It comes too slowly, or not at all any more.
    #[error("too slow")]
    TooSlow,
    /// The connection broke.
    #[error("interrupted")]
    Interrupted,
    /// The idempotency key cannot be one.
    #[error("no idempotency key")]
    BadKey,
    /// The idempotency key came with another file before.
    #[error("idempotency key of another file")]
    KeyOfAnother,
    /// The disk is full, or would be so nearly that the share for everything else would be touched.
    #[error("no room")]
    NoRoom,
    /// The place where files are kept.
    #[error(transparent)]
    Objects(object_store::Error),
    /// What it is could not be looked at now.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<object_store::Error> for TakeInError {
    fn from(error: object_store::Error) -> Self {
        if is_no_room(&error) { Self::NoRoom } else { Self::Objects(error) }
    }
}

/// What is known before the first byte.
struct Plan {
    file_name: String,
    object: ObjectPath,
    id: i64,
    /// Of the token to join.
    join: Option<Hash>,
    began: DateTime<Utc>,
}

impl Evidence {
    /// Takes a file in. Returns once it is durable; where it is refused, nothing of it stays.
    ///
    /// # Errors
    /// See [`TakeInError`].
    pub async fn take_in<S, E>(
        &self,
        store: &Store,
        clock: &dyn Clock,
        incoming: &Incoming,
        body: S,
    ) -> Result<TakenIn, TakeInError>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        let mut body = pin!(body);
        let taken = self.take_in_undrained(store, clock, incoming, body.as_mut()).await;
        let broken = matches!(taken, Err(TakeInError::Interrupted | TakeInError::TooSlow));
        if taken.is_err() && !broken && !incoming.waits_for_continue {
            drain(body, self.0.limits.max_bytes.saturating_mul(2)).await;
        }
        taken
    }

    async fn take_in_undrained<S, E>(
        &self,
        store: &Store,
        clock: &dyn Clock,
        incoming: &Incoming,
        body: S,
    ) -> Result<TakenIn, TakeInError>
    where
        S: Stream<Item = Result<Bytes, E>>,
    {
        let file_name = incoming.file_name.as_deref().filter(|name| !balcao_contract::text::is_blank(name));
        let file_name = safe_name(file_name.ok_or(TakeInError::NoName)?);
        self.0.limits.check(&file_name, incoming.announced, 0).map_err(TakeInError::Fault)?;
        if incoming.idempotency_key.as_ref().is_some_and(|key| key.is_empty() || key.len() > MAX_KEY) {
            return Err(TakeInError::BadKey);
        }
        let _turn = self.turn(incoming.owner.user).ok_or(TakeInError::TooManyAtOnce)?;
        // What is reserved for it, and so the most it may become.
        let at_most = incoming.announced.unwrap_or(u64::MAX).min(self.0.limits.max_bytes);
        let Some(_promise) = self.promise(at_most).await else {
            tracing::warn!("a file was refused: the disk for files is nearly full");
            return Err(TakeInError::NoRoom);
        };
        let plan = self.plan(store, clock.now(), incoming, file_name, at_most).await?;

        let mut upload = match self.0.objects.put_multipart(&plan.object).await {
            Ok(upload) => upload,
            Err(error) => {
                self.give_up(store, &plan).await;
                return Err(error.into());
            }
        };
        let received = match receive(upload.as_mut(), body, at_most, self.0.pace).await {
            Ok(received) => received,
            Err(error) => {
                if let Err(abort) = upload.abort().await {
                    tracing::warn!(error = %abort, "an unfinished file could not be removed");
                }
                self.give_up(store, &plan).await;
                return Err(error);
            }
        };
        let finished = match upload.complete().await {
            Ok(_) => self.finish(store, clock.now(), incoming, &plan, &received).await,
            Err(error) => {
                // A completion that failed leaves its unfinished file; dropping the upload would too.
                let _ = upload.abort().await;
                Err(error.into())
            }
        };
        match finished {
            Ok(Some(taken)) => Ok(taken),
            Ok(None) => {
                self.give_up(store, &plan).await;
                self.repeated(store, incoming).await
            }
            Err(error) => {
                self.give_up(store, &plan).await;
                Err(error)
            }
        }
    }

    async fn plan(
        &self,
        store: &Store,
        now: DateTime<Utc>,
        incoming: &Incoming,
        file_name: String,
        at_most: u64,
    ) -> Result<Plan, TakeInError> {
        let key = hex(&rand::random::<[u8; 16]>());
        let object_key = format!("{}/{}", &key[..2], &key[2..]);
        let longest = match self.0.by_command {
            // Its bytes are there already: only the disk is waited for.
            true => TimeDelta::zero(),
            false => TimeDelta::from_std(self.0.pace.longest).unwrap_or(TimeDelta::hours(4)),
        };
        let new = NewFile {
            owner: incoming.owner,
            object_key: &object_key,
            file_name: &file_name,
            at_most,
            // Nobody writes to it any more then.
            lapses_at: now + longest + TimeDelta::minutes(10),
            by_command: self.0.by_command,
        };
        let join = incoming.token.as_deref().map(token::hash);
        let mut tx = store.begin().await?;
        // A repeated upload has used its place under the token already.
        let known = match &incoming.idempotency_key {
            Some(key) => upload_keys::known_key(&mut tx, incoming.owner, &key_hash(incoming, key), now - KEPT).await?,
            None => None,
        };
        let checked = if known.is_some() { None } else { join.as_ref() };
        let id = uploads::reserve(&mut tx, &new, checked, self.0.limits.max_files, self.0.quota, now).await.map_err(
            |error| match error {
                ReserveError::QuotaUsedUp(free_at) => {
                    let seconds = free_at.map_or(60, |free_at| (free_at - now).num_seconds().max(1));
                    TakeInError::QuotaUsedUp(u64::try_from(seconds).unwrap_or(60))
                }
                ReserveError::UserFull => TakeInError::UserFull(self.0.quota.user_bytes),
                ReserveError::AccountFull => TakeInError::AccountFull(self.0.quota.account_bytes),
                ReserveError::UnknownToken => TakeInError::UnknownToken,
                ReserveError::TooManyFiles => TakeInError::Fault(FileError::TooMany),
                ReserveError::Store(error) => TakeInError::Store(error),
            },
        )?;
        tx.commit().await?;
        Ok(Plan { file_name, object: ObjectPath::from(object_key), id, join, began: now })
    }

    /// `None` where the same upload came before.
    async fn finish(
        &self,
        store: &Store,
        now: DateTime<Utc>,
        incoming: &Incoming,
        plan: &Plan,
        received: &super::Received,
    ) -> Result<Option<TakenIn>, TakeInError> {
        // A zip's beginning is searched through, an image's header read.
        let (name, head) = (plan.file_name.clone(), received.head.clone());
        let looking = self.0.work.run(Who::Person(incoming.owner.user), head.len(), move || {
            check_content(&name, &head).map(|()| content::recognise(&name, &head))
        });
        let seen = looking.await?.map_err(TakeInError::Fault)?;
        let written = Written {
            size: received.size,
            sha256: received.sha256,
            media_type: seen.media_type,
            width: seen.width,
            height: seen.height,
        };
        let fingerprint = fingerprint(&plan.file_name, plan.join.as_ref(), &received.sha256);
        let salt: [u8; 32] = rand::random();
        let token = match (&incoming.token, &incoming.idempotency_key) {
            (Some(token), _) => token.clone(),
            (None, Some(key)) => token_of(&salt, key),
            (None, None) => URL_SAFE_NO_PAD.encode(salt),
        };
        let hash = token::hash(&token);

        let mut tx = store.begin().await?;
        if let Some(key) = &incoming.idempotency_key {
            let key_hash = key_hash(incoming, key);
            if let Some(known) = upload_keys::known_key(&mut tx, incoming.owner, &key_hash, plan.began - KEPT).await? {
                // The twin may share this commit: it counts, and readers see it, once it is on the disk.
                tx.commit().await?;
                return if known.fingerprint == fingerprint { Ok(None) } else { Err(TakeInError::KeyOfAnother) };
            }
        }
        let under = Under {
            token_hash: &hash,
            join: incoming.token.is_some(),
            most: self.0.limits.max_files,
            expires_at: now + self.0.life,
        };
        let expires_at = uploads::finish(&mut tx, plan.id, incoming.owner, &written, under, now).await.map_err(
            |error| match error {
                FinishError::UnknownToken => TakeInError::UnknownToken,
                FinishError::TooManyFiles => TakeInError::Fault(FileError::TooMany),
                FinishError::Store(error) => TakeInError::Store(error),
            },
        )?;
        if let Some(key) = &incoming.idempotency_key {
            let known = KnownKey { fingerprint: fingerprint.to_vec(), salt: salt.to_vec(), file: plan.id };
            upload_keys::remember_key(&mut tx, incoming.owner, &key_hash(incoming, key), &known, now).await?;
        }
        let files = uploads::files_of_token(&mut tx, &hash, incoming.owner).await?;
        tx.commit().await?;
        let repeated = incoming.idempotency_key.as_ref().map(|_| false);
        taken(token, expires_at, files, plan.id, repeated).map(Some)
    }

    /// The answer that an upload of the same key was given.
    async fn repeated(&self, store: &Store, incoming: &Incoming) -> Result<TakenIn, TakeInError> {
        let key = incoming.idempotency_key.as_deref().unwrap_or_default();
        let mut read = store.read().await?;
        let known = upload_keys::known_key(&mut read, incoming.owner, &key_hash(incoming, key), DateTime::UNIX_EPOCH)
            .await?
            .ok_or(TakeInError::UnknownToken)?;
        let token = incoming.token.clone().unwrap_or_else(|| token_of(&known.salt, key));
        let hash = token::hash(&token);
        let expires_at = uploads::token_expiry(&mut read, &hash).await?.ok_or(TakeInError::UnknownToken)?;
        // The answer as it was: files that joined later are not in it.
        let files = uploads::files_of_token(&mut read, &hash, incoming.owner).await?;
        let files = files.into_iter().filter(|file| u64::from(file.id) <= u64::try_from(known.file).unwrap_or(0));
        taken(token, expires_at, files.collect(), known.file, Some(true))
    }

    /// Nothing came of it: neither bytes nor row stay. What cannot be done now is the sweeper's.
    async fn give_up(&self, store: &Store, plan: &Plan) {
        let removed = async {
            let mut tx = store.begin().await?;
            uploads::doom(&mut tx, plan.id).await?;
            tx.commit().await?;
            self.remove(store, plan.id, plan.object.as_ref()).await
        };
        if let Err(error) = removed.await {
            tracing::warn!(%error, "a refused file is left to the sweeper");
        }
    }
}

fn taken(
    token: String,
    expires_at: DateTime<Utc>,
    files: Vec<StoredFile>,
    id: i64,
    repeated: Option<bool>,
) -> Result<TakenIn, TakeInError> {
    let file = files.iter().find(|file| u64::try_from(id) == Ok(u64::from(file.id))).cloned();
    let file = file.ok_or(TakeInError::UnknownToken)?;
    Ok(TakenIn { token, expires_at, file, files, repeated })
}

/// The token that goes with a key. Who reads the database finds the salt and not the key; so the token stands nowhere,
/// and a repeated upload is given the same one.
fn token_of(salt: &[u8], key: &str) -> String {
    let token = match Hmac::<Sha256>::new_from_slice(salt) {
        Ok(mac) => mac.chain_update(key.as_bytes()).finalize().into_bytes(),
        // HMAC takes keys of any length.
        Err(_) => Sha256::digest(key.as_bytes()),
    };
    URL_SAFE_NO_PAD.encode(token)
}

/// A key counts for one person in one account.
fn key_hash(incoming: &Incoming, key: &str) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(u64::from(incoming.owner.account).to_be_bytes());
    hasher.update(key.as_bytes());
    hasher.finalize().into()
}

/// What makes two uploads the same: name, token to join, content.
fn fingerprint(file_name: &str, join: Option<&Hash>, sha256: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(sha256);
    hasher.update(join.map_or(&[][..], |hash| hash.as_slice()));
    hasher.update([u8::from(join.is_some())]);
    hasher.update(file_name.as_bytes());
    hasher.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
