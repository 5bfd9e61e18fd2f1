//! Listens, serves, and ends in good order: what has begun is finished, what is written is closed.

use crate::connections::{Admission, Capacity, GuardedBody, Pace, Paced, Slot, Slots};
use crate::folder_mark;
use crate::http::{App, TurnedAway, figures_router, service};
use crate::identity::spawn_seen;
use crate::jobs::{Closing, Feeds, Learning, Letters, Retention};
use crate::jobs::{spawn_closing, spawn_feeds, spawn_learning, spawn_letters, spawn_readers, spawn_retention};
use crate::live::{Reader, spawn_reader};
use crate::webhooks::{Webhooks, spawn_webhooks};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::response::Response;
use balcao_channels::Watch;
use balcao_evidence::spawn_sweeper;
use balcao_mail::inbox::{spawn_pruning, spawn_watch};
use balcao_mail::{Letterhead, Worker, sender_from_config, spawn_worker};
use balcao_outbound::{Outbound, Targets};
use balcao_store::events::spawn_tail;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use socket2::SockRef;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tower::{Service, ServiceExt as _};

/// Whoever sends a head slower than this keeps a connection for nothing, and so does who waits longer with the next one.
const HEAD_LIMIT: Duration = Duration::from_secs(15);
/// The longest head, and what of an answer waits in memory for its reader, in bytes. Cookies and tokens of an admin are
/// some 10 KB.
const MOST_BUFFERED: usize = 64 * 1024;
/// Browsers and proxies send some 30.
const MOST_HEADERS: usize = 100;
/// What the system keeps of an answer that was not read, in bytes (it takes twice as much). By itself it keeps up to some
/// MB a connection, and whether the reader takes anything would be seen only after that.
const SYSTEM_BUFFER: usize = 128 * 1024;
/// A reader who has vanished, and confirms nothing, holds a connection no longer.
const VANISHED_AFTER: Duration = Duration::from_secs(60);
/// How long it may take to tell somebody that there is no place.
const TURNED_AWAY_LIMIT: Duration = Duration::from_secs(3);
/// Who reads the figures, on a listener of their own.
const FIGURES: Capacity = Capacity { connections: 16, of_one_address: 0, streams: 0 };
/// How long running requests and workers may take to end.
const END_LIMIT: Duration = Duration::from_secs(30);
/// How long a source of a channel may take to answer.
const SOURCE_TIMEOUT: Duration = Duration::from_secs(15);
/// After a failed accept: usually too many open files, and trying at once would only burn the processor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Starts what works beside the requests: mail, live updates, the clock of solved requests, the sweeping of files.
///
/// # Errors
/// A setting of theirs cannot be used; it says which.
pub fn start_workers(app: &App) -> Result<(), String> {
    let sender = sender_from_config(&app.config.mail)?;
    let letterhead = Letterhead::new(&app.config.mail.from).map_err(|error| format!("mail.from: {error}"))?;
    let letterhead = letterhead.reminders_at(app.config.public_url.as_str());
    let worker = Worker::new(app.store.clone(), app.clock.clone(), sender, letterhead);
    let worker = worker.opening_with(app.identity.site.key.clone());
    spawn_worker(worker, app.outbox.clone(), &app.workers, app.stop.clone());
    spawn_tail(app.store.clone(), app.tell.clone(), &app.workers, app.stop.clone());
    let reader = Reader::new(app.live.clone(), app.store.clone(), app.clock.clone(), app.config.session.idle);
    spawn_reader(reader, app.tail.clone(), &app.workers, app.stop.clone());
    let feeds = Feeds::new(&app.config.calendars, &app.config.feeds, app.config.data_dir.join("calendars"));
    let feeds = feeds.map_err(|error| format!("calendars: {error}"))?;
    // Before anything is closed: a day off may have been known already.
    feeds.take_copies();
    spawn_feeds(feeds, &app.workers, app.stop.clone());
    let closing = Closing::new(app.store.clone(), app.config.clone(), app.outbox.clone(), app.reply_addresses.clone());
    spawn_closing(closing, app.clock.clone(), &app.workers, app.stop.clone());
    let letters = Letters::new(app.store.clone(), app.config.clone(), app.outbox.clone(), app.reply_addresses.clone());
    spawn_letters(letters, app.clock.clone(), app.tail.clone(), &app.workers, app.stop.clone());
    if let Some(imap) = app.config.mail_in.as_ref().and_then(|mail_in| mail_in.imap.clone()) {
        spawn_watch(app.inbox(), imap, &app.workers, app.stop.clone());
    }
    spawn_pruning(app.inbox(), &app.workers, app.stop.clone());
    let targets = Targets::new(app.config.webhook_networks.clone());
    let webhooks = Webhooks::new(app.store.clone(), app.clock.clone(), app.identity.site.key.clone(), targets);
    let webhooks = webhooks.map_err(|error| format!("webhooks: {error}"))?;
    spawn_webhooks(webhooks, app.tail.clone(), &app.workers, app.stop.clone());
    watch_channels(app).map_err(|error| format!("channels: {error}"))?;
    let days = app.config.readers_kept_days;
    spawn_readers(app.readers.clone(), app.store.clone(), days, app.clock.clone(), &app.workers, app.stop.clone());
    spawn_seen(app.identity.seen.clone(), app.store.clone(), &app.workers, app.stop.clone());
    let retention = Retention::new(app.store.clone(), app.config.retention, app.evidence.clone());
    spawn_retention(retention, app.clock.clone(), &app.workers, app.stop.clone());
    let learning = Learning::new(app.copilot.clone(), &app.config, app.articles_state);
    spawn_learning(learning, app.stop.clone()).map_err(|error| format!("copilot.model_dir: {error}"))?;
    spawn_sweeper(app.evidence.clone(), app.store.clone(), app.clock.clone(), &app.workers, app.stop.clone());
    Ok(())
}

