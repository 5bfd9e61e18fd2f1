//! Requests that an account shares among its people (identity.md, "read and answer requests").

use super::{Desk, Person, whole};
use crate::directory::done;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

/// Ana and Bruno of one store that shares its requests, and Eve of another that does, too.
async fn desk() -> (Desk, Person, Person, Person) {
    let desk = Desk::open().await;
    let people =
        (desk.sign_in("ana", "acme").await, desk.sign_in("bruno", "acme").await, desk.sign_in("eve", "other").await);
    share(&desk, "acme", "on").await;
    share(&desk, "other", "on").await;
    (desk, people.0, people.1, people.2)
}

async fn share(desk: &Desk, account: &str, switch: &str) {
    done(&desk._test, &format!("account share {account} {switch}")).await;
}

/// The whole store's list, as its panel asks for it.
fn whole_store(person: &Person) -> String {
    format!("/api/v2/organizations/{}/requests?sort_by=updated_at&sort_order=desc", person.account)
}

#[tokio::test]
async fn the_session_says_whether_the_account_shares() {
    let (desk, ana, ..) = desk().await;
    for (switch, may) in [("on", true), ("off", false)] {
        share(&desk, "acme", switch).await;
        let session = ana.get("/api/panel/session").await.json["session"].clone();
        let has = session["capabilities"].as_array().unwrap().contains(&json!("answer_account_requests"));
        let lacks = session["missing"].as_array().unwrap().iter().any(|missing| missing["reason"] == "not_shared");
        assert_eq!((has, lacks), (may, !may), "{switch}");
        let organization = ana.get(&format!("/api/v2/organizations/{}", ana.account)).await;
        assert_eq!(organization.json["organization"]["shared_tickets"], may);
        assert_eq!(organization.json["organization"]["shared_comments"], may);
    }
}

#[tokio::test]
async fn colleagues_find_each_others_requests_and_nobody_elses() {
    let (desk, ana, bruno, eve) = desk().await;
    let of_ana = ana.open("Sitemap is not indexed").await;
    desk.pass(chrono::TimeDelta::minutes(1));
    let of_bruno = bruno.open("Checkout and sitemap").await;
    let of_eve = eve.open("Sitemap elsewhere").await;

    // One's own list stays one's own; the store's is everybody's.
    assert_eq!(bruno.get("/api/v2/requests").await.numbers(), [of_bruno]);
    let list = bruno.get(&whole_store(&bruno)).await;
    assert_eq!((list.numbers(), &list.json["count"]), (vec![of_bruno, of_ana], &json!(2)));
    let cursor = bruno.get(&format!("/api/v2/organizations/{}/requests?page[size]=1", bruno.account)).await;
    assert_eq!((cursor.numbers(), &cursor.json["meta"]["has_more"]), (vec![of_ana], &json!(true)));
    desk.set(of_ana, "solved", None).await;
    let solved = bruno.get(&format!("/api/v2/organizations/{}/requests?status=solved", bruno.account)).await;
    assert_eq!(solved.numbers(), [of_ana]);
    assert_eq!(solved.json["count"], 1);

    let here = format!("organization_id={}", bruno.account);
    let found = async |person: &Person, query: &str| {
        person.get(&format!("/api/v2/requests/search?sort_order=asc&sort_by=created_at&{query}")).await.numbers()
    };
    assert_eq!(found(&bruno, "query=sitemap").await, [of_bruno]);
    assert_eq!(found(&bruno, &format!("query=sitemap&{here}")).await, [of_ana, of_bruno]);
    assert_eq!(found(&bruno, &format!("query=sitemap%20-checkout&{here}")).await, [of_ana]);
    assert_eq!(found(&bruno, "query=sitemap%20organization:acme").await, [of_ana, of_bruno]);
    assert_eq!(found(&bruno, &format!("query=%23{of_ana}&{here}")).await, [of_ana]);
    assert_eq!(found(&bruno, &format!("query=%23{of_eve}&{here}")).await, [0; 0]);
    assert_eq!(found(&bruno, &format!("query={of_ana}&{here}")).await, [of_ana]);
    assert_eq!(found(&bruno, &format!("query=created%3E2026-01-01&{here}")).await, [of_ana, of_bruno]);
    assert_eq!(found(&bruno, &format!("query=updated%3C2026-01-01&{here}")).await, [0; 0]);
    assert_eq!(found(&bruno, &format!("query=requester:me&{here}")).await, [of_bruno]);
    for name in ["ana", "ANA@acme.example", &ana.user.to_string()] {
        assert_eq!(found(&bruno, &format!("query=requester:{name}")).await, [of_ana], "{name}");
        assert_eq!(found(&bruno, &format!("query=sitemap%20requester:{name}")).await, [of_ana], "{name}");
    }
    assert_eq!(found(&bruno, "query=requester:eve").await, [0; 0]);
    assert_eq!(found(&bruno, &format!("query=sitemap&organization_id={}", eve.account)).await, [0; 0]);
    assert_eq!(eve.get(&whole_store(&bruno)).await.error(), (404, "RecordNotFound"));

    let counts = bruno.get(&format!("/api/panel/requests/counts?{here}")).await;
    assert_eq!(counts.json["counts"], json!({ "open": 1, "pending": 0, "solved": 1, "closed": 0 }));
    let counts = bruno.get(&format!("/api/panel/requests/counts?query=sitemap&{here}")).await;
    assert_eq!(counts.json["counts"]["solved"], 1);
    assert_eq!(bruno.get("/api/panel/requests/counts").await.json["counts"]["solved"], 0);

    share(&desk, "acme", "off").await;
    assert_eq!(bruno.get(&whole_store(&bruno)).await.numbers(), [of_bruno]);
    assert_eq!(found(&bruno, &format!("query=sitemap&{here}")).await, [of_bruno]);
    assert_eq!(found(&bruno, "query=requester:ana").await, [0; 0]);
}

