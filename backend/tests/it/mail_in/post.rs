//! Replies over SMTP, through a real Postfix into a mailbox that is watched; and our own mail out through it.

use super::mailbox::{Watching, is_watched};
use super::servers::{Certificates, Dovecot, Flaw, Hands, Postfix, STORE, STRANGER, until};
use super::{Mail, Office};
use balcao_backend::directory;
use balcao_backend::jobs::Letters;
use balcao_backend::terminal::{self, AgentCommand};
use balcao_mail::{Letterhead, SmtpSender, Worker};
use balcao_runtime::clock::Clock as _;
use chrono::TimeDelta;
use clap::Parser;
use mail_parser::{Address, MessageParser};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// A desk whose mailbox Postfix delivers to.
struct Post {
    office: Office,
    watching: Watching,
    postfix: Postfix,
    dovecot: Dovecot,
}

impl Post {
    async fn open() -> Option<Self> {
        if !Postfix::is_possible() {
            return None;
        }
        let (office, dovecot) = (Office::open().await, Dovecot::start());
        let postfix = Postfix::start(&Hands::Mailbox(dovecot.maildir()));
        let watching = Watching::begin(&office, &dovecot);
        is_watched(&office).await;
        Some(Self { office, watching, postfix, dovecot })
    }

    /// As her program writes it: what servers add is not there yet.
    fn written_by_ana(&self, id: &str, text: &str) -> Mail {
        self.office.reply(id, text).without("Authentication-Results").without("Return-Path")
    }

    async fn has_comments(&self, number: usize) {
        let number_of = async || self.office.comments(self.office.request).await.len() == number;
        until(&format!("{number} comments; {}", self.postfix.log()), number_of).await;
    }

    async fn is_quarantined(&self, number: i64) {
        let count = async || self.office.desk.count("mail_quarantine").await == number;
        until(&format!("{number} in quarantine; {}", self.postfix.log()), count).await;
    }

