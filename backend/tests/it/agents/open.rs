//! Tickets that an agent opens for somebody.

use super::{ANA, MARINA, Office, RAFAEL};
use crate::common::Answer;
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn open(office: &Office, ticket: Value) -> Answer {
    office.marina.post("/api/v2/tickets.json", &json!({ "ticket": ticket })).await
}

#[tokio::test]
async fn a_ticket_for_somebody_is_theirs() {
    let office = Office::open().await;
    let answer = open(
        &office,
        json!({
            "subject": "By phone", "comment": { "body": "She called: orders stop." }, "requester": { "email": ANA },
            "priority": "high", "custom_fields": [{ "id": 1106, "value": "critical" }],
        }),
    )
    .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let ticket = &answer.json()["ticket"];
    let id = ticket["id"].as_u64().unwrap();
    assert!(answer.header("location").ends_with(&format!("/api/v2/tickets/{id}.json")));
    assert_eq!(ticket["requester_id"], office.id_of(ANA).await);
    assert_eq!(ticket["submitter_id"], office.id_of(MARINA).await);
    assert_eq!((&ticket["status"], &ticket["priority"]), (&json!("new"), &json!("high")));
    assert_eq!(ticket["via"]["channel"], "api");
    assert_eq!(answer.json()["audit"]["events"][0]["type"], "Comment");
    let told: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE kind = 'created' AND to_address = ?")
        .bind(ANA)
        .fetch_one(&mut *office.app.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(told, 1, "she is told what was opened for her");
    let request = office.seen_by_ana(id).await;
    assert_eq!((&request["subject"], &request["description"]), (&ticket["subject"], &ticket["description"]));
}

#[tokio::test]
async fn a_requester_is_named_in_three_ways_or_becomes_known() {
    let office = Office::open().await;
    let ana = office.id_of(ANA).await;
    let base = json!({ "subject": "x", "comment": { "body": "y" } });
    let with = |key: &str, value: Value| {
        let mut ticket = base.clone();
        ticket[key] = value;
        ticket
    };
    for ticket in [
        with("requester_id", json!(ana)),
        with("requester", json!({ "email": "ANA@acmestore.example", "name": "Somebody else" })),
        with("requester", json!({ "id": ana })),
    ] {
        let answer = open(&office, ticket).await;
        assert_eq!(answer.json()["ticket"]["requester_id"], ana, "{}", answer.text());
    }
    let new = with("requester", json!({ "name": "Nina Souza", "email": "nina@acmestore.example" }));
    let answer = open(&office, new).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(answer.json()["ticket"]["requester_id"], office.id_of("nina@acmestore.example").await);
    // As a description, as older clients write it.
    let ticket = json!({ "subject": "x", "description": "As it was", "requester_id": ana });
    assert_eq!(open(&office, ticket).await.json()["ticket"]["description"], "As it was");
}

#[tokio::test]
async fn what_is_wrong_with_a_new_ticket_is_named() {
    let office = Office::open().await;
    let cases = [
        (json!({}), vec!["comment BlankValue", "subject BlankValue"]),
        (json!({ "subject": "x" }), vec!["comment BlankValue"]),
        (
            json!({ "subject": "x", "comment": { "body": "y" }, "requester_id": 999_999 }),
            vec!["requester InvalidValue"],
        ),
        (
            json!({ "subject": "x", "comment": { "body": "y" }, "requester": { "email": "x" } }),
            vec!["requester InvalidValue"],
        ),
        (
            json!({ "subject": "x", "comment": { "body": "y" }, "requester": { "name": "x" } }),
            vec!["requester BlankValue"],
        ),
        (
            json!({ "subject": "x", "comment": { "body": "y" }, "requester": { "email": ANA }, "organization_id": 999 }),
            vec!["organization_id InvalidValue"],
        ),
        (
            json!({ "subject": "x", "comment": { "body": "y" }, "ticket_form_id": 9 }),
            vec!["ticket_form_id InvalidValue"],
        ),
        (json!({ "subject": "x", "comment": { "body": "y" }, "status": "closed" }), vec!["status InvalidValue"]),
    ];
    for (ticket, expected) in cases {
        let answer = open(&office, ticket.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{ticket}: {}", answer.text());
        assert_eq!(answer.refusal().1, expected, "{ticket}");
    }
    // Of two stores one must be named, and it must be the requester's.
    office.app.sign_in("eva@other.example", "other").await;
    let nina = json!({ "subject": "x", "comment": { "body": "y" }, "requester": { "email": "nina@x.example" } });
    assert_eq!(open(&office, nina).await.refusal().1, ["organization_id BlankValue"]);
    let other =
        json!({ "subject": "x", "comment": { "body": "y" }, "requester": { "email": ANA }, "organization_id": 2 });
    assert_eq!(open(&office, other).await.refusal().1, ["organization_id InvalidValue"]);
}

#[tokio::test]
async fn a_ticket_may_begin_assigned_solved_or_with_a_note() {
    let office = Office::open().await;
    let rafael = office.id_of(RAFAEL).await;
    let base = json!({ "subject": "x", "comment": { "body": "y" }, "requester": { "email": ANA } });
    let mut assigned = base.clone();
    assigned["assignee_id"] = json!(rafael);
    let assigned = open(&office, assigned).await.json()["ticket"].clone();
    assert_eq!((&assigned["status"], &assigned["assignee_id"]), (&json!("open"), &json!(rafael)));
    let mut solved = base.clone();
    solved["status"] = json!("solved");
    let solved = open(&office, solved).await.json()["ticket"].clone();
    assert_eq!((&solved["status"], &solved["assignee_id"]), (&json!("solved"), &json!(office.id_of(MARINA).await)));
    let note = json!({
        "subject": "Call her back", "requester": { "email": ANA },
        "comment": { "body": "A zebra called", "public": false },
    });
    let ticket = open(&office, note).await.json()["ticket"].clone();
    assert_eq!((&ticket["description"], &ticket["is_public"]), (&json!("A zebra called"), &json!(false)));
    let id = ticket["id"].as_u64().unwrap();
    let request = office.ana.get(&format!("/api/v2/requests/{id}")).await;
    assert!(!request.text().contains("zebra"), "{}", request.text());
    assert_eq!(office.ana.get("/api/v2/requests/search?query=zebra").await.json()["count"], 0);
}
