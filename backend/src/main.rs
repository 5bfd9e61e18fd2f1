//! `balcao-backend`: reads the configuration, opens the rooms, serves.

use balcao_backend::backup::{self, RestoreOptions};
use balcao_backend::connections::{Capacity, open_files};
use balcao_backend::demo::{self, Filling};
use balcao_backend::directory::keys::{self, KeyCommand};
use balcao_backend::directory::{self, DirectoryCommand, Office};
use balcao_backend::folder_lock::{FolderLock, LockError};
use balcao_backend::http::{App, reply_addresses};
use balcao_backend::output::{self, UntilClosed};
use balcao_backend::survey::{self, SurveyCommand};
use balcao_backend::terminal::{self, AgentCommand};
use balcao_backend::{server, telemetry};
use balcao_config::{Config, Loaded, MetricsDoor, Mode, Sources};
use balcao_contract::status::Status;
use balcao_desk::forms::Forms;
use balcao_evidence::Evidence;
use balcao_mail::Outbox;
use balcao_mail::inbox::Inbox;
use balcao_mail::terminal::{self as mail_terminal, Delivered, MailCommand, QuarantineCommand};
use balcao_runtime::clock::{Clock, MovedClock, SystemClock};
use balcao_runtime::work::Work;
use balcao_store::{Store, StoreOptions};
use clap::{Parser, Subcommand};
use std::io::{IsTerminal as _, Stdout, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;

/// The ticket backend of Balcão.
#[derive(Parser)]
#[command(name = "balcao-backend", version, after_help = balcao_config::help())]
struct Arguments {
    /// A configuration file (TOML).
    #[arg(long, env = "BALCAO_CONFIG", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until SIGTERM or SIGINT; this is what happens without a command.
    Serve,
    /// Checks the configuration and prints what it comes to, secrets masked.
    Config,
    #[command(flatten)]
    Directory(DirectoryCommand),
    /// Takes a backup of database, files and keys, while the server runs.
    Backup {
        /// A folder that does not exist yet, or is empty.
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
        /// Without the keys, where they are kept elsewhere.
        #[arg(long)]
        without_keys: bool,
    },
    /// Checks every row and every file, of a backup or of the data folder.
    Verify {
        /// A backup; without it, the data folder, while the server runs.
        #[arg(long, value_name = "FOLDER")]
        from: Option<PathBuf>,
    },
    /// Puts a backup back, while nothing serves: into an empty folder, or over what is there.
    Restore {
        /// The backup.
        #[arg(long, value_name = "FOLDER")]
        from: PathBuf,
        /// Moves aside what is in data_dir and evidence.dir.
        #[arg(long)]
        over: bool,
        /// Although the backup has faults: what is whole is restored.
        #[arg(long)]
        accept_faults: bool,
    },
    /// Keys in data_dir: list, rotate, retire, accept that one is lost.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Tickets at the terminal: list, show, reply, solve.
    #[command(subcommand)]
    Agent(AgentCommand),
    /// Mail that comes in.
    #[command(subcommand)]
    Mail(MailCommand),
    /// What requesters said about support.
    #[command(subcommand)]
    Survey(SurveyCommand),
    /// Adds made-up requests of one person, for benchmarks; in development only, and while nothing serves.
    Fill {
        /// The address of somebody who has signed in before, or of the demo data.
        #[arg(long, value_name = "EMAIL")]
        requester: String,
        /// How many.
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
        requests: u32,
        /// All of them in this status; as those of a store that has been there for years, if not given.
        #[arg(long, value_name = "STATUS", value_parser = status)]
        status: Option<Status>,
    },
}

fn status(name: &str) -> Result<Status, String> {
    Status::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Status::ALL.into_iter().map(Status::name).collect();
        format!("there are {}", names.join(", "))
    })
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // A mail server sends back what a program that it cannot start did not take.
        Err(error) if error.use_stderr() && is_meant_for_a_mail() => {
            let _ = error.print();
            return Delivered::Later.code().into();
        }
        Err(error) => error.exit(),
    };
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .collect();
    let sources = Sources { file: arguments.config.filter(|file| !file.as_os_str().is_empty()), environment };
    let is_handed_a_mail = matches!(arguments.command, Some(Command::Mail(MailCommand::Ingest)));
    let loaded =
        if is_handed_a_mail { balcao_config::load_without_secrets(&sources) } else { balcao_config::load(&sources) };
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) => {
            let failure = failed(&error.to_string());
            // A mail server keeps what was not taken, until somebody has mended the settings.
            return if is_handed_a_mail { Delivered::Later.code().into() } else { failure };
        }
    };
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Config => {
            for warning in &loaded.warnings {
                output::aside(&format!("warning: {warning}"));
            }
            let mut out = out();
            let mut lines = loaded.effective.iter().map(|(key, value)| (key, toml::Value::String(value.clone())));
            match lines.try_for_each(|(key, value)| writeln!(out, "{key} = {value}")) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => failed(&format!("cannot write: {error}")),
            }
        }
        Command::Serve => run(serve(loaded)),
        Command::Directory(command) => run(beside_the_server(loaded, Errand::Directory(command))),
        Command::Backup { to, without_keys } => run(take_backup(loaded, to, without_keys)),
        Command::Verify { from } => run(verify(loaded, from)),
        Command::Restore { from, over, accept_faults } => {
            run(restore(loaded, from, RestoreOptions { over, accept_faults }))
        }
        Command::Key(command) => run(beside_the_server(loaded, Errand::Key(command))),
        Command::Agent(command) => run(beside_the_server(loaded, Errand::Agent(command))),
        Command::Mail(MailCommand::Ingest) => {
            let taken = runtime().map(|runtime| runtime.block_on(runtime.spawn(ingest(loaded))));
            // Whatever broke, even in a way that nobody thought of: the mail is still there.
            taken.ok().and_then(Result::ok).unwrap_or(Delivered::Later).code().into()
        }
        Command::Mail(MailCommand::Quarantine(command)) => run(quarantine(loaded, command)),
        Command::Survey(command) => run(read_survey(loaded, command)),
        Command::Fill { requester, requests, status } => run(fill(loaded, requester, requests, status)),
    }
}

