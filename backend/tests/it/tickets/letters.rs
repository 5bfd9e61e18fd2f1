//! Mails about what agents did: each once, in order, to the requester, and never an internal note.

use super::{Desk, Person};
use balcao_backend::jobs::Letters;
use balcao_contract::id::{AccountId, RequestId, UserId};
use balcao_contract::status::Status;
use balcao_desk::{Event, record};
use balcao_mail::{Letterhead, SendError, Sender, Worker};
use balcao_store::outbox::QueuedMessage;
use balcao_store::{Viewer, comments, requests};
use chrono::{DateTime, TimeDelta, Utc};
use lettre::message::Message;
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio_util::sync::CancellationToken;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn opened() -> (Desk, Person, u64, u64) {
    let desk = Desk::open().await;
    desk.clock.set(at("2026-11-23T15:00:00Z"));
    let ana = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("rui").await;
    let request = ana.open("Checkout").await;
    assert_eq!(write_letters(&desk).await, 0, "a request's own confirmation is not a letter of this job");
    (desk, ana, agent, request)
}

/// What an agent's command leaves behind.
async fn agent(
    desk: &Desk,
    (person, request): (&Person, u64),
    by: u64,
    said: Option<(&str, bool)>,
    to: Option<Status>,
) {
    let (id, by) = (RequestId::try_from(request).unwrap(), UserId::try_from(by).unwrap());
    let now = balcao_runtime::clock::Clock::now(&*desk.clock);
    let mut write = desk.app.store.begin().await.unwrap();
    let (account, user) = (AccountId::try_from(person.account).unwrap(), UserId::try_from(person.user).unwrap());
    let row = requests::find(&mut write, Viewer::own(user, account), id).await.unwrap().unwrap();
    let mut happened = Vec::new();
    if let Some((body, public)) = said {
        let comment = comments::insert(&mut write, id, by, body, "api", now).await.unwrap();
        sqlx::query("UPDATE comments SET public = ? WHERE id = ?")
            .bind(public)
            .bind(comment.get() as i64)
            .execute(&mut *write)
            .await
            .unwrap();
        happened.push(Event::Commented { comment, public, files: Vec::new() });
    }
    if let Some(to) = to {
        assert!(requests::update(&mut write, id, row.version, to, now).await.unwrap());
        happened.push(Event::StatusChanged { from: row.status, to });
    }
    record(&mut write, id, Some(by), &happened, now).await.unwrap();
    write.commit().await.unwrap();
}

fn job(desk: &Desk) -> Letters {
    let app = &desk.app;
    Letters::new(app.store.clone(), app.config.clone(), app.outbox.clone(), app.reply_addresses.clone())
}

async fn write_letters(desk: &Desk) -> u64 {
    let now = balcao_runtime::clock::Clock::now(&*desk.clock);
    job(desk).run_due(now, &CancellationToken::new()).await.unwrap()
}