/// Reads what is going on around support, each source for itself.
fn watch_channels(app: &App) -> Result<(), reqwest::Error> {
    let channels = &app.config.channels;
    let targets = Targets::new(channels.networks.clone());
    let agent = concat!("balcao/", env!("CARGO_PKG_VERSION"));
    let outbound = Outbound::new(targets, SOURCE_TIMEOUT, agent)?;
    for source in &channels.sources {
        let clock = app.clock.clone();
        let folder = app.config.data_dir.join("channels");
        let now = Arc::new(move || clock.now());
        let watch = Watch::new(source.clone(), app.board.clone(), outbound.clone(), folder, now);
        app.workers.spawn(watch.run(app.stop.clone()));
    }
    Ok(())
}

/// Serves until `app.stop` is cancelled, then finishes what runs and closes the database. Figures are served on a
/// listener of their own, where there is one.
pub async fn serve(app: App, capacity: Capacity, listener: TcpListener, figures: Option<TcpListener>) {
    let graceful = GracefulShutdown::new();
    let slots = Slots::new(capacity, app.config.trusted_proxies.clone());
    let main = accept(&app, listener, slots, service(app.clone()), &graceful);
    match figures {
        None => main.await,
        Some(figures) => {
            let slots = Slots::new(FIGURES, Vec::new());
            tokio::join!(main, accept(&app, figures, slots, figures_router(), &graceful));
        }
    }
    end(&app, graceful).await;
}

/// Takes connections until `app.stop` is cancelled.
async fn accept<S>(app: &App, listener: TcpListener, slots: Slots, service: S, graceful: &GracefulShutdown)
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    // HTTP/1.1 only: browsers speak HTTP/2 over TLS alone, and that ends at the proxy. Telling the two apart would
    // wait for a first byte without a limit.
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    let mut http1 = builder.http1();
    http1
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_BUFFERED);
    let pace = Pace::of(&app.config.limits);
    loop {
        let (stream, peer) = tokio::select! {
            () = app.stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "connection not accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        let (slot, limit) = match slots.take(peer.ip()) {
            Admission::Slot(slot) => (Arc::new(slot), None),
            Admission::TurnedAway(slot) => (Arc::new(slot), Some(TURNED_AWAY_LIMIT)),
            Admission::Closed => continue,
        };
        set_up(&stream);
        let answer = {
            let (service, slot) = (service.clone(), Arc::clone(&slot));
            hyper::service::service_fn(move |request| answer(service.clone(), &slot, peer, request))
        };
        let connection = builder.serve_connection(TokioIo::new(Paced::new(stream, pace)), answer).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            tokio::select! {
                ended = connection => if let Err(error) = ended {
                    tracing::debug!(error, "connection ended");
                },
                () = slot.let_go() => tracing::debug!("connection made room for another"),
                () = elapsed(limit) => tracing::debug!("connection without a place ended"),
            }
        });
    }
}

/// What the system knows of a connection. Where it takes a setting back, it is as it was.
fn set_up(stream: &TcpStream) {
    // Small answers go out at once instead of waiting for more.
    let _ = stream.set_nodelay(true);
    let socket = SockRef::from(stream);
    let _ = socket.set_send_buffer_size(SYSTEM_BUFFER);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(VANISHED_AFTER));
}

/// Answers a request; until the answer is sent, its connection makes room for nobody.
fn answer<S>(
    service: S,
    slot: &Slot,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> impl Future<Output = Result<Response, Infallible>> + Send + use<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Send,
    S::Future: Send,
{
    let working = slot.begin();
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
    if working.is_none() {
        request.extensions_mut().insert(TurnedAway);
    }
    async move {
        let response = service.oneshot(request).await?;
        Ok(response.map(|body| Body::new(GuardedBody::new(body, working))))
    }
}

async fn elapsed(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

async fn end(app: &App, graceful: GracefulShutdown) {
    tracing::info!("stopping");
    app.workers.close();
    let all = async {
        graceful.shutdown().await;
        app.workers.wait().await;
    };
    if tokio::time::timeout(END_LIMIT, all).await.is_err() {
        tracing::warn!("requests or workers did not end in time");
    }
    if let Err(error) = folder_mark::stamp(&app.config.data_dir, &app.store).await {
        tracing::warn!(%error, "the stop could not be counted");
    }
    app.store.close().await;
    tracing::info!("stopped");
}

/// Cancels `app.stop` at the first SIGTERM or SIGINT; a second one ends at once, as usual.
///
/// # Errors
/// Signals cannot be heard.
pub fn stop_on_signal(app: &App) -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = app.stop.clone();
    tokio::spawn(async move {
        for first in [true, false] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if first {
                stop.cancel();
            } else {
                std::process::exit(130);
            }
        }
    });
    Ok(())
}
