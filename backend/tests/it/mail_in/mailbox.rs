//! A watched mailbox on a real server: what arrives is taken at once, and nothing is lost or twice when it goes away.

use super::Office;
use super::servers::{Dovecot, until};
use balcao_config::Imap;
use balcao_mail::inbox::{Outcome, Pace, spawn_watch_at};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The watching, ended with the test.
pub struct Watching {
    stop: CancellationToken,
    workers: TaskTracker,
}

impl Watching {
    pub fn begin(office: &Office, dovecot: &Dovecot) -> Self {
        Self::of(office, dovecot.settings(), hasty())
    }

    pub fn of(office: &Office, imap: Imap, pace: Pace) -> Self {
        let watching = Self { stop: CancellationToken::new(), workers: TaskTracker::new() };
        spawn_watch_at(office.inbox(), imap, pace, &watching.workers, watching.stop.clone());
        watching
    }

    pub async fn end(self) {
        self.stop.cancel();
        self.workers.close();
        self.workers.wait().await;
    }
}

/// With pauses that a test can wait for; what arrives is not waited for in any case.
pub fn hasty() -> Pace {
    Pace { longest_pause: Duration::from_millis(50), ..Pace::default() }
}

pub async fn is_watched(office: &Office) {
    until("the mailbox is not watched", async || office.desk.count("mail_places").await == 1).await;
}

#[tokio::test]
async fn what_arrives_in_the_mailbox_becomes_a_comment_and_is_marked_as_read() {
    let (office, dovecot) = (Office::open().await, Dovecot::start());
    // What was read there before anybody watched is no news; what was not is.
    dovecot.deliver("old", &office.reply("old", "Unread before"));
    let watching = Watching::begin(&office, &dovecot);
    is_watched(&office).await;
    for number in 0..3 {
        dovecot.deliver(&format!("new-{number}"), &office.reply(&number.to_string(), &format!("Mail {number}")));
    }
    until("nothing arrived", async || office.comments(office.request).await.len() == 5).await;
    until("not marked", async || dovecot.read() == 4).await;
    watching.end().await;
    let mut comments = office.comments(office.request).await;
    comments.drain(..1);
    comments.sort();
    assert_eq!(comments, ["Mail 0", "Mail 1", "Mail 2", "Unread before"]);
}

/// The process died after the transaction, and before the mail was marked and the place noted.
#[tokio::test]
async fn a_mail_that_was_taken_but_not_marked_is_known_after_a_restart() {
    let (office, dovecot) = (Office::open().await, Dovecot::start());
    let mail = office.reply("1", "Once");
    assert!(matches!(office.take_in(&mail).await, Outcome::Joined(_)));
    dovecot.deliver("taken", &mail);
    let watching = Watching::begin(&office, &dovecot);
    is_watched(&office).await;
    assert_eq!(dovecot.read(), 1);
    watching.end().await;
    assert_eq!(office.comments(office.request).await.len(), 2);
}

#[tokio::test]
async fn after_the_server_was_away_and_numbers_its_mails_anew_nothing_is_lost_or_twice() {
    let (office, mut dovecot) = (Office::open().await, Dovecot::start());
    let watching = Watching::begin(&office, &dovecot);
    is_watched(&office).await;
    dovecot.deliver("before", &office.reply("1", "Before"));
    until("nothing arrived", async || office.comments(office.request).await.len() == 2).await;
    dovecot.stop();
    dovecot.forget_numbers();
    dovecot.deliver("meanwhile", &office.reply("2", "Meanwhile"));
    dovecot.start_again();
    until("nothing arrived", async || office.comments(office.request).await.len() == 3).await;
    until("not marked", async || dovecot.read() == 2).await;
    watching.end().await;
    assert_eq!(office.comments(office.request).await.last().unwrap(), "Meanwhile");
}

#[tokio::test]
async fn a_server_that_announces_nothing_is_asked() {
    let dovecot = Dovecot::with("ssl = no\nimap_capability = IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE LITERAL+\n");
    let office = Office::open().await;
    let pace = Pace { look_every: Duration::from_millis(50), ..hasty() };
    let watching = Watching::of(&office, dovecot.settings(), pace);
    is_watched(&office).await;
    for number in 0..3 {
        dovecot.deliver(&number.to_string(), &office.reply(&number.to_string(), "Asked for"));
        until("not fetched", async || office.comments(office.request).await.len() == number + 2).await;
    }
    until("not marked", async || dovecot.read() == 3).await;
    watching.end().await;
}

#[tokio::test]
async fn five_hundred_mails_that_wait_at_start_are_taken_once_each() {
    let (office, dovecot) = (Office::open().await, Dovecot::start());
    for number in 0..500 {
        let id = number.to_string();
        dovecot.deliver(&id, &office.reply(&id, &format!("Mail {number}")));
    }
    let watching = Watching::begin(&office, &dovecot);
    until("not all arrived", async || office.desk.count("comments").await == 501).await;
    // One more, while nobody knows yet that all of them are marked.
    dovecot.deliver("last", &office.reply("last", "The last"));
    until("the last did not arrive", async || office.desk.count("comments").await == 502).await;
    until("not all are marked", async || dovecot.read() == 501).await;
    watching.end().await;
    assert_eq!(office.desk.count("mail_taken").await, 501);
}

/// A file that cannot be kept holds up its own mail alone, and that one until it can.
#[tokio::test]
async fn a_mail_that_cannot_be_taken_now_keeps_no_other_waiting() {
    let (office, dovecot) = (Office::open().await, Dovecot::start());
    let evidence = &office.desk.app.config.evidence.dir;
    let aside = evidence.with_extension("aside");
    std::fs::rename(evidence, &aside).unwrap();
    std::fs::write(evidence, "no folder").unwrap();
    let parts = "--b\nContent-Type: text/plain\n\nWith a file\n--b\nContent-Disposition: attachment; filename=a.txt\n\ncontent\n--b--";
    let with_file = office.reply("1", parts).with("Content-Type", "multipart/mixed; boundary=b");
    dovecot.deliver("1", &with_file);
    let pace = Pace { again_after: Duration::from_millis(200), ..hasty() };
    let watching = Watching::of(&office, dovecot.settings(), pace);
    is_watched(&office).await;
    dovecot.deliver("2", &office.reply("2", "Without one"));
    until("the other waits", async || office.comments(office.request).await.len() == 2).await;
    until("the other is not marked", async || dovecot.read() == 1).await;
    std::fs::remove_file(evidence).unwrap();
    std::fs::rename(&aside, evidence).unwrap();
    until("it is not tried again", async || office.comments(office.request).await.len() == 3).await;
    until("it is not marked", async || dovecot.read() == 2).await;
    watching.end().await;
    assert_eq!(office.comments(office.request).await[1..], ["Without one", "With a file"]);
}
