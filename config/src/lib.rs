//! What the operator decides: every setting, its default and its check. Read once, at start.
//! It leaves to each room what a setting means.

mod calendars;
mod channels;
mod host_key;
mod host_token;
mod keys;
mod load;
mod mail_in;
mod mail_out;
#[cfg(test)]
mod papers_tests;
mod reach;
mod reader;
mod retention;
mod support_site;
mod vtex_id;

pub use calendars::Feed;
pub use channels::ChannelsConfig;
pub use host_token::{HostToken, HostTokenAlgorithm, HostTokenKey};
pub use keys::{help, variable};
pub use load::{Loaded, Sources, load, load_without_secrets};
pub use mail_in::{Imap, ImapTls, MailIn, QuarantineLimits};
pub use reach::names_this_machine;
pub use reader::{ConfigError, SettingError};
pub use retention::Retention;
pub use support_site::{Google, Sms, SupportSite};
pub use vtex_id::VtexId;

use balcao_contract::file::FileLimits;
use balcao_contract::id::RequestId;
use balcao_contract::support::{FirstResponses, Region};
use balcao_contract::text::path_segment;
use balcao_desk::calendar::Calendars;
use balcao_desk::routing::Routing;
pub use balcao_outbound::Network;
use chrono::TimeDelta;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// Whether strangers can reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// On one's own machine: sample pages, a key made at the first start, demo data.
    Development,
    /// For users: nothing of that, and every unsafe setting is refused.
    Production,
}

/// All settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// Development or production.
    pub mode: Mode,
    /// Whether development may be reached from other machines, where anybody can sign in as anybody.
    pub development_public: bool,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where its figures are read.
    pub metrics: MetricsDoor,
    /// The address users reach it under, without a slash at the end; every link begins with it.
    pub public_url: Url,
    /// Where the database, and by default everything else, is kept.
    pub data_dir: PathBuf,
    /// How long a write waits for its turn.
    pub database_busy: Duration,
    /// The built panel.
    pub panel_dir: PathBuf,
    /// Origins that may embed the panel and talk to it.
    pub host_origins: Vec<String>,
    /// Whether the host's tokens open the panel.
    pub host_token_door: bool,
    /// How the host's tokens are checked.
    pub host_token: HostToken,
    /// Where VTEX ID is asked; `None` where it is not.
    pub vtex_id: Option<VtexId>,
    /// The doors outside the admin.
    pub support_site: SupportSite,
    /// How long a session lives.
    pub session: SessionLimits,
    /// How mail leaves.
    pub mail: MailConfig,
    /// How replies by mail come in; `None` where nobody reads them.
    pub mail_in: Option<MailIn>,
    /// Where files are kept, and how large they may be.
    pub evidence: EvidenceConfig,
    /// How long things are kept.
    pub retention: Retention,
    /// Copilot's articles, and what finds them.
    pub copilot: CopilotConfig,
    /// Form definitions instead of those compiled in.
    pub forms_dir: Option<PathBuf>,
    /// How often somebody may ask.
    pub limits: Limits,
    /// Promised first responses, where they differ from the region's default.
    pub first_responses: HashMap<Region, FirstResponses>,
    /// When the support regions work.
    pub calendars: Calendars,
    /// Where more holidays come from.
    pub feeds: Vec<Feed>,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Private networks that webhooks may reach, also over plain http.
    pub webhook_networks: Vec<Network>,
    /// The channels around support.
    pub channels: ChannelsConfig,
    /// Which group a new ticket gets.
    pub routing: Routing,
    /// For how many days it is kept who saw a ticket.
    pub readers_kept_days: u32,
    /// By how much the clock is moved; not at all in production.
    pub clock_offset: TimeDelta,
    /// Whether an empty database is filled with a sample store at the first start.
    pub demo_data: bool,
    /// Logs.
    pub log: LogConfig,
}

/// How long a session lives.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Without a request.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
}

