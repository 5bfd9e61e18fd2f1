//! Tags: for agents, and never for requesters.

use super::{ANA, Office};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn tags_are_set_added_taken_away_and_audited() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    assert_eq!(office.ticket(id).await["tags"], json!([]));
    let after = office.change(id, json!({ "tags": ["VIP", "black friday"] })).await;
    assert_eq!(after["ticket"]["tags"], json!(["black", "friday", "vip"]));
    let event = &after["audit"]["events"][0];
    assert_eq!((&event["type"], &event["field_name"]), (&json!("Change"), &json!("tags")));
    assert_eq!((&event["previous_value"], &event["value"]), (&json!([]), &json!(["black", "friday", "vip"])));
    let same = office.change(id, json!({ "tags": "vip black,friday" })).await;
    assert_eq!(same["audit"]["events"], json!([]), "nothing changed");
    let after = office.change(id, json!({ "additional_tags": ["pix"], "remove_tags": ["black", "unknown"] })).await;
    assert_eq!(after["ticket"]["tags"], json!(["friday", "pix", "vip"]));
    assert_eq!(office.change(id, json!({ "tags": null })).await["ticket"]["tags"], after["ticket"]["tags"]);
    assert_eq!(office.change(id, json!({ "tags": [] })).await["ticket"]["tags"], json!([]));

    let opened = json!({ "ticket": {
        "subject": "By phone", "comment": { "body": "x" }, "requester": { "email": ANA }, "tags": ["phone"],
    } });
    let opened = office.marina.post("/api/v2/tickets", &opened).await.json();
    assert_eq!(opened["ticket"]["tags"], json!(["phone"]));
}

#[tokio::test]
async fn tags_have_an_address_of_their_own() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let path = format!("/api/v2/tickets/{id}/tags.json");
    let ask =
        async |method: Method, tags: Value| office.marina.json(method, &path, &json!({ "tags": tags }), &[]).await;
    let set = ask(Method::POST, json!(["vip", "pix"])).await;
    assert_eq!((set.status, set.json()), (StatusCode::CREATED, json!({ "tags": ["pix", "vip"] })));
    assert_eq!(ask(Method::PUT, json!(["sale"])).await.json(), json!({ "tags": ["pix", "sale", "vip"] }));
    assert_eq!(ask(Method::DELETE, json!(["vip"])).await.json(), json!({ "tags": ["pix", "sale"] }));
    assert_eq!(office.rafael.get(&path).await.json(), json!({ "tags": ["pix", "sale"] }));
    assert_eq!(office.ticket(id).await["tags"], json!(["pix", "sale"]));
    assert_eq!(office.ana.get(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(office.marina.get("/api/v2/tickets/999999/tags").await.status, StatusCode::NOT_FOUND);
    assert!(!office.ana.get(&format!("/api/v2/requests/{id}")).await.text().contains("pix"));
}

#[tokio::test]
async fn what_is_no_tag_is_named() {
    let office = Office::open().await;
    let id = office.request("Orders stop").await;
    let many: Vec<String> = (0..101).map(|number| format!("t{number}")).collect();
    let cases = [
        (json!({ "tags": 7 }), "tags InvalidValue"),
        (json!({ "tags": ["a", 7] }), "tags InvalidValue"),
        (json!({ "tags": ["\"a\""] }), "tags InvalidValue"),
        (json!({ "additional_tags": ["x".repeat(256)] }), "additional_tags ValueTooLong"),
        (json!({ "tags": many }), "tags InvalidValue"),
    ];
    for (change, expected) in cases {
        let (status, faults) = office.refused(id, change.clone()).await;
        assert_eq!((status, faults.join(",").starts_with(expected)), (422, true), "{change}: {faults:?}");
    }
    let path = format!("/api/v2/tickets/{id}/tags");
    assert_eq!(office.marina.put(&path, &json!({})).await.refusal().1, ["tags BlankValue"]);
    assert_eq!(office.marina.put(&path, &json!(["vip"])).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn tickets_are_found_by_their_tags() {
    let office = Office::open().await;
    let (first, second) = (office.request("Orders stop").await, office.request("Boleto").await);
    office.request("Freight").await;
    office.change(first, json!({ "tags": ["vip"] })).await;
    office.change(second, json!({ "tags": ["vip", "pix"] })).await;
    for (query, expected) in [
        ("tags:vip", vec![first, second]),
        ("tags:VIP -tags:pix", vec![first]),
        ("tags:pix tags:none_such", vec![second]),
        ("tags:none_such", vec![]),
        ("tags:vip boleto", vec![second]),
    ] {
        let found =
            office.marina.get(&format!("/api/v2/search?query=type:ticket+{}", query.replace(' ', "+"))).await.json();
        let mut ids: Vec<u64> =
            found["results"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect();
        ids.sort_unstable();
        assert_eq!(ids, expected, "{query}");
        assert_eq!(found["count"], expected.len(), "{query}");
    }
}
