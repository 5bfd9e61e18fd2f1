//! Around every request: its id, its log line, its figures, who sent it, and how long it may take.

use super::{ApiError, App, Notes};
use crate::connections::network_of;
use crate::telemetry;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use balcao_runtime::work::Who;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};
use tracing::Instrument as _;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer than any answer takes; files have a guard of their own.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The id of the request at hand, for whoever writes about it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The network address somebody asks from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().copied().unwrap_or(Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// On whose behalf work is done for whoever need not be signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visitor(pub Who);

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Peer(address) = Peer::from_request_parts(parts, state).await?;
        Ok(Self(Who::Visitor(network_of(address))))
    }
}

/// Gives the request an id, measures it and writes its line. The line holds the route, never the address that was
/// asked for: that may hold words of the user.
pub async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(&request);
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let method = known_method(request.method().as_str());
    let peer = peer(&app, &request);
    request.extensions_mut().insert(RequestId(id.clone()));
    request.extensions_mut().insert(Peer(peer));
    let span = tracing::info_span!(
        "request", id = %id, method, route = %route, user = tracing::field::Empty, agent = tracing::field::Empty
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    let ms = took.as_millis() as u64;
    // A probe comes every few seconds; what is worth a line is one that fails.
    let probe = status < 400 && matches!(route.as_str(), "/healthz" | "/readyz" | "/metrics");
    span.in_scope(
        || if probe { tracing::debug!(status, ms, "answered") } else { tracing::info!(status, ms, "answered") },
    );
    metrics::counter!(telemetry::REQUESTS, "route" => route.clone(), "method" => method, "status" => status.to_string())
        .increment(1);
    metrics::histogram!(telemetry::LATENCY, "route" => route).record(took.as_secs_f64());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Seconds after which who found no place for their connection may try again.
const AGAIN_AFTER: u64 = 5;

/// Marks a request on a connection that has no place: nothing is done for it, but a probe is answered.
#[derive(Debug, Clone, Copy)]
pub struct TurnedAway;

/// Refuses a network address that asks too often or has no place, and ends what takes too long.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if request.extensions().get::<TurnedAway>().is_some() && path != "/healthz" {
        let mut refusal = ApiError::NoPlace(AGAIN_AFTER).into_response();
        refusal.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return refusal;
    }
    let api = path.starts_with("/api/");
    let file = path.starts_with("/api/v2/uploads") || path.starts_with("/dev/reload");
    let notes = request.extensions().get::<Notes>().cloned().unwrap_or_default();
    let peer = request.extensions().get::<Peer>().map(|peer| peer.0);
    if let Some(peer) = peer.filter(|_| api)
        && let Err(error) = app.limiter.take_address(peer, app.clock.now(), &notes)
    {
        return error.into_response();
    }
    if file {
        return next.run(request).await;
    }
    match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::TimedOut.into_response(),
    }
}

/// A proxy's id, if it is one that a log and a header can carry; otherwise one of our own.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let plain = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    given.filter(plain).map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned)
}

/// Anybody can invent methods; figures must not grow with them.
fn known_method(method: &str) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}

/// Who is at the other end: the socket's address, or, behind a trusted proxy, the last address in `X-Forwarded-For`
/// that is none of the proxies. What stands before it anybody can write.
fn peer(app: &App, request: &Request) -> IpAddr {
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let socket = socket.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let trusted = |address: IpAddr| app.config.trusted_proxies.iter().any(|network| network.contains(address));
    if !trusted(socket) {
        return socket;
    }
    let forwarded: Vec<&str> = request
        .headers()
        .get_all(HeaderName::from_static("x-forwarded-for"))
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = socket;
    for address in forwarded.into_iter().rev() {
        let Ok(address) = address.trim().parse::<IpAddr>() else { break };
        nearest = address;
        if !trusted(address) {
            break;
        }
    }
    nearest
}

/// Only small texts are worth packing; files are sent as they are, so that parts of them can be asked for.
#[derive(Debug, Clone, Copy)]
pub struct WorthPacking;

impl tower_http::compression::Predicate for WorthPacking {
    fn should_compress<B: axum::body::HttpBody>(&self, response: &axum::http::Response<B>) -> bool {
        let kind =
            response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let text = kind.starts_with("application/json") || kind.starts_with("text/html");
        let attachment = response.headers().contains_key(header::CONTENT_DISPOSITION);
        text && !attachment && response.body().size_hint().lower() >= 860
    }
}
