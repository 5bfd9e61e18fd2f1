//! Writes to requesters and to whoever is in copy about what was done, and once to those who owe an answer. It reads the events in their order:
//! a mail and how far it has read are one transaction, so none is left out and none is written twice.

use super::LETTERS;
use balcao_config::Config;
use balcao_contract::id::CommentId;
use balcao_contract::status::Status;
use balcao_contract::support::Region;
use balcao_desk::Event;
use balcao_mail::answers::{Answer, Occasion, Words, answer};
use balcao_mail::messages::Reader;
use balcao_mail::{NewMessage, Outbox, ReplyAddresses, TemplateError};
use balcao_runtime::clock::Clock;
use balcao_runtime::work::{WorkError, beside};
use balcao_store::events::{self, EventRow, Tail};
use balcao_store::letters::{self, Addressee};
use balcao_store::{Connection, Store, StoreError, outbox};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a requester may owe an answer before they are reminded, in working hours: two days at most desks.
const REMINDED_AFTER: TimeDelta = TimeDelta::hours(18);
/// So many events in one transaction. A command writes a handful, so that it always fits.
const BATCH: u32 = 200;
/// How often it looks for answers that are owed. Events are told of at once.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Why a round ended.
#[derive(Debug, thiserror::Error)]
pub enum LettersError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was said cannot be made ready.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// A message cannot be written; a test makes sure all can.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// The job.
#[derive(Clone)]
pub struct Letters {
    store: Store,
    config: Arc<Config>,
    outbox: Outbox,
    reply_addresses: ReplyAddresses,
}

/// What one command did, as far as somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Deed {
    occasion: Occasion,
    comment: Option<CommentId>,
    at: DateTime<Utc>,
}

impl Letters {
    /// The job for these settings.
    #[must_use]
    pub const fn new(store: Store, config: Arc<Config>, outbox: Outbox, reply_addresses: ReplyAddresses) -> Self {
        Self { store, config, outbox, reply_addresses }
    }

    /// Writes about everything that has happened since the last round, and reminds whoever owes an answer at `now`. How
    /// many messages were written.
    ///
    /// # Errors
    /// The database, or a template of ours. What was written stays written; the next round does the rest.
    pub async fn run_due(&self, now: DateTime<Utc>, stop: &CancellationToken) -> Result<u64, LettersError> {
        let mut written = 0;
        while !stop.is_cancelled() {
            let Some(some) = self.read_some(now).await? else { break };
            written += some;
        }
        for region in Region::ALL {
            let Some(until) = self.config.calendars.of(region).due_since(now, REMINDED_AFTER) else { continue };
            while !stop.is_cancelled() {
                let some = self.remind_some(region, until, now).await?;
                written += some;
                if some < u64::from(BATCH) {
                    break;
                }
            }
        }
        if written > 0 {
            self.outbox.wake();
        }
        Ok(written)
    }

    /// How many messages came of the next events; `None` where there are no more events.
    async fn read_some(&self, now: DateTime<Utc>) -> Result<Option<u64>, LettersError> {
        let mut write = self.store.begin().await?;
        let read_until = events::read_until(&mut write, LETTERS).await?;
        let mut rows = events::after(&mut write, read_until, BATCH).await?;
        if rows.len() == BATCH as usize {
            // The last command's events may go on after these.
            let last = rows.last().map(|row| row.audit);
            rows.retain(|row| Some(row.audit) != last);
        }
        let Some(newest) = rows.last().map(|row| row.id) else { return Ok(None) };
        let mut written = 0;
        for audit in rows.chunk_by(|one, next| one.audit == next.audit) {
            for message in self.about(&mut write, audit).await? {
                written += u64::from(outbox::enqueue(&mut write, &message, now).await?);
            }
        }
        events::note_read(&mut write, LETTERS, newest).await?;
        write.commit().await?;
        Ok(Some(written))
    }

    /// The requester's mail, and one to each who is in copy: never a common one, for an answer's address is of one person,
    /// and nobody's is told to others.
    async fn about(&self, write: &mut Connection, audit: &[EventRow]) -> Result<Vec<NewMessage>, LettersError> {
        let mut messages = Vec::new();
        let (Some(first), Some(deed)) = (audit.first(), deed(audit)) else { return Ok(messages) };
        let mut told = Vec::new();
        if let Some(of_theirs) = to_requester(first, deed) {
            told.extend(letters::addressee(write, first.request).await?.map(|addressee| (addressee, of_theirs)));
        }
        for addressee in letters::in_copy(write, first.request).await? {
            // Whoever wrote it knows.
            if first.actor != Some(addressee.reader) {
                told.push((addressee, deed));
            }
        }
        for (addressee, deed) in told {
            let mut key = format!("{}:{}:{}", deed.occasion.name(), addressee.request, first.audit);
            if addressee.in_copy {
                key.push_str(&format!(":{}", addressee.reader));
            }
            messages.push(self.message(write, &addressee, deed, &key).await?);
        }
        Ok(messages)
    }

