//! A mailbox on an IMAP server: which messages there are, their bytes, and what is marked on them. What becomes of them
//! is decided elsewhere.

use super::connection::Session;
use super::watch::WatchError;
use async_imap::types::{Fetch, UnsolicitedResponse};
use bytes::Bytes;
use futures::TryStreamExt as _;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Of a message that is too large so much is fetched: its headers say whom to tell.
const BEGINNING: u32 = 256 * 1024;

/// How long a server may take.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// For one command.
    pub command: Duration,
    /// For one message.
    pub fetch: Duration,
    /// Nothing is waited for any more.
    pub stop: CancellationToken,
}

impl Limits {
    /// A command's answer, if it comes in time.
    pub async fn command<T, E: Into<WatchError>>(
        &self,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T, WatchError> {
        self.within(self.command, answer).await
    }

    async fn within<T, E: Into<WatchError>>(
        &self,
        limit: Duration,
        answer: impl Future<Output = Result<T, E>>,
    ) -> Result<T, WatchError> {
        tokio::select! {
            () = self.stop.cancelled() => Err(WatchError::Stopped),
            answer = timeout(limit, answer) => answer.map_err(|_| WatchError::Silent)?.map_err(Into::into),
        }
    }
}

/// Which messages there are: under which validity their numbers count, and the next number it gives.
pub(super) struct Opened {
    pub uid_validity: u32,
    pub uid_next: Option<u32>,
}

/// Opens a folder.
pub(super) async fn open(session: &mut Session, limits: &Limits, folder: &str) -> Result<Opened, WatchError> {
    let mailbox = limits.command(session.select(folder)).await?;
    Ok(Opened { uid_validity: mailbox.uid_validity.unwrap_or_default(), uid_next: mailbox.uid_next })
}

/// The messages with a number after that one, in order.
pub(super) async fn after(session: &mut Session, limits: &Limits, last: u32) -> Result<Vec<u32>, WatchError> {
    let query = format!("UID {}:*", last.saturating_add(1));
    let found = limits.command(session.uid_search(query)).await?;
    // `*` is the last message, even where that is before the first number asked for.
    Ok(ordered(found.into_iter().filter(|uid| *uid > last)))
}

/// The messages that nobody read, in order.
pub(super) async fn unread(session: &mut Session, limits: &Limits) -> Result<Vec<u32>, WatchError> {
    Ok(ordered(limits.command(session.uid_search("UNSEEN")).await?))
}

fn ordered(uids: impl IntoIterator<Item = u32>) -> Vec<u32> {
    let mut uids: Vec<u32> = uids.into_iter().collect();
    uids.sort_unstable();
    uids
}

/// A message's bytes, or their beginning where it is larger than `most`; `None` where it is gone.
pub(super) async fn fetch(
    session: &mut Session,
    limits: &Limits,
    uid: u32,
    most: u64,
) -> Result<Option<(Bytes, bool)>, WatchError> {
    let size = fetch_one(session, limits, uid, "(UID RFC822.SIZE)").await?.and_then(|fetched| fetched.size);
    let Some(size) = size else { return Ok(None) };
    let whole = u64::from(size) <= most;
    // PEEK: it is marked as read once it was taken in.
    let wanted = if whole { "(UID BODY.PEEK[])".to_owned() } else { format!("(UID BODY.PEEK[]<0.{BEGINNING}>)") };
    let fetched = fetch_one(session, limits, uid, &wanted).await?;
    Ok(fetched.and_then(|fetched| fetched.body().map(|body| (Bytes::copy_from_slice(body), whole))))
}

/// A fetch answers for the message asked for, and at times for others whose flags somebody changed meanwhile.
async fn fetch_one(session: &mut Session, limits: &Limits, uid: u32, what: &str) -> Result<Option<Fetch>, WatchError> {
    let fetched = async { session.uid_fetch(uid.to_string(), what).await?.try_collect::<Vec<_>>().await };
    let fetched = limits.within(limits.fetch, fetched).await?;
    Ok(fetched.into_iter().find(|fetched| fetched.uid == Some(uid)))
}

/// Marks a message as read.
pub(super) async fn mark(session: &mut Session, limits: &Limits, uid: u32) -> Result<(), WatchError> {
    let flags = "+FLAGS.SILENT (\\Seen)";
    let marked = async { session.uid_store(uid.to_string(), flags).await?.try_collect::<Vec<_>>().await };
    limits.command(marked).await?;
    Ok(())
}

/// What a server says unasked. It tells each client once that mail arrived, with the answer to whatever command comes
/// first: whoever began to wait without having looked there would wait for the mail after it.
pub(super) struct News(Box<dyn Fn() -> Option<UnsolicitedResponse> + Send + Sync>);

impl News {
    pub fn of(session: &Session) -> Self {
        let said = session.unsolicited_responses.clone();
        Self(Box::new(move || said.try_recv().ok()))
    }

    /// Whether mail arrived since this was asked for the last time.
    pub fn has_mail(&self) -> bool {
        let mut has_mail = false;
        while let Some(response) = (self.0)() {
            has_mail |= matches!(response, UnsolicitedResponse::Exists(_));
        }
        has_mail
    }
}