/// Whether the command line, broken as it is, is meant for `mail ingest`.
fn is_meant_for_a_mail() -> bool {
    let arguments: Vec<_> = std::env::args_os().collect();
    arguments.windows(2).any(|pair| pair[0] == "mail" && pair[1] == "ingest")
}

fn run(work: impl Future<Output = Result<(), String>>) -> ExitCode {
    let runtime = match runtime() {
        Ok(runtime) => runtime,
        Err(failure) => return failure,
    };
    match runtime.block_on(work) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => failed(&problem),
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| failed(&format!("cannot start: {error}")))
}

fn failed(problem: &str) -> ExitCode {
    output::aside(&format!("balcao-backend: {problem}"));
    ExitCode::FAILURE
}

/// Where answers go.
fn out() -> UntilClosed<Stdout> {
    UntilClosed::new(std::io::stdout())
}

async fn serve(loaded: Loaded) -> Result<(), String> {
    let Loaded { mut config, warnings, .. } = loaded;
    telemetry::start_logging(&config.log);
    telemetry::figures();
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    if !config.panel_dir.join("index.html").is_file() {
        tracing::warn!(panel_dir = %config.panel_dir.display(), "the panel is not built: panel_dir holds no index.html");
    }
    let capacity = capacity(&mut config)?;
    // First the port: with a taken one there is nothing to open, and nothing is touched.
    let listener = listen(config.listen, "listen").await?;
    let figures = match config.metrics {
        MetricsDoor::At(address) => Some(listen(address, "metrics_listen").await?),
        MetricsDoor::Main | MetricsDoor::Nowhere => None,
    };
    let _folder = take_folder(&config)?;
    let clock = clock(&config);
    let app = App::open(config, clock).await.map_err(|error| error.to_string())?;
    server::start_workers(&app)?;
    server::stop_on_signal(&app).map_err(|error| format!("signals cannot be heard: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tracing::info!(%address, url = app.config.link("/"), mode = ?app.config.mode, "listening");
    if let Some(address) = figures.as_ref().and_then(|listener| listener.local_addr().ok()) {
        tracing::info!(%address, "figures under /metrics");
    }
    server::serve(app, capacity, listener, figures).await;
    Ok(())
}

/// The data folder for this process alone: two servers would send every mail twice, and sweep each other's files.
fn take_folder(config: &Config) -> Result<FolderLock, String> {
    is_whole(config)?;
    config.make_data_dir().map_err(|error| format!("data_dir {}: {error}", config.data_dir.display()))?;
    FolderLock::take(&config.data_dir).map_err(|error| match error {
        LockError::Taken { .. } => {
            let variable = balcao_config::variable("data_dir");
            format!("{error}; stop that one first, or give this one a folder of its own with {variable}")
        }
        LockError::Io { .. } => error.to_string(),
    })
}

/// How many connections there may be, as the limit of open files and the operator have it.
fn capacity(config: &mut Config) -> Result<Capacity, String> {
    let files = open_files().map_err(|error| format!("the limit of open files cannot be read: {error}"))?;
    let capacity = Capacity::of(&config.limits, files).map_err(|error| error.to_string())?;
    config.limits.streams = u32::try_from(capacity.streams).ok();
    let Capacity { connections, of_one_address, streams } = capacity;
    tracing::info!(files, connections, of_one_address, streams, "places for connections");
    if config.mode == Mode::Production && capacity.is_small() {
        tracing::warn!(files, connections, "few files may be open: set LimitNOFILE=16384 in the systemd unit");
    }
    Ok(capacity)
}

/// A listener; where there is none to be had, the sentence names the key.
async fn listen(address: SocketAddr, key: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            let variable = balcao_config::variable(key);
            format!("{address} is taken by another program; choose another with {variable} or `{key}`")
        }
        _ => format!("{key}: cannot listen on {address}: {error}"),
    })
}