#[tokio::test]
async fn a_colleague_reads_and_answers_but_does_not_solve() {
    let (desk, ana, bruno, eve) = desk().await;
    let upload = ana.send(Method::POST, "/api/v2/uploads?filename=a.txt", &[], "what happened").await;
    let mut body = whole("Orders do not move on");
    body["request"]["comment"]["uploads"] = json!([upload.json["upload"]["token"]]);
    let id = ana.post("/api/v2/requests", &body).await.json["request"]["id"].as_u64().unwrap();
    let marina = desk.agent("marina").await;
    desk.set(id, "solved", Some(marina)).await;
    let address = format!("/api/v2/requests/{id}");

    let shown = bruno.get(&format!("{address}?include=users")).await;
    assert_eq!(shown.json["request"]["subject"], "Orders do not move on");
    assert_eq!(shown.json["request"]["can_be_solved_by_me"], false);
    let names: Vec<&Value> = shown.json["users"].as_array().unwrap().iter().map(|user| &user["name"]).collect();
    assert_eq!(names, ["ana", "marina"]);
    assert_eq!(bruno.get(&format!("/api/v2/users/{}", ana.user)).await.json["user"]["name"], "ana");
    assert!(bruno.get(&format!("/api/v2/users/{}", ana.user)).await.json["user"].get("email").is_none());
    assert_eq!(bruno.get(&format!("/api/panel/requests/{id}/form")).await.status, StatusCode::OK);
    let file = upload.json["upload"]["attachment"]["content_url"].as_str().unwrap();
    let file = &file[file.find("/api/").unwrap()..];
    assert_eq!(bruno.get(file).await.text, "what happened");
    assert_eq!(eve.get(file).await.status, StatusCode::NOT_FOUND);

    // That it is solved is for whoever asked to say: nothing changes, as with Zendesk.
    desk.set(id, "open", Some(marina)).await;
    let solved = bruno.put(&address, &json!({ "request": { "solved": true } })).await;
    assert_eq!((solved.status, &solved.json["request"]["status"]), (StatusCode::OK, &json!("open")));
    assert_eq!(ana.get(&address).await.json["request"]["can_be_solved_by_me"], true);

    // A colleague's word reopens a solved request, as the requester's would.
    desk.set(id, "solved", Some(marina)).await;
    let upload = bruno.send(Method::POST, "/api/v2/uploads?filename=b.txt", &[], "more of it").await;
    let token = &upload.json["upload"]["token"];
    let reply = json!({ "request": { "comment": { "body": "It is back.", "uploads": [token] } } });
    let answer = bruno.put(&address, &reply).await;
    assert_eq!((answer.status, &answer.json["request"]["status"]), (StatusCode::OK, &json!("open")), "{}", answer.text);
    let thread = ana.get(&format!("{address}/comments")).await;
    let last = &thread.json["comments"][1];
    assert_eq!((&last["author_id"], &last["body"]), (&json!(bruno.user), &json!("It is back.")));
    assert!(thread.json["users"].as_array().unwrap().iter().any(|user| user["name"] == "bruno"));

    // Closed: it goes on in a follow-up, which is the colleague's own.
    desk.set(id, "closed", Some(marina)).await;
    assert_eq!(bruno.put(&address, &reply).await.error().1, "RequestClosed");
    let mut followup = whole("Orders do not move on, again");
    followup["request"]["via_followup_source_id"] = json!(id);
    let opened = bruno.post("/api/v2/requests", &followup).await;
    assert_eq!((opened.status, &opened.json["request"]["requester_id"]), (StatusCode::CREATED, &json!(bruno.user)));
    assert_eq!(eve.post("/api/v2/requests", &followup).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    share(&desk, "acme", "off").await;
    assert_eq!(bruno.get(&address).await.error(), (404, "RecordNotFound"));
    assert_eq!(bruno.put(&address, &reply).await.error(), (404, "RecordNotFound"));
    assert_eq!(bruno.get(file).await.error(), (404, "RecordNotFound"));
    assert_eq!(bruno.get(&format!("/api/v2/users/{}", ana.user)).await.error(), (404, "RecordNotFound"));
}
