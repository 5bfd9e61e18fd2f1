//! Every mail about a request can be answered by mail, and what becomes of the answer is what the request's life says.

use super::post::agent_types;
use super::{Mail, Office};
use balcao_backend::jobs::{Closing, Letters};
use balcao_mail::inbox::Outcome;
use balcao_runtime::clock::Clock as _;
use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

const AGENT: &str = "marina@support.example";

/// An office in whose outbox everything stays.
struct Life {
    office: Office,
    answers: usize,
}

impl Life {
    async fn begin() -> Self {
        let office = Office::open().await;
        office.desk.agent("marina").await;
        Self { office, answers: 0 }
    }

    /// An agent acts, and the mails about it are written.
    async fn agent(&self, line: &[&str]) {
        let request = self.office.request.to_string();
        let line: Vec<&str> =
            ["agent"].iter().chain(line).map(|word| if *word == "#" { request.as_str() } else { *word }).collect();
        agent_types(&self.office, &[&line[..], &["--as", AGENT]].concat()).await;
        self.clocks().await;
    }

    /// Everything that is due by now.
    async fn clocks(&self) {
        let (app, stop) = (&self.office.desk.app, CancellationToken::new());
        let now = self.office.desk.clock.now();
        let parts = || (app.store.clone(), app.config.clone(), app.outbox.clone(), app.reply_addresses.clone());
        let (store, config, outbox, addresses) = parts();
        Letters::new(store, config, outbox, addresses).run_due(now, &stop).await.unwrap();
        let (store, config, outbox, addresses) = parts();
        Closing::new(store, config, outbox, addresses).run_due(now, &stop).await.unwrap();
    }

    /// Lets so much working time go by from this moment on, to the second.
    async fn wait(&self, working: TimeDelta) {
        let now = self.office.desk.clock.now();
        let calendar = self.office.desk.app.config.calendars.of(balcao_contract::support::Region::LatinAmerica);
        let hours = calendar.open_hours(now, now + TimeDelta::days(60));
        let then: DateTime<Utc> = hours.after(balcao_contract::time::Timestamp(now), working).unwrap().0;
        self.office.desk.clock.set(then);
        self.clocks().await;
    }

    /// The newest mail of that kind: where an answer to it goes, and what it says.
    async fn mail(&self, kind: &str) -> (String, String) {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT headers, text_body FROM outbox WHERE kind = ? ORDER BY id DESC")
                .bind(kind)
                .fetch_optional(&mut *self.office.desk.app.store.read().await.unwrap())
                .await
                .unwrap();
        let (headers, text) = row.unwrap_or_else(|| panic!("no mail {kind}"));
        let headers: Vec<(String, String)> = serde_json::from_str(&headers).unwrap();
        let reply_to = headers.into_iter().find(|(name, _)| name == "Reply-To");
        (reply_to.unwrap_or_else(|| panic!("{kind} cannot be answered")).1, text)
    }

    /// Answers the newest mail of that kind.
    async fn answer(&mut self, kind: &str) -> Outcome {
        self.answers += 1;
        let (reply_to, _) = self.mail(kind).await;
        let id = format!("<{}@mail.store.example>", self.answers);
        let mail = Mail::new(&reply_to).with("Message-ID", &id).saying(&format!("Answer to {kind}"));
        self.office.take_in(&mail).await
    }

    async fn joins(&mut self, kind: &str, status: &str) {
        let outcome = self.answer(kind).await;
        assert_eq!(outcome, Outcome::Joined(self.office.request.try_into().unwrap()), "{kind}");
        let comments = self.comments().await;
        assert_eq!(comments.last().unwrap(), &format!("Answer to {kind}"));
        assert_eq!(self.status().await, status, "{kind}");
    }

    // Weeks go by: no session lasts that long.
    async fn status(&self) -> String {
        let store = &self.office.desk.app.store;
        sqlx::query_scalar("SELECT status FROM requests").fetch_one(&mut *store.read().await.unwrap()).await.unwrap()
    }

    async fn comments(&self) -> Vec<String> {
        let store = &self.office.desk.app.store;
        sqlx::query_scalar("SELECT body FROM comments ORDER BY id")
            .fetch_all(&mut *store.read().await.unwrap())
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn each_mail_about_a_request_can_be_answered_and_the_answer_does_what_it_says() {
    let mut life = Life::begin().await;
    // The confirmation: an addition to what is new.
    assert!(life.mail("created").await.1.contains("reply to this message"));
    life.joins("created", "new").await;
    // What support asks, says, and reminds of.
    life.agent(&["reply", "#", "--body", "We look into it", "--status", "open"]).await;
    life.joins("reply", "open").await;
    life.agent(&["reply", "#", "--body", "Which browser?", "--status", "pending"]).await;
    life.wait(TimeDelta::hours(18)).await;
    life.joins("awaiting_reply_reminder", "open").await;
    life.agent(&["reply", "#", "--body", "And which system?", "--status", "pending"]).await;
    life.joins("awaiting_reply", "open").await;
    // Solved, and soon closed: either answer reopens it.
    life.agent(&["solve", "#", "--body", "Mended"]).await;
    life.joins("solved", "open").await;
    life.agent(&["solve", "#", "--body", "Mended again"]).await;
    life.wait(TimeDelta::hours(18)).await;
    assert!(life.mail("closing_soon").await.1.contains("reply to this message"));
    life.joins("closing_soon", "open").await;
    // Closed: nothing is added, and its writer is told the way on, by a mail that can be answered as well.
    life.agent(&["solve", "#", "--body", "For good"]).await;
    life.wait(TimeDelta::hours(27)).await;
    assert_eq!(life.status().await, "closed");
    let comments = life.comments().await;
    let (_, said) = life.mail("closed").await;
    assert!(said.contains("follow-up"), "{said}");
    let outcome = life.answer("closed").await;
    assert!(matches!(outcome, Outcome::Quarantined(held) if held.name() == "closed"), "{outcome:?}");
    assert_eq!(life.comments().await, comments);
    let (_, said) = life.mail("reply_closed").await;
    assert!(said.contains("follow-up") && said.contains(&format!("/requests/{}", life.office.request)), "{said}");
}

/// The mail before the end lies unread until after it.
#[tokio::test]
async fn an_answer_to_closes_soon_that_comes_after_the_end_is_told_the_way_on() {
    let mut life = Life::begin().await;
    life.agent(&["solve", "#", "--body", "Mended"]).await;
    life.wait(TimeDelta::hours(27) - TimeDelta::seconds(1)).await;
    // The clock has not come by yet, and still it is too late.
    life.office.desk.pass(TimeDelta::seconds(1));
    let outcome = life.answer("closing_soon").await;
    assert!(matches!(outcome, Outcome::Quarantined(held) if held.name() == "closed"), "{outcome:?}");
    assert!(life.mail("reply_closed").await.1.contains("follow-up"));
}

#[tokio::test]
async fn where_no_mail_is_read_no_mail_asks_for_an_answer_by_mail() {
    let desk = crate::tickets::Desk::with(|config| config.mail_in = None).await;
    let ana = desk.sign_in("ana", "store").await;
    ana.open("Orders are stuck").await;
    let (headers, text): (String, String) = sqlx::query_as("SELECT headers, text_body FROM outbox")
        .fetch_one(&mut *desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert!(!headers.contains("Reply-To") && !text.contains("reply to this message"), "{headers} {text}");
    assert!(text.contains("We reply by email"), "{text}");
}