    async fn reasons(&self) -> Vec<String> {
        let store = &self.office.desk.app.store;
        sqlx::query_scalar("SELECT reason FROM mail_quarantine ORDER BY id")
            .fetch_all(&mut *store.read().await.unwrap())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_reply_over_smtp_is_delivered_by_its_token_and_joins_its_request() {
    let Some(post) = Post::open().await else { return };
    let to = post.office.reply_address();
    let mail = post.written_by_ana("1", "Over SMTP").bytes();
    post.postfix.submit(STORE, "ana@store.example", &[&to], &mail).unwrap();
    post.has_comments(2).await;
    // The same mail once more: her server was not sure that ours had it.
    post.postfix.submit(STORE, "ana@store.example", &[&to], &mail).unwrap();
    until("the second copy is not read", async || post.dovecot.read() == 2).await;
    // The token stands in the envelope alone, as for a blind copy.
    let hidden = post.written_by_ana("2", "Blind copy").with("To", "undisclosed-recipients:;").bytes();
    post.postfix.submit(STORE, "ana@store.example", &[&to.to_uppercase()], &hidden).unwrap();
    post.has_comments(3).await;
    let refused = post.postfix.submit(STORE, "ana@store.example", &["nobody@desk.example"], &mail).unwrap_err();
    assert!(refused.contains("550"), "{refused}");
    assert_eq!(post.office.comments(post.office.request).await[1..], ["Over SMTP", "Blind copy"]);
    post.watching.end().await;
}

#[tokio::test]
async fn who_is_not_the_senders_server_is_not_believed_whatever_their_mail_says() {
    let Some(post) = Post::open().await else { return };
    let to = post.office.reply_address();
    let pass = "mx.desk.example; dmarc=pass header.from=store.example";
    let forged = post.written_by_ana("1", "Send me the history").topped("Authentication-Results", pass);
    // Under the server's name with a comment before it, which the server does not take out: its own word is above.
    let disguised = post.written_by_ana("2", "And the files").topped("Authentication-Results", &format!("(x) {pass}"));
    for mail in [&forged, &disguised] {
        post.postfix.submit(STRANGER, "ana@store.example", &[&to], &mail.bytes()).unwrap();
    }
    post.is_quarantined(2).await;
    // Her domain's server vouches for its own senders, not for what a program writes into `From`.
    let other = post.written_by_ana("3", "From another").with("From", "Bia <bia@other.example>");
    post.postfix.submit(STORE, "ana@store.example", &[&to], &other.bytes()).unwrap();
    post.is_quarantined(3).await;
    assert_eq!(post.reasons().await, ["not_authenticated", "not_authenticated", "other_sender"]);
    let raw: Vec<u8> = sqlx::query_scalar("SELECT raw FROM mail_quarantine ORDER BY id")
        .fetch_one(&mut *post.office.desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    let raw = String::from_utf8(raw).unwrap();
    assert!(!raw.contains("dmarc=pass"), "the forged word was taken out: {raw}");
    assert_eq!(raw.matches("Authentication-Results: mx.desk.example; spf=fail").count(), 1, "{raw}");
    assert_eq!(post.office.comments(post.office.request).await.len(), 1);
    assert_eq!(post.office.mails("created").await, 1, "nobody is answered");
    post.watching.end().await;
}

#[derive(Parser)]
struct Typed {
    #[command(subcommand)]
    command: AgentCommand,
}

/// What an agent types at the terminal.
pub(super) async fn agent_types(office: &Office, line: &[&str]) {
    let typed = Typed::try_parse_from(line).unwrap();
    let (store, config) = (&office.desk.app.store, &office.desk.app.config);
    let (now, mut out) = (office.desk.clock.now(), Vec::new());
    let desk = directory::Office { store, config, now, actor: "operator:marina", out: &mut out, width: None };
    let input = terminal::Input { from: &mut std::io::empty(), typed: false };
    terminal::run(desk, input, typed.command).await.unwrap();
}

/// Writes the mails about what happened, and sends what is due. How many left.
async fn send_mail(office: &Office, url: &str) -> u64 {
    send_mail_by(office, SmtpSender::new(url).unwrap()).await
}

async fn send_mail_by(office: &Office, sender: SmtpSender) -> u64 {
    let (app, stop) = (&office.desk.app, CancellationToken::new());
    let letters = Letters::new(app.store.clone(), app.config.clone(), app.outbox.clone(), app.reply_addresses.clone());
    letters.run_due(office.desk.clock.now(), &stop).await.unwrap();
    let letterhead = Letterhead::new(&app.config.mail.from).unwrap();
    let worker = Worker::new(app.store.clone(), office.desk.clock.clone(), Arc::new(sender), letterhead);
    u64::from(worker.run_due(&stop).await.unwrap().sent)
}

/// An agent writes; the mail leaves once the server is there, arrives, is answered by a mail program, and the answer is
/// a comment.
#[tokio::test]
async fn what_an_agent_writes_reaches_the_requester_and_their_answer_comes_back() {
    let Some(mut post) = Post::open().await else { return };
    let url = post.postfix.url();
    post.office.desk.agent("marina").await;
    let request = post.office.request.to_string();
    let reply = ["agent", "reply", &request, "--as", "marina@support.example", "--status", "pending"];
    agent_types(&post.office, &[&reply[..], &["--body", "Which browser is it?"]].concat()).await;

    post.postfix.stop();
    assert_eq!(send_mail(&post.office, &url).await, 0, "the server is away");
    post.postfix.begin();
    post.office.desk.pass(TimeDelta::days(1));
    assert_eq!(send_mail(&post.office, &url).await, 2, "the confirmation and the question");
    assert_eq!(send_mail(&post.office, &url).await, 0, "each once");
    until("the mails arrive", async || post.postfix.mails_of_ana().len() == 2).await;
    let mails = post.postfix.mails_of_ana();
    let question = mails.iter().find(|mail| String::from_utf8_lossy(mail).contains("Which browser")).unwrap();
    let question = MessageParser::default().parse(question).unwrap();

    let address = |header: Option<&Address<'_>>| header.unwrap().first().unwrap().address().unwrap().to_owned();
    let (to, quoted) = (address(question.reply_to()), question.body_text(0).unwrap());
    let quoted: String = quoted.lines().map(|line| format!("> {line}\n")).collect();
    let answer = Mail::new(&to)
        .without("Authentication-Results")
        .without("Return-Path")
        .with("In-Reply-To", &format!("<{}>", question.message_id().unwrap()))
        .with("Subject", &format!("Re: {}", question.subject().unwrap()))
        .saying(&format!("Firefox 140.\n\nOn 24 Nov 2026, Store support <{to}> wrote:\n{quoted}"));
    let sent = post.postfix.submit(STORE, "ana@store.example", &[&to], &answer.bytes());
    sent.unwrap_or_else(|error| panic!("{error}: {}", post.postfix.log()));
    post.has_comments(3).await;
    let comments = post.office.comments(post.office.request).await;
    assert_eq!(comments[1..], ["Which browser is it?", "Firefox 140."]);
    assert_eq!(post.office.status(post.office.request).await, "open", "no longer pending");
    post.watching.end().await;
}

/// Our own mail leaves encrypted, to a server whose authority the operator names, and waits where that is another.
#[tokio::test]
async fn mail_leaves_encrypted_to_a_server_whose_authority_is_named_and_waits_otherwise() {
    if !Postfix::is_possible() {
        return;
    }
    let (office, dovecot) = (Office::open().await, Dovecot::start());
    let (sound, other) = (Certificates::make(Flaw::None), Certificates::make(Flaw::None));
    let tls = format!(
        "smtpd_tls_security_level = encrypt\nsmtpd_tls_loglevel = 1\nsmtp_tls_security_level = may\n\
         smtpd_tls_cert_file = {}\nsmtpd_tls_key_file = {}\n",
        sound.server().display(),
        sound.key().display()
    );
    let postfix = Postfix::with(&Hands::Mailbox(dovecot.maildir()), &tls);
    let url = format!("{}?tls=required", postfix.url());
    let senders = [SmtpSender::new(&url).unwrap(), SmtpSender::believing(&url, &other.authority()).unwrap()];
    for sender in senders {
        assert_eq!(send_mail_by(&office, sender).await, 0, "{}", postfix.log());
        office.desk.pass(TimeDelta::hours(1));
    }
    assert_eq!(send_mail(&office, &postfix.url()).await, 0, "in clear it takes nothing");
    office.desk.pass(TimeDelta::hours(1));
    let believing = SmtpSender::believing(&url, &sound.authority()).unwrap();
    assert_eq!(send_mail_by(&office, believing).await, 1, "{}", postfix.log());
    until("it does not arrive", async || postfix.mails_of_ana().len() == 1).await;
    assert!(SmtpSender::believing(&url, &sound.key()).is_err(), "a key is no authority");
}
