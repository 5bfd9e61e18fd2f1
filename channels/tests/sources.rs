//! Channels against a source that is good, slow, huge, broken or hostile.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use balcao_channels::{Board, FetchError, HttpCheck, Source, SourceError, SourceKind, Watch};
use balcao_contract::panel::{ComponentState, FeedKind, Health, IncidentState};
use balcao_outbound::{Outbound, Targets};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use std::path::Path as FilePath;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use url::Url;

/// What the source serves, by path.
type Pages = Arc<Mutex<HashMap<String, Page>>>;
/// `If-None-Match` of each request.
type Asked = Arc<Mutex<Vec<Option<String>>>>;

#[derive(Clone)]
enum Page {
    Text(String),
    Status(u16),
    Elsewhere(String),
    /// Never ends.
    Endless,
    /// Never answers.
    Silent,
}

struct SourceServer {
    pages: Pages,
    asked: Asked,
    root: Url,
}

impl SourceServer {
    async fn start() -> Self {
        let pages = Pages::default();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let root = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        let app = Router::new().route("/{*path}", get(serve)).with_state((pages.clone(), asked.clone()));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { pages, asked, root }
    }

    fn put(&self, path: &str, page: Page) {
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    fn text(&self, path: &str, text: impl Into<String>) {
        self.put(path, Page::Text(text.into()));
    }

    fn url(&self, path: &str) -> Url {
        self.root.join(path).unwrap()
    }
}

async fn serve(State((pages, asked)): State<(Pages, Asked)>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let known = headers.get(header::IF_NONE_MATCH).map(|value| value.to_str().unwrap().to_owned());
    asked.lock().unwrap().push(known.clone());
    let page = pages.lock().unwrap().get(&path).cloned();
    match page {
        Some(Page::Text(text)) => {
            let etag = format!("\"{}\"", text.len());
            if known.as_deref() == Some(&*etag) {
                return StatusCode::NOT_MODIFIED.into_response();
            }
            ([(header::ETAG, etag)], text).into_response()
        }
        Some(Page::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Page::Elsewhere(place)) => (StatusCode::FOUND, [(header::LOCATION, place)]).into_response(),
        Some(Page::Endless) => {
            let chunk = Bytes::from(vec![b' '; 64 * 1024]);
            Body::from_stream(futures::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone())))
                .into_response()
        }
        Some(Page::Silent) => std::future::pending().await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn noon() -> DateTime<Utc> {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

fn outbound(networks: &[&str], timeout: Duration) -> Outbound {
    let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
    Outbound::new(Targets::new(networks), timeout, "test").unwrap()
}

/// Long enough that nothing but silence reaches it.
const PATIENT: Duration = Duration::from_secs(60);

fn watch(source: Source, board: &Board, folder: &FilePath) -> Watch {
    watch_at(source, board, folder, noon())
}

fn watch_at(source: Source, board: &Board, folder: &FilePath, now: DateTime<Utc>) -> Watch {
    let outbound = outbound(&["127.0.0.0/8"], PATIENT);
    Watch::new(source, board.clone(), outbound, folder.to_owned(), Arc::new(move || now))
}

const ATOM: &str = r#"<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<id>urn:news</id><updated>2026-11-29T10:00:00Z</updated>
<entry><id>1</id><title>Older &amp; wiser</title><updated>2026-11-01T10:00:00Z</updated>
<link href="https://example.com/old"/><summary type="html">&lt;p&gt;Plain &lt;b&gt;words&lt;/b&gt;&lt;/p&gt;</summary></entry>
<entry><id>2</id><title>Newer <script>alert(1)</script></title><updated>2026-11-29T10:00:00Z</updated>
<link href="javascript:alert(2)"/><content type="html">&lt;img src=x onerror=alert(3)&gt;After&lt;script&gt;alert(4)&lt;/script&gt;</content></entry>
</feed>"#;

fn blog(server: &SourceServer) -> Source {
    Source::Document(SourceKind::Feed(FeedKind::Blog), server.url("blog.xml"))
}

#[tokio::test]
async fn a_feed_is_read_newest_first_and_as_plain_text() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.text("blog.xml", ATOM);
    watch(blog(&server), &board, folder.path()).read_once().await.unwrap();
    let channels = board.channels(noon());
    let [feed] = channels.feeds.as_slice() else { panic!("{:?}", channels.feeds) };
    assert_eq!(feed.kind, FeedKind::Blog);
    assert_eq!(feed.channel.updated_at.0, noon());
    let [newer, older] = feed.channel.items.as_slice() else { panic!("{:?}", feed.channel.items) };
    assert_eq!((older.title.as_str(), older.summary.as_str()), ("Older & wiser", "Plain words"));
    assert_eq!(older.url.as_deref(), Some("https://example.com/old"));
    assert_eq!((newer.url.as_deref(), newer.summary.as_str()), (None, "After"));
    assert!(!format!("{newer:?}").contains("alert("), "{newer:?}");
}

#[tokio::test]
async fn what_did_not_change_is_not_fetched_again() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.text("blog.xml", ATOM);
    let mut first = watch(blog(&server), &board, folder.path());
    first.read_once().await.unwrap();
    first.read_once().await.unwrap();
    let etag = Some(format!("\"{}\"", ATOM.len()));
    assert_eq!(*server.asked.lock().unwrap(), [None, etag.clone()]);
    // Nor after a restart.
    let board = Board::default();
    let later = noon() + TimeDelta::days(1);
    let mut second = watch_at(blog(&server), &board, folder.path(), later);
    let known = board.channels(noon()).feeds.remove(0).channel;
    assert!(known.is_stale && known.updated_at.0 == noon(), "the copy is there at once, and says how old it is");
    second.read_once().await.unwrap();
    assert_eq!(server.asked.lock().unwrap()[2], etag);
    let known = board.channels(noon()).feeds.remove(0).channel;
    assert!(!known.is_stale && known.updated_at.0 == later && known.items.len() == 2);
}

