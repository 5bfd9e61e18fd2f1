//! The one way in for a raw message, wherever it comes from: a mailbox, a pipe, the sample mailbox of development.
//!
//! What comes of a message, and the note that it was taken, are one transaction. Whoever hands it over again, after a
//! crash or for being careful, is told that it is known; so it may be acknowledged after that transaction and not before.

use super::answers::{self, Returned};
use super::letter::{Letter, Reading, key, released};
use super::outcome::{InboxError, Outcome, QuarantineReason};
use super::robots::Robot;
use crate::{Outbox, ReplyAddresses};
use balcao_config::Config;
use balcao_contract::id::{RequestId, UserId};
use balcao_contract::status::Status;
use balcao_contract::text;
use balcao_desk::{Command, DeskError, Reply, Viewer};
use balcao_evidence::Evidence;
use balcao_runtime::clock::Clock;
use balcao_runtime::work::{Who, Work, WorkError};
use balcao_store::mail_in::{self, Correspondent, Quarantined, Taken};
use balcao_store::token::Hash;
use balcao_store::{Connection, Store, StoreError, Write, outbox};
use bytes::Bytes;
use chrono::TimeDelta;
use std::sync::Arc;

/// Nobody is told more often than this in an hour that their mails cannot be taken.
const MOST_ANSWERS: u64 = 20;
/// Of a message that names no request of ours only the beginning is kept: anybody can send those, of any size.
const KEPT_OF_STRANGERS: usize = 64 * 1024;
/// Of a message that is too large to be joined: whom it is from, and what it says.
const KEPT_OF_TOO_LARGE: usize = 256 * 1024;

/// Takes messages in. Cheap to clone.
#[derive(Clone)]
pub struct Inbox(pub(super) Arc<Rooms>);

/// What it works with.
pub(super) struct Rooms {
    pub(super) store: Store,
    pub(super) evidence: Evidence,
    addresses: ReplyAddresses,
    outbox: Outbox,
    pub(super) clock: Arc<dyn Clock>,
    work: Work,
    pub(super) config: Arc<Config>,
    own_sender: String,
}

/// A message on its way through.
struct IncomingMessage<'a> {
    raw: &'a Bytes,
    whole: bool,
    letter: &'a Letter,
    /// An operator looked at it: who wrote it is no question any more.
    released: bool,
}

impl Inbox {
    /// An inbox of these rooms.
    #[must_use]
    pub fn new(
        config: Arc<Config>,
        store: Store,
        evidence: Evidence,
        addresses: ReplyAddresses,
        outbox: Outbox,
        clock: Arc<dyn Clock>,
        work: Work,
    ) -> Self {
        let own_sender = config.mail.from.parse::<lettre::message::Mailbox>();
        let own_sender = own_sender.map(|mailbox| mailbox.email.to_string()).unwrap_or_default();
        Self(Arc::new(Rooms { store, evidence, addresses, outbox, clock, work, config, own_sender }))
    }

    /// The database that it writes to.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The largest message that is taken, in bytes.
    #[must_use]
    pub fn max_bytes(&self) -> u64 {
        self.0.config.mail_in.as_ref().map_or(0, |mail_in| mail_in.max_bytes)
    }

    /// Takes a message in. `whole` is false where it was too large and these are only its first bytes.
    ///
    /// # Errors
    /// Nothing came of it; try again later.
    pub async fn take_in(&self, raw: Bytes, whole: bool) -> Result<Outcome, InboxError> {
        let outcome = self.pass(raw, whole, None).await?;
        let (name, why) = match outcome {
            Outcome::Joined(_) => ("joined", ""),
            Outcome::Known => ("known", ""),
            Outcome::Automatic(robot) => ("automatic", robot.name()),
            Outcome::Quarantined(held) => ("quarantined", held.name()),
            Outcome::Returned(returned) => ("returned", returned.name()),
            Outcome::NoMessage => ("no_message", ""),
        };
        tracing::info!(outcome = name, why, "mail taken in");
        metrics::counter!("balcao_mail_taken_total", "outcome" => name).increment(1);
        Ok(outcome)
    }

