//! Watches a mailbox over IMAP and takes in what arrives: at once where the server says so (IDLE), after every loss of
//! the connection from where it stopped.
//!
//! A message is marked as read, and the place in the mailbox noted, after it was taken in and not before. If the process
//! dies in between it is fetched again, and is known. One that cannot be taken now stays unread, keeps no other waiting,
//! and is tried again: whatever is unread is looked at anew with every connection, and at times in between.

use super::connection::{self, ConnectError, Session};
use super::mailbox::{self, Limits, News};
use super::{Inbox, InboxError};
use balcao_config::Imap;
use balcao_runtime::backoff::pause;
use balcao_store::StoreError;
use balcao_store::mail_in::{self, MailboxPosition};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A server is not kept waiting at the end for longer than this.
const FAREWELL: Duration = Duration::from_secs(5);

/// How patiently a mailbox is watched.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// A dead connection is noticed no sooner than this; servers may end an IDLE after half an hour (RFC 2177).
    pub idle_for: Duration,
    /// Where the server knows no IDLE.
    pub look_every: Duration,
    /// What could not be taken is tried again after this long.
    pub again_after: Duration,
    /// The server has this long for one command, and for the way to being signed in…
    pub command: Duration,
    /// …and this long for one message, at the pace of a bad line.
    pub fetch: Duration,
    /// While the server is away it is tried again at the latest after this long.
    pub longest_pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            idle_for: Duration::from_secs(9 * 60),
            look_every: Duration::from_secs(30),
            again_after: Duration::from_secs(5 * 60),
            command: Duration::from_secs(60),
            fetch: Duration::from_secs(600),
            longest_pause: Duration::from_secs(120),
        }
    }
}

/// Why watching was broken off; it begins anew.
#[derive(Debug, thiserror::Error)]
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
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody wants it watched any more.
    #[error("stopped")]
    Stopped,
}

struct Watch {
    inbox: Inbox,
    imap: Imap,
    pace: Pace,
    limits: Limits,
    stop: CancellationToken,
    failures: u32,
    /// Since when there is mail that could not be taken.
    left: Option<Instant>,
}

/// Starts watching; it ends after the message at hand once `stop` is cancelled.
pub fn spawn_watch(inbox: Inbox, imap: Imap, workers: &TaskTracker, stop: CancellationToken) {
    spawn_watch_at(inbox, imap, Pace::default(), workers, stop);
}

/// As [`spawn_watch`], at another pace.
pub fn spawn_watch_at(inbox: Inbox, imap: Imap, pace: Pace, workers: &TaskTracker, stop: CancellationToken) {
    let limits = Limits { command: pace.command, fetch: pace.fetch, stop: stop.clone() };
    let mut watch = Watch { inbox, imap, pace, limits, stop, failures: 0, left: None };
    workers.spawn(async move {
        while !watch.stop.is_cancelled() {
            let Err(error) = watch.run().await else { continue };
            if watch.stop.is_cancelled() {
                break;
            }
            watch.failures = watch.failures.saturating_add(1);
            metrics::gauge!("balcao_mailbox_connected").set(0.0);
            tracing::warn!(%error, failures = watch.failures, "the mailbox is not watched, will be tried again");
            let wait = pause(watch.failures, rand::random()).to_std().unwrap_or(pace.longest_pause);
            tokio::select! {
                () = watch.stop.cancelled() => {}
                () = tokio::time::sleep(wait.min(pace.longest_pause)) => {}
            }
        }
    });
}

impl Watch {
    /// Until `stop`, or until something breaks.
    async fn run(&mut self) -> Result<(), WatchError> {
        let mut session = self.limits.command(connection::open(&self.imap)).await?;
        let knows_idle = self.limits.command(session.capabilities()).await?.has_str("IDLE");
        let news = News::of(&session);
        // What an earlier connection could not take is unread.
        let mut looks_again = true;
        while !self.stop.is_cancelled() {
            self.take_in_new(&mut session, looks_again).await?;
            self.failures = 0;
            metrics::gauge!("balcao_mailbox_connected").set(1.0);
            if news.has_mail() {
                looks_again = false;
                continue;
            }
            session = if knows_idle { self.idle(session, &news).await? } else { self.wait(session).await? };
            looks_again = self.left.is_some_and(|since| since.elapsed() >= self.pace.again_after);
        }
        let _ = timeout(FAREWELL, session.logout()).await;
        Ok(())
    }

