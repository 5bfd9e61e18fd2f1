//! What every handler shares.

use super::Limiter;
use crate::connections::AtOnce;
use crate::demo;
use crate::folder_mark::{self, MarkError};
use crate::identity::code::CodeKey;
use crate::identity::site::Site;
use crate::identity::{AdminDoors, Identity, LastUse};
use crate::jobs::Readers;
use crate::live::{Live, Places};
use balcao_channels::Board;
use balcao_config::Config;
use balcao_contract::id::UserId;
use balcao_copilot::{Articles, Copilot, Current};
use balcao_desk::forms::Forms;
use balcao_evidence::Evidence;
use balcao_keys::{KeyError, KeyName};
use balcao_mail::inbox::Inbox;
use balcao_mail::{Outbox, ReplyAddresses};
use balcao_runtime::clock::Clock;
use balcao_runtime::work::Work;
use balcao_store::events::{self, Tail};
use balcao_store::{Store, StoreError, StoreOptions, groups};
use chrono::{DateTime, Utc};
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Streams of live updates, where nobody decided how many; a server derives them from the limit of open files.
const STREAMS: u32 = 2_048;

/// The articles that Copilot knows where an operator has none.
static ARTICLES: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/articles");

/// The application: cheap to clone, the state of every handler. Its parts are read through it: `app.store`.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The rooms, put together.
pub struct Parts {
    /// What the operator decided.
    pub config: Arc<Config>,
    /// The database.
    pub store: Store,
    /// Does long work, within its budget.
    pub work: Work,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The forms, in every language.
    pub forms: Forms,
    /// The articles and their index.
    pub copilot: Current,
    /// What their folder looked like before they were read; `None` where it is none of the operator's.
    pub articles_state: Option<u64>,
    /// Sign-ins and sessions.
    pub identity: Identity,
    /// What is going on around support.
    pub board: Board,
    /// The files.
    pub evidence: Evidence,
    /// Calls the worker that sends mail.
    pub outbox: Outbox,
    /// Waits for what happens to requests.
    pub tail: Tail,
    /// Where the tail is told; see `server::start_workers`.
    pub tell: watch::Sender<i64>,
    /// Where replies to mails go.
    pub reply_addresses: ReplyAddresses,
    /// Who listens to it.
    pub live: Live,
    /// How people of the admin prove who they are.
    pub doors: AdminDoors,
    /// Who saw which ticket.
    pub readers: Readers,
    /// How often they may ask.
    pub limiter: Limiter,
    /// How much is answered to one person at the same time.
    pub at_once: AtOnce<UserId>,
    /// Work beside the requests; finished before the end.
    pub workers: TaskTracker,
    /// Cancelled when the application is to end.
    pub stop: CancellationToken,
}