    /// Joins a message that an operator released, as its reply address says.
    ///
    /// # Errors
    /// Nothing came of it; try again later.
    pub async fn release(&self, raw: Bytes, target: (RequestId, UserId)) -> Result<Outcome, InboxError> {
        self.pass(raw, true, Some(target)).await
    }

    async fn pass(
        &self,
        raw: Bytes,
        whole: bool,
        released: Option<(RequestId, UserId)>,
    ) -> Result<Outcome, InboxError> {
        let letter = match self.read(raw.clone()).await {
            Ok(Some(letter)) => letter,
            Ok(None) => return Ok(Outcome::NoMessage),
            // The parser gave up on it: whoever runs this has to see it, and it must not come again and again.
            Err(WorkError::Broken(_)) => return self.hold_unreadable(&raw).await,
            // The mail server keeps it until there is time.
            Err(WorkError::Busy) => return Err(InboxError::Busy),
        };
        let incoming = IncomingMessage { raw: &raw, whole, letter: &letter, released: released.is_some() };
        if let Some(target) = released {
            return self.pass_to(&incoming, target).await;
        }
        if let Some(robot) = self.robot(&letter).await? {
            return self.note_robot(&letter, robot).await;
        }
        if letter.targets.is_empty() {
            let held =
                if letter.is_forged { QuarantineReason::ForgedAddress } else { QuarantineReason::NoReplyAddress };
            return self.hold(&incoming, held, None, None).await;
        }
        let mut outcomes = Vec::with_capacity(letter.targets.len());
        for target in &letter.targets {
            outcomes.push(self.pass_to(&incoming, *target).await?);
        }
        let joined = outcomes.iter().find(|outcome| matches!(outcome, Outcome::Joined(_)));
        Ok(joined.or(outcomes.first()).copied().unwrap_or(Outcome::Known))
    }

    /// Reading may take a while, and whatever a stranger sent must not bring others down.
    async fn read(&self, raw: Bytes) -> Result<Option<Letter>, WorkError> {
        let rooms = self.0.clone();
        let read = move || {
            let trusted_server = rooms.config.mail_in.as_ref().and_then(|mail_in| mail_in.trusted_server.as_deref());
            let reading = Reading { addresses: &rooms.addresses, own_sender: &rooms.own_sender, trusted_server };
            Letter::read(&raw, &reading)
        };
        self.0.work.run_long(Who::Mail, read).await
    }

    async fn robot(&self, letter: &Letter) -> Result<Option<Robot>, StoreError> {
        let own = letter.message_id.as_deref().and_then(|id| id.split('@').next());
        if let (None, Some(id)) = (letter.robot, own) {
            let mut read = self.0.store.read().await?;
            return Ok(mail_in::is_own(&mut read, id).await?.then_some(Robot::Own));
        }
        Ok(letter.robot)
    }

    async fn note_robot(&self, letter: &Letter, robot: Robot) -> Result<Outcome, InboxError> {
        let mut write = self.0.store.begin().await?;
        let key = key(letter, None);
        let taken = Taken { key: &key, outcome: "automatic", reason: Some(robot.name()), request: None };
        let is_new = mail_in::take(&mut write, &taken, self.0.clock.now()).await?.is_some();
        write.commit().await?;
        Ok(if is_new { Outcome::Automatic(robot) } else { Outcome::Known })
    }

