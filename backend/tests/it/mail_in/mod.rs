//! Mail coming in: replies become comments, once each; nobody else's do, and nothing is lost.

mod answered;
mod copies;
mod corpus;
mod encrypted;
mod full;
mod hanging;
mod mailbox;
mod once;
mod pipe;
mod post;
mod sample;
mod senders;
mod servers;
mod terminal;
mod trouble;

use crate::common::TestApp;
use crate::tickets::{Answer, Desk, Person};
use balcao_contract::id::{RequestId, UserId};
use balcao_mail::inbox::{Inbox, InboxError, Outcome};
use serde_json::Value;

pub const TRUSTED: &str = "mx.desk.example";

/// A desk where `ana` has an open request, and mail comes in.
pub struct Office {
    pub desk: Desk,
    pub ana: Person,
    pub request: u64,
}

impl Office {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut balcao_config::Config)) -> Self {
        let desk = Desk::with(|config| {
            let mail_in = config.mail_in.as_mut().unwrap();
            mail_in.address = "help@desk.example".to_owned();
            mail_in.trusted_server = Some(TRUSTED.to_owned());
            config.mail.from = "Store support <support@desk.example>".to_owned();
            change(config);
        });
        let desk = desk.await;
        let ana = desk.sign_in("ana", "store").await;
        let request = ana.open("Orders are stuck").await;
        Self { desk, ana, request }
    }

    pub fn inbox(&self) -> Inbox {
        self.desk.app.inbox()
    }

    /// Where a reply of that person to that request goes.
    pub fn address(&self, request: u64, user: u64) -> String {
        let (request, user) = (RequestId::try_from(request).unwrap(), UserId::try_from(user).unwrap());
        self.desk.app.reply_addresses.of(request, user).unwrap()
    }

    /// Where a reply of ana to her request goes.
    pub fn reply_address(&self) -> String {
        self.address(self.request, self.ana.user)
    }

    /// A reply of ana's as her mail server and ours hand it over.
    pub fn reply(&self, id: &str, text: &str) -> Mail {
        Mail::new(&self.reply_address()).with("Message-ID", &format!("<{id}@mail.store.example>")).saying(text)
    }

    pub async fn take_in(&self, mail: &Mail) -> Outcome {
        self.try_take_in(mail).await.unwrap()
    }

    pub async fn try_take_in(&self, mail: &Mail) -> Result<Outcome, InboxError> {
        self.inbox().take_in(mail.bytes().into(), true).await
    }

    /// The texts of the comments on a request, as its requester reads them.
    pub async fn comments(&self, request: u64) -> Vec<String> {
        let answer = self.comments_answer(request).await;
        let comments = answer.json["comments"].as_array().unwrap();
        comments.iter().map(|comment| comment["body"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn comments_answer(&self, request: u64) -> Answer {
        self.ana.get(&format!("/api/v2/requests/{request}/comments?page[size]=100")).await
    }

    pub async fn status(&self, request: u64) -> Value {
        self.ana.get(&format!("/api/v2/requests/{request}")).await.json["request"]["status"].clone()
    }

    /// How many mails of a kind wait or were sent.
    pub async fn mails(&self, kind: &str) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE kind = ?")
            .bind(kind)
            .fetch_one(&mut *self.desk.app.store.read().await.unwrap())
            .await
            .unwrap()
    }
}

/// A mail as it is written down.
#[derive(Clone)]
pub struct Mail {
    headers: Vec<(String, String)>,
    body: String,
}

impl Mail {
    /// From ana, vouched for, to that address.
    pub fn new(to: &str) -> Self {
        let headers = [
            ("Return-Path", "<ana@store.example>"),
            ("Authentication-Results", "mx.desk.example; dmarc=pass header.from=store.example"),
            ("From", "Ana Souza <ana@store.example>"),
            ("To", to),
            ("Subject", "Re: Orders are stuck"),
            ("Date", "Mon, 23 Nov 2026 09:30:00 -0300"),
            ("Message-ID", "<1@mail.store.example>"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { headers, body: String::new() }
    }

    /// With another value for a header, or one more.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        match self.headers.iter_mut().find(|(known, _)| known == name) {
            Some(header) => value.clone_into(&mut header.1),
            None => self.headers.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// With a header above all others.
    pub fn topped(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(0, (name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub fn saying(mut self, text: &str) -> Self {
        text.clone_into(&mut self.body);
        self
    }

    pub fn bytes(&self) -> Vec<u8> {
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{headers}\r\n{}\r\n", self.body.replace('\n', "\r\n")).into_bytes()
    }
}

#[tokio::test]
async fn a_reply_becomes_a_comment_without_what_it_quotes() {
    let office = Office::open().await;
    let mail = office.reply(
        "1",
        &format!(
            "It still fails.\n\n-- \nAna\n\nOn 23 Nov 2026, at 09:00, Store support <{}> wrote:\n\n> Does it work?",
            office.reply_address()
        ),
    );
    assert_eq!(office.take_in(&mail).await, Outcome::Joined(office.request.try_into().unwrap()));
    let comments = office.comments_answer(office.request).await.json["comments"].clone();
    let last = comments.as_array().unwrap().last().unwrap();
    assert_eq!(last["body"], "It still fails.");
    assert_eq!(last["author_id"], office.ana.user);
    let channel: String = sqlx::query_scalar("SELECT channel FROM comments ORDER BY id DESC")
        .fetch_one(&mut *office.desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(channel, "email");
    // The page marks it; what was written there carries no mark.
    let tree = office.ana.get(&format!("/api/v2/requests/{}/comments?include=rich_text", office.request)).await;
    let comments = tree.json["comments"].as_array().unwrap();
    assert_eq!(comments.last().unwrap()["via"]["channel"], "email");
    assert!(comments[0].get("via").is_none());
}

#[tokio::test]
async fn a_reply_opens_again_what_waited_or_was_solved() {
    let office = Office::open().await;
    for (number, status) in ["pending", "hold", "solved"].into_iter().enumerate() {
        office.desk.set(office.request, status, None).await;
        office.take_in(&office.reply(&number.to_string(), "More")).await;
        assert_eq!(office.status(office.request).await, "open", "{status}");
    }
}

#[tokio::test]
async fn a_reply_to_a_closed_request_is_kept_and_its_sender_told_once_how_to_go_on() {
    let office = Office::open().await;
    office.desk.set(office.request, "closed", None).await;
    for number in 0..3 {
        let outcome = office.take_in(&office.reply(&number.to_string(), "But it fails again")).await;
        assert!(matches!(outcome, Outcome::Quarantined(held) if held.name() == "closed"), "{outcome:?}");
    }
    assert_eq!(office.comments(office.request).await.len(), 1);
    assert_eq!(office.mails("reply_closed").await, 1);
    assert_eq!(office.desk.count("mail_quarantine").await, 3);
    let answer: (String, String, String) =
        sqlx::query_as("SELECT to_address, text_body, headers FROM outbox WHERE kind = 'reply_closed'")
            .fetch_one(&mut *office.desk.app.store.read().await.unwrap())
            .await
            .unwrap();
    assert_eq!(answer.0, "ana@store.example");
    assert!(answer.1.contains(&format!("/requests/{}", office.request)), "{}", answer.1);
    assert!(answer.2.contains("<0@mail.store.example>"), "{}", answer.2);
}

#[tokio::test]
async fn a_reply_to_a_full_request_is_kept_and_its_sender_told_once_how_to_go_on() {
    let office = Office::open().await;
    let mut write = office.desk.app.store.begin().await.unwrap();
    sqlx::query("UPDATE request_sizes SET comments = 5000").execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
    for number in 0..2 {
        let outcome = office.take_in(&office.reply(&number.to_string(), "One too many")).await;
        assert!(matches!(outcome, Outcome::Quarantined(held) if held.name() == "full"), "{outcome:?}");
    }
    assert_eq!(office.comments(office.request).await.len(), 1);
    assert_eq!(office.mails("reply_full").await, 1);
    let answer: String = sqlx::query_scalar("SELECT text_body FROM outbox WHERE kind = 'reply_full'")
        .fetch_one(&mut *office.desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert!(answer.contains("follow-up") && answer.contains(&format!("/requests/{}", office.request)), "{answer}");
}

#[tokio::test]
async fn an_empty_reply_is_given_back() {
    let office = Office::open().await;
    for (number, text) in
        ["", " \n\u{a0}\n", "-- \nAna", "On 23 Nov 2026, at 09:00, x@y.example wrote:\n> Well?"].into_iter().enumerate()
    {
        let outcome = office.take_in(&office.reply(&number.to_string(), text)).await;
        assert!(matches!(outcome, Outcome::Returned(_)), "{text:?}: {outcome:?}");
    }
    assert_eq!(office.comments(office.request).await.len(), 1);
    assert_eq!(office.mails("reply_empty").await, 4);
}

/// Without it, every test here would say nothing about the ways a message comes.
#[tokio::test]
async fn mail_that_is_not_set_up_names_no_address() {
    let app = TestApp::with(|config| config.mail_in = None).await;
    let id = 1_u64;
    assert_eq!(app.app.reply_addresses.of(id.try_into().unwrap(), id.try_into().unwrap()), None);
    let mail = Mail::new("help+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@desk.example").saying("x");
    let outcome = app.app.inbox().take_in(mail.bytes().into(), true).await.unwrap();
    assert!(matches!(outcome, Outcome::Quarantined(_)), "{outcome:?}");
}
