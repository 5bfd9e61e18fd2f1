//! What an agent changes about a ticket.

use super::{MARINA, Office, RAFAEL};
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};

#[tokio::test]
async fn a_public_reply_takes_the_ticket_and_is_read_by_the_requester() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    assert_eq!(office.ticket(id).await["status"], "new");
    office.app.wait(TimeDelta::minutes(5));
    let after = office.change(id, json!({ "comment": { "body": "We **look** into it." } })).await;
    assert_eq!(after["ticket"]["status"], "open");
    assert_eq!(after["ticket"]["assignee_id"], office.id_of(MARINA).await);
    let events: Vec<&Value> = after["audit"]["events"].as_array().unwrap().iter().collect();
    assert_eq!(events.len(), 3, "{events:?}");
    assert_eq!((&events[0]["type"], &events[0]["public"]), (&json!("Comment"), &json!(true)));
    assert_eq!(events[0]["body"], "We **look** into it.");
    let changes: Vec<_> = events[1..].iter().map(|event| (&event["field_name"], &event["value"])).collect();
    assert_eq!(changes[0], (&json!("status"), &json!("open")));
    assert_eq!(changes[1].0, "assignee_id");
    assert_eq!(after["audit"]["author_id"], office.id_of(MARINA).await);
    assert_eq!(after["audit"]["ticket_id"], id);

    let request = office.seen_by_ana(id).await;
    assert_eq!(request["status"], "open");
    assert_eq!(request["can_be_solved_by_me"], true, "somebody answers it now");
    let thread = office.ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
    assert_eq!(thread["count"], 2);
    assert_eq!(thread["comments"][1]["body"], "We **look** into it.");
    assert_eq!(thread["users"][1], json!({ "id": office.id_of(MARINA).await, "name": "Marina Prado", "agent": true }));
    let found = office.ana.get("/api/v2/requests/search?query=look").await.json();
    assert_eq!(found["count"], 1, "the reply's words are found");
}

#[tokio::test]
async fn a_note_among_agents_is_never_the_requesters() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let file = super::upload(&office.marina, "internal.txt", "zebra inside").await;
    let note = json!({ "body": "Customer is a zebra", "public": false, "uploads": [file["token"]] });
    let after = office.change(id, json!({ "comment": note })).await;
    assert_eq!((&after["ticket"]["status"], &after["ticket"]["assignee_id"]), (&json!("new"), &Value::Null));
    assert_eq!(after["audit"]["events"][0]["public"], false);

    let attachment = file["attachment"]["id"].as_u64().unwrap();
    let comment = after["audit"]["events"][0]["attachments"][0]["id"].as_u64().unwrap();
    assert_eq!(comment, attachment);
    let thread = office.ana.get(&format!("/api/v2/requests/{id}/comments?include=users")).await;
    assert_eq!(thread.json()["count"], 1);
    assert!(!thread.text().contains("zebra") && !thread.text().contains("Marina"), "{}", thread.text());
    for path in [
        format!("/api/v2/requests/{id}"),
        "/api/v2/requests".to_owned(),
        "/api/v2/requests/search?query=zebra".to_owned(),
        format!("/api/v2/users/{}", office.id_of(MARINA).await),
        format!("/api/v2/attachments/{attachment}"),
        format!("/api/v2/attachments/{attachment}/content/internal.txt"),
    ] {
        let answer = office.ana.get(&path).await;
        assert!(!answer.text().contains("\"Customer is") && !answer.text().contains("zebra inside"), "{path}");
        assert!(!answer.text().contains("Marina") && !answer.text().contains("internal.txt"), "{path}");
    }
    for query in ["zebra", "-orders+zebra", "requester:me+zebra", "notes:zebra"] {
        let found = office.ana.get(&format!("/api/v2/requests/search?query={query}")).await.json();
        assert_eq!(found["count"], 0, "{query}");
    }
    for (query, count) in [("zebra", 1), ("type:ticket+zeb", 1), ("orders+-zebra", 0), ("giraffe", 0)] {
        let found = office.rafael.get(&format!("/api/v2/search?query={query}")).await.json();
        assert_eq!(found["count"], count, "{query}");
    }
    let content = format!("/api/v2/attachments/{attachment}/content/internal.txt");
    assert_eq!(office.ana.get(&content).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.rafael.get(&content).await.text(), "zebra inside", "another agent reads it");
}

