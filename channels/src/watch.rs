//! Reads the sources again and again.

use crate::board::{Board, Known, Part};
use crate::copy::Copy;
use crate::fetch::{FetchError, Fetched, Validators, fetch};
use crate::read::{self, ReadError};
use crate::source::{HttpCheck, Source, SourceKind};
use balcao_contract::panel::{Health, HealthCheck};
use balcao_contract::time::Timestamp;
use balcao_outbound::Outbound;
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use url::Url;

/// So slow an answer is not what "works" means.
const SLOW: Duration = Duration::from_secs(3);
/// So many modules are asked at once.
const CHECKS_AT_ONCE: usize = 8;
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Why a source could not be read. What it said before stays.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It did not come.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// It is not what was expected.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What time it is.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Watches one source.
pub struct Watch {
    source: Source,
    board: Board,
    outbound: Outbound,
    folder: PathBuf,
    now: Now,
    validators: Validators,
}

impl Watch {
    /// A watch that writes on `board` and keeps its copy in `folder`. What the copy says is on the board at once.
    #[must_use]
    pub fn new(source: Source, board: Board, outbound: Outbound, folder: PathBuf, now: Now) -> Self {
        let mut watch = Self { source, board, outbound, folder, now, validators: Validators::default() };
        if let Some(copy) = Copy::read(&watch.folder, watch.kind()) {
            watch.board.put(watch.kind(), copy.known());
            watch.validators = copy.validators;
        }
        watch
    }

    /// What it watches.
    #[must_use]
    pub const fn kind(&self) -> SourceKind {
        self.source.kind()
    }

    /// Reads the source until `stop` is cancelled: at its own pace, more and more seldom while it fails.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut failures = 0_u32;
        loop {
            let read = tokio::select! {
                () = stop.cancelled() => return,
                read = self.read_once() => read,
            };
            match read {
                Ok(()) => failures = 0,
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::warn!(channel = self.kind().name(), %error, failures, "channel not read, will be tried again");
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause(self.kind().every(), failures)) => {}
            }
        }
    }

    /// Reads the source once.
    ///
    /// # Errors
    /// It could not be read; the board says so.
    pub async fn read_once(&mut self) -> Result<(), SourceError> {
        let kind = self.kind();
        let read = match self.source.clone() {
            Source::Checks(checks) => Ok(Some((self.check_all(checks).await, Validators::default()))),
            Source::Document(SourceKind::Status, url) if is_root(&url) => self.status_page(&url).await.map(Some),
            Source::Document(kind, url) => self.document(kind, &url).await,
        };
        match read {
            Ok(Some((part, validators))) => {
                let known = Known { part, updated_at: (self.now)(), is_stale: false };
                self.validators = validators.clone();
                let copy = Copy::new(&known, validators);
                self.board.put(kind, known);
                self.keep(copy).await;
                Ok(())
            }
            Ok(None) => {
                self.board.confirm(kind, (self.now)());
                Ok(())
            }
            Err(error) => {
                self.board.mark_stale(kind);
                Err(error)
            }
        }
    }

    async fn document(&self, kind: SourceKind, url: &Url) -> Result<Option<(Part, Validators)>, SourceError> {
        match fetch(&self.outbound, url, &self.validators).await? {
            Fetched::Unchanged => Ok(None),
            Fetched::Document(bytes, validators) => Ok(Some((read::document(kind, &bytes)?, validators))),
        }
    }

    /// Both documents of a status page, which belong together: neither is asked for conditionally.
    async fn status_page(&self, root: &Url) -> Result<(Part, Validators), SourceError> {
        let get = async |path: &str| -> Result<Vec<u8>, SourceError> {
            let url = root.join(path).map_err(|_| FetchError::Redirects)?;
            match fetch(&self.outbound, &url, &Validators::default()).await? {
                Fetched::Document(bytes, _) => Ok(bytes),
                Fetched::Unchanged => Err(FetchError::Refused(304).into()),
            }
        };
        let summary = get("/api/v2/summary.json").await?;
        let incidents = get("/api/v2/incidents.json").await?;
        Ok((read::status_page(&summary, &incidents)?, Validators::default()))
    }

    async fn check_all(&self, checks: Vec<HttpCheck>) -> Part {
        let checked = checks.into_iter().map(|one| check(self.outbound.clone(), one, self.now.clone()));
        Part::Health(futures::stream::iter(checked).buffered(CHECKS_AT_ONCE).collect().await)
    }

    /// A copy that cannot be kept is missed after a restart, and not before.
    async fn keep(&self, copy: Copy) {
        let (folder, kind) = (self.folder.clone(), self.kind());
        let kept = tokio::task::spawn_blocking(move || copy.write(&folder, kind)).await;
        if let Ok(Err(error)) = kept {
            tracing::warn!(channel = kind.name(), %error, "the copy of a channel cannot be kept");
        }
    }
}

/// The root of a status page, and not its feed.
fn is_root(url: &Url) -> bool {
    url.path() == "/" && url.query().is_none()
}

fn pause(every: Duration, failures: u32) -> Duration {
    every.saturating_mul(1 << failures.min(10)).min(LONGEST_PAUSE.max(every))
}

async fn check(outbound: Outbound, check: HttpCheck, now: Now) -> HealthCheck {
    let began = Instant::now();
    let answers = match outbound.client_for(check.url.as_str()) {
        Ok((client, url)) => client.get(url).send().await.is_ok_and(|answer| !answer.status().is_server_error()),
        Err(_) => false,
    };
    let health = match answers {
        true if began.elapsed() < SLOW => Health::Working,
        true => Health::Degraded,
        false => Health::Unavailable,
    };
    HealthCheck { module: check.module, health, checked_at: Some(Timestamp(now())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_fails_is_asked_more_and_more_seldom() {
        let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
        let pauses: Vec<Duration> = [0, 1, 2, 5, 6, 50].map(|failures| pause(minutes(1), failures)).to_vec();
        assert_eq!(pauses, [minutes(1), minutes(2), minutes(4), minutes(32), minutes(60), minutes(60)]);
    }
}