/// How mail leaves.
#[derive(Clone)]
pub struct MailConfig {
    /// The sender's address, `Name <address>` or only the address.
    pub from: String,
    /// The mail server, `smtp://user:password@host:587`; without one, messages are files in `mailbox_dir`.
    pub smtp_url: Option<String>,
    /// Authorities to believe besides the public ones, in PEM: for a server whose certificate the operator made.
    pub smtp_ca_file: Option<PathBuf>,
    /// Where messages are written when there is no mail server.
    pub mailbox_dir: PathBuf,
    /// Where a request is shown, with `{id}` and perhaps `{account}`; `None` for the usual place in the host.
    pub request_url: Option<String>,
    /// Where a solved request is rated, in the same form; the host's usual place if not given.
    pub survey_url: Option<String>,
}

/// The mail server's address may hold a password.
impl std::fmt::Debug for MailConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MailConfig")
            .field("from", &self.from)
            .field("smtp_url", &self.smtp_url.as_ref().map(|_| "***"))
            .field("smtp_ca_file", &self.smtp_ca_file)
            .field("mailbox_dir", &self.mailbox_dir)
            .field("request_url", &self.request_url)
            .field("survey_url", &self.survey_url)
            .finish()
    }
}

/// Where files are kept, and how large they may be.
#[derive(Debug, Clone)]
pub struct EvidenceConfig {
    /// The folder.
    pub dir: PathBuf,
    /// What one comment or form may carry.
    pub limits: FileLimits,
    /// How long an upload waits for its comment.
    pub upload_life: Duration,
    /// How much one user may have waiting, in bytes.
    pub quota_bytes: u64,
    /// How much one user may keep, waiting and attached, in bytes; 0 for no limit.
    pub user_bytes: u64,
    /// How much the users of one account may keep together, in bytes; 0 for no limit.
    pub account_bytes: u64,
    /// The share of the disk that files leave free, in percent; 0 for none.
    pub min_free_percent: u8,
}

/// Copilot's articles.
#[derive(Debug, Clone)]
pub struct CopilotConfig {
    /// A folder of Markdown articles instead of the starter set that the binary carries.
    pub articles_dir: Option<PathBuf>,
    /// A folder with the model that finds what means the same. Without one, or with one that cannot be used, words find it.
    pub model_dir: Option<PathBuf>,
}

/// How often somebody may ask, over how many connections, and how slowly they may read. Zero switches a limit off.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Requests of one session in a minute.
    pub requests_per_minute: u32,
    /// Requests from one network address in a minute; many users may share one.
    pub address_requests_per_minute: u32,
    /// Sign-ins from one network address in a minute.
    pub sign_ins_per_minute: u32,
    /// Connections at the same time; `None` for as many as the limit of open files allows.
    pub connections: Option<u32>,
    /// Of these, from one network address; `None` for a quarter.
    pub address_connections: Option<u32>,
    /// Streams of live updates at the same time; `None` for half of the connections.
    pub streams: Option<u32>,
    /// Of these, one person's.
    pub person_streams: u32,
    /// Requests of one person at the same time, streams among them.
    pub person_requests: u32,
    /// How long an answer waits for a reader who takes nothing.
    pub answer_silence: Duration,
    /// How slowly an answer may be read, on average over a minute.
    pub answer_bytes_per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_minute: 700,
            address_requests_per_minute: 7000,
            sign_ins_per_minute: 120,
            connections: None,
            address_connections: None,
            streams: None,
            person_streams: 20,
            person_requests: 50,
            answer_silence: Duration::from_secs(30),
            answer_bytes_per_second: 1024,
        }
    }
}

/// Logs.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// How a line looks.
    pub format: LogFormat,
    /// What is logged, in the syntax of `tracing`'s `EnvFilter`: `info`, `balcao_backend=debug`…
    pub level: String,
}