#[tokio::test]
async fn a_source_that_fails_keeps_its_last_good_state() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.text("blog.xml", ATOM);
    let mut watch = watch(blog(&server), &board, folder.path());
    watch.read_once().await.unwrap();
    let elsewhere = |to: &str| Page::Elsewhere(to.to_owned());
    for (page, expected) in [
        (Page::Status(500), "it answers 500"),
        (Page::Status(404), "it answers 404"),
        (Page::Text("<html><body>Welcome</body></html>".to_owned()), "neither Atom nor RSS"),
        (Page::Text("{\"a\":".to_owned()), "neither Atom nor RSS"),
        (Page::Text(String::new()), "neither Atom nor RSS"),
        (Page::Endless, "longer than"),
        (elsewhere("/blog.xml"), "leads elsewhere more than"),
        (elsewhere("http://169.254.169.254/latest/meta-data"), "in a private network"),
        (elsewhere("http://10.0.0.1/"), "in a private network"),
        (elsewhere("file:///etc/passwd"), "not an https address"),
        (elsewhere("https://localhost:1/"), "does not answer"),
    ] {
        server.put("blog.xml", page);
        let error = watch.read_once().await.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}, and not {expected}");
        let known = board.channels(noon()).feeds.remove(0).channel;
        assert!(known.is_stale && known.items.len() == 2, "{expected}");
    }
    server.text("blog.xml", ATOM);
    watch.read_once().await.unwrap();
    assert!(!board.channels(noon()).feeds.remove(0).channel.is_stale);
}

#[tokio::test]
async fn a_source_that_never_answers_is_given_up() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.put("blog.xml", Page::Silent);
    let outbound = outbound(&["127.0.0.0/8"], Duration::from_millis(50));
    let mut watch = Watch::new(blog(&server), board, outbound, folder.path().to_owned(), Arc::new(noon));
    assert!(matches!(watch.read_once().await, Err(SourceError::Fetch(FetchError::Unavailable(_)))));
}

