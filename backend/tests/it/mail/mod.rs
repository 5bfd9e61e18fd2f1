//! Mail: in the outbox with what it tells about, sent when a server is there, nothing lost and nothing twice.

mod hidden;
mod order;

use crate::common::{ACCOUNT, Client, TestApp};
use async_trait::async_trait;
use axum::http::StatusCode;
use balcao_contract::locale::Locale;
use balcao_mail::messages::{self, Code, Reader};
use balcao_mail::{Letterhead, MailboxFolder, NewMessage, SendError, Sender, SmtpSender, Worker};
use balcao_runtime::clock::Clock as _;
use balcao_store::outbox::{self, OutboxDepth, QueuedMessage};
use chrono::TimeDelta;
use lettre::message::Message;
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

/// What it was told to answer, and what it took.
#[derive(Default)]
struct Server {
    answer: Mutex<Option<SendError>>,
    taken: Mutex<Vec<(String, String)>>,
    asked: Mutex<u32>,
}

impl Server {
    fn answers(&self, answer: Option<SendError>) {
        *self.answer.lock().unwrap() = answer;
    }
    fn taken(&self) -> Vec<(String, String)> {
        self.taken.lock().unwrap().clone()
    }
    fn asked(&self) -> u32 {
        *self.asked.lock().unwrap()
    }
}

#[async_trait]
impl Sender for Server {
    async fn send(&self, queued: &QueuedMessage, letter: &Message) -> Result<(), SendError> {
        *self.asked.lock().unwrap() += 1;
        if let Some(error) = self.answer.lock().unwrap().clone() {
            return Err(error);
        }
        let id = letter.headers().get_raw("Message-ID").unwrap().to_owned();
        self.taken.lock().unwrap().push((queued.message.dedupe_key.clone(), id));
        Ok(())
    }
}

fn unavailable() -> Option<SendError> {
    Some(SendError::Unavailable("smtp: no connection".to_owned()))
}

fn worker(app: &TestApp, sender: Arc<dyn Sender>) -> Worker {
    let letterhead = Letterhead::new("Suporte Balcão <support@desk.example>").unwrap();
    Worker::new(app.app.store.clone(), app.clock.clone(), sender, letterhead)
        .opening_with(app.app.identity.site.key.clone())
}

fn message(app: &TestApp, dedupe_key: &str) -> NewMessage {
    let now = app.clock.now();
    let message = messages::code(&Code {
        reader: Reader { email: "ana@example.com", name: "Ana Conceição", locale: Locale::Pt },
        code: "042137",
        now,
        expires_at: now + TimeDelta::minutes(10),
        dedupe_key,
    })
    .unwrap();
    NewMessage { useful_until: None, ..message }
}

