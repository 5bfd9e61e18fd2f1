//! What people in copy find: their list, and what of it is unread.

use super::{BRUNO, Office, change, office, says};
use crate::tickets::{Person, text};
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn taken_out_of_copy_it_is_as_if_there_were_no_request() {
    let office = office().await;
    let Office { ana, bruno, .. } = &office;
    let id = office.request(&[BRUNO]).await;
    let path = format!("/api/v2/requests/{id}");
    let unread = async || bruno.get("/api/panel/unread").await.json["unread"]["request_ids"].clone();
    assert_eq!(unread().await, json!([id]), "that they were put in copy is news");
    assert_eq!(
        ana.put(&path, &change(json!([{ "user_id": bruno.user, "action": "delete" }]))).await.status,
        StatusCode::OK
    );
    assert_eq!(bruno.get(&path).await.error(), (404, "RecordNotFound"));
    assert_eq!(unread().await, json!([]));
    assert_eq!(bruno.get("/api/v2/requests/ccd").await.numbers(), [0; 0]);
    assert_eq!(bruno.get(&format!("/api/v2/users/{}", ana.user)).await.error(), (404, "RecordNotFound"));
}

#[tokio::test]
async fn what_was_said_is_unread_until_they_have_read_it() {
    let office = office().await;
    let Office { ana, bruno, .. } = &office;
    let id = office.request(&[BRUNO]).await;
    let path = format!("/api/v2/requests/{id}");
    let count = async |person: &Person| person.get("/api/panel/unread").await.json["unread"]["count"].clone();
    let newest = async || {
        let comments = ana.get(&format!("{path}/comments")).await.json["comments"].clone();
        comments.as_array().unwrap().last().unwrap()["id"].clone()
    };
    assert_eq!((count(bruno).await, count(ana).await), (json!(1), json!(0)));
    let mark = json!({ "comment_id": newest().await });
    assert_eq!(bruno.put(&format!("/api/panel/requests/{id}/read"), &mark).await.json["unread"]["count"], 0);
    ana.put(&path, &says("More")).await;
    assert_eq!(count(bruno).await, json!(1));
    // Whoever writes has read; the requester has not.
    bruno.put(&path, &says("I see")).await;
    assert_eq!((count(bruno).await, count(ana).await), (json!(0), json!(1)));
}

#[tokio::test]
async fn the_list_of_what_one_is_in_copy_of_is_as_the_other_lists() {
    let office = office().await;
    let Office { desk, ana, bruno, eve, .. } = &office;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(office.request(&[BRUNO]).await);
        desk.pass(chrono::TimeDelta::minutes(1));
        assert_eq!(ids.len(), number + 1);
    }
    ana.open("Not his").await;
    let own = bruno.open("Orders of his own").await;
    desk.set(ids[1], "solved", None).await;

    let list = bruno.get("/api/v2/requests/ccd?sort_by=created_at&sort_order=desc&include=users").await;
    assert_eq!((list.numbers(), &list.json["count"]), (vec![ids[2], ids[1], ids[0]], &json!(3)));
    assert!(list.json["users"].as_array().unwrap().iter().any(|user| user["name"] == "ana"));
    let page = bruno.get("/api/v2/requests/ccd?per_page=2&page=2").await;
    assert_eq!((page.numbers(), &page.json["count"]), (vec![ids[2]], &json!(3)));
    let cursor = bruno.get("/api/v2/requests/ccd?page[size]=2").await;
    assert_eq!((cursor.numbers(), &cursor.json["meta"]["has_more"]), (vec![ids[0], ids[1]], &json!(true)));
    let next = text(&cursor.json["links"]["next"]);
    assert_eq!(bruno.get(&next[next.find("/api/").unwrap()..]).await.numbers(), [ids[2]]);
    assert_eq!(bruno.get("/api/v2/requests/ccd?status=solved").await.numbers(), [ids[1]]);
    assert_eq!(bruno.get("/api/v2/requests/ccd?ticket_form_id=1002").await.numbers(), [0; 0]);
    assert_eq!(bruno.get("/api/v2/requests").await.numbers(), [own], "one's own list stays one's own");

    let found = async |query: &str| {
        let order = "sort_by=created_at&sort_order=asc";
        bruno.get(&format!("/api/v2/requests/search?{order}&cc_id=true&query={query}")).await.numbers()
    };
    assert_eq!(found("orders").await, ids);
    assert_eq!(found(&ids[0].to_string()).await, [ids[0]]);
    assert_eq!(found(&format!("%23{own}")).await, [0; 0]);
    let counts = bruno.get("/api/panel/requests/counts?cc_id=true").await.json["counts"].clone();
    assert_eq!(counts, json!({ "open": 2, "pending": 0, "solved": 1, "closed": 0, "in_copy": true }));
    assert_eq!(bruno.get("/api/panel/requests/counts").await.json["counts"]["in_copy"], true);
    assert!(ana.get("/api/panel/requests/counts").await.json["counts"].get("in_copy").is_none());
    assert_eq!(eve.get("/api/v2/requests/ccd").await.numbers(), [0; 0]);
    // In another store of his there is none of it.
    let mut identity = balcao_backend::identity::HostIdentity {
        email: BRUNO.to_owned(),
        name: None,
        account: "other".to_owned(),
        locale: None,
        region: None,
        resources: None,
        support_resource_by_default: true,
        sponsor: false,
        email_verified: false,
    };
    let there = desk.enter(&identity).await;
    assert_eq!((there.user, there.get("/api/v2/requests/ccd").await.numbers()), (bruno.user, vec![]));
    assert_eq!(there.get(&format!("/api/v2/requests/{}", ids[0])).await.error(), (404, "RecordNotFound"));
    identity.account = "acme".to_owned();
    assert_eq!(desk.enter(&identity).await.get("/api/v2/requests/ccd").await.numbers(), ids);
}
