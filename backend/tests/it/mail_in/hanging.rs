//! What servers do that break: they fall silent, hang up, and say things when nobody listens.

use super::Office;
use super::mailbox::{Watching, hasty};
use super::servers::scripted::{Deed, Scripted, usual};
use super::servers::until;
use balcao_config::{Imap, ImapTls};
use balcao_mail::inbox::Pace;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;
use zeroize::Zeroizing;

fn settings(server: &Scripted, tls: ImapTls) -> Imap {
    Imap {
        host: "127.0.0.1".to_owned(),
        port: server.port,
        tls,
        ca_file: None,
        user: "reply".to_owned(),
        password: Zeroizing::new("secret".to_owned()),
        folder: "INBOX".to_owned(),
    }
}

/// Wherever a server stops answering, it is left after a while and tried again; a mail comes through in the end.
#[tokio::test]
async fn a_server_that_falls_silent_or_hangs_up_is_tried_again() {
    let office = Office::open().await;
    let mail = office.reply("1", "In the end").bytes();
    let silent = ["", "LOGIN", "CAPABILITY", "SELECT", "UID SEARCH", "UID FETCH", "UID STORE", "IDLE", "DONE"];
    let script = Box::new(move |connection: usize, command: &str| {
        let stop = silent.get(connection / 2).copied();
        let is_there = match stop {
            Some("") => command.is_empty(),
            Some(stop) => command.starts_with(stop),
            None => false,
        };
        match (is_there, connection % 2) {
            (true, 0) => Deed::FallSilent,
            (true, _) => Deed::HangUp,
            (false, _) => usual(command, std::slice::from_ref(&mail)),
        }
    });
    let server = Scripted::start(script).await;
    let limit = Duration::from_millis(200);
    let pace =
        Pace { command: limit, fetch: limit, idle_for: limit, longest_pause: Duration::from_millis(5), ..hasty() };
    let watching = Watching::of(&office, settings(&server, ImapTls::None), pace);
    let last = silent.len() * 2;
    let idles = format!("{last} A");
    until("it is not tried again", async || {
        server.heard().iter().any(|line| line.starts_with(&idles) && line.ends_with("IDLE"))
    })
    .await;
    watching.end().await;
    assert_eq!(office.comments(office.request).await[1..], ["In the end"]);
}

/// A server that does not answer must not keep the backend from ending.
#[tokio::test]
async fn the_watching_ends_at_once_while_the_server_is_silent() {
    for silent in ["", "LOGIN", "SELECT", "UID SEARCH"] {
        let office = Office::open().await;
        let script = Box::new(move |_: usize, command: &str| {
            let is_there = if silent.is_empty() { command.is_empty() } else { command.starts_with(silent) };
            if is_there { Deed::FallSilent } else { usual(command, &[]) }
        });
        let server = Scripted::start(script).await;
        let watching = Watching::of(&office, settings(&server, ImapTls::None), Pace::default());
        let said = if silent.is_empty() { 0 } else { 1 };
        until("it does not come", async || server.heard().len() >= said).await;
        let begin = Instant::now();
        watching.end().await;
        assert!(begin.elapsed() < Duration::from_secs(10), "{silent:?}");
    }
}

/// Mail that arrives while another is taken is announced once, in the answer to whatever comes next; IDLE says nothing
/// of it any more.
#[tokio::test]
async fn mail_that_is_announced_between_two_commands_is_not_waited_for() {
    let office = Office::open().await;
    let mails: Vec<Vec<u8>> =
        (0..3).map(|number| office.reply(&number.to_string(), &format!("Mail {number}")).bytes()).collect();
    let there = Arc::new(Mutex::new((0, 0)));
    let script = Box::new(move |_: usize, command: &str| {
        let (count, idles) = &mut *there.lock().unwrap();
        if command == "IDLE" {
            *idles += 1;
        }
        match (command, *idles) {
            // The first mail comes as it should, the others at bad moments.
            ("IDLE", 1) => {
                *count = 1;
                Deed::Say("+ idling\r\n* 1 EXISTS\r\n".to_owned())
            }
            ("IDLE", 2) => {
                *count = 3;
                Deed::Say("* 3 EXISTS\r\n+ idling\r\n".to_owned())
            }
            (command, 1) if command.starts_with("UID STORE 1 ") => {
                *count = 2;
                Deed::Say("* 2 EXISTS\r\n{tag} OK done\r\n".to_owned())
            }
            _ => usual(command, &mails[..*count]),
        }
    });
    let server = Scripted::start(script).await;
    let watching = Watching::of(&office, settings(&server, ImapTls::None), hasty());
    until("a mail waits for the next one", async || office.comments(office.request).await.len() == 4).await;
    until("it never rests", async || server.heard().iter().filter(|line| line.ends_with(" IDLE")).count() == 3).await;
    let looks = server.heard().iter().filter(|line| line.contains("SELECT")).count();
    assert!(looks <= 6, "it looks again and again: {:?}", server.heard());
    watching.end().await;
    assert_eq!(office.comments(office.request).await[1..], ["Mail 0", "Mail 1", "Mail 2"]);
}

/// Whoever sits between must not get the password by taking encryption out of the conversation.
#[tokio::test]
async fn without_starttls_the_password_is_sent_nowhere() {
    for answer in [
        "{tag} NO not here\r\n",
        "{tag} BAD what is that\r\n",
        "{tag} OK begin\r\n* OK in clear all the same\r\n",
        "{tag} OK begin\r\n{tag} OK signed in\r\n* CAPABILITY IMAP4rev1 IDLE\r\n",
    ] {
        for greeting in ["* OK ready\r\n", "* PREAUTH welcome\r\n"] {
            let office = Office::open().await;
            let script = Box::new(move |_: usize, command: &str| match command {
                "" => Deed::Say(greeting.to_owned()),
                "STARTTLS" => Deed::Say(answer.to_owned()),
                command => usual(command, &[]),
            });
            let server = Scripted::start(script).await;
            let pace = Pace { command: Duration::from_millis(300), ..hasty() };
            let watching = Watching::of(&office, settings(&server, ImapTls::StartTls), pace);
            until("it is not tried again", async || server.heard().iter().any(|line| line.starts_with("2 "))).await;
            watching.end().await;
            let heard = server.heard().join("\n");
            assert!(!heard.contains("secret") && !heard.contains("LOGIN"), "{answer:?}: {heard}");
            assert_eq!(office.desk.count("mail_places").await, 0);
        }
    }
}