async fn enqueue(app: &TestApp, message: &NewMessage) -> bool {
    let mut tx = app.app.store.begin().await.unwrap();
    let new = outbox::enqueue(&mut tx, message, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    new
}

async fn depth(app: &TestApp) -> OutboxDepth {
    outbox::depth(&mut app.app.store.read().await.unwrap()).await.unwrap()
}

async fn new_request(client: &Client) -> u64 {
    let body = json!({ "request": {
        "subject": "Checkout <b>down</b>\u{202e}", "comment": { "body": "It stopped at 9.\nNothing helps." },
    } });
    let answer = client.post("/api/v2/requests", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["request"]["id"].as_u64().unwrap()
}

#[tokio::test]
async fn with_the_server_down_nothing_is_lost_and_afterwards_nothing_comes_twice() {
    let app = TestApp::new().await;
    let (server, stop) = (Arc::new(Server::default()), CancellationToken::new());
    let worker = worker(&app, server.clone());
    for number in 0..3 {
        enqueue(&app, &message(&app, &format!("m:{number}"))).await;
    }
    server.answers(unavailable());
    // Days without a server.
    for _ in 0..100 {
        let round = worker.run_due(&stop).await.unwrap();
        assert!(round.failed <= 1 && round.sent == 0, "one failed connection says it for all");
        app.wait(TimeDelta::hours(1));
    }
    assert_eq!(depth(&app).await, OutboxDepth { waiting: 3, dead: 0 });
    server.answers(None);
    app.wait(TimeDelta::hours(1));
    assert_eq!(worker.run_due(&stop).await.unwrap().sent, 3);
    assert_eq!(worker.run_due(&stop).await.unwrap().sent, 0);
    let mut keys: Vec<String> = server.taken().into_iter().map(|(key, _)| key).collect();
    keys.sort();
    assert_eq!(keys, ["m:0", "m:1", "m:2"]);
    assert_eq!(depth(&app).await, OutboxDepth::default());
}

#[tokio::test]
async fn the_same_message_goes_into_the_outbox_once() {
    let app = TestApp::new().await;
    let (server, stop) = (Arc::new(Server::default()), CancellationToken::new());
    let worker = worker(&app, server.clone());
    assert!(enqueue(&app, &message(&app, "m:1")).await);
    assert!(!enqueue(&app, &message(&app, "m:1")).await);
    worker.run_due(&stop).await.unwrap();
    assert!(!enqueue(&app, &message(&app, "m:1")).await, "not after it was sent either");
    worker.run_due(&stop).await.unwrap();
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn what_was_rolled_back_is_not_sent() {
    let app = TestApp::new().await;
    let (server, stop) = (Arc::new(Server::default()), CancellationToken::new());
    let mut tx = app.app.store.begin().await.unwrap();
    outbox::enqueue(&mut tx, &message(&app, "m:1"), app.clock.now()).await.unwrap();
    drop(tx);
    worker(&app, server.clone()).run_due(&stop).await.unwrap();
    assert_eq!(server.taken(), []);
}

#[tokio::test]
async fn a_crash_between_sending_and_marking_repeats_the_same_message_id() {
    let app = TestApp::new().await;
    let (server, stop) = (Arc::new(Server::default()), CancellationToken::new());
    let worker = worker(&app, server.clone());
    enqueue(&app, &message(&app, "m:1")).await;
    worker.run_due(&stop).await.unwrap();
    // The mark is lost; the lease is over.
    let mut tx = app.app.store.begin().await.unwrap();
    let undo =
        "UPDATE outbox SET state = 'waiting', subject = 's', text_body = 't', html_body = 'h', settled_at = NULL";
    sqlx::query(undo).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(worker.run_due(&stop).await.unwrap().sent, 0, "held until the lease is over");
    app.wait(TimeDelta::minutes(6));
    assert_eq!(worker.run_due(&stop).await.unwrap().sent, 1);
    let taken = server.taken();
    assert_eq!((taken.len(), &taken[0]), (2, &taken[1]));
    assert!(taken[0].1.ends_with("@desk.example>"));
}

#[tokio::test]
async fn a_refused_message_is_given_up_after_some_tries_and_holds_nobody_back() {
    let app = TestApp::new().await;
    let (server, stop) = (Arc::new(Server::default()), CancellationToken::new());
    let worker = worker(&app, server.clone());
    server.answers(Some(SendError::Refused("smtp: 550".to_owned())));
    enqueue(&app, &message(&app, "m:1")).await;
    enqueue(&app, &message(&app, "m:2")).await;
    for _ in 0..10 {
        worker.run_due(&stop).await.unwrap();
        app.wait(TimeDelta::hours(1));
    }
    assert_eq!(server.asked(), 10, "five tries each");
    assert_eq!(depth(&app).await, OutboxDepth { waiting: 0, dead: 2 });
    server.answers(None);
    enqueue(&app, &message(&app, "m:3")).await;
    worker.run_due(&stop).await.unwrap();
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_none_blocks_nobody() {
    let app = TestApp::new().await;
    let (server, stop) = (Arc::new(Server::default()), CancellationToken::new());
    let worker = worker(&app, server.clone());
    enqueue(&app, &NewMessage { to: "no address\r\nBcc: x@y.example".to_owned(), ..message(&app, "m:1") }).await;
    enqueue(&app, &message(&app, "m:2")).await;
    assert_eq!(worker.run_due(&stop).await.unwrap().sent, 1);
}

#[tokio::test]
async fn a_code_that_is_over_is_not_sent() {
    let app = TestApp::new().await;
    let (server, stop) = (Arc::new(Server::default()), CancellationToken::new());
    let worker = worker(&app, server.clone());
    let until = app.clock.now() + TimeDelta::minutes(10);
    enqueue(&app, &NewMessage { useful_until: Some(until), ..message(&app, "m:1") }).await;
    server.answers(unavailable());
    worker.run_due(&stop).await.unwrap();
    app.wait(TimeDelta::minutes(11));
    server.answers(None);
    worker.run_due(&stop).await.unwrap();
    assert_eq!((server.taken().len(), depth(&app).await), (0, OutboxDepth::default()));
}

#[tokio::test]
async fn a_code_does_not_stay_in_the_database_once_it_was_sent() {
    let app = TestApp::new().await;
    let stop = CancellationToken::new();
    enqueue(&app, &message(&app, "m:1")).await;
    worker(&app, Arc::new(Server::default())).run_due(&stop).await.unwrap();
    let (text, html): (String, String) = sqlx::query_as("SELECT text_body, html_body FROM outbox")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!((text.as_str(), html.as_str()), ("", ""));
}

#[tokio::test]
async fn a_real_server_that_is_not_there_is_no_reason_to_lose_mail() {
    let app = TestApp::new().await;
    // A port that nobody listens on: it was ours a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let sender = Arc::new(SmtpSender::new(&format!("smtp://127.0.0.1:{port}")).unwrap());
    enqueue(&app, &message(&app, "m:1")).await;
    let round = worker(&app, sender).run_due(&CancellationToken::new()).await.unwrap();
    assert!(round.unavailable && round.sent == 0);
    assert_eq!(depth(&app).await.waiting, 1);
    let fault: String = sqlx::query_scalar("SELECT last_fault FROM outbox")
        .fetch_one(&mut *app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(fault, "smtp: no connection");
}

#[tokio::test]
async fn a_real_server_gets_the_message() {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    let app = TestApp::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        let (mut heard, mut in_data) = (Vec::new(), false);
        writer.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let answer: &[u8] = match line.as_str() {
                "." if in_data => {
                    in_data = false;
                    b"250 taken\r\n"
                }
                _ if in_data => b"",
                "DATA" => {
                    in_data = true;
                    b"354 go on\r\n"
                }
                "QUIT" => b"221 bye\r\n",
                _ => b"250 ok\r\n",
            };
            heard.push(line);
            if writer.write_all(answer).await.is_err() || answer.starts_with(b"221") || answer == b"250 taken\r\n" {
                break;
            }
        }
        heard
    });
    let sender = Arc::new(SmtpSender::new(&format!("smtp://127.0.0.1:{port}")).unwrap());
    enqueue(&app, &message(&app, "m:1")).await;
    let round = worker(&app, sender).run_due(&CancellationToken::new()).await.unwrap();
    assert_eq!(round.sent, 1);
    let heard = server.await.unwrap().join("\n");
    for expected in ["MAIL FROM:<support@desk.example>", "RCPT TO:<ana@example.com>", "Auto-Submitted: auto-generated"]
    {
        assert!(heard.contains(expected), "{heard}");
    }
}

/// The messages in a folder, oldest first.
fn letters(folder: &std::path::Path) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.iter().all(|file| file.extension().is_some_and(|ending| ending == "eml")), "{files:?}");
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// A part's text, decoded; enough of MIME for our own messages.
fn part(letter: &str, content_type: &str) -> String {
    let at = letter.find(&format!("Content-Type: {content_type}")).unwrap();
    let (headers, body) = letter[at..].split_once("\r\n\r\n").unwrap();
    let body = &body[..body.find("\r\n--").unwrap()];
    let bytes: Vec<u8> = if headers.contains("quoted-printable") {
        let body = body.replace("=\r\n", "");
        let mut pieces = body.split('=');
        let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
        for piece in pieces {
            bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
            bytes.extend(&piece.as_bytes()[2..]);
        }
        bytes
    } else if headers.contains("base64") {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.decode(body.replace("\r\n", "")).unwrap()
    } else {
        body.as_bytes().to_vec()
    };
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

#[tokio::test]
async fn an_opened_request_is_confirmed_in_the_requesters_language() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let number = new_request(&ana).await;
    let folder = app.folder.path().join("letters");
    let worker = worker(&app, Arc::new(MailboxFolder::new(&folder).unwrap()));
    assert_eq!(worker.run_due(&CancellationToken::new()).await.unwrap().sent, 1);
    let letters = letters(&folder);
    let letter = &letters[0];
    assert_eq!(letters.len(), 1);
    for header in [
        "Auto-Submitted: auto-generated\r\n",
        "X-Auto-Response-Suppress: All\r\n",
        "Content-Language: en-US\r\n",
        "To: ana <ana@example.com>\r\n",
        "<support@desk.example>\r\n",
        "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n",
        "MIME-Version: 1.0\r\n",
    ] {
        assert!(letter.contains(header), "{header}: {letter}");
    }
    let text = part(letter, "text/plain");
    assert!(text.contains(&format!("#{number}")) && text.contains("It stopped at 9.\nNothing helps."), "{text}");
    assert!(text.contains(&format!("requests/{number}")), "{text}");
    let html = part(letter, "text/html");
    assert!(html.contains("Checkout &lt;b&gt;down&lt;") && !html.contains("<b>down"), "{html}");
}

#[tokio::test]
async fn letters_in_a_folder_are_whole_and_written_once() {
    let app = TestApp::new().await;
    let folder = app.folder.path().join("letters");
    let stop = CancellationToken::new();
    let worker = worker(&app, Arc::new(MailboxFolder::new(&folder).unwrap()));
    enqueue(&app, &message(&app, "m:1")).await;
    worker.run_due(&stop).await.unwrap();
    let mut tx = app.app.store.begin().await.unwrap();
    sqlx::query("UPDATE outbox SET state = 'waiting', settled_at = NULL").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    app.wait(TimeDelta::minutes(6));
    assert_eq!(worker.run_due(&stop).await.unwrap().sent, 1);
    assert_eq!(letters(&folder).len(), 1, "the same message, the same file");
}

#[tokio::test]
async fn nothing_that_was_typed_becomes_a_header() {
    let app = TestApp::new().await;
    let folder = app.folder.path().join("letters");
    let evil = NewMessage {
        subject: "Hello\r\nBcc: victim@example.com\r\n\r\n<script>".to_owned(),
        to_name: "Ana\r\nCc: victim@example.com \u{202e}\"<x@y.example>".to_owned(),
        headers: vec![("X-Note".to_owned(), "a\r\nBcc: victim@example.com".to_owned())],
        ..message(&app, "m:1")
    };
    enqueue(&app, &evil).await;
    let worker = worker(&app, Arc::new(MailboxFolder::new(&folder).unwrap()));
    worker.run_due(&CancellationToken::new()).await.unwrap();
    let letter = letters(&folder).remove(0);
    let headers = letter.split("\r\n\r\n").next().unwrap();
    for line in headers.split("\r\n") {
        let line = line.to_ascii_lowercase();
        assert!(!line.starts_with("bcc:") && !line.starts_with("cc:"), "{headers}");
    }
    assert_eq!(headers.matches("To:").count(), 1, "{headers}");
}