    /// How long nothing has to be done, if nothing arrives.
    fn rest(&self, longest: Duration) -> Duration {
        let again = self.left.map(|since| self.pace.again_after.saturating_sub(since.elapsed()));
        again.map_or(longest, |again| again.min(longest))
    }

    async fn idle(&self, session: Session, news: &News) -> Result<Session, WatchError> {
        let mut handle = session.idle();
        self.limits.command(handle.init()).await?;
        if !news.has_mail() {
            // Dropped, the interrupt ends the waiting: it has to live as long.
            let (waiting, _interrupt) = handle.wait_with_timeout(self.pace.idle_for);
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(self.rest(self.pace.idle_for)) => {}
                waited = waiting => {
                    waited?;
                }
            }
        }
        let limit = if self.stop.is_cancelled() { FAREWELL } else { self.pace.command };
        Ok(timeout(limit, handle.done()).await.map_err(|_| WatchError::Silent)??)
    }

    async fn wait(&self, mut session: Session) -> Result<Session, WatchError> {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(self.rest(self.pace.look_every)) => {}
        }
        if !self.stop.is_cancelled() {
            self.limits.command(session.noop()).await?;
        }
        Ok(session)
    }

    /// Takes in what was not taken in yet, the oldest first; if it `looks_again`, also what could not be taken before.
    async fn take_in_new(&mut self, session: &mut Session, looks_again: bool) -> Result<(), WatchError> {
        let opened = mailbox::open(session, &self.limits, &self.imap.folder).await?;
        let name = format!("{}@{}/{}", self.imap.user, self.imap.host, self.imap.folder);
        let mut read = self.inbox.store().read().await?;
        let position = mail_in::position(&mut read, &name).await?;
        drop(read);
        let looks_again = looks_again && self.has_room_again().await?;
        // A mailbox that is watched for the first time may be an old one: what was read there is no news. One whose
        // numbers were given out anew is read from the beginning; what was taken before is known.
        let known =
            position.map(|position| if position.uid_validity == opened.uid_validity { position.last_uid } else { 0 });
        let mut uids = match known {
            Some(last) => mailbox::after(session, &self.limits, last).await?,
            None => Vec::new(),
        };
        if looks_again || known.is_none() {
            uids.extend(mailbox::unread(session, &self.limits).await?);
            uids.sort_unstable();
            uids.dedup();
        }
        let mut last_uid = known.unwrap_or_default();
        let uid_validity = opened.uid_validity;
        for uid in uids {
            if self.stop.is_cancelled() {
                return Ok(());
            }
            self.take_in_one(session, uid).await?;
            if uid > last_uid {
                last_uid = uid;
                // Of the first time only the end is noted: broken off, it begins anew with what is unread then.
                if known.is_some() {
                    self.note(&name, MailboxPosition { uid_validity, last_uid }).await?;
                }
            }
        }
        if known.is_none() {
            let last_uid = opened.uid_next.map_or(last_uid, |next| next.saturating_sub(1).max(last_uid));
            self.note(&name, MailboxPosition { uid_validity, last_uid }).await?;
        }
        Ok(())
    }

    /// Marks it as read where it was taken in. Where it cannot be, it stays as it is, and others go on.
    async fn take_in_one(&mut self, session: &mut Session, uid: u32) -> Result<(), WatchError> {
        let fetched = mailbox::fetch(session, &self.limits, uid, self.inbox.max_bytes()).await?;
        let Some((raw, whole)) = fetched else { return Ok(()) };
        match self.inbox.take_in(raw, whole).await {
            Ok(_) => mailbox::mark(session, &self.limits, uid).await,
            // Nothing at all can be taken.
            Err(InboxError::Store(error)) => Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "a mail stays unread in the mailbox, will be tried again");
                self.left.get_or_insert_with(Instant::now);
                Ok(())
            }
        }
    }

    /// Whether what is unread is to be fetched once more; it counts as taken until it cannot be again.
    async fn has_room_again(&mut self) -> Result<bool, WatchError> {
        let has_room = !self.inbox.quarantine_is_full().await?;
        self.left = (!has_room).then(Instant::now);
        Ok(has_room)
    }

    async fn note(&self, name: &str, position: MailboxPosition) -> Result<(), WatchError> {
        let mut write = self.inbox.store().begin().await?;
        mail_in::set_position(&mut write, name, position).await?;
        write.commit().await?;
        Ok(())
    }
}