    /// What its reply address leads to. The order matters: nobody learns anything before it is known who they are.
    async fn pass_to(
        &self,
        incoming: &IncomingMessage<'_>,
        target: (RequestId, UserId),
    ) -> Result<Outcome, InboxError> {
        let letter = incoming.letter;
        let mut read = self.0.store.read().await?;
        if !incoming.released && mail_in::is_taken(&mut read, &key(letter, Some(target))).await? {
            return Ok(Outcome::Known);
        }
        let whom = mail_in::correspondent(&mut read, target.0, target.1).await?;
        drop(read);
        let Some(whom) = whom else { return self.hold(incoming, QuarantineReason::Gone, None, None).await };
        let held = if !whom.is_active {
            Some(QuarantineReason::Gone)
        } else if incoming.released {
            None
        } else if letter.sender.as_deref() != Some(&whom.email) {
            Some(QuarantineReason::OtherSender)
        } else if !letter.is_vouched_for {
            Some(QuarantineReason::NotAuthenticated)
        } else if letter.looks_automatic {
            Some(QuarantineReason::LooksAutomatic)
        } else {
            None
        };
        if let Some(held) = held {
            return self.hold(incoming, held, Some(&whom), None).await;
        }
        if whom.status == Status::Closed {
            return self.hold(incoming, QuarantineReason::Closed, Some(&whom), Some(Returned::Closed)).await;
        }
        if !incoming.whole {
            return self.hold(incoming, QuarantineReason::TooLarge, Some(&whom), Some(Returned::TooLarge)).await;
        }
        if text::is_blank(&letter.text) && letter.files.is_empty() {
            return self.give_back(incoming, &whom).await;
        }
        self.join(incoming, &whom).await
    }

    async fn join(&self, incoming: &IncomingMessage<'_>, whom: &Correspondent) -> Result<Outcome, InboxError> {
        let comment = self.comment(incoming.letter, whom).await?;
        let now = self.0.clock.now();
        let command = Command {
            viewer: Viewer { user: whom.user, account: whom.account, sees_account: whom.shares_requests },
            now,
            channel: "email",
            most_files: self.0.evidence.limits().max_files,
            calendars: &self.0.config.calendars,
        };
        let reply = Reply { comment: Some(comment), ..Reply::default() };
        let mut write = self.0.store.begin().await?;
        let key = key_of(incoming, whom);
        let taken = Taken { key: &key, outcome: "joined", reason: None, request: Some(whom.request) };
        if mail_in::take(&mut write, &taken, now).await?.is_none() {
            return known(write).await;
        }
        match balcao_desk::answer(&mut write, command, whom.request, &reply).await {
            Ok(_) => {}
            // It was closed, or left their sight, in between.
            Err(error @ (DeskError::Closed | DeskError::Full | DeskError::NotFound)) => {
                drop(write);
                return match error {
                    DeskError::Closed => {
                        self.hold(incoming, QuarantineReason::Closed, Some(whom), Some(Returned::Closed)).await
                    }
                    DeskError::Full => {
                        self.hold(incoming, QuarantineReason::Full, Some(whom), Some(Returned::Full)).await
                    }
                    _ => self.hold(incoming, QuarantineReason::Gone, Some(whom), None).await,
                };
            }
            Err(DeskError::Store(error)) => return Err(error.into()),
            Err(error) => return Err(InboxError::Desk(error)),
        }
        write.commit().await?;
        Ok(Outcome::Joined(whom.request))
    }

