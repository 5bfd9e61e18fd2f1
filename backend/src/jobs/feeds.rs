//! Keeps the holidays of iCalendar feeds up to date. The last good copy lies in the data folder: a feed that is down
//! changes nothing, nor does a restart meanwhile.

use balcao_config::Feed;
use balcao_desk::calendar::{Calendar, Calendars, IcsError, read_ics};
use balcao_runtime::durable;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The longest feed, in bytes: some thousand events.
const LONGEST: usize = 2 * 1024 * 1024;
/// How long a feed may take to answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Holidays are known long before.
const READ_EVERY: Duration = Duration::from_secs(6 * 60 * 60);
/// After one that failed.
const TRIED_AGAIN_AFTER: Duration = Duration::from_secs(10 * 60);

/// Why a feed was not taken. What was known before stays.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// It did not answer, or not in time.
    #[error("it does not answer: {0}")]
    Unavailable(String),
    /// It answered something else.
    #[error(transparent)]
    Unreadable(#[from] IcsError),
    /// It is too long.
    #[error("it is longer than {LONGEST} bytes")]
    TooLong,
    /// The copy cannot be kept.
    #[error("its copy cannot be kept: {0}")]
    NotKept(#[from] io::Error),
}

/// The job.
pub struct Feeds {
    calendars: Calendars,
    feeds: Vec<(Feed, Calendar)>,
    folder: PathBuf,
    http: reqwest::Client,
}

impl Feeds {
    /// The job for these feeds; their copies lie in `folder`.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub fn new(calendars: &Calendars, feeds: &[Feed], folder: PathBuf) -> Result<Self, reqwest::Error> {
        // What the configuration says of a region, before its feed.
        let feeds = feeds.iter().map(|feed| (feed.clone(), Calendar::clone(&calendars.of(feed.region)))).collect();
        let http = reqwest::Client::builder()
            .user_agent(concat!("balcao/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            .build()?;
        Ok(Self { calendars: calendars.clone(), feeds, folder, http })
    }

    /// Takes the copies of the last time, so that a start without a network knows the holidays, too.
    pub fn take_copies(&self) {
        for (feed, base) in &self.feeds {
            let file = self.folder.join(file_name(feed));
            let Ok(text) = std::fs::read_to_string(&file) else { continue };
            if let Err(error) = self.take(feed, base, &text) {
                tracing::warn!(region = feed.region.name(), %error, "the copy of a holiday feed cannot be read");
            }
        }
    }

    /// Asks every feed. Whether all were taken.
    pub async fn read_all(&self) -> bool {
        let mut all = true;
        for (feed, base) in &self.feeds {
            if let Err(error) = self.read_one(feed, base).await {
                tracing::warn!(region = feed.region.name(), %error, "holiday feed not taken, will be tried again");
                all = false;
            }
        }
        all
    }

    async fn read_one(&self, feed: &Feed, base: &Calendar) -> Result<(), FeedError> {
        let text = self.fetch(feed).await?;
        let passed_over = self.take(feed, base, &text)?;
        keep(&self.folder, &file_name(feed), &text).await?;
        tracing::info!(region = feed.region.name(), passed_over, "holiday feed taken");
        Ok(())
    }

    async fn fetch(&self, feed: &Feed) -> Result<String, FeedError> {
        // Without the address: it may hold a secret.
        let unavailable = |error: reqwest::Error| FeedError::Unavailable(error.without_url().to_string());
        let answer = self.http.get(feed.url.clone()).send().await.map_err(unavailable)?;
        let mut answer = answer.error_for_status().map_err(unavailable)?;
        let mut bytes = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(unavailable)? {
            if bytes.len() + part.len() > LONGEST {
                return Err(FeedError::TooLong);
            }
            bytes.extend_from_slice(&part);
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// How many of its events say nothing about days off.
    fn take(&self, feed: &Feed, base: &Calendar, text: &str) -> Result<usize, IcsError> {
        let (holidays, passed_over) = read_ics(text)?;
        let mut calendar = base.clone();
        calendar.holidays.merge(&holidays);
        self.calendars.set(feed.region, calendar);
        Ok(passed_over.len())
    }
}

fn file_name(feed: &Feed) -> String {
    format!("{}.ics", feed.region.name())
}

async fn keep(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let (folder, name, bytes) = (folder.to_owned(), name.to_owned(), text.as_bytes().to_vec());
    let kept = tokio::task::spawn_blocking(move || durable::write(&folder, &name, &bytes)).await;
    kept.map_err(io::Error::other)?
}

/// Starts the job, where there are feeds; it ends once `stop` is cancelled.
pub fn spawn_feeds(job: Feeds, workers: &TaskTracker, stop: CancellationToken) {
    if job.feeds.is_empty() {
        return;
    }
    workers.spawn(async move {
        while !stop.is_cancelled() {
            let pause = tokio::select! {
                () = stop.cancelled() => break,
                all = job.read_all() => if all { READ_EVERY } else { TRIED_AGAIN_AFTER },
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    });
}