#[tokio::test]
async fn no_source_lies_inside_unless_its_network_is_named() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.text("blog.xml", ATOM);
    let mut watch = Watch::new(blog(&server), board, outbound(&[], PATIENT), folder.path().to_owned(), Arc::new(noon));
    assert!(matches!(watch.read_once().await, Err(SourceError::Fetch(FetchError::Target(_)))));
    assert!(server.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_damaged_copy_is_read_anew() {
    let (server, folder) = (SourceServer::start().await, TempDir::new().unwrap());
    server.text("blog.xml", ATOM);
    let of_another_kind = "{\"updated_at\":\"2026-11-30T12:00:00Z\",\"validators\":{},\"part\":{\"health\":[]}}";
    for copy in ["", "{", of_another_kind] {
        let board = Board::default();
        std::fs::write(folder.path().join("blog.json"), copy).unwrap();
        let mut watch = watch(blog(&server), &board, folder.path());
        assert!(board.is_empty(), "{copy}");
        watch.read_once().await.unwrap();
        assert_eq!(board.channels(noon()).feeds[0].channel.items.len(), 2);
    }
}

const SUMMARY: &str = r#"{"page":{"id":"x","url":"http://x"},"status":{"indicator":"minor"},"components":[
{"id":"1","name":"Checkout","status":"partial_outage","group":false},
{"id":"2","name":"Catalog","status":"operational"},
{"id":"3","name":"All of it","status":"operational","group":true}]}"#;
const INCIDENTS: &str = r#"{"incidents":[
{"id":"a","name":"Slow catalog","status":"resolved","impact":"minor","created_at":"2026-11-20T10:00:00.000-03:00",
 "started_at":"2026-11-20T23:30:00.000-03:00","resolved_at":"2026-11-22T01:00:00Z","shortlink":"https://stspg.io/a",
 "components":[{"name":"Catalog","status":"operational"}],
 "incident_updates":[{"status":"resolved","body":"All <b>well</b>.","created_at":"2026-11-22T01:00:00Z"}]},
{"id":"b","name":"Checkout fails","status":"identified","impact":"critical","created_at":"2026-11-30T11:00:00Z",
 "resolved_at":null,"shortlink":"javascript:1","components":[{"name":"Checkout"}],"incident_updates":[
 {"status":"identified","body":"Found.","created_at":"2026-11-30T11:30:00Z"},
 {"status":"investigating","body":null,"created_at":"2026-11-30T11:00:00Z"}]},
{"id":"c","name":"Without a beginning","status":"resolved","created_at":"yesterday"}]}"#;

#[tokio::test]
async fn a_status_page_tells_incidents_and_the_last_ninety_days() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.text("api/v2/summary.json", SUMMARY);
    server.text("api/v2/incidents.json", INCIDENTS);
    let source = Source::Document(SourceKind::Status, server.root.clone());
    watch(source, &board, folder.path()).read_once().await.unwrap();
    assert_eq!(board.open_incidents(), ["Checkout fails"]);
    let channels = board.channels(noon());
    let incidents = channels.incidents.unwrap().items;
    let titles: Vec<&str> = incidents.iter().map(|incident| incident.title.as_str()).collect();
    assert_eq!(titles, ["Checkout fails", "Slow catalog"]);
    assert_eq!(
        (incidents[0].state, incidents[0].resolved_at, incidents[0].steps.len()),
        (IncidentState::Identified, None, 2)
    );
    assert_eq!((incidents[0].url.as_deref(), incidents[1].url.as_deref()), (None, Some("https://stspg.io/a")));
    assert_eq!(incidents[1].steps[0].text, "All well.");
    let components = channels.components.unwrap().items;
    let [checkout, catalog] = components.as_slice() else { panic!("{components:?}") };
    assert_eq!((checkout.days.len(), checkout.state), (90, ComponentState::PartialOutage));
    assert_eq!(checkout.days[89], ComponentState::MajorOutage, "today, by the worst that is known");
    assert_eq!(checkout.days[88], ComponentState::Operational);
    // From 2026-11-21 (in UTC) to 2026-11-22: nine and eight days ago.
    let bad: Vec<usize> = (0..90).filter(|day| catalog.days[*day] != ComponentState::Operational).collect();
    assert_eq!(bad, [80, 81]);
}

