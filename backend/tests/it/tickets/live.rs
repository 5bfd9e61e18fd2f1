//! Live updates and what is unread: who hears of what, and when.

use super::{Desk, Person};
use crate::directory::done;
use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use balcao_backend::http::service;
use balcao_backend::live::{Reader, spawn_reader};
use balcao_contract::id::{AccountId, CommentId, RequestId, UserId};
use balcao_contract::status::Status;
use balcao_desk::{Event, Viewer, record};
use balcao_store::events::spawn_tail;
use balcao_store::{comments, requests};
use chrono::TimeDelta;
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::time::Duration;
use tower::ServiceExt as _;

/// How long a person would wait for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a desk does beside the requests, as far as live updates go.
fn begin(desk: &Desk) {
    let app = &desk.app;
    spawn_tail(app.store.clone(), app.tell.clone(), &app.workers, app.stop.clone());
    let reader = Reader::new(app.live.clone(), app.store.clone(), app.clock.clone(), app.config.session.idle);
    spawn_reader(reader, app.tail.clone(), &app.workers, app.stop.clone());
}

/// A stream of events, and what of it was not looked at yet.
struct Ear {
    stream: BodyDataStream,
    text: String,
}

impl Ear {
    /// The next event as `name`, `id`, `data`; signs of life are passed over. `None` at the end.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    line.unwrap_or_default().trim().to_owned()
                };
                if !field("event").is_empty() {
                    return Some((field("event"), field("id"), serde_json::from_str(&field("data")).unwrap()));
                }
                continue;
            }
            let piece = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("nothing comes");
            self.text.push_str(std::str::from_utf8(&piece?.unwrap()).unwrap());
        }
    }

    /// The next one's name and data.
    async fn hear(&mut self) -> (String, Value) {
        let (name, _, data) = self.next().await.expect("the stream has ended");
        (name, data)
    }
}

