//! Watches a mailbox over IMAP and takes in what arrives: at once where the server says so (IDLE), after every loss of
//! the connection from where it stopped.
//!
//! A message is marked as read, and the place in the mailbox noted, after it was taken in and not before. If the process
//! dies in between it is fetched again, and is known.

use super::connection::{self, ConnectError, Session};
use super::{Inbox, InboxError};
use crate::config::Imap;
use crate::mail::pause;
use crate::store::StoreError;
use crate::store::mail_in::{self, Place};
use bytes::Bytes;
use chrono::TimeDelta;
use futures::TryStreamExt as _;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Servers may end an IDLE after half an hour (RFC 2177), and a dead connection is noticed no sooner than this.
const IDLE_FOR: Duration = Duration::from_secs(9 * 60);
/// Where the server knows no IDLE.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// For one command.
const COMMAND_LIMIT: Duration = Duration::from_secs(60);
/// For one message, at the pace of a bad line.
const FETCH_LIMIT: Duration = Duration::from_secs(600);
/// While the server is away it is tried again at the latest after this long.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(2);
/// Of a message that is too large so much is fetched: its headers say whom to tell.
const BEGINNING: u32 = 256 * 1024;

/// Why watching was broken off; it begins anew.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server.
    #[error("imap: {0}")]
    Imap(#[from] async_imap::error::Error),
    /// It does not answer.
    #[error("imap: no answer in time")]
    Silent,
    /// A message cannot be taken now.
    #[error("mail cannot be taken now: {0}")]
    Inbox(#[from] InboxError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<tokio::time::error::Elapsed> for WatchError {
    fn from(_: tokio::time::error::Elapsed) -> Self {
        Self::Silent
    }
}

impl From<sqlx::Error> for WatchError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

struct Watch {
    inbox: Inbox,
    imap: Imap,
    stop: CancellationToken,
    failures: u32,
}

/// Starts watching; it ends after the message at hand once `stop` is cancelled.
pub fn spawn_watch(inbox: Inbox, imap: Imap, workers: &TaskTracker, stop: CancellationToken) {
    let mut watch = Watch { inbox, imap, stop, failures: 0 };
    workers.spawn(async move {
        while !watch.stop.is_cancelled() {
            let Err(error) = watch.run().await else { continue };
            watch.failures = watch.failures.saturating_add(1);
            metrics::gauge!("balcao_mailbox_connected").set(0.0);
            tracing::warn!(%error, failures = watch.failures, "the mailbox is not watched, will be tried again");
            let wait = pause(watch.failures, rand::random()).min(LONGEST_PAUSE).to_std().unwrap_or(LOOK_EVERY);
            tokio::select! {
                () = watch.stop.cancelled() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    });
}

impl Watch {
    /// Until `stop`, or until something breaks.
    async fn run(&mut self) -> Result<(), WatchError> {
        let stop = self.stop.clone();
        let mut session = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            session = connection::open(&self.imap) => session?,
        };
        let knows_idle = timeout(COMMAND_LIMIT, session.capabilities()).await??.has_str("IDLE");
        while !self.stop.is_cancelled() {
            self.take_in_new(&mut session).await?;
            self.failures = 0;
            metrics::gauge!("balcao_mailbox_connected").set(1.0);
            session = if knows_idle { self.idle(session).await? } else { self.wait(session).await? };
        }
        let _ = timeout(Duration::from_secs(5), session.logout()).await;
        Ok(())
    }

    async fn idle(&self, session: Session) -> Result<Session, WatchError> {
        let mut handle = session.idle();
        timeout(COMMAND_LIMIT, handle.init()).await??;
        {
            // Dropped, the interrupt ends the waiting: it has to live as long.
            let (waiting, _interrupt) = handle.wait_with_timeout(IDLE_FOR);
            tokio::select! {
                () = self.stop.cancelled() => {}
                waited = waiting => {
                    waited?;
                }
            }
        }
        Ok(timeout(COMMAND_LIMIT, handle.done()).await??)
    }

    async fn wait(&self, mut session: Session) -> Result<Session, WatchError> {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        timeout(COMMAND_LIMIT, session.noop()).await??;
        Ok(session)
    }

    /// Takes in what was not taken in yet, the oldest first.
    async fn take_in_new(&self, session: &mut Session) -> Result<(), WatchError> {
        let mailbox = timeout(COMMAND_LIMIT, session.select(&self.imap.folder)).await??;
        let uid_validity = mailbox.uid_validity.unwrap_or_default();
        let name = format!("{}@{}/{}", self.imap.user, self.imap.host, self.imap.folder);
        let mut read = self.inbox.store().reader().acquire().await?;
        let place = mail_in::place(&mut read, &name).await?;
        drop(read);
        // A mailbox that is watched for the first time may be an old one: what was read there is no news. One whose
        // numbers were given out anew is read from the beginning; what was taken before is known.
        let last_uid = place.map(|place| if place.uid_validity == uid_validity { place.last_uid } else { 0 });
        let query = last_uid.map_or_else(|| "UNSEEN".to_owned(), |last| format!("UID {}:*", last.saturating_add(1)));
        let found = timeout(COMMAND_LIMIT, session.uid_search(&query)).await??;
        // `*` is the last message, even where that is before the first number asked for.
        let mut uids: Vec<u32> = found.into_iter().filter(|uid| *uid > last_uid.unwrap_or_default()).collect();
        uids.sort_unstable();
        for uid in &uids {
            if self.stop.is_cancelled() {
                return Ok(());
            }
            if let Some((raw, whole)) = self.fetch(session, *uid).await? {
                self.inbox.take_in(raw, whole).await?;
                let flags = session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)");
                timeout(COMMAND_LIMIT, async { flags.await?.try_collect::<Vec<_>>().await }).await??;
            }
            if last_uid.is_some() {
                self.note(&name, Place { uid_validity, last_uid: *uid }).await?;
            }
        }
        if last_uid.is_none() {
            let until = mailbox.uid_next.map_or(0, |next| next.saturating_sub(1));
            let last_uid = uids.last().copied().unwrap_or_default().max(until);
            self.note(&name, Place { uid_validity, last_uid }).await?;
        }
        Ok(())
    }

    async fn note(&self, name: &str, place: Place) -> Result<(), WatchError> {
        let mut write = self.inbox.store().begin().await?;
        mail_in::set_place(&mut write, name, place).await?;
        write.commit().await?;
        Ok(())
    }

    /// A message's bytes, or their beginning where it is too large; `None` where it is gone.
    async fn fetch(&self, session: &mut Session, uid: u32) -> Result<Option<(Bytes, bool)>, WatchError> {
        let Some(size) = fetch_one(session, uid, "(UID RFC822.SIZE)").await?.and_then(|fetched| fetched.size) else {
            return Ok(None);
        };
        let whole = u64::from(size) <= self.inbox.max_bytes();
        // PEEK: it is marked as read once it was taken in.
        let wanted = if whole { "(UID BODY.PEEK[])".to_owned() } else { format!("(UID BODY.PEEK[]<0.{BEGINNING}>)") };
        let fetched = fetch_one(session, uid, &wanted).await?;
        Ok(fetched.and_then(|fetched| fetched.body().map(|body| (Bytes::copy_from_slice(body), whole))))
    }
}

/// A fetch answers for the message asked for, and at times for others whose flags somebody changed meanwhile.
async fn fetch_one(
    session: &mut Session,
    uid: u32,
    what: &str,
) -> Result<Option<async_imap::types::Fetch>, WatchError> {
    let fetched = session.uid_fetch(uid.to_string(), what);
    let fetched = timeout(FETCH_LIMIT, async { fetched.await?.try_collect::<Vec<_>>().await }).await??;
    Ok(fetched.into_iter().find(|fetched| fetched.uid == Some(uid)))
}