#[tokio::test]
async fn a_reply_with_a_file_reaches_the_requester() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let file = super::upload(&office.marina, "steps.txt", "first this, then that").await;
    office.change(id, json!({ "comment": { "body": "See the file", "uploads": [file["token"]] } })).await;
    let thread = office.ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
    let shown = &thread["comments"][1]["attachments"][0];
    assert_eq!(shown["file_name"], "steps.txt");
    let path = shown["content_url"].as_str().unwrap().split_once("/api/").unwrap().1;
    assert_eq!(office.ana.get(&format!("/api/{path}")).await.text(), "first this, then that");
    let spent = json!({ "comment": { "body": "Again", "uploads": [file["token"]] } });
    assert_eq!(office.refused(id, spent).await, (422, vec!["evidence InvalidUpload".to_owned()]));
    let hers = super::upload(&office.ana, "hers.txt", "mine").await;
    let stolen = json!({ "comment": { "body": "Again", "uploads": [hers["token"]] } });
    assert_eq!(office.refused(id, stolen).await.0, 422, "an upload belongs to who sent it");
}

#[tokio::test]
async fn everything_an_agent_changes_is_kept_and_audited() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let rafael = office.id_of(RAFAEL).await;
    let wanted = json!({
        "status": "pending", "priority": "low", "type": "problem", "subject": "Orders stop at payment",
        "assignee_id": rafael, "custom_fields": [{ "id": 1106, "value": "auxiliary" }, { "id": 1108, "value": null }],
    });
    let after = office.change(id, wanted).await;
    let ticket = office.ticket(id).await;
    assert_eq!(ticket, after["ticket"]);
    for (key, value) in [
        ("status", json!("pending")),
        ("priority", json!("low")),
        ("type", json!("problem")),
        ("subject", json!("Orders stop at payment")),
        ("assignee_id", json!(rafael)),
    ] {
        assert_eq!(ticket[key], value, "{key}");
    }
    let field = |id: u64| {
        let fields = ticket["custom_fields"].as_array().unwrap();
        fields.iter().find(|field| field["id"] == id).unwrap()["value"].clone()
    };
    assert_eq!((field(1106), field(1108), field(1103)), (json!("auxiliary"), Value::Null, json!("advanced")));
    let audit = after["audit"]["events"].as_array().unwrap();
    let mut names: Vec<&str> = audit.iter().map(|event| event["field_name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["1106", "1108", "assignee_id", "priority", "status", "subject", "type"]);
    let found = office.ana.get("/api/v2/requests/search?query=payment").await.json();
    assert_eq!(found["count"], 1, "the new title is found");

    let nothing = office.change(id, json!({ "status": "pending", "priority": "low" })).await;
    assert_eq!(nothing["audit"]["events"], json!([]));
    assert_eq!(nothing["ticket"]["updated_at"], ticket["updated_at"]);
    office.change(id, json!({ "priority": null, "assignee_id": null })).await;
    let ticket = office.ticket(id).await;
    assert_eq!((&ticket["priority"], &ticket["assignee_id"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn what_is_wrong_is_named_field_by_field_and_nothing_of_it_happens() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let ana = office.id_of(super::ANA).await;
    let before = office.ticket(id).await;
    let cases = [
        (json!({ "status": "done" }), "status InvalidValue"),
        (json!({ "status": 7 }), "status InvalidValue"),
        (json!({ "status": "closed" }), "status InvalidValue"),
        (json!({ "priority": "asap" }), "priority InvalidValue"),
        (json!({ "type": "bug" }), "type InvalidValue"),
        (json!({ "assignee_id": ana }), "assignee_id InvalidValue"),
        (json!({ "assignee_id": 999_999 }), "assignee_id InvalidValue"),
        (json!({ "assignee_id": "x" }), "assignee_id InvalidValue"),
        (json!({ "subject": " " }), "subject BlankValue"),
        (json!({ "subject": "x".repeat(151) }), "subject ValueTooLong"),
        (json!({ "comment": { "body": " " } }), "comment BlankValue"),
        (json!({ "comment": { "body": "x", "public": "no" } }), "comment InvalidValue"),
        (json!({ "custom_fields": [{ "id": 1106, "value": "no such option" }] }), "impact InvalidValue"),
        (json!({ "custom_fields": [{ "id": 999_999, "value": "x" }] }), "999999 UnknownField"),
        (json!({ "status": "solved", "assignee_id": null }), "assignee_id BlankValue"),
        (json!({ "safe_update": true, "updated_stamp": "yesterday" }), "updated_stamp InvalidValue"),
    ];
    for (change, expected) in cases {
        let refused = office.refused(id, change.clone()).await;
        assert_eq!(refused, (422, vec![expected.to_owned()]), "{change}");
    }
    let several = json!({ "status": "done", "priority": "asap", "comment": { "body": "" }, "assignee_id": ana });
    assert_eq!(office.refused(id, several).await.1.len(), 4);
    assert_eq!(office.ticket(id).await, before);
    let missing = office.marina.put("/api/v2/tickets/999999", &json!({ "ticket": {} })).await;
    assert_eq!(missing.json(), json!({ "error": "RecordNotFound", "description": "Not found" }));
}

#[tokio::test]
async fn whoever_decided_on_an_older_state_is_told_so() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let seen = office.ticket(id).await["updated_at"].clone();
    office.app.wait(TimeDelta::seconds(2));
    office.change(id, json!({ "status": "hold", "safe_update": true, "updated_stamp": seen })).await;
    let late = json!({ "ticket": { "status": "solved", "safe_update": true, "updated_stamp": seen } });
    let answer = office.rafael.put(&format!("/api/v2/tickets/{id}"), &late).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
    assert_eq!(office.ticket(id).await["status"], "hold");
}

#[tokio::test]
async fn the_same_write_twice_is_done_once() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let path = format!("/api/v2/tickets/{id}");
    let body = json!({ "ticket": { "comment": { "body": "Once" } } });
    let headers = [("idempotency-key", "reply-1")];
    let first = office.marina.json(Method::PUT, &path, &body, &headers).await;
    let second = office.marina.json(Method::PUT, &path, &body, &headers).await;
    assert_eq!((first.header("x-idempotency-lookup"), second.header("x-idempotency-lookup")), ("miss", "hit"));
    assert_eq!(first.text(), second.text());
    let thread = office.ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
    assert_eq!(thread["count"], 2);
    let other = office.marina.json(Method::PUT, &path, &json!({ "ticket": {} }), &headers).await;
    assert_eq!(other.refusal().0, "IdempotentRequestError");
}

#[tokio::test]
async fn what_is_not_written_is_named() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let path = format!("/api/v2/tickets/{id}");
    let body = json!({ "ticket": { "brand_id": 3, "organization_id": 7, "requester_id": 7 }, "other": 1 });
    let answer = office.marina.put(&path, &body).await;
    assert_eq!(answer.status, StatusCode::OK);
    let warned: Vec<_> = answer.headers.get_all("x-zendesk-api-warn").iter().map(|one| one.to_str().unwrap()).collect();
    for key in ["brand_id", "organization_id", "requester_id", "other"] {
        assert!(warned.join(" ").contains(&format!("\"{key}\"")), "{key}: {warned:?}");
    }
}
