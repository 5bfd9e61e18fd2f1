//! A ticket's thread and audits, page by page; and what an agent is told of a full one.

use super::{ANA, Office};
use axum::http::StatusCode;
use serde_json::{Value, json};

fn numbers(list: &Value, key: &str) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|one| one[key].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn comments_and_audits_are_the_same_by_pages_and_whole() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    for place in 0..40 {
        let public = place % 3 != 0;
        office.change(id, json!({ "comment": { "body": format!("Number {place}"), "public": public } })).await;
        if place % 10 == 0 {
            office.change(id, json!({ "priority": if place % 20 == 0 { "low" } else { "high" } })).await;
        }
    }
    for (list, least) in [("comments", 41), ("audits", 45)] {
        let path = format!("/api/v2/tickets/{id}/{list}");
        let whole = office.marina.get(&format!("{path}?include=users")).await;
        assert_eq!(whole.header("content-type"), "application/json");
        let whole = whole.json();
        let all = numbers(&whole[list], "id");
        assert_eq!((all.len(), whole["count"].as_u64()), (least, Some(least as u64)), "{list}");
        assert!(all.is_sorted(), "{list}");
        let mut by_offset = Vec::new();
        for page in 1..=3 {
            by_offset.extend(numbers(
                &office.marina.get(&format!("{path}?per_page=17&page={page}")).await.json()[list],
                "id",
            ));
        }
        assert_eq!(by_offset, all, "{list}");
        for (sort, backwards) in [("created_at", false), ("-created_at", true)] {
            let mut by_cursor = Vec::new();
            let mut next = format!("{path}?page[size]=17&sort={sort}");
            for _ in 0..3 {
                let page = office.marina.get(&next).await.json();
                by_cursor.extend(numbers(&page[list], "id"));
                let Some(link) = page["links"]["next"].as_str() else { break };
                next = link.split_once("/api/").map(|(_, rest)| format!("/api/{rest}")).unwrap();
            }
            if backwards {
                by_cursor.reverse();
            }
            assert_eq!(by_cursor, all, "{list} {sort}");
        }
    }
    let comments = office.marina.get(&format!("/api/v2/tickets/{id}/comments")).await.json()["comments"].clone();
    let audits = office.marina.get(&format!("/api/v2/tickets/{id}/audits")).await.json()["audits"].clone();
    for comment in comments.as_array().unwrap() {
        let path = format!("/api/v2/tickets/{id}/audits/{}", comment["audit_id"]);
        let audit = office.marina.get(&path).await.json()["audit"].clone();
        assert_eq!(audit["events"][0]["body"], comment["body"]);
        assert!(audits.as_array().unwrap().contains(&audit));
    }
    assert_eq!(office.marina.get(&format!("/api/v2/tickets/{id}/audits/999999")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.marina.get(&format!("/api/v2/tickets/{id}/audits/x")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_full_ticket_takes_no_comment_and_is_gone_on_from() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let mut write = office.app.app.store.begin().await.unwrap();
    sqlx::query("UPDATE request_sizes SET comments = 5000").execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
    for public in [true, false] {
        let comment = json!({ "comment": { "body": "One too many", "public": public } });
        assert_eq!(office.refused(id, comment).await, (422, vec!["comment TicketFull".to_owned()]));
    }
    // Everything else about it can still change.
    assert_eq!(office.change(id, json!({ "status": "solved" })).await["ticket"]["status"], "solved");
    let followup = json!({ "ticket": {
        "subject": "Goes on", "comment": { "body": "x" }, "requester": { "email": ANA }, "via_followup_source_id": id,
    } });
    let opened = office.marina.post("/api/v2/tickets", &followup).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
}

/// A list of comments was once read, shaped and written whole; its answer is the same now that it is written in pieces.
#[tokio::test]
async fn a_page_of_long_comments_is_whole() {
    let office = Office::open().await;
    let id = office.request("Long").await;
    for place in 0..20 {
        let body = format!("Number {place}. {}", "word ".repeat(2_000));
        let reply = json!({ "request": { "comment": { "body": body } } });
        office.ana.put(&format!("/api/v2/requests/{id}"), &reply).await;
    }
    let list = office.ana.get(&format!("/api/v2/requests/{id}/comments?include=rich_text")).await.json();
    assert_eq!((list["count"].as_u64(), list["comments"].as_array().unwrap().len()), (Some(21), 21));
    assert_eq!(list["users"].as_array().unwrap().len(), 1);
    for comment in list["comments"].as_array().unwrap() {
        let path = format!("/api/v2/requests/{id}/comments/{}?include=rich_text", comment["id"]);
        assert_eq!(&office.ana.get(&path).await.json()["comment"], comment);
    }
}
