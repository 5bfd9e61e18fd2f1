//! The whole life of a request between requester, agents and the clock, decided in the database.

use super::Office;
use axum::http::StatusCode;
use balcao_backend::jobs::Closing;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

impl Office {
    /// The clock's round.
    async fn clock(&self) {
        let app = &self.app.app;
        let job = Closing::new(app.store.clone(), app.config.clone(), app.outbox.clone(), app.reply_addresses.clone());
        job.run_due(app.clock.now(), &CancellationToken::new()).await.unwrap();
    }

    async fn says(&self, request: u64, change: Value) -> StatusCode {
        self.ana.put(&format!("/api/v2/requests/{request}"), &json!({ "request": change })).await.status
    }

    async fn status(&self, request: u64) -> String {
        self.ticket(request).await["status"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn from_open_to_closed() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    office.change(id, json!({ "status": "pending", "comment": { "body": "Which order?" } })).await;
    assert_eq!(office.says(id, json!({ "comment": { "body": "Number 7" } })).await, StatusCode::OK);
    assert_eq!(office.status(id).await, "open");
    office.change(id, json!({ "status": "solved", "comment": { "body": "Done" } })).await;
    office.app.wait(TimeDelta::hours(2));
    office.clock().await;
    assert_eq!(office.status(id).await, "solved", "two hours are not 27");
    office.app.wait(TimeDelta::days(14));
    office.clock().await;
    assert_eq!(office.status(id).await, "closed");
    for change in [json!({ "status": "open" }), json!({ "comment": { "body": "x" } }), json!({ "priority": "low" })] {
        assert_eq!(office.refused(id, change).await, (422, vec!["status ClosedTicket".to_owned()]));
    }
    let refused = office.says(id, json!({ "comment": { "body": "Still?" } })).await;
    assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(office.status(id).await, "closed");
}

#[tokio::test]
async fn an_agent_who_opens_it_again_sets_the_clock_back() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    office.change(id, json!({ "status": "solved" })).await;
    // Monday 12:00 UTC; two working days of nine hours later nothing is due yet.
    office.app.wait(TimeDelta::days(2));
    office.change(id, json!({ "status": "open" })).await;
    office.change(id, json!({ "status": "solved" })).await;
    office.app.wait(TimeDelta::days(2));
    office.clock().await;
    assert_eq!(office.status(id).await, "solved", "27 working hours are counted from the second solving");
    office.app.wait(TimeDelta::days(7));
    office.clock().await;
    assert_eq!(office.status(id).await, "closed");
}

#[tokio::test]
async fn of_two_who_write_at_once_both_stand_and_nothing_is_half_done() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let seen = office.ticket(id).await["updated_at"].clone();
    office.app.wait(TimeDelta::seconds(5));
    let (path, stamp) = (format!("/api/v2/tickets/{id}"), json!({ "safe_update": true, "updated_stamp": seen }));
    let write = |status: &str, body: &str| {
        let mut ticket = stamp.clone();
        ticket["status"] = json!(status);
        ticket["comment"] = json!({ "body": body });
        json!({ "ticket": ticket })
    };
    let (one, other) = (write("hold", "one"), write("pending", "other"));
    let (one, other) = tokio::join!(office.marina.put(&path, &one), office.rafael.put(&path, &other));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text(), other.text());
    let thread = office.ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
    assert_eq!(thread["count"], 2, "the loser's comment is not there");
    let won = if one.status == StatusCode::OK { "hold" } else { "pending" };
    assert_eq!(office.status(id).await, won);
}

/// The same table as the pure rule's, over the wire and through the database: every step of a long random walk is one
/// that lifecycle.md knows, and what is refused changes nothing.
#[tokio::test]
async fn no_walk_through_the_database_leaves_the_table() {
    use rand::rngs::StdRng;
    use rand::seq::IndexedRandom as _;
    use rand::{Rng as _, SeedableRng as _};
    let office = Office::open().await;
    let by_requester = [("pending", "open"), ("hold", "open"), ("solved", "open")];
    let solved_by_requester = ["open", "pending", "hold"];
    let among_agents = ["open", "pending", "hold", "solved"];
    for seed in 0..6 {
        let mut random = StdRng::seed_from_u64(seed);
        let id = office.request("A walk").await;
        let mut before = "new".to_owned();
        for step in 0..14 {
            office.app.wait(TimeDelta::minutes(1));
            let who = random.random_range(0..10);
            match who {
                0..4 => {
                    let (comment, solve) = (random.random(), random.random::<bool>());
                    let mut change = json!({ "solved": solve });
                    if comment {
                        change["comment"] = json!({ "body": "x" });
                    }
                    office.says(id, change).await;
                }
                4..9 => {
                    let status = ["new", "open", "pending", "hold", "solved", "closed"].choose(&mut random).unwrap();
                    let mut change = json!({ "status": status });
                    if random.random() {
                        change["comment"] = json!({ "body": "x", "public": random.random::<bool>() });
                    }
                    office.marina.put(&format!("/api/v2/tickets/{id}"), &json!({ "ticket": change })).await;
                }
                _ => {
                    if random.random_bool(0.3) {
                        office.app.wait(TimeDelta::days(10));
                    }
                    office.clock().await;
                }
            }
            let after = office.status(id).await;
            let (from, to) = (before.as_str(), after.as_str());
            let allowed = from == to
                || match who {
                    0..4 => {
                        by_requester.contains(&(from, to)) || (to == "solved" && solved_by_requester.contains(&from))
                    }
                    4..9 => from != "closed" && among_agents.contains(&to),
                    _ => (from, to) == ("solved", "closed"),
                };
            assert!(allowed, "seed {seed}, step {step}: {from} to {to} by {who}");
            before = after;
        }
    }
}