/// What is done beside a server that runs.
enum Errand {
    Directory(DirectoryCommand),
    Agent(AgentCommand),
    Key(KeyCommand),
}

/// The database takes one writer at a time, and what is changed counts at once: a server that runs notices it.
async fn beside_the_server(loaded: Loaded, errand: Errand) -> Result<(), String> {
    let config = loaded.config;
    let store = match &errand {
        Errand::Directory(command) if command.sets_up() => open_store(&config).await?,
        _ => open_known_store(&config).await?,
    };
    let actor = format!("operator:{}", system_user());
    let mut out = out();
    let (now, width) = (clock(&config).now(), output::terminal_width());
    let office = Office { store: &store, config: &config, now, actor: &actor, out: &mut out, width };
    let done = match errand {
        Errand::Key(command) => keys::run(office, command).await.map_err(|error| error.to_string()),
        Errand::Directory(command) => directory::run(office, command).await.map_err(|error| error.to_string()),
        Errand::Agent(command) => {
            let mut from = std::io::stdin();
            let input = terminal::Input { typed: from.is_terminal(), from: &mut from };
            terminal::run(office, input, command).await.map_err(|error| error.to_string())
        }
    };
    store.close().await;
    done
}

/// The database of these settings; it is made where it is missing.
async fn open_store(config: &Config) -> Result<Store, String> {
    is_whole(config)?;
    config.make_data_dir().map_err(|error| format!("data_dir {}: {error}", config.data_dir.display()))?;
    let options = StoreOptions { busy_timeout: config.database_busy, readers: 1 };
    let opened = Store::open(&config.database_path(), options).await;
    opened.map_err(|error| format!("database in data_dir {}: {error}", config.data_dir.display()))
}

/// The database that is there. Whoever forgot to say where it is would otherwise look at a new and empty one.
async fn open_known_store(config: &Config) -> Result<Store, String> {
    if !config.database_path().exists() {
        let (folder, variable) = (config.data_dir.display(), balcao_config::variable("data_dir"));
        return Err(format!(
            "there is no database in data_dir {folder}; name the server's with {variable} or --config, or start it once"
        ));
    }
    open_store(config).await
}

/// The system's clock, or that clock moved as the operator wants it.
fn clock(config: &Config) -> Arc<dyn Clock> {
    if config.clock_offset.is_zero() { Arc::new(SystemClock) } else { Arc::new(MovedClock(config.clock_offset)) }
}

/// Takes a mail from the standard input. Beside a server that runs, as [`beside_the_server`].
async fn ingest(loaded: Loaded) -> Delivered {
    if loaded.config.mail_in.is_none() {
        failed("replies by mail are not set up: mail_in.address is not given");
        return Delivered::Later;
    }
    telemetry::start_logging(&loaded.config.log);
    match open_inbox(&loaded).await {
        Ok(inbox) => {
            let delivered = mail_terminal::ingest(&inbox, tokio::io::stdin()).await;
            inbox.store().close().await;
            delivered
        }
        Err(problem) => {
            failed(&problem);
            Delivered::Later
        }
    }
}

async fn quarantine(loaded: Loaded, command: QuarantineCommand) -> Result<(), String> {
    let inbox = open_inbox(&loaded).await?;
    let actor = format!("operator:{}", system_user());
    let mut out = out();
    let desk = mail_terminal::Desk { inbox: &inbox, now: clock(&loaded.config).now(), actor: &actor, out: &mut out };
    let done = mail_terminal::quarantine(desk, command).await;
    inbox.store().close().await;
    done.map_err(|error| error.to_string())
}