async fn letters(desk: &Desk) -> Vec<(String, String)> {
    sqlx::query_as("SELECT kind, text_body FROM outbox WHERE kind <> 'created' ORDER BY id")
        .fetch_all(&mut *desk.app.store.read().await.unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn each_deed_of_an_agent_is_one_mail_and_a_note_is_none() {
    let (desk, ana, rui, request) = opened().await;
    let mine = (&ana, request);
    agent(&desk, mine, rui, Some(("Which browser?", true)), Some(Status::Pending)).await;
    agent(&desk, mine, rui, Some(("She is in a hurry", false)), None).await;
    agent(&desk, mine, rui, None, Some(Status::Hold)).await;
    agent(&desk, mine, rui, Some(("We are looking into it", true)), None).await;
    agent(&desk, mine, rui, Some(("Mended: clear the cache.", true)), Some(Status::Solved)).await;
    assert_eq!(write_letters(&desk).await, 3);
    assert_eq!(write_letters(&desk).await, 0);
    let letters = letters(&desk).await;
    let kinds: Vec<&str> = letters.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["awaiting_reply", "reply", "solved"]);
    assert!(letters[0].1.contains("Which browser?"), "{}", letters[0].1);
    assert!(letters[2].1.contains("Mended: clear the cache."), "{}", letters[2].1);
    assert!(letters[2].1.contains("Thursday, November 26, 2026 at 10:00 AM (GMT-5)"), "{}", letters[2].1);
    assert!(letters[2].1.contains(&format!("/admin/support/survey/{request}")), "{}", letters[2].1);
    assert!(letters.iter().all(|(_, text)| !text.contains("hurry")));
}

#[tokio::test]
async fn of_their_own_deeds_requesters_are_told_only_that_it_is_solved() {
    let (desk, ana, rui, request) = opened().await;
    desk.set(request, "open", Some(rui)).await;
    let path = format!("/api/v2/requests/{request}");
    ana.put(&path, &json!({ "request": { "comment": { "body": "More about it" } } })).await;
    assert_eq!(write_letters(&desk).await, 0);
    ana.put(&path, &json!({ "request": { "solved": true, "comment": { "body": "Found it" } } })).await;
    assert_eq!(write_letters(&desk).await, 1);
    let letters = letters(&desk).await;
    assert_eq!(letters[0].0, "solved");
    assert!(!letters[0].1.contains("Found it"), "{}", letters[0].1);
}

#[tokio::test]
async fn who_owes_an_answer_is_reminded_once_for_each_question() {
    let (desk, ana, rui, request) = opened().await;
    let mine = (&ana, request);
    agent(&desk, mine, rui, Some(("Which browser?", true)), Some(Status::Pending)).await;
    assert_eq!(write_letters(&desk).await, 1);
    // A note changes the request, not since when it waits.
    desk.clock.set(at("2026-11-24T15:00:00Z"));
    agent(&desk, mine, rui, Some(("Still nothing", false)), None).await;
    // 18 working hours after Monday 15:00, the day being 14:00 to 23:00.
    desk.clock.set(at("2026-11-25T14:59:59Z"));
    assert_eq!(write_letters(&desk).await, 0);
    desk.clock.set(at("2026-11-25T15:00:00Z"));
    assert_eq!(write_letters(&desk).await, 1);
    desk.clock.set(at("2026-12-15T15:00:00Z"));
    assert_eq!(write_letters(&desk).await, 0);
    let last = letters(&desk).await.pop().unwrap();
    assert_eq!(last.0, "awaiting_reply_reminder");
    assert!(last.1.contains("Which browser?") && !last.1.contains("Still nothing"), "{}", last.1);

    ana.put(&format!("/api/v2/requests/{request}"), &json!({ "request": { "comment": { "body": "Firefox" } } })).await;
    agent(&desk, mine, rui, Some(("Which version?", true)), Some(Status::Pending)).await;
    assert_eq!(write_letters(&desk).await, 1);
    desk.pass(TimeDelta::days(20));
    assert_eq!(write_letters(&desk).await, 1);
    assert!(letters(&desk).await.pop().unwrap().1.contains("Which version?"));
}

#[tokio::test]
async fn two_processes_write_each_letter_once_however_many_events_there_are() {
    let (desk, ana, rui, request) = opened().await;
    for number in 0..250 {
        agent(&desk, (&ana, request), rui, Some((&format!("Part {number}"), true)), Some(Status::Open)).await;
    }
    let (one, two) = tokio::join!(write_letters(&desk), write_letters(&desk));
    assert_eq!(one + two, 250);
    let letters = letters(&desk).await;
    for (number, (_, text)) in letters.iter().enumerate() {
        assert!(text.contains(&format!("Part {number}\n")), "{number}: {text}");
    }
}

#[tokio::test]
async fn whoever_was_switched_off_is_not_written_to() {
    let (desk, ana, rui, request) = opened().await;
    agent(&desk, (&ana, request), rui, Some(("Hello", true)), None).await;
    let mut write = desk.app.store.begin().await.unwrap();
    sqlx::query("UPDATE users SET disabled_at = 1 WHERE id = ?")
        .bind(ana.user as i64)
        .execute(&mut *write)
        .await
        .unwrap();
    write.commit().await.unwrap();
    assert_eq!(write_letters(&desk).await, 0);
}

/// Keeps what was sent.
#[derive(Default)]
struct Postbox(Mutex<Vec<String>>);

#[async_trait::async_trait]
impl Sender for Postbox {
    async fn send(&self, _queued: &QueuedMessage, letter: &Message) -> Result<(), SendError> {
        self.0.lock().unwrap().push(String::from_utf8(letter.formatted()).unwrap());
        Ok(())
    }
}

#[tokio::test]
async fn mails_of_a_request_make_one_thread_and_say_who_wrote_them() {
    let (desk, ana, rui, request) = opened().await;
    let other = ana.open("Another one").await;
    agent(&desk, (&ana, request), rui, Some(("Which browser?", true)), Some(Status::Pending)).await;
    agent(&desk, (&ana, request), rui, None, Some(Status::Solved)).await;
    write_letters(&desk).await;
    let postbox = Arc::new(Postbox::default());
    let letterhead = Letterhead::new("Support <support@desk.example>").unwrap();
    let worker = Worker::new(desk.app.store.clone(), desk.clock.clone(), postbox.clone(), letterhead);
    worker.run_due(&CancellationToken::new()).await.unwrap();
    let sent = postbox.0.lock().unwrap().clone();
    let header = |mail: &str, name: &str| {
        let unfolded = mail.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
        let line = unfolded.lines().find(|line| line.starts_with(&format!("{name}: "))).map(str::to_owned);
        line.map(|line| line.split_once(": ").unwrap().1.to_owned())
    };
    let about =
        |number: u64| sent.iter().filter(move |mail| mail.contains(&format!("/requests/{number}"))).collect::<Vec<_>>();
    let [created, asked, solved] = about(request)[..] else { panic!("three mails: {sent:#?}") };
    let [first, second] = [created, asked].map(|mail| header(mail, "Message-ID").unwrap());
    assert_eq!((header(created, "In-Reply-To"), header(created, "References")), (None, None));
    assert_eq!((header(asked, "In-Reply-To"), header(asked, "References")), (Some(first.clone()), Some(first.clone())));
    assert_eq!(header(solved, "In-Reply-To"), Some(second.clone()));
    assert_eq!(header(solved, "References"), Some(format!("{first} {second}")));
    assert_eq!(header(about(other)[0], "In-Reply-To"), None);
    let automatic = [created, asked, solved].map(|mail| header(mail, "Auto-Submitted"));
    assert_eq!(automatic, [Some("auto-generated".to_owned()), None, Some("auto-generated".to_owned())]);
}
