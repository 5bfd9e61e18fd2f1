//! Listens, serves, and ends in good order: what has begun is finished, what is written is closed.

use crate::evidence::spawn_sweeper;
use crate::http::{App, figures_router, service};
use crate::jobs::{
    Closing, Feeds, Letters, Retention, spawn_closing, spawn_feeds, spawn_letters, spawn_readers, spawn_retention,
};
use crate::live::{Reader, spawn_reader};
use crate::mail::inbox::{spawn_pruning, spawn_watch};
use crate::mail::{Letterhead, Worker, sender_from_config, spawn_worker};
use crate::store::events::spawn_tail;
use crate::webhooks::{Targets, Webhooks, spawn_webhooks};
use axum::extract::ConnectInfo;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tower::{Service, ServiceExt as _};

/// Whoever sends a head slower than this keeps a connection for nothing.
const HEAD_LIMIT: Duration = Duration::from_secs(15);
/// How long running requests and workers may take to end.
const END_LIMIT: Duration = Duration::from_secs(30);
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
    let worker = worker.opening_with(app.site.key.clone());
    spawn_worker(worker, app.outbox.clone(), &app.workers, app.stop.clone());
    spawn_tail(app.store.clone(), app.tell.clone(), &app.workers, app.stop.clone());
    let reader = Reader::new(app.live.clone(), app.store.clone(), app.clock.clone(), app.config.session.idle);
    spawn_reader(reader, app.tail.clone(), &app.workers, app.stop.clone());
    let feeds = Feeds::new(&app.config.calendars, &app.config.feeds, app.config.data_dir.join("calendars"));
    let feeds = feeds.map_err(|error| format!("calendars: {error}"))?;
    // Before anything is closed: a day off may have been known already.
    feeds.take_copies();
    spawn_feeds(feeds, &app.workers, app.stop.clone());
    let closing = Closing::new(app.store.clone(), app.config.clone(), app.outbox.clone());
    spawn_closing(closing, app.clock.clone(), &app.workers, app.stop.clone());
    let letters = Letters::new(app.store.clone(), app.config.clone(), app.outbox.clone(), app.reply_addresses.clone());
    spawn_letters(letters, app.clock.clone(), app.tail.clone(), &app.workers, app.stop.clone());
    if let Some(imap) = app.config.mail_in.as_ref().and_then(|mail_in| mail_in.imap.clone()) {
        spawn_watch(app.inbox(), imap, &app.workers, app.stop.clone());
    }
    spawn_pruning(app.inbox(), &app.workers, app.stop.clone());
    let targets = Targets::new(app.config.webhook_networks.clone());
    let webhooks = Webhooks::new(app.store.clone(), app.clock.clone(), app.site.key.clone(), targets);
    let webhooks = webhooks.map_err(|error| format!("webhooks: {error}"))?;
    spawn_webhooks(webhooks, app.tail.clone(), &app.workers, app.stop.clone());
    let days = app.config.readers_kept_days;
    spawn_readers(app.readers.clone(), app.store.clone(), days, app.clock.clone(), &app.workers, app.stop.clone());
    let retention = Retention::new(app.store.clone(), app.config.retention, app.evidence.clone());
    spawn_retention(retention, app.clock.clone(), &app.workers, app.stop.clone());
    spawn_sweeper(app.evidence.clone(), app.store.clone(), app.clock.clone(), &app.workers, app.stop.clone());
    Ok(())
}

/// Serves until `app.stop` is cancelled, then finishes what runs and closes the database. Figures are served on a
/// listener of their own, where there is one.
pub async fn serve(app: App, listener: TcpListener, figures: Option<TcpListener>) {
    let graceful = GracefulShutdown::new();
    let main = accept(&app, listener, service(app.clone()), &graceful);
    match figures {
        None => main.await,
        Some(figures) => {
            tokio::join!(main, accept(&app, figures, figures_router(), &graceful));
        }
    }
    end(&app, graceful).await;
}

/// Takes connections until `app.stop` is cancelled.
async fn accept<S>(app: &App, listener: TcpListener, service: S, graceful: &GracefulShutdown)
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    // HTTP/1.1 only: browsers speak HTTP/2 over TLS alone, and that ends at the proxy. Telling the two apart would
    // wait for a first byte without a limit.
    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT);
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
        // Small answers go out at once instead of waiting for more.
        let _ = stream.set_nodelay(true);
        let service = service.clone();
        let answer = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            service.clone().oneshot(request)
        });
        let connection = builder.serve_connection(TokioIo::new(stream), answer).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "connection ended");
            }
        });
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
