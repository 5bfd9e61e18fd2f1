//! The program with few descriptors, and somebody who takes as many connections as they can: everybody else still gets in.

use crate::common::{HOST_KEY, sign};
use chrono::Utc;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use std::fs::File;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// How long a person would wait for what must come.
const PATIENCE: Duration = Duration::from_secs(20);
/// Another network address of this machine.
const ELSEWHERE: [u8; 4] = [127, 0, 0, 2];
const HERE: [u8; 4] = [127, 0, 0, 1];

/// The program as it serves, with so many descriptors.
struct Server {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &TempDir, limit: &str, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", &format!("ulimit {limit} && exec \"$0\" serve"), env!("CARGO_BIN_EXE_balcao-backend")]);
    command.env_clear().env("BALCAO_DATA_DIR", folder.path().join("data")).env("BALCAO_LISTEN", "127.0.0.1:0");
    command.env("BALCAO_DEMO_DATA", "false").env("BALCAO_HOST_TOKEN_KEY", String::from_utf8_lossy(HOST_KEY).as_ref());
    // What a person asks in a minute is limited elsewhere.
    command.env("BALCAO_LIMITS_REQUESTS_PER_MINUTE", "0").env("BALCAO_LIMITS_ADDRESS_REQUESTS_PER_MINUTE", "0");
    command.envs(settings.iter().map(|(name, value)| (format!("BALCAO_{name}"), value)));
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

impl Server {
    /// `limit` as the shell's `ulimit` takes it.
    async fn start(limit: &str, settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let child = command(&folder, limit, settings).stderr(File::create(&log).unwrap()).spawn().unwrap();
        let address = async {
            loop {
                let said = std::fs::read_to_string(&log).unwrap();
                if let Some((_, rest)) = said.split_once("listening address=") {
                    return rest.split_whitespace().next().unwrap().parse().unwrap();
                }
                tokio::task::yield_now().await;
            }
        };
        let Ok(address) = timeout(PATIENCE, address).await else {
            panic!("it does not listen:\n{}", std::fs::read_to_string(&log).unwrap());
        };
        Self { child, address, _folder: folder }
    }

    async fn connect(&self, from: [u8; 4]) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        timeout(PATIENCE, socket.connect(self.address)).await.expect("no connection").unwrap()
    }

    /// Sends a request on a connection of its own, and reads what comes until the end of the head.
    async fn ask(&self, from: [u8; 4], head: &str, body: &str) -> Spoken {
        let mut stream = self.connect(from).await;
        let request = format!("{head}\r\nHost: desk\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let answer = async {
            while !heard.windows(4).any(|four| four == b"\r\n\r\n") {
                if stream.read_buf(&mut heard).await.unwrap_or(0) == 0 {
                    break;
                }
            }
        };
        timeout(PATIENCE, answer).await.unwrap_or_else(|_| panic!("no answer to {head}"));
        Spoken { stream, heard }
    }

    /// The token of a session.
    async fn sign_in(&self, from: [u8; 4], email: &str) -> String {
        let claims = json!({
            "sub": email, "email": email, "name": "Somebody", "account": "acmestore", "region": "latin_america",
            "iss": "balcao-dev-host", "aud": "balcao", "exp": Utc::now().timestamp() + 300,
        });
        let body = json!({ "token": sign(&claims, HOST_KEY, Algorithm::HS256) }).to_string();
        let head = "POST /api/panel/session HTTP/1.1\r\nContent-Type: application/json";
        let answer = self.ask(from, head, &body).await;
        assert_eq!(answer.status(), 201, "{}", answer.text());
        answer.json().await["session"]["token"].as_str().unwrap().to_owned()
    }

    async fn get(&self, from: [u8; 4], path: &str, token: &str) -> Spoken {
        self.ask(from, &format!("GET {path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\nAccept-Language: pt"), "")
            .await
    }

    /// Everything that somebody does at the desk.
    async fn serves(&self, from: [u8; 4], email: &str) {
        let token = self.sign_in(from, email).await;
        assert_eq!(self.get(from, "/api/v2/requests", &token).await.status(), 200);
        let stream = self.get(from, "/api/panel/events", &token).await;
        assert_eq!(stream.status(), 200);
        assert_eq!(self.get(from, "/healthz", "").await.status(), 200);
    }

    /// A figure of `/metrics`, the sum over its labels.
    async fn figure(&self, name: &str) -> f64 {
        let text = self.get(ELSEWHERE, "/metrics", "").await.whole().await;
        let values = text.lines().filter_map(|line| line.strip_prefix(name)?.rsplit(' ').next()?.parse::<f64>().ok());
        values.sum()
    }
}

