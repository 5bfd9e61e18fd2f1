//! People in copy, as agents and their programs put them there.

use super::{ANA, Office};
use crate::common::ACCOUNT;
use serde_json::{Value, json};

const BRUNO: &str = "bruno@acmestore.example";
const CARLA: &str = "carla@acmestore.example";

async fn office() -> (Office, u64, u64, u64) {
    let office = Office::open().await;
    office.app.sign_in(BRUNO, ACCOUNT).await;
    office.app.sign_in(CARLA, ACCOUNT).await;
    office.app.sign_in("eve@other.example", "other").await;
    let (bruno, carla) = (office.id_of(BRUNO).await, office.id_of(CARLA).await);
    let id = office.request("Orders stop").await;
    (office, id, bruno, carla)
}

#[tokio::test]
async fn agents_put_people_in_copy_in_each_of_zendesks_ways_and_it_is_audited() {
    let (office, id, bruno, carla) = office().await;
    let ids = |answer: &Value| (answer["ticket"]["email_cc_ids"].clone(), answer["ticket"]["collaborator_ids"].clone());
    let both = |list: Value| (list.clone(), list);
    let after = office.change(id, json!({ "email_ccs": [{ "user_email": BRUNO, "action": "put" }] })).await;
    assert_eq!(ids(&after), both(json!([bruno])));
    let event = &after["audit"]["events"][0];
    assert_eq!((&event["type"], &event["field_name"]), (&json!("Change"), &json!("email_ccs")));
    assert_eq!((&event["previous_value"], &event["value"]), (&json!([]), &json!([bruno])));

    let after = office.change(id, json!({ "additional_collaborators": [{ "name": "C", "email": CARLA }] })).await;
    assert_eq!(ids(&after), both(json!([bruno, carla])));
    // A whole ticket is written back: what it says of both lists is what there is, and nothing happens.
    let ticket = office.ticket(id).await;
    let same = json!({ "email_cc_ids": ticket["email_cc_ids"], "collaborator_ids": ticket["collaborator_ids"] });
    assert_eq!(office.change(id, same).await["audit"]["events"], json!([]));
    // One of the two was changed in it.
    let after = office.change(id, json!({ "email_cc_ids": [bruno, carla], "collaborator_ids": [carla] })).await;
    assert_eq!(ids(&after), both(json!([carla])));
    assert_eq!(ids(&office.change(id, json!({ "collaborator_ids": [] })).await), both(json!([])));
    assert_eq!(ids(&office.change(id, json!({ "email_cc_ids": [bruno] })).await), both(json!([bruno])));
    let out = json!([{ "user_id": bruno.to_string(), "action": "delete" }]);
    assert_eq!(ids(&office.change(id, json!({ "email_ccs": out })).await), both(json!([])));
    assert_eq!(office.seen_by_ana(id).await["email_cc_ids"], json!([]));

    let opened = json!({ "ticket": {
        "subject": "By phone", "comment": { "body": "x" }, "requester": { "email": ANA }, "collaborators": [BRUNO, carla],
    } });
    let opened = office.marina.post("/api/v2/tickets", &opened).await;
    assert_eq!(ids(&opened.json()), both(json!([bruno, carla])), "{}", opened.text());
    assert!(opened.headers.get("x-zendesk-api-warn").is_none());
    let events = opened.json()["audit"]["events"].clone();
    assert!(events.as_array().unwrap().iter().any(|event| event["field_name"] == "email_ccs"), "{events}");
}

#[tokio::test]
async fn agents_put_nobody_of_another_store_in_copy_and_the_requester_neither() {
    let (office, id, ..) = office().await;
    let before = office.ticket(id).await;
    let eve = office.id_of("eve@other.example").await;
    let marina = office.id_of(super::MARINA).await;
    let many: Vec<String> = (0..21).map(|number| format!("p{number}@acmestore.example")).collect();
    for (change, fault) in [
        (json!({ "email_ccs": [{ "user_id": eve }] }), "email_ccs InvalidValue"),
        (json!({ "collaborator_ids": [marina] }), "collaborator_ids InvalidValue"),
        (json!({ "additional_collaborators": ["nobody@nowhere.example"] }), "additional_collaborators InvalidValue"),
        (json!({ "email_ccs": [{ "user_email": ANA }] }), "email_ccs InvalidValue"),
        (json!({ "email_cc_ids": "x" }), "email_cc_ids InvalidValue"),
        (json!({ "collaborators": many }), "collaborators InvalidValue"),
    ] {
        assert_eq!(office.refused(id, change).await, (422, vec![fault.to_owned()]));
    }
    assert_eq!(office.ticket(id).await, before);
    let closed = json!({ "status": "solved" });
    office.change(id, closed).await;
    crate::survey::run(&office.app, &format!("UPDATE requests SET status = 'closed' WHERE id = {id}")).await;
    assert_eq!(office.refused(id, json!({ "email_ccs": [{ "user_email": BRUNO }] })).await.0, 422);
}