    /// Keeps a message for an operator, and tells its sender where they are known and concerned.
    async fn hold(
        &self,
        incoming: &IncomingMessage<'_>,
        held: QuarantineReason,
        whom: Option<&Correspondent>,
        told: Option<Returned>,
    ) -> Result<Outcome, InboxError> {
        // Released again, it is there already.
        if incoming.released {
            return Ok(Outcome::Quarantined(held));
        }
        let letter = incoming.letter;
        let target = whom.map(|whom| (whom.request, whom.user));
        let key = key(letter, target);
        let mut write = self.0.store.begin().await?;
        let taken =
            Taken { key: &key, outcome: "quarantined", reason: Some(held.name()), request: target.map(|(id, _)| id) };
        let Some(taken) = mail_in::take(&mut write, &taken, self.0.clock.now()).await? else {
            return known(write).await;
        };
        let most = match held {
            _ if target.is_none() => KEPT_OF_STRANGERS,
            QuarantineReason::TooLarge => KEPT_OF_TOO_LARGE,
            _ => usize::MAX,
        };
        let kept = incoming.raw.len().min(most);
        if !self.has_room_for(&mut write, kept, target.is_some()).await? {
            tracing::error!("the quarantine is full: a mail stays with the mail server until there is room");
            return Err(InboxError::Full);
        }
        let message = Quarantined {
            taken,
            reason: held.name(),
            target,
            sender: letter.sender.as_deref().unwrap_or_default(),
            subject: &letter.subject,
            size: incoming.raw.len() as u64,
            whole: incoming.whole && kept == incoming.raw.len(),
            raw: &incoming.raw[..kept],
        };
        mail_in::quarantine(&mut write, &message, self.0.clock.now()).await?;
        if let (Some(told), Some(whom)) = (told, whom) {
            self.tell(&mut write, incoming, whom, told).await?;
        }
        write.commit().await?;
        self.0.outbox.wake();
        tracing::warn!(why = held.name(), "mail waits in quarantine for an operator");
        Ok(Outcome::Quarantined(held))
    }

    async fn hold_unreadable(&self, raw: &Bytes) -> Result<Outcome, InboxError> {
        let letter = Letter::unreadable(raw);
        let incoming = IncomingMessage { raw, whole: true, letter: &letter, released: false };
        self.hold(&incoming, QuarantineReason::Unreadable, None, None).await
    }

    /// There is nothing in it to keep: its sender is told.
    async fn give_back(&self, incoming: &IncomingMessage<'_>, whom: &Correspondent) -> Result<Outcome, InboxError> {
        let mut write = self.0.store.begin().await?;
        let key = key_of(incoming, whom);
        let why = Returned::Empty;
        let taken = Taken { key: &key, outcome: "returned", reason: Some(why.name()), request: Some(whom.request) };
        if mail_in::take(&mut write, &taken, self.0.clock.now()).await?.is_none() {
            return known(write).await;
        }
        self.tell(&mut write, incoming, whom, why).await?;
        write.commit().await?;
        self.0.outbox.wake();
        Ok(Outcome::Returned(why))
    }

    async fn tell(
        &self,
        write: &mut Connection,
        incoming: &IncomingMessage<'_>,
        whom: &Correspondent,
        why: Returned,
    ) -> Result<(), InboxError> {
        let now = self.0.clock.now();
        if outbox::count_since(write, &whom.email, why.name(), now - TimeDelta::hours(1)).await? >= MOST_ANSWERS {
            tracing::warn!(request = %whom.request, "no answer: the address got too many within the hour");
            return Ok(());
        }
        // That a request is closed or full is said once to each; whoever goes on writing was told.
        let dedupe_key = match why {
            Returned::Closed | Returned::Full => format!("{}:{}:{}", why.name(), whom.request, whom.user),
            Returned::Empty | Returned::TooLarge => {
                let key = key_of(incoming, whom);
                let short: String = key.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
                format!("{}:{short}", why.name())
            }
        };
        let link = self.0.config.request_link(&whom.account_name, whom.request);
        let letter = incoming.letter;
        let reply_to = self.0.addresses.of(whom.request, whom.user);
        let (id, reply_to) = (letter.message_id.as_deref(), reply_to.as_deref());
        let answer = answers::answer(why, whom, &link, self.max_bytes(), id, reply_to, dedupe_key)?;
        outbox::enqueue(write, &answer, now).await?;
        Ok(())
    }
}

/// It was taken before, perhaps a moment ago and within the same commit: it counts as known once that is on the disk.
async fn known(write: Write) -> Result<Outcome, InboxError> {
    write.commit().await?;
    Ok(Outcome::Known)
}

/// Under what a message counts as taken. A released one was taken before, and is released once.
fn key_of(incoming: &IncomingMessage<'_>, whom: &Correspondent) -> Hash {
    let key = key(incoming.letter, Some((whom.request, whom.user)));
    if incoming.released { released(&key) } else { key }
}
