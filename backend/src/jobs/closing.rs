//! Closes solved requests once their reopen window is over, and tells the requester a working day before.

use balcao_config::Config;
use balcao_contract::status::Status;
use balcao_contract::support::Region;
use balcao_contract::working_hours::REOPEN_WINDOW;
use balcao_desk::calendar::Calendars;
use balcao_desk::{Event, record};
use balcao_mail::messages::{self, Ending, Reader};
use balcao_mail::{NewMessage, Outbox, ReplyAddresses, TemplateError};
use balcao_runtime::clock::Clock;
use balcao_store::closing::{self, SolvedRow};
use balcao_store::{Connection, Store, StoreError, outbox};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long before closing the requester is told, in working hours: a day at most desks.
const REMINDED_BEFORE: TimeDelta = TimeDelta::hours(9);
/// So many in one transaction: a write of a user never waits for longer than these take.
const BATCH: u32 = 200;
/// How often it looks.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Why a round ended.
#[derive(Debug, thiserror::Error)]
pub enum ClosingError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A message cannot be written; a test makes sure all can.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closed {
    /// Requests closed.
    pub closed: u64,
    /// Requesters told that one closes soon.
    pub reminded: u64,
}

/// The job.
#[derive(Clone)]
pub struct Closing {
    store: Store,
    config: Arc<Config>,
    outbox: Outbox,
    reply_addresses: ReplyAddresses,
}

impl Closing {
    /// The job for these settings.
    #[must_use]
    pub const fn new(store: Store, config: Arc<Config>, outbox: Outbox, reply_addresses: ReplyAddresses) -> Self {
        Self { store, config, outbox, reply_addresses }
    }

    /// Closes and reminds everything that is due at `now`. First it closes: whoever is late anyway is not told that
    /// there is time left.
    ///
    /// # Errors
    /// The database, or a template of ours. What was done stays done; the next round does the rest.
    pub async fn run_due(&self, now: DateTime<Utc>, stop: &CancellationToken) -> Result<Closed, ClosingError> {
        let mut done = Closed::default();
        for region in Region::ALL {
            let calendar = self.calendars().of(region);
            if let Some(until) = calendar.due_since(now, REOPEN_WINDOW) {
                while !stop.is_cancelled() {
                    let closed = self.close_some(region, until, now).await?;
                    done.closed += closed.1;
                    if closed.0 < BATCH as usize {
                        break;
                    }
                }
            }
            if let Some(until) = calendar.due_since(now, REOPEN_WINDOW - REMINDED_BEFORE) {
                while !stop.is_cancelled() {
                    let reminded = self.remind_some(region, until, now).await?;
                    done.reminded += reminded as u64;
                    if reminded < BATCH as usize {
                        break;
                    }
                }
            }
        }
        if done != Closed::default() {
            self.outbox.wake();
        }
        Ok(done)
    }

    fn calendars(&self) -> &Calendars {
        &self.config.calendars
    }

    /// How many were looked at, and how many of them were closed.
    async fn close_some(
        &self,
        region: Region,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(usize, u64), ClosingError> {
        let mut write = self.store.begin().await?;
        let rows = closing::solved_until(&mut write, region, until, BATCH).await?;
        let mut closed = 0;
        for row in &rows {
            // Its time was up when it was up, even if nobody was there to close it.
            let at = self.calendars().of(region).closes_at(row.solved_at).unwrap_or(now).min(now);
            if !closing::close(&mut write, row, at).await? {
                continue;
            }
            let event = Event::StatusChanged { from: Status::Solved, to: Status::Closed };
            record(&mut write, row.id, None, &[event], at).await?;
            self.tell(&mut write, row, region, messages::closed, now).await?;
            closed += 1;
        }
        write.commit().await?;
        Ok((rows.len(), closed))
    }

    async fn remind_some(
        &self,
        region: Region,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<usize, ClosingError> {
        let mut write = self.store.begin().await?;
        let rows = closing::not_reminded_until(&mut write, region, until, BATCH).await?;
        for row in &rows {
            closing::mark_reminded(&mut write, row).await?;
            self.tell(&mut write, row, region, messages::closing_soon, now).await?;
        }
        write.commit().await?;
        Ok(rows.len())
    }

    async fn tell(
        &self,
        write: &mut Connection,
        row: &SolvedRow,
        region: Region,
        message: fn(&Ending<'_>) -> Result<NewMessage, TemplateError>,
        now: DateTime<Utc>,
    ) -> Result<(), ClosingError> {
        let calendar = self.calendars().of(region);
        let link = self.config.request_link(&row.account_name, row.id);
        let survey_link = (!row.rated).then(|| self.config.survey_link(&row.account_name, row.id));
        let letter = message(&Ending {
            reader: Reader { email: &row.email, name: &row.name, locale: row.locale },
            number: row.id,
            title: &row.subject,
            solved_at: row.solved_at,
            closes_at: calendar.closes_at(row.solved_at),
            zone: calendar.zone,
            link: &link,
            survey_link: survey_link.as_deref(),
            reply_to: self.reply_addresses.of(row.id, row.requester).as_deref(),
        })?;
        outbox::enqueue(write, &letter, now).await?;
        Ok(())
    }
}

/// Starts the job; it ends once `stop` is cancelled, between two batches.
pub fn spawn_closing(job: Closing, clock: Arc<dyn Clock>, workers: &TaskTracker, stop: CancellationToken) {
    workers.spawn(async move {
        while !stop.is_cancelled() {
            match job.run_due(clock.now(), &stop).await {
                Ok(done) if done != Closed::default() => {
                    tracing::info!(closed = done.closed, reminded = done.reminded, "solved requests looked at");
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "solved requests could not be closed, will be tried again"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
}
