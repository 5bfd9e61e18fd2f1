//! A watched mailbox on a real server: what arrives is taken at once, and nothing is lost or twice when it goes away.

use super::Office;
use super::servers::{Dovecot, until};
use balcao_backend::mail::inbox::{Outcome, spawn_watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The watching, ended with the test.
pub struct Watching {
    stop: CancellationToken,
    workers: TaskTracker,
}

impl Watching {
    pub fn begin(office: &Office, dovecot: &Dovecot) -> Self {
        let watching = Self { stop: CancellationToken::new(), workers: TaskTracker::new() };
        spawn_watch(office.inbox(), dovecot.settings(), &watching.workers, watching.stop.clone());
        watching
    }

    pub async fn end(self) {
        self.stop.cancel();
        self.workers.close();
        self.workers.wait().await;
    }
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