impl Person {
    async fn listen(&self, last: Option<&str>) -> Ear {
        let mut request = Request::get("/api/panel/events").header("authorization", format!("Bearer {}", self.token));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = service(self.app.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        Ear { stream: response.into_body().into_data_stream(), text: String::new() }
    }
}

fn happened(request: u64, kind: &str, version: u64, unread: u64) -> (String, Value) {
    let data = json!({ "request_id": request, "kind": kind, "version": version, "own": true, "unread": unread });
    ("request".to_owned(), data)
}

/// To a colleague's request: one's own unread answers are as many as before.
fn colleagues(request: u64, kind: &str, version: u64, unread: u64) -> (String, Value) {
    let data = json!({ "request_id": request, "kind": kind, "version": version, "own": false, "unread": unread });
    ("request".to_owned(), data)
}

fn state(name: &str, unread: u64) -> (String, Value) {
    (name.to_owned(), json!({ "unread": unread }))
}

/// What an agent does, as one command: a comment and a status.
async fn answer(desk: &Desk, request: u64, agent: u64, public: bool, to: Option<Status>) -> u64 {
    let (request, agent) = (RequestId::try_from(request).unwrap(), UserId::try_from(agent).unwrap());
    let mut tx = desk.app.store.begin().await.unwrap();
    let now = desk.app.clock.now();
    let comment = comments::insert(&mut tx, request, agent, "Have a look", "web", now).await.unwrap();
    if !public {
        hide(&mut tx, comment).await;
    }
    let mut events = vec![Event::Commented { comment, public, files: Vec::new() }];
    if let Some(to) = to {
        let (account, requester): (i64, i64) =
            sqlx::query_as("SELECT account_id, requester_id FROM requests WHERE id = ?")
                .bind(request.get() as i64)
                .fetch_one(&mut *tx)
                .await
                .unwrap();
        let (account, user) =
            (AccountId::try_from(account as u64).unwrap(), UserId::try_from(requester as u64).unwrap());
        let viewer = Viewer { user, account, sees_account: false };
        let row = requests::find(&mut tx, viewer, request).await.unwrap().unwrap();
        assert!(requests::update(&mut tx, request, row.version, to, now).await.unwrap());
        events.push(Event::StatusChanged { from: row.status, to });
    }
    record(&mut tx, request, Some(agent), &events, now).await.unwrap();
    tx.commit().await.unwrap();
    comment.get()
}

async fn hide(write: &mut balcao_store::Connection, comment: CommentId) {
    for statement in [
        "UPDATE comments SET public = 0 WHERE id = ?",
        // The comment was written as a public one first; an agent's own command writes it as it is.
        "DELETE FROM request_reads WHERE answer_comment_id = ?",
    ] {
        sqlx::query(statement).bind(comment.get() as i64).execute(&mut *write).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_is_heard_by_its_requester_alone_and_internal_notes_by_nobody() {
    let desk = Desk::open().await;
    begin(&desk);
    let (ana, colleague, elsewhere) =
        (desk.sign_in("ana", "acme").await, desk.sign_in("bruno", "acme").await, desk.sign_in("ana", "other").await);
    let agent = desk.agent("marina").await;
    let (ours, theirs) = (ana.open("Checkout").await, colleague.open("Freight").await);
    let mut ears = [ana.listen(None).await, colleague.listen(None).await, elsewhere.listen(None).await];
    for ear in &mut ears {
        assert_eq!(ear.hear().await, state("ready", 0));
    }
    answer(&desk, ours, agent, false, None).await;
    answer(&desk, ours, agent, true, Some(Status::Pending)).await;
    answer(&desk, theirs, agent, true, None).await;
    let [ana, bruno, other] = &mut ears;
    assert_eq!(ana.hear().await, happened(ours, "commented", 2, 1));
    assert_eq!(ana.hear().await, happened(ours, "status_changed", 2, 1));
    assert_eq!(bruno.hear().await, happened(theirs, "commented", 1, 1));
    // The process ends: nothing else had come.
    desk.app.stop.cancel();
    for ear in [ana, bruno, other] {
        assert_eq!(ear.next().await, None);
    }
}

#[tokio::test]
async fn where_the_account_shares_its_requests_colleagues_hear_of_them_as_long_as_it_does() {
    let desk = Desk::open().await;
    begin(&desk);
    let (ana, bruno) = (desk.sign_in("ana", "acme").await, desk.sign_in("bruno", "acme").await);
    let eve = desk.sign_in("eve", "other").await;
    let agent = desk.agent("marina").await;
    let (of_ana, of_bruno) = (ana.open("Checkout").await, bruno.open("Freight").await);
    let share = async |switch: &str| done(&desk._test, &format!("account share acme {switch}")).await;
    done(&desk._test, "account share other on").await;
    let mut ears = [ana.listen(None).await, bruno.listen(None).await, eve.listen(None).await];
    let mut last = String::new();
    for ear in &mut ears {
        let (name, id, _) = ear.next().await.unwrap();
        assert_eq!(name, "ready");
        last = id;
    }
    // Switched on while they listen, and off again: what counts is how it stands as it is told.
    share("on").await;
    answer(&desk, of_ana, agent, false, None).await;
    answer(&desk, of_ana, agent, true, None).await;
    let [ana_hears, bruno_hears, _] = &mut ears;
    assert_eq!(ana_hears.hear().await, happened(of_ana, "commented", 1, 1));
    assert_eq!(bruno_hears.hear().await, colleagues(of_ana, "commented", 1, 0), "not unread for a colleague");
    share("off").await;
    answer(&desk, of_ana, agent, true, Some(Status::Pending)).await;
    answer(&desk, of_bruno, agent, true, None).await;
    assert_eq!(ana_hears.hear().await, happened(of_ana, "commented", 2, 1));
    assert_eq!(ana_hears.hear().await, happened(of_ana, "status_changed", 2, 1));
    assert_eq!(bruno_hears.hear().await, happened(of_bruno, "commented", 1, 1), "nothing of Ana's came before");
    // The same for what was missed.
    let mut not_shared = bruno.listen(Some(&last)).await;
    assert_eq!(not_shared.hear().await, happened(of_bruno, "commented", 1, 1));
    assert_eq!(not_shared.hear().await, state("ready", 1));
    share("on").await;
    let mut shared = bruno.listen(Some(&last)).await;
    for _ in 0..2 {
        assert_eq!(shared.hear().await, colleagues(of_ana, "commented", 2, 1));
    }
    assert_eq!(shared.hear().await, colleagues(of_ana, "status_changed", 2, 1));
    assert_eq!(shared.hear().await, happened(of_bruno, "commented", 1, 1));
    assert_eq!(shared.hear().await, state("ready", 1));
    // A colleague's new request, and a colleague who is a member no longer.
    let third = ana.open("Sitemap").await;
    assert_eq!(shared.hear().await, colleagues(third, "opened", 1, 1));
    let mut tx = desk.app.store.begin().await.unwrap();
    let statement = "DELETE FROM memberships WHERE user_id = ?";
    sqlx::query(statement).bind(bruno.user as i64).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    answer(&desk, of_ana, agent, true, None).await;
    assert_eq!(shared.next().await, None, "whoever left the store hears no more");
    // Another store, which shares too, has heard nothing at all.
    desk.app.stop.cancel();
    assert_eq!(ears[2].next().await, None);
}

#[tokio::test]
async fn whoever_is_in_copy_hears_of_it_for_as_long_as_they_are() {
    let desk = Desk::open().await;
    begin(&desk);
    let [ana, bruno, carla] =
        [desk.sign_in("ana", "acme").await, desk.sign_in("bruno", "acme").await, desk.sign_in("carla", "acme").await];
    let agent = desk.agent("marina").await;
    let request = ana.open("Checkout").await;
    let mut ear = bruno.listen(None).await;
    assert_eq!(ear.hear().await, state("ready", 0));
    let mut nobody = carla.listen(None).await;
    assert_eq!(nobody.hear().await, state("ready", 0));
    let path = format!("/api/v2/requests/{request}");
    let change = |action: &str| json!({ "request": { "email_ccs": [{ "user_email": "bruno@acme.example", "action": action }] } });
    ana.put(&path, &change("put")).await;
    assert_eq!(ear.hear().await, colleagues(request, "field_changed", 2, 1));
    answer(&desk, request, agent, true, None).await;
    let (name, last, data) = ear.next().await.unwrap();
    assert_eq!((name, data), colleagues(request, "commented", 2, 1));
    answer(&desk, request, agent, true, None).await;
    let mut again = bruno.listen(Some(&last)).await;
    assert_eq!(again.hear().await, colleagues(request, "commented", 2, 1), "what was missed is told");
    // Told by who is in copy at that moment, so it has to be told before he is not.
    assert_eq!(ear.hear().await, colleagues(request, "commented", 2, 1));
    ana.put(&path, &change("delete")).await;
    answer(&desk, request, agent, true, None).await;
    let own = bruno.open("His own").await;
    assert_eq!(ear.hear().await, happened(own, "opened", 1, 0), "nothing was told of what he is not in copy of");
    let of_carla = carla.open("Hers").await;
    assert_eq!(nobody.hear().await, happened(of_carla, "opened", 1, 0));
}

#[tokio::test]
async fn after_a_gap_the_stream_begins_with_what_was_missed() {
    let desk = Desk::open().await;
    begin(&desk);
    let ana = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("marina").await;
    let request = ana.open("Checkout").await;
    let mut before = ana.listen(None).await;
    let (_, last, _) = before.next().await.unwrap();
    drop(before);
    answer(&desk, request, agent, true, Some(Status::Pending)).await;
    let mut after = ana.listen(Some(&last)).await;
    let (name, id, data) = after.next().await.unwrap();
    assert_eq!((name, data), happened(request, "commented", 2, 1));
    assert!(id.parse::<i64>().unwrap() > last.parse().unwrap());
    assert_eq!(after.hear().await, happened(request, "status_changed", 2, 1));
    let (name, newest, _) = after.next().await.unwrap();
    assert_eq!(name, "ready");
    // What was told as missed is not told again; what comes now is.
    answer(&desk, request, agent, true, None).await;
    assert_eq!(after.hear().await, happened(request, "commented", 2, 1));
    let mut up_to_date = ana.listen(Some(&newest)).await;
    assert_eq!(up_to_date.hear().await, happened(request, "commented", 2, 1));
    assert_eq!(up_to_date.hear().await, state("ready", 1));
    for unknown in ["x", "", "-1", "999999", "99999999999999999999"] {
        let mut ear = ana.listen(Some(unknown)).await;
        let (name, id, data) = ear.next().await.unwrap();
        assert_eq!((name, data), state("resync", 1), "{unknown:?}");
        assert!(id.parse::<i64>().unwrap() > newest.parse().unwrap());
    }
}

#[tokio::test]
async fn who_has_missed_too_much_reads_again() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("marina").await;
    let request = ana.open("Checkout").await;
    let (_, last, _) = ana.listen(None).await.next().await.unwrap();
    for _ in 0..101 {
        answer(&desk, request, agent, true, None).await;
    }
    assert_eq!(ana.listen(Some(&last)).await.hear().await, state("resync", 1));
}

#[tokio::test]
async fn the_stream_ends_with_the_session_however_it_ends() {
    let desk = Desk::open().await;
    begin(&desk);
    let agent = desk.agent("marina").await;
    let bruno = desk.sign_in("bruno", "acme").await;
    let request = bruno.open("Still there").await;
    let mut stays = bruno.listen(None).await;
    assert_eq!(stays.hear().await, state("ready", 0));
    let mut ended = Vec::new();
    for (name, end) in [
        ("ana", "DELETE FROM sessions WHERE user_id = ?"),
        ("eva", "DELETE FROM memberships WHERE user_id = ?"),
        ("ida", "UPDATE users SET disabled_at = 1 WHERE id = ?"),
        ("uma", "UPDATE sessions SET last_seen_at = 1 WHERE user_id = ?"),
        ("zoe", "UPDATE sessions SET ends_at = 1 WHERE user_id = ?"),
    ] {
        let person = desk.sign_in(name, "acme").await;
        let mut ear = person.listen(None).await;
        assert_eq!(ear.hear().await, state("ready", 0), "{name}");
        let mut tx = desk.app.store.begin().await.unwrap();
        sqlx::query(end).bind(person.user as i64).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        ended.push((name, ear));
    }
    for (name, mut ear) in ended {
        assert_eq!(ear.next().await, None, "{name}");
    }
    answer(&desk, request, agent, true, None).await;
    assert_eq!(stays.hear().await, happened(request, "commented", 1, 1));
}

#[tokio::test]
async fn nobody_takes_all_places() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let (user, account) = (UserId::try_from(ana.user).unwrap(), AccountId::try_from(ana.account).unwrap());
    let most = desk.app.config.limits.person_streams as usize;
    let mut ears: Vec<_> = (0..most).map(|_| desk.app.live.listen(account, user, 1).unwrap()).collect();
    let refused = ana.get("/api/panel/events").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, Some("30")));
    ears.pop();
    drop(ana.listen(None).await);
    assert_eq!(desk.app.live.listeners(), most - 1);
}

