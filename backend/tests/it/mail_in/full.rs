//! A quarantine that is full: nothing is thrown away, nobody's reply is kept out, and the operator is told.

use super::mailbox::{Watching, hasty, is_watched};
use super::servers::{Dovecot, until};
use super::terminal::run;
use super::{Mail, Office};
use axum::http::StatusCode;
use balcao_config::QuarantineLimits;
use balcao_mail::inbox::{InboxError, Outcome, Pace};
use balcao_mail::terminal::{self, Delivered, ListShape, QuarantineCommand as Command};
use std::time::Duration;

async fn office(mails: u64, bytes: u64) -> Office {
    Office::with(|config| config.mail_in.as_mut().unwrap().quarantine = QuarantineLimits { mails, bytes }).await
}

fn spam(number: usize) -> Mail {
    Mail::new("help@desk.example").with("Message-ID", &format!("<spam-{number}@evil.example>")).saying("Buy now")
}

/// To a true address, and nobody vouches for it.
fn doubted(office: &Office, number: usize) -> Mail {
    office.reply(&format!("doubted-{number}"), "Is it me?").without("Authentication-Results")
}

async fn is_refused(office: &Office, mail: &Mail) -> bool {
    matches!(office.try_take_in(mail).await, Err(InboxError::Full))
}

fn drop_mails(ids: &[i64]) -> Command {
    Command::Drop { ids: ids.to_vec(), strangers: false }
}

#[tokio::test]
async fn strangers_fill_half_of_it_and_true_addresses_the_rest() {
    let office = office(4, 1 << 20).await;
    for number in 0..2 {
        office.take_in(&spam(number)).await;
    }
    assert!(is_refused(&office, &spam(2)).await);
    for number in 0..2 {
        assert!(matches!(office.take_in(&doubted(&office, number)).await, Outcome::Quarantined(_)));
    }
    assert!(is_refused(&office, &doubted(&office, 2)).await);
    // Of what was refused nothing is left; what was taken is known, and what joins needs no room.
    assert_eq!(office.desk.count("mail_taken").await, 4);
    assert_eq!(office.take_in(&spam(0)).await, Outcome::Known);
    assert!(matches!(office.take_in(&office.reply("1", "Not held up")).await, Outcome::Joined(_)));
    let pipe = terminal::ingest(&office.inbox(), &spam(3).bytes()[..]).await;
    assert_eq!(pipe, Delivered::Later, "it stays in the mail server's queue");

    run(&office, drop_mails(&[4])).await.unwrap();
    assert!(is_refused(&office, &spam(2)).await, "the room of strangers is still full");
    assert!(matches!(office.take_in(&doubted(&office, 2)).await, Outcome::Quarantined(_)));
}

#[tokio::test]
async fn it_is_full_by_bytes_as_well() {
    let office = office(100, 300_000).await;
    let large = |number: usize| doubted(&office, number).saying(&"x".repeat(120_000));
    for number in 0..2 {
        office.take_in(&large(number)).await;
    }
    assert!(is_refused(&office, &large(2)).await);
    assert!(matches!(office.take_in(&doubted(&office, 3)).await, Outcome::Quarantined(_)), "a small one fits");
}

/// Whoever may write too much for a comment gets an answer, and no more room than it takes to see what it was about.
#[tokio::test]
async fn of_a_mail_that_is_too_large_only_the_beginning_is_kept() {
    let office = office(100, 1 << 30).await;
    let mail = office.reply("1", &"much ".repeat(200_000)).bytes();
    office.inbox().take_in(mail.into(), false).await.unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT length(raw) FROM mail_quarantine")
        .fetch_one(&mut *office.desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(kept, 256 * 1024);
}

#[tokio::test]
async fn the_operator_is_told_and_makes_room_at_once() {
    let office = office(10, 1 << 20).await;
    let health = async || {
        let answer = office.ana.get("/readyz").await;
        (answer.status, answer.json["checks"]["mail_quarantine"].as_str().unwrap().to_owned())
    };
    assert_eq!(health().await, (StatusCode::OK, "ok".to_owned()));
    for number in 0..5 {
        office.take_in(&spam(number)).await;
    }
    office.take_in(&doubted(&office, 0)).await;
    assert_eq!(health().await, (StatusCode::OK, "full".to_owned()), "replies still join: it is ready all the same");
    let shape = ListShape { limit: 50, json: false };
    let list = run(&office, Command::List(shape)).await.unwrap();
    assert!(list.contains("6 of at most 10 mails, 1 of 1 MB") && list.contains("drop --strangers"), "{list}");

    let unknown = run(&office, drop_mails(&[1, 99])).await.unwrap_err().to_string();
    assert!(unknown.contains("no mail 99"), "{unknown}");
    assert_eq!(office.desk.count("mail_quarantine").await, 6, "all of them or none");
    let said = run(&office, Command::Drop { ids: Vec::new(), strangers: true }).await.unwrap();
    assert_eq!(said, "5 mails that name no request are deleted\n");
    assert_eq!(health().await.1, "ok");
    let list = run(&office, Command::List(shape)).await.unwrap();
    assert!(list.contains("not_authenticated") && !list.contains("drop --strangers"), "{list}");
}

/// In a mailbox what finds no room stays unread, keeps no reply waiting, and comes in once there is room.
#[tokio::test]
async fn what_finds_no_room_stays_in_the_mailbox_until_there_is_some() {
    let (office, dovecot) = (office(10, 1 << 20).await, Dovecot::start());
    let pace = Pace { again_after: Duration::from_millis(200), ..hasty() };
    for number in 0..8 {
        dovecot.deliver(&format!("spam-{number}"), &spam(number));
    }
    let watching = Watching::of(&office, dovecot.settings(), pace);
    is_watched(&office).await;
    dovecot.deliver("reply", &office.reply("1", "Behind the spam"));
    until("the reply waits", async || office.comments(office.request).await.len() == 2).await;
    until("the reply is not marked", async || dovecot.read() == 6).await;
    watching.end().await;
    // The backend is started again, and remembers nothing.
    let watching = Watching::of(&office, dovecot.settings(), pace);
    run(&office, Command::Drop { ids: Vec::new(), strangers: true }).await.unwrap();
    until("what waited is not fetched", async || dovecot.read() == 9).await;
    watching.end().await;
    assert_eq!(office.desk.count("mail_quarantine").await, 3);
    assert_eq!(office.desk.count("mail_taken").await, 9);
}