/// Where Prometheus finds `/metrics`. Figures tell how much a store asks, so strangers do not get them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsDoor {
    /// Beside everything else: on one's own machine.
    Main,
    /// On an address of its own.
    At(SocketAddr),
    /// Nowhere.
    Nowhere,
}

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For eyes.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl Config {
    /// Makes `data_dir`. It holds everything that people wrote: only the operator's user may look into it.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn make_data_dir(&self) -> std::io::Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data_dir)
    }

    /// The database file.
    #[must_use]
    pub fn database_path(&self) -> PathBuf {
        self.data_dir.join("balcao.sqlite3")
    }

    /// Promised first responses of a region.
    #[must_use]
    pub fn first_responses(&self, region: Region) -> FirstResponses {
        self.first_responses.get(&region).copied().unwrap_or_else(|| FirstResponses::default_of(region))
    }

    /// An address on our own origin; `path` begins with `/`.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Where mails say that a request is shown: inside the host, for the panel lives nowhere else.
    #[must_use]
    pub fn request_link(&self, account: &str, id: RequestId) -> String {
        self.host_link(self.mail.request_url.as_deref(), "/admin/support/requests/{id}", account, id)
    }

    /// Where mails say that a solved request is rated, inside the host as well.
    #[must_use]
    pub fn survey_link(&self, account: &str, id: RequestId) -> String {
        self.host_link(self.mail.survey_url.as_deref(), "/admin/support/survey/{id}", account, id)
    }

    fn host_link(&self, template: Option<&str>, usual: &str, account: &str, id: RequestId) -> String {
        let template = template.map_or_else(
            || match self.host_origins.first() {
                Some(origin) => format!("{origin}{usual}"),
                None => self.link(usual),
            },
            str::to_owned,
        );
        template.replace("{account}", &path_segment(account)).replace("{id}", &id.to_string())
    }

    /// The origin users reach it under, as browsers write it.
    #[must_use]
    pub fn own_origin(&self) -> String {
        self.public_url.origin().ascii_serialization()
    }

    /// Settings for one's own machine with everything kept in `data_dir`: what the defaults come to, and what tests
    /// start from.
    #[must_use]
    pub fn development(data_dir: &std::path::Path) -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        Self {
            mode: Mode::Development,
            development_public: false,
            listen,
            metrics: MetricsDoor::Main,
            public_url: local_url(listen),
            data_dir: data_dir.to_owned(),
            database_busy: Duration::from_secs(5),
            panel_dir: PathBuf::from("dist"),
            host_origins: Vec::new(),
            host_token_door: true,
            host_token: HostToken::default(),
            vtex_id: None,
            support_site: SupportSite::development(),
            session: SessionLimits { idle: Duration::from_secs(3600), absolute: Duration::from_secs(12 * 3600) },
            mail: MailConfig {
                from: "Support <support@localhost>".to_owned(),
                smtp_url: None,
                smtp_ca_file: None,
                mailbox_dir: data_dir.join("mailbox"),
                request_url: None,
                survey_url: None,
            },
            mail_in: Some(MailIn::development()),
            evidence: EvidenceConfig {
                dir: data_dir.join("evidence"),
                limits: FileLimits::default(),
                upload_life: Duration::from_secs(3600),
                quota_bytes: 2 << 30,
                user_bytes: 10 << 30,
                account_bytes: 100 << 30,
                min_free_percent: 5,
            },
            retention: Retention::default(),
            copilot: CopilotConfig { articles_dir: None, model_dir: None },
            forms_dir: None,
            limits: Limits::default(),
            first_responses: HashMap::new(),
            calendars: Calendars::default(),
            routing: Routing::default(),
            readers_kept_days: 180,
            feeds: Vec::new(),
            trusted_proxies: Vec::new(),
            webhook_networks: Vec::new(),
            channels: ChannelsConfig::default(),
            clock_offset: TimeDelta::zero(),
            demo_data: true,
            log: LogConfig { format: LogFormat::Text, level: "info".to_owned() },
        }
    }
}

/// The address of a listener on this machine. An address that means "all of them" is reached as loopback.
fn local_url(listen: SocketAddr) -> Url {
    let mut listen = listen;
    if listen.ip().is_unspecified() {
        listen.set_ip(if listen.is_ipv6() {
            IpAddr::V6(std::net::Ipv6Addr::LOCALHOST)
        } else {
            IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)
        });
    }
    #[expect(clippy::expect_used, reason = "an address and a port always make a URL")]
    Url::parse(&format!("http://{listen}")).expect("socket addresses are valid in URLs")
}
