//! "Who saw this ticket": what agents read is noted with who and how, and nothing of what they read.

use super::{MARINA, Office, RAFAEL, upload};
use crate::directory::{done, json_of, refused};
use axum::http::StatusCode;
use balcao_backend::jobs::forget_readers;
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn readers(office: &Office, ticket: u64) -> Vec<(String, String, i64)> {
    office.app.app.readers.write(&office.app.app.store).await.unwrap();
    let all = json_of(&office.app, &format!("audit readers {ticket} --json")).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["email"]), text(&one["way"]), one["times"].as_i64().unwrap()))
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn an_operator_is_told_who_saw_a_ticket_and_how() {
    let office = Office::open().await;
    let (id, other) = (office.request("Orders stop").await, office.request("Prices differ").await);
    assert!(readers(&office, id).await.is_empty(), "its requester's own reading is theirs");
    let token = upload(&office.marina, "log.txt", "zebra").await["token"].clone();
    let note = json!({ "ticket": { "comment": { "body": "Between us", "public": false, "uploads": [token] } } });
    office.marina.put(&format!("/api/v2/tickets/{id}"), &note).await;
    let comments = office.marina.get(&format!("/api/v2/tickets/{id}/comments")).await.json();
    let content = comments["comments"][1]["attachments"][0]["content_url"].as_str().unwrap().to_owned();
    let content = content[content.find("/api/").unwrap()..].to_owned();
    for path in [
        format!("/api/v2/tickets/{id}"),
        format!("/api/v2/tickets/{id}.json"),
        format!("/api/v2/tickets/{id}/audits"),
        format!("/api/v2/tickets/{id}/tags"),
        content,
        format!("/api/v2/tickets/show_many?ids={id}"),
        format!("/api/v2/search?query={id}"),
        "/api/v2/incremental/tickets/cursor?start_time=1".to_owned(),
    ] {
        assert_eq!(office.marina.get(&path).await.status, StatusCode::OK, "{path}");
    }
    office.rafael.get(&format!("/api/v2/tickets/{id}/comments")).await;
    let expected = [
        (MARINA, "attachment", 1),
        (MARINA, "audits", 1),
        (MARINA, "comments", 1),
        (MARINA, "export", 1),
        (MARINA, "list", 1),
        (MARINA, "search", 1),
        (MARINA, "tags", 1),
        (MARINA, "ticket", 2),
        (RAFAEL, "comments", 1),
    ];
    assert_eq!(readers(&office, id).await, expected.map(|(who, how, times)| (who.to_owned(), how.to_owned(), times)));
    assert_eq!(readers(&office, other).await, [(MARINA.to_owned(), "export".to_owned(), 1)]);
    let printed = done(&office.app, &format!("audit readers {id}")).await;
    assert!(printed.contains(RAFAEL) && printed.contains("user:") && !printed.contains("Orders"), "{printed}");
    assert!(refused(&office.app, "audit readers 999999").await.contains("there is no ticket"));
}

#[tokio::test]
async fn who_is_refused_saw_nothing_and_what_is_old_is_forgotten() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    done(&office.app, "group add Finance").await;
    let path = format!("/api/v2/tickets/{id}");
    office.marina.put(&path, &json!({ "ticket": { "group_id": 1 } })).await;
    for path in [path.clone(), format!("{path}/comments"), format!("{path}/audits"), "/api/v2/tickets".to_owned()] {
        office.rafael.get(&path).await;
    }
    assert!(readers(&office, id).await.is_empty());
    office.marina.get(&path).await;
    office.app.wait(TimeDelta::hours(1));
    office.marina.get(&path).await;
    assert_eq!(readers(&office, id).await.len(), 2, "a line for each hour");
    let now = balcao_runtime::clock::Clock::now(office.app.clock.as_ref());
    assert_eq!(forget_readers(&office.app.app.store, 180, now + TimeDelta::days(179)).await.unwrap(), 0);
    assert_eq!(forget_readers(&office.app.app.store, 180, now + TimeDelta::days(180)).await.unwrap(), 1);
    assert_eq!(forget_readers(&office.app.app.store, 180, now + TimeDelta::days(181)).await.unwrap(), 1);
}