async fn open_inbox(loaded: &Loaded) -> Result<Inbox, String> {
    let config = &loaded.config;
    let store = open_store(config).await?;
    let work = Work::default();
    let evidence = Evidence::open_for_command(&config.evidence, work.clone());
    let evidence = evidence.map_err(|error| format!("evidence.dir: {error}"))?;
    let addresses = reply_addresses(config, &store, clock(config).now()).await.map_err(|error| error.to_string())?;
    Ok(Inbox::new(Arc::new(config.clone()), store, evidence, addresses, Outbox::default(), clock(config), work))
}

/// Reads beside a server that runs.
async fn read_survey(loaded: Loaded, command: SurveyCommand) -> Result<(), String> {
    let config = loaded.config;
    let store = open_known_store(&config).await?;
    let forms = match &config.forms_dir {
        Some(folder) => Forms::from_folder(folder, &config.evidence.limits),
        None => Forms::embedded(&config.evidence.limits),
    };
    let forms = forms.map_err(|error| format!("forms_dir: {error}"))?;
    let now = clock(&config).now();
    let done = survey::run(&store, &config, &forms, now, command, &mut out()).await;
    store.close().await;
    done.map_err(|error| error.to_string())
}

/// Takes a backup beside a server that runs. What the folder lacks is told; the rest is kept all the same.
async fn take_backup(loaded: Loaded, to: PathBuf, without_keys: bool) -> Result<(), String> {
    let config = loaded.config;
    let now = clock(&config).now();
    let taken = backup::take(&config, &to, !without_keys, now, &mut |damage| output::aside(damage)).await;
    let taken = taken.map_err(|error| error.to_string())?;
    let _ = writeln!(out(), "{}: {}", to.display(), taken.said);
    match taken.damaged {
        0 => Ok(()),
        damaged => Err(format!(
            "the backup was taken, but {damaged} of what it should hold was missing or changed already, as told above; \
             `verify` looks at the data folder"
        )),
    }
}

async fn verify(loaded: Loaded, from: Option<PathBuf>) -> Result<(), String> {
    let tell = &mut |fault: &str| output::aside(fault);
    let checked = match &from {
        Some(folder) => backup::check_backup(folder, tell).await,
        None => backup::check_folder(&loaded.config, tell).await,
    };
    let (said, faults) = checked.map_err(|error| error.to_string())?;
    let _ = writeln!(out(), "{said}");
    match faults {
        0 => {
            let _ = writeln!(out(), "every row and every file is as it should be");
            Ok(())
        }
        faults => Err(format!("{faults} faults, as told above")),
    }
}

async fn restore(loaded: Loaded, from: PathBuf, options: RestoreOptions) -> Result<(), String> {
    let config = loaded.config;
    let now = clock(&config).now();
    let restored = backup::restore(&config, &from, options, now, &mut |fault| output::aside(fault)).await;
    for line in restored.map_err(|error| error.to_string())? {
        let _ = writeln!(out(), "{line}");
    }
    Ok(())
}

/// Whoever meets a folder that is only half restored is told what to do.
fn is_whole(config: &Config) -> Result<(), String> {
    if backup::is_unfinished(&config.data_dir) {
        let folder = config.data_dir.display();
        return Err(format!(
            "data_dir {folder} is only half restored: the restore was interrupted; repeat it with \
             `balcao-backend restore --from BACKUP --over`"
        ));
    }
    Ok(())
}

/// Who commands: behind `sudo`, whoever called it.
fn system_user() -> String {
    let named = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

async fn fill(loaded: Loaded, requester: String, requests: u32, status: Option<Status>) -> Result<(), String> {
    let config = loaded.config;
    if config.mode == Mode::Production {
        return Err("`fill` makes requests up; it is refused with mode = production".to_owned());
    }
    let _folder = take_folder(&config)?;
    let clock = clock(&config);
    let app = App::open(config, clock).await.map_err(|error| error.to_string())?;
    let progress = |done: u32| output::aside(&format!("{done} of {requests} requests"));
    let requester = requester.trim().to_lowercase();
    demo::fill(&app.store, &app.forms, &requester, Filling { requests, status }, app.clock.now(), progress)
        .await
        .map_err(|error| format!("fill: {error}"))?;
    app.store.close().await;
    Ok(())
}