/// What was said so far on a connection that stays open.
struct Spoken {
    stream: TcpStream,
    heard: Vec<u8>,
}

impl Spoken {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.heard).into_owned()
    }

    fn status(&self) -> u16 {
        self.text().split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
    }

    fn header(&self, name: &str) -> Option<String> {
        let text = self.text();
        let mut lines = text.lines().take_while(|line| !line.is_empty());
        lines.find_map(|line| {
            Some(line.split_once(':').filter(|(known, _)| known.eq_ignore_ascii_case(name))?.1.trim().to_owned())
        })
    }

    /// The body, as long as the head says.
    async fn whole(mut self) -> String {
        let length: usize = self.header("content-length").unwrap().parse().unwrap();
        let head = self.heard.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        while self.heard.len() < head + length {
            assert_ne!(timeout(PATIENCE, self.stream.read_buf(&mut self.heard)).await.unwrap().unwrap(), 0);
        }
        String::from_utf8_lossy(&self.heard[head..]).into_owned()
    }

    async fn json(self) -> Value {
        serde_json::from_str(&self.whole().await).unwrap()
    }

    /// How much more comes before the other side ends it.
    async fn rest(mut self) -> usize {
        let mut rest = 0;
        let mut piece = vec![0; 64 * 1024];
        let read = async {
            // A connection that was broken off ends with an error.
            while let Ok(read) = self.stream.read(&mut piece).await {
                if read == 0 {
                    break;
                }
                rest += read;
            }
        };
        timeout(PATIENCE, read).await.expect("it was not let go");
        rest
    }
}

#[tokio::test]
async fn six_hundred_streams_of_one_person_shut_nobody_out() {
    let server = Server::start("-n 512", &[]).await;
    let ana = server.sign_in(HERE, "ana@acmestore.example").await;
    let mut open = Vec::new();
    for _ in 0..600 {
        open.push(server.get(HERE, "/api/panel/events", &ana).await);
    }
    let (streams, refused): (Vec<_>, Vec<_>) = open.iter().partition(|one| one.status() == 200);
    assert_eq!(streams.len(), 20);
    for one in &refused {
        assert_eq!((one.status(), one.header("retry-after").is_some()), (429, true), "{}", one.text());
    }
    assert_eq!(server.figure("balcao_live_streams").await, 20.0);
    for from in [HERE, ELSEWHERE] {
        server.serves(from, "bruno@acmestore.example").await;
    }
    drop(open);
}

#[tokio::test]
async fn connections_that_ask_for_nothing_make_room() {
    let server = Server::start("-n 512", &[]).await;
    let mut idle = Vec::new();
    for _ in 0..600 {
        idle.push(server.connect(HERE).await);
    }
    // Those who are told that there is no place, because so many leave at once, are a few; they are gone after seconds.
    let settled = async { while server.figure("balcao_connections ").await > 60.0 {} };
    timeout(PATIENCE, settled).await.expect("too many connections stay");
    for from in [HERE, ELSEWHERE] {
        server.serves(from, "ana@acmestore.example").await;
    }
    assert!(server.figure("balcao_connections_let_go_total").await >= 100.0);
    drop(idle);
}

