//! Agents' bodies have an end as well.

use super::Office;
use serde_json::{Value, json};

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