#[tokio::test]
async fn half_a_status_page_is_none() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.text("api/v2/summary.json", SUMMARY);
    let source = Source::Document(SourceKind::Status, server.root.clone());
    assert!(watch(source, &board, folder.path()).read_once().await.is_err());
    assert!(board.is_empty());
}

#[tokio::test]
async fn incidents_come_from_a_feed_too() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.text(
        "history.atom",
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title><id>s</id><updated>2026-11-30T11:40:00Z</updated>
        <entry><id>1</id><title>Search is slow</title><published>2026-11-30T11:00:00Z</published>
        <updated>2026-11-30T11:40:00Z</updated><content type="html">&lt;p&gt;&lt;strong&gt;Monitoring&lt;/strong&gt; - A fix is in.
        &lt;/p&gt;&lt;p&gt;&lt;strong&gt;Investigating&lt;/strong&gt; - We look.&lt;/p&gt;</content></entry>
        <entry><id>2</id><title>Old</title><published>2026-11-01T11:00:00Z</published><updated>2026-11-02T11:00:00Z</updated>
        <content type="html">&lt;strong&gt;Resolved&lt;/strong&gt; - Over. &lt;strong&gt;Identified&lt;/strong&gt;</content></entry></feed>"#,
    );
    let source = Source::Document(SourceKind::Status, server.url("history.atom"));
    watch(source, &board, folder.path()).read_once().await.unwrap();
    assert_eq!(board.open_incidents(), ["Search is slow"]);
    let incidents = board.channels(noon()).incidents.unwrap().items;
    assert_eq!([incidents[0].state, incidents[1].state], [IncidentState::Monitoring, IncidentState::Resolved]);
    assert!(board.channels(noon()).components.is_none(), "a feed names none");
}

#[tokio::test]
async fn health_is_told_or_found_out() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.text(
        "health.json",
        r#"{"modules":[{"name":"Checkout","status":"working","checked_at":"2026-11-30T11:59:00Z"},
        {"name":"Catalog <b>","status":"on fire"},{"name":"OMS","status":"DOWN"},{"name":" ","status":"up"}]}"#,
    );
    let source = Source::Document(SourceKind::Health, server.url("health.json"));
    watch(source, &board, folder.path()).read_once().await.unwrap();
    let told = board.channels(noon()).health.unwrap().items;
    let told: Vec<(&str, Health)> = told.iter().map(|check| (check.module.as_str(), check.health)).collect();
    assert_eq!(told, [("Checkout", Health::Working), ("Catalog", Health::Degraded), ("OMS", Health::Unavailable)]);

    server.put("up", Page::Status(401));
    server.put("down", Page::Status(503));
    let check = |module: &str, url: Url| HttpCheck { module: module.to_owned(), url };
    let inside = Url::parse("http://10.0.0.1/").unwrap();
    let checks = vec![check("A", server.url("up")), check("B", server.url("down")), check("C", inside)];
    watch(Source::Checks(checks), &board, folder.path()).read_once().await.unwrap();
    let found: Vec<Health> = board.channels(noon()).health.unwrap().items.iter().map(|check| check.health).collect();
    assert_eq!(found, [Health::Working, Health::Unavailable, Health::Unavailable]);
}

#[tokio::test]
async fn releases_are_told_by_module_and_version() {
    let (server, board, folder) = (SourceServer::start().await, Board::default(), TempDir::new().unwrap());
    server.text(
        "releases.json",
        r#"{"releases":[{"module":"Checkout","version":"6.4.0","published_at":"2026-11-01T00:00:00Z"},
        {"module":"Checkout","version":"6.5.0-beta.1","channel":"beta","notes":"Try <i>it</i>","published_at":"2026-11-28T00:00:00Z"}]}"#,
    );
    let source = Source::Document(SourceKind::Feed(FeedKind::Releases), server.url("releases.json"));
    watch(source, &board, folder.path()).read_once().await.unwrap();
    let releases = board.channels(noon()).feeds.remove(0).channel.items;
    assert_eq!((releases[0].title.as_str(), releases[0].is_beta), ("Checkout 6.5.0-beta.1", true));
    assert_eq!((releases[0].summary.as_str(), releases[1].is_beta), ("Try it", false));
}