/// Why an application cannot be opened; it names the setting where one is the reason.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A room cannot be opened.
    #[error("{what}: {source}")]
    Room {
        /// Which, by its setting where it has one.
        what: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The database does not go with the folder.
    #[error(transparent)]
    Mark(#[from] MarkError),
    /// The keys do not go with the database.
    #[error(transparent)]
    Keys(#[from] KeyError),
}

/// Says what was being opened when it failed.
fn opening<E: Into<Box<dyn std::error::Error + Send + Sync>>>(what: impl Into<String>) -> impl FnOnce(E) -> StartError {
    let what = what.into();
    move |error| StartError::Room { what, source: error.into() }
}

impl Parts {
    /// Opens every room: folders, database, forms, articles, files. Nothing works beside the requests yet; see
    /// `server::start_workers`.
    ///
    /// # Errors
    /// A room cannot be opened.
    pub async fn open(mut config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        config.make_data_dir().map_err(opening(folder("data_dir", &config.data_dir)))?;
        config.keep_host_key().map_err(opening("host_token.key"))?;
        let doors = AdminDoors::new(&config).map_err(opening("doors"))?;
        let options = StoreOptions { busy_timeout: config.database_busy, ..StoreOptions::default() };
        let store = Store::open(&config.database_path(), options).await;
        let store = store.map_err(opening::<StoreError>("database in data_dir"))?;
        folder_mark::open(&config.data_dir, &store).await?;
        let limits = &config.evidence.limits;
        let forms = match &config.forms_dir {
            Some(folder) => Forms::from_folder(folder, limits),
            None => Forms::embedded(limits),
        };
        let forms = forms.map_err(opening("forms_dir"))?;
        let groups = group_names(&store).await.map_err(opening("database in data_dir"))?;
        if let Some(fault) = config.routing.faults(&forms, &groups).into_iter().next() {
            return Err(opening::<String>("tickets.groups")(fault));
        }
        let work = Work::default();
        let evidence = Evidence::open(&config.evidence, work.clone());
        let evidence = evidence.map_err(opening(folder("evidence.dir", &config.evidence.dir)))?;
        evidence.release_interrupted(&store).await.map_err(opening("database in data_dir"))?;
        let code_key = CodeKey::with(balcao_keys::open(&config.data_dir, &store, KeyName::Code, clock.now()).await?);
        let sign_in = balcao_keys::open(&config.data_dir, &store, KeyName::SignIn, clock.now()).await?;
        let site = Site::open(&config, sign_in, work.clone()).map_err(opening("support_site"))?;
        let reply_addresses = reply_addresses(&config, &store, clock.now()).await?;
        let articles = config.copilot.articles_dir.clone();
        // Building the index takes a while and would hold up everything else.
        let articles = move || {
            let state = articles.as_deref().and_then(balcao_copilot::state_of);
            let source = articles.as_deref().map_or(Articles::Embedded(&ARTICLES), Articles::Folder);
            Copilot::open(source).map(|copilot| (copilot, state))
        };
        let copilot = tokio::task::spawn_blocking(articles).await;
        let copilot = copilot.map_err(opening("articles"))?;
        let (copilot, articles_state) = copilot.map_err(opening("copilot.articles_dir"))?;
        if config.demo_data {
            demo::seed(&store, &forms, clock.now()).await.map_err(opening::<StoreError>("demo data"))?;
        }
        let config = Arc::new(config);
        let outbox = Outbox::default();
        let identity = Identity {
            store: store.clone(),
            clock: clock.clone(),
            config: config.clone(),
            code_key: Arc::new(code_key),
            site: Arc::new(site),
            seen: LastUse::default(),
            outbox: outbox.clone(),
        };
        let streams = config.limits.streams.unwrap_or(STREAMS);
        let places = Places { all: streams as usize, of_one: config.limits.person_streams as usize };
        let (tell, tail) = Tail::new();
        let newest = newest_event(&store).await.map_err(opening("database in data_dir"))?;
        Ok(Self {
            live: Live::new(newest, places),
            at_once: AtOnce::new(config.limits.person_requests as usize),
            tail,
            tell,
            readers: Readers::default(),
            limiter: Limiter::new(config.limits),
            doors,
            outbox,
            identity,
            workers: TaskTracker::new(),
            stop: CancellationToken::new(),
            config,
            store,
            work,
            clock,
            forms,
            copilot: Current::new(copilot),
            articles_state,
            reply_addresses,
            board: Board::default(),
            evidence,
        })
    }
}

impl App {
    /// An application with every room open; see [`Parts::open`].
    ///
    /// # Errors
    /// A room cannot be opened.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Ok(Self::new(Parts::open(config, clock).await?))
    }

    /// An application of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl App {
    /// Where mail comes in.
    #[must_use]
    pub fn inbox(&self) -> Inbox {
        let Parts { config, store, evidence, reply_addresses, outbox, clock, work, .. } = &**self;
        let addresses = reply_addresses.clone();
        Inbox::new(
            config.clone(),
            store.clone(),
            evidence.clone(),
            addresses,
            outbox.clone(),
            clock.clone(),
            work.clone(),
        )
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

async fn newest_event(store: &Store) -> Result<i64, StoreError> {
    events::newest(&mut *store.read().await?).await
}

async fn group_names(store: &Store) -> Result<Vec<String>, StoreError> {
    let all = groups::list(&mut *store.read().await?, None).await?;
    Ok(all.into_iter().map(|group| group.name).collect())
}

/// Where replies to mails go, with the keys of the data folder; nowhere where they are not taken.
///
/// # Errors
/// The keys are not those that the database was used with, or cannot be read.
pub async fn reply_addresses(config: &Config, store: &Store, now: DateTime<Utc>) -> Result<ReplyAddresses, KeyError> {
    let Some(mail_in) = &config.mail_in else { return Ok(ReplyAddresses::none()) };
    Ok(ReplyAddresses::new(balcao_keys::open(&config.data_dir, store, KeyName::Reply, now).await?, &mail_in.address))
}

/// A folder's key and where it is.
fn folder(key: &str, path: &Path) -> String {
    format!("{key}: the folder {} cannot be used", path.display())
}
