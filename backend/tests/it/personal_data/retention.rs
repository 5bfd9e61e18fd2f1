//! What is older than it may become goes, in small batches, and nothing goes unless it was said.

use super::files_below;
use crate::agents::{Office, upload};
use crate::copilot::{ask, begin};
use crate::directory::{done, json_of};
use crate::tickets::whole;
use axum::http::StatusCode;
use balcao_config::Retention;
use chrono::TimeDelta;
use serde_json::json;

async fn old(retention: Retention) -> (Office, u64, u64) {
    let office = Office::with(|config| config.retention = retention).await;
    let file = upload(&office.ana, "old.log", "bytes").await;
    let mut new = whole("Glimmerfax");
    new["request"]["comment"]["uploads"] = json!([file["token"]]);
    let closed = office.ana.post("/api/v2/requests", &new).await.json()["request"]["id"].as_u64().unwrap();
    office.change(closed, json!({ "comment": { "body": "Done" }, "status": "solved", "tags": ["old"] })).await;
    let conversation = begin(&office.ana, "en", "doubt").await;
    ask(&office.ana, &conversation, json!({ "text": "How?" })).await;
    set(&office, &format!("UPDATE requests SET status = 'closed' WHERE id = {closed}")).await;
    office.app.wait(TimeDelta::days(40));
    let open = office.request("Still open").await;
    set(&office, &format!("UPDATE requests SET followup_source_id = {closed} WHERE id = {open}")).await;
    (office, closed, open)
}

async fn set(office: &Office, statement: &str) {
    let mut write = office.app.app.store.begin().await.unwrap();
    sqlx::query(statement).execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
}

async fn count(office: &Office, from: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {from}");
    sqlx::query_scalar(&sql).fetch_one(&mut *office.app.app.store.read().await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn nothing_goes_unless_the_operator_says_so() {
    let (office, closed, _) = old(Retention::default()).await;
    assert!(done(&office.app, "retention").await.starts_with("Everything is kept for ever"));
    let shown = office.marina.get(&format!("/api/v2/tickets/{closed}.json")).await;
    assert_eq!(shown.status, StatusCode::OK);
}

#[tokio::test]
async fn closed_tickets_go_with_all_that_is_in_them_and_others_stay() {
    let retention = Retention { closed_tickets: Some(30), conversations: Some(30), ..Retention::default() };
    let (office, closed, open) = old(retention).await;
    let said = done(&office.app, "retention --dry-run").await;
    assert_eq!(said, "closed_tickets: 1 would go\nconversations: 1 would go\n");
    assert_eq!(count(&office, "requests").await, 2, "a dry run deletes nothing");

    let said = done(&office.app, "retention").await;
    assert_eq!(said, "closed_tickets: 1 deleted\nconversations: 1 deleted\n");
    let gone = office.marina.get(&format!("/api/v2/tickets/{closed}.json")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(office.marina.get("/api/v2/search.json?query=glimmerfax").await.json()["count"], 0);
    for from in ["comments", "events"] {
        assert_eq!(count(&office, &format!("{from} WHERE request_id <> {open}")).await, 0, "{from}");
    }
    for from in ["files", "surveys", "request_tags", "conversations", "conversation_turns"] {
        assert_eq!(count(&office, from).await, 0, "{from}");
    }
    assert_eq!(files_below(&office.app.app.config.evidence.dir), Vec::<std::path::PathBuf>::new());
    assert_eq!(count(&office, "pragma_foreign_key_check").await, 0);
    assert!(office.ticket(open).await["followup_source_id"].is_null());
    let list = office.ana.get("/api/v2/requests.json").await.json();
    assert_eq!(list["count"], 1, "{list}");

    let audit = json_of(&office.app, "audit list --subject retention --json").await;
    assert_eq!(audit[0]["data"], json!({ "closed_tickets": 1, "conversations": 1 }));
    assert_eq!(
        done(&office.app, "retention --dry-run").await,
        "closed_tickets: 0 would go\nconversations: 0 would go\n"
    );
}

#[tokio::test]
async fn more_than_a_batch_goes_and_what_is_young_stays() {
    let retention = Retention { mails: Some(30), audit: Some(30), ..Retention::default() };
    let (office, ..) = old(retention).await;
    let at = "(SELECT max(created_at) FROM requests)";
    set(
        &office,
        &format!(
            "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 130) \
             INSERT INTO outbox (dedupe_key, kind, message_id, to_address, to_name, locale, subject, text_body, html_body, \
                 state, created_at, due_at, settled_at) \
             SELECT i, 'answer', i, 'a@b.example', '', 'en', '', '', '', 'dead', 1, 1, \
                 {at} - CASE WHEN i <= 120 THEN 31 ELSE 29 END * 86400000 FROM n"
        ),
    )
    .await;
    done(&office.app, "user add new@acmestore.example --name New").await;
    let entries = count(&office, "audit_entries").await;
    let said = done(&office.app, "retention").await;
    assert_eq!(said, format!("mails: 120 deleted\naudit: {} deleted\n", entries - 1));
    assert_eq!(count(&office, "outbox WHERE state = 'dead'").await, 10);
    assert_eq!(count(&office, "audit_entries").await, 2, "the young one, and what was deleted");
}