    async fn remind_some(&self, region: Region, until: DateTime<Utc>, now: DateTime<Utc>) -> Result<u64, LettersError> {
        let mut write = self.store.begin().await?;
        let rows = letters::pending_until(&mut write, region, until, BATCH).await?;
        for row in &rows {
            letters::mark_pending_reminded(&mut write, row).await?;
            let deed = Deed { occasion: Occasion::AwaitingReplyReminder, comment: row.comment, at: row.pending_at };
            let name = deed.occasion.name();
            let key = format!("{name}:{}:{}", row.addressee.request, row.pending_at.timestamp_millis());
            let message = self.message(&mut write, &row.addressee, deed, &key).await?;
            outbox::enqueue(&mut write, &message, now).await?;
        }
        write.commit().await?;
        Ok(rows.len() as u64)
    }

    async fn message(
        &self,
        write: &mut Connection,
        addressee: &Addressee,
        deed: Deed,
        dedupe_key: &str,
    ) -> Result<NewMessage, LettersError> {
        let said = match deed.comment {
            Some(comment) => letters::quoted_comment(write, comment).await?,
            None => None,
        };
        let calendar = self.config.calendars.of(addressee.region);
        let reply_to = self.reply_addresses.of(addressee.request, addressee.reader);
        let (reopen_until, zone) = (calendar.closes_at(deed.at), calendar.zone);
        let link = self.config.request_link(&addressee.account_name, addressee.request);
        let survey_link = self.config.survey_link(&addressee.account_name, addressee.request);
        let (addressee, dedupe_key) = (addressee.clone(), dedupe_key.to_owned());
        let said_bytes = said.as_ref().map_or(0, |said| said.body.len());
        let message = move || {
            answer(&Answer {
                occasion: deed.occasion,
                in_copy: addressee.in_copy,
                reader: Reader { email: &addressee.email, name: &addressee.name, locale: addressee.locale },
                number: addressee.request,
                title: &addressee.subject,
                said: said.as_ref().map(|said| Words { author: &said.author, body: &said.body, files: &said.files }),
                reopen_until,
                zone,
                link: &link,
                survey_link: &survey_link,
                reply_to: reply_to.as_deref(),
                dedupe_key: &dedupe_key,
            })
        };
        Ok(beside(said_bytes, message).await??)
    }
}

/// What is told of one command's events. Internal notes are for agents.
fn deed(audit: &[EventRow]) -> Option<Deed> {
    let first = audit.first()?;
    let mut comment = None;
    let mut occasion = None;
    for event in audit.iter().filter_map(|row| Event::read(&row.kind, &row.data)) {
        match event {
            Event::Commented { comment: said, public: true, .. } => comment = Some(said),
            Event::StatusChanged { to: Status::Solved, .. } => occasion = Some(Occasion::Solved),
            Event::StatusChanged { to: Status::Pending, .. } => occasion = Some(Occasion::AwaitingReply),
            _ => {}
        }
    }
    let occasion = occasion.or_else(|| comment.map(|_| Occasion::Reply))?;
    Some(Deed { occasion, comment, at: first.created_at.0 })
}

/// Of what they did themselves requesters are told only that the request is solved: until when it can be reopened.
fn to_requester(first: &EventRow, deed: Deed) -> Option<Deed> {
    match deed.occasion {
        _ if first.actor != Some(first.requester) => Some(deed),
        Occasion::Solved => Some(Deed { comment: None, ..deed }),
        _ => None,
    }
}

/// Starts the job; it ends once `stop` is cancelled, between two batches.
pub fn spawn_letters(
    job: Letters,
    clock: Arc<dyn Clock>,
    mut tail: Tail,
    workers: &TaskTracker,
    stop: CancellationToken,
) {
    workers.spawn(async move {
        while !stop.is_cancelled() {
            let newest = tail.newest();
            if let Err(error) = job.run_due(clock.now(), &stop).await {
                tracing::warn!(%error, "mails about requests could not be written, will be tried again");
            }
            tokio::select! {
                () = stop.cancelled() => {}
                _ = tail.after(newest) => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
}