#[tokio::test]
async fn what_is_unread_is_the_same_everywhere_until_it_is_read() {
    let desk = Desk::open().await;
    begin(&desk);
    let ana = desk.sign_in("ana", "acme").await;
    let elsewhere = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("marina").await;
    let (first, second) = (ana.open("First").await, ana.open("Second").await);
    let unread = async || ana.get("/api/panel/unread").await.json["unread"].clone();
    assert_eq!(unread().await, json!({ "count": 0, "request_ids": [] }), "one's own words are no news");
    let one = answer(&desk, first, agent, true, None).await;
    answer(&desk, second, agent, true, None).await;
    let two = answer(&desk, first, agent, true, None).await;
    assert_eq!(unread().await, json!({ "count": 2, "request_ids": [first, second] }));

    let mut ear = elsewhere.listen(None).await;
    assert_eq!(ear.hear().await, state("ready", 2));
    let path = format!("/api/panel/requests/{first}/read");
    let until_one = ana.put(&path, &json!({ "comment_id": one })).await;
    assert_eq!(until_one.json["unread"]["count"], 2, "there is a newer one: {}", until_one.text);
    assert_eq!(ear.hear().await, state("unread", 2));
    let until_two = ana.put(&path, &json!({ "comment_id": two })).await;
    assert_eq!(until_two.json["unread"], json!({ "count": 1, "request_ids": [second] }));
    assert_eq!(ear.hear().await, state("unread", 1));
    // What is not written yet is not read, whatever number is given; an older number takes nothing back.
    ana.put(&path, &json!({ "comment_id": 9_000_000 })).await;
    ana.put(&path, &json!({ "comment_id": one })).await;
    assert_eq!(unread().await["count"], 1);
    answer(&desk, first, agent, true, None).await;
    assert_eq!(unread().await["request_ids"], json!([first, second]));
    // Whoever writes back has read what came before.
    ana.put(&format!("/api/v2/requests/{second}"), &json!({ "request": { "comment": { "body": "Thanks" } } })).await;
    assert_eq!(unread().await["request_ids"], json!([first]));

    let eve = desk.sign_in("eve", "acme").await;
    desk.pass(TimeDelta::minutes(1));
    for (who, path) in [(&eve, path.as_str()), (&ana, "/api/panel/requests/999999/read")] {
        assert_eq!(who.put(path, &json!({ "comment_id": 1 })).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(eve.get("/api/panel/unread").await.json["unread"]["count"], 0);
    assert_eq!(unread().await["count"], 1);
}