#[tokio::test]
async fn who_finds_no_place_is_told_when_to_come_back_and_the_probe_gets_in() {
    let places = [("LIMITS_CONNECTIONS", "8"), ("LIMITS_ADDRESS_CONNECTIONS", "4"), ("LIMITS_STREAMS", "8")];
    let server = Server::start("-n 512", &places).await;
    let ana = server.sign_in(HERE, "ana@acmestore.example").await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        let stream = server.get(HERE, "/api/panel/events", &ana).await;
        assert_eq!(stream.status(), 200, "{}", stream.text());
        streams.push(stream);
    }
    let refused = server.get(HERE, "/api/v2/requests", &ana).await;
    assert_eq!(refused.status(), 503, "{}", refused.text());
    assert_eq!(refused.header("connection").as_deref(), Some("close"));
    assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
    assert_eq!(refused.header("content-language").as_deref(), Some("pt-BR"));
    assert_eq!(server.get(HERE, "/healthz", "").await.status(), 200);
    server.serves(ELSEWHERE, "bruno@acmestore.example").await;
    assert!(server.figure("balcao_connections_turned_away_total").await >= 1.0);
    streams.pop();
    // The place comes back as the program notices that the other side has gone.
    let comes_back = async { while server.get(HERE, "/api/v2/requests", &ana).await.status() != 200 {} };
    timeout(PATIENCE, comes_back).await.unwrap();
}

#[tokio::test]
async fn a_reader_who_does_not_read_is_let_go() {
    let server = Server::start("-n 512", &[("LIMITS_ANSWER_SILENCE_SECONDS", "1")]).await;
    let ana = server.sign_in(HERE, "ana@acmestore.example").await;
    let session = server.get(HERE, "/api/panel/session", &ana).await.json().await;
    let csrf = session["session"]["csrf_token"].as_str().unwrap_or_default();
    let head = format!(
        "POST /api/v2/uploads?filename=large.log HTTP/1.1\r\nAuthorization: Bearer {ana}\r\nX-CSRF-Token: {csrf}"
    );
    let size = 16 * 1024 * 1024;
    let upload = server.ask(HERE, &head, &"a line of a log\n".repeat(size / 16)).await;
    assert_eq!(upload.status(), 201, "{}", upload.text());
    let address = upload.json().await["upload"]["attachment"]["content_url"].as_str().unwrap().to_owned();
    let path = format!("/api/v2/{}", address.split_once("/api/v2/").unwrap().1);
    let download = server.get(HERE, &path, &ana).await;
    assert_eq!(download.status(), 200);
    let let_go = async { while server.figure("balcao_connections_let_go_total").await < 1.0 {} };
    timeout(PATIENCE, let_go).await.expect("the reader was not let go");
    assert!(download.rest().await < size);
    server.serves(HERE, "ana@acmestore.example").await;
}

#[tokio::test]
async fn heads_are_bounded() {
    let server = Server::start("-n 512", &[]).await;
    let many: String = (0..200).map(|number| format!("\r\nX-{number}: 1")).collect();
    let long = format!("\r\nX-Long: {}", "a".repeat(300_000));
    for more in [many, long] {
        let answer = server.ask(HERE, &format!("GET /healthz HTTP/1.1{more}"), "").await;
        assert_eq!(answer.status(), 431, "{}", answer.text());
    }
    assert_eq!(server.get(HERE, "/healthz", "").await.status(), 200);
}

#[test]
fn too_few_descriptors_are_refused_with_what_to_set() {
    for (limit, settings, expected) in [
        ("-n 200", [("LOG_LEVEL", "info")].as_slice(), "LimitNOFILE=16384"),
        ("-n 512", &[("LIMITS_CONNECTIONS", "5000")], "limits.connections"),
        ("-n 512", &[("LIMITS_CONNECTIONS", "100"), ("LIMITS_STREAMS", "101")], "limits.streams"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let ran = super::Ran::from(command(&folder, limit, settings).stderr(Stdio::piped()).output().unwrap());
        assert_eq!(ran.code, Some(1), "{limit}: {}", ran.err);
        let said = ran.err.lines().last().unwrap_or_default();
        assert!(said.starts_with("balcao-backend: ") && said.contains(expected), "{limit}: {}", ran.err);
    }
}

#[tokio::test]
async fn descriptors_that_may_be_had_are_taken() {
    let server = Server::start("-Sn 200", &[]).await;
    server.serves(HERE, "ana@acmestore.example").await;
}
