//! Agents' bodies have an end as well.

use super::{ANA, Office};
use axum::body::Body;
use axum::http::{Request, header};
use futures::StreamExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

#[tokio::test]
async fn a_megabyte_of_fields_or_tags_is_one_fault() {
    let office = Office::open().await;
    let id = office.request("Many").await;
    let many: Vec<Value> = (0..140_000).map(Value::from).collect();
    let tags: Vec<String> = (0..100_000).map(|number| format!("t{number}")).collect();
    let one = |fault: &str| (422, vec![fault.to_owned()]);
    for key in ["custom_fields", "fields"] {
        assert_eq!(office.refused(id, json!({ key: many })).await, one("custom_fields InvalidValue"), "{key}");
    }
    for key in ["tags", "additional_tags", "remove_tags"] {
        assert_eq!(office.refused(id, json!({ key: tags })).await, one(&format!("{key} InvalidValue")), "{key}");
    }
    let uploads = json!({ "comment": { "body": "x", "uploads": vec!["t"; 1_001] } });
    assert_eq!(office.refused(id, uploads).await, one("evidence InvalidValue"));
}

#[tokio::test]
async fn show_many_and_subscriptions_have_an_end() {
    let office = Office::open().await;
    let id = office.request("Many").await;
    let ids = |count: usize| vec![id.to_string(); count].join(",");
    let shown = office.marina.get(&format!("/api/v2/tickets/show_many?ids={}", ids(100))).await;
    assert_eq!((shown.status.as_u16(), shown.json()["count"].clone()), (200, json!(1)));
    let refused = office.marina.get(&format!("/api/v2/tickets/show_many?ids={}", ids(101))).await;
    assert_eq!(refused.status.as_u16(), 400);
    let names = vec!["zen:event-type:ticket.created"; 20_000];
    let webhook = json!({ "webhook": { "name": "Board", "endpoint": "https://a.example/", "subscriptions": names } });
    let made = office.marina.post("/api/v2/webhooks", &webhook).await.json();
    assert_eq!(made["webhook"]["subscriptions"], json!(["zen:event-type:ticket.created"]));
}

/// A page of long tickets was once whole in memory, as rows and as the answer. What is changed while it waits for its reader
/// would be as it was, had it been read before.
#[tokio::test]
async fn lists_of_tickets_are_read_as_they_are_taken() {
    let office = Office::open().await;
    let mut ids = Vec::new();
    for place in 0..40 {
        ids.push(office.request(&format!("Early {place}.")).await.to_string());
    }
    let write = |sql: &'static str| {
        let store = office.app.app.store.clone();
        async move {
            let mut write = store.begin().await.unwrap();
            sqlx::query(sql).execute(&mut *write).await.unwrap();
            write.commit().await.unwrap();
        }
    };
    write("UPDATE comments SET body = printf('%.*c', 20000, 'x')").await;
    let ana = office.id_of(ANA).await;
    for (list, path) in [
        ("tickets", "/api/v2/tickets".to_owned()),
        ("tickets", "/api/v2/tickets?page[size]=40&sort=-updated_at&include=users,organizations".to_owned()),
        ("tickets", format!("/api/v2/tickets/show_many?ids={}", ids.join(","))),
        ("tickets", format!("/api/v2/users/{ana}/tickets/requested")),
        ("results", "/api/v2/search?query=type:ticket".to_owned()),
        ("tickets", "/api/v2/incremental/tickets?start_time=0".to_owned()),
        ("tickets", "/api/v2/incremental/tickets/cursor?start_time=0&include=comment_count".to_owned()),
    ] {
        write("UPDATE requests SET subject = replace(subject, 'Late', 'Early')").await;
        let bearer = format!("Bearer {}", office.marina.bearer.as_deref().unwrap());
        let request = Request::get(&path).header(header::AUTHORIZATION, bearer).body(Body::empty()).unwrap();
        let response = office.marina.service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json", "{path}");
        let mut pieces = response.into_body().into_data_stream();
        let mut taken = pieces.next().await.unwrap().unwrap().to_vec();
        write("UPDATE requests SET subject = replace(subject, 'Early', 'Late')").await;
        let mut largest = 0;
        while let Some(piece) = pieces.next().await {
            let piece = piece.unwrap();
            largest = largest.max(piece.len());
            taken.extend(piece);
        }
        assert!(largest < 16 * 25_000, "{path}: {largest} bytes at once");
        let answer: Value = serde_json::from_slice(&taken).unwrap();
        let subjects = answer[list].as_array().unwrap().iter().map(|ticket| ticket["subject"].as_str().unwrap());
        let subjects: Vec<&str> = subjects.collect();
        assert_eq!(subjects.len(), 40, "{path}");
        let late = subjects.iter().filter(|subject| subject.starts_with("Late")).count();
        assert_eq!(late, 24, "{path}: sixteen are read before anything is written, the others as they are taken");
    }
}
