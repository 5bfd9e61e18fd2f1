use super::{Desk, Person, whole};
use axum::http::{Method, StatusCode};
use serde_json::json;

/// Attack 2: walking numbers. Whatever is somebody else's answers as what never was, byte for byte.
#[tokio::test]
async fn somebody_elses_request_does_not_exist() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let secret = ana.open("Secret revenue").await;
    let cid = ana.get(&format!("/api/v2/requests/{secret}/comments")).await.json["comments"][0]["id"].clone();
    let colleague = desk.sign_in("bruno", "acme").await;
    let stranger = desk.sign_in("eve", "other").await;
    // The same person in another store sees nothing of this one.
    let same_person = desk
        .enter(&balcao_backend::identity::HostIdentity {
            email: "ana@acme.example".to_owned(),
            name: Some("ana".to_owned()),
            account: "other".to_owned(),
            locale: None,
            region: None,
            resources: None,
            support_resource_by_default: true,
            sponsor: false,
            email_verified: false,
        })
        .await;
    assert_eq!(same_person.user, ana.user);
    let reply = json!({ "request": { "comment": { "body": "x" } } });
    let broken = json!({ "request": { "comment": { "body": 7 } } });
    for other in [&colleague, &stranger, &same_person] {
        for (real, unreal) in [
            (format!("/api/v2/requests/{secret}"), "/api/v2/requests/424242".to_owned()),
            (format!("/api/v2/requests/{secret}/comments"), "/api/v2/requests/424242/comments".to_owned()),
            (format!("/api/v2/requests/{secret}/comments/{cid}"), format!("/api/v2/requests/424242/comments/{cid}")),
        ] {
            let (real, unreal) = (other.get(&real).await, other.get(&unreal).await);
            assert_eq!((real.status, &real.text), (StatusCode::NOT_FOUND, &unreal.text));
            assert_eq!(real.json["error"], "RecordNotFound");
        }
        for body in [&reply, &broken] {
            let real = other.put(&format!("/api/v2/requests/{secret}"), body).await;
            let unreal = other.put("/api/v2/requests/424242", body).await;
            assert_eq!((real.status, &real.text), (StatusCode::NOT_FOUND, &unreal.text));
        }
        for path in [
            "/api/v2/requests".to_owned(),
            format!("/api/v2/requests/search?query=%23{secret}"),
            format!("/api/v2/requests/search?query={secret}"),
            "/api/v2/requests/search?query=secret".to_owned(),
            "/api/v2/requests/search?query=requester:ana@acme.example".to_owned(),
        ] {
            assert_eq!(other.get(&path).await.json["requests"], json!([]), "{path}");
        }
        let counts = other.get("/api/panel/requests/counts?query=secret").await;
        assert_eq!(counts.json["counts"], json!({ "open": 0, "pending": 0, "solved": 0, "closed": 0 }));
    }
    for path in
        [format!("/api/v2/users/{}/requests", ana.user), format!("/api/v2/organizations/{}/requests", ana.account)]
    {
        assert_eq!(ana.get(&path).await.numbers(), [secret]);
        assert_eq!(stranger.get(&path).await.error(), (404, "RecordNotFound"));
    }
    assert_eq!(ana.get(&format!("/api/v2/requests/{secret}/comments")).await.json["count"], 1);
}

/// Attack 13: a client that says who, where and what.
#[tokio::test]
async fn claims_in_the_body_are_ignored_and_named() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let eve = desk.sign_in("eve", "other").await;
    let mut body = whole("Mine");
    for (key, value) in [
        ("organization_id", json!(ana.account)),
        ("requester_id", json!(ana.user)),
        ("requester", json!({ "name": "ana", "email": "ana@acme.example" })),
        ("status", json!("closed")),
        ("assignee_id", json!(1)),
        ("priority", json!("low")),
        ("id", json!(7)),
        ("collaborator_ids", json!([ana.user])),
        ("email_cc_ids", json!([ana.user])),
    ] {
        body["request"][key] = value;
    }
    let created = eve.post("/api/v2/requests", &body).await;
    let request = &created.json["request"];
    assert_eq!((&request["organization_id"], &request["requester_id"]), (&json!(eve.account), &json!(eve.user)));
    assert_eq!(
        (&request["status"], &request["priority"], &request["assignee_id"]),
        (&json!("new"), &json!("urgent"), &json!(null))
    );
    assert_eq!((&request["collaborator_ids"], &request["email_cc_ids"]), (&json!([]), &json!([])));
    assert_eq!(ana.get("/api/v2/requests").await.numbers(), [0; 0]);
    let warning = created.header("x-zendesk-api-warn").unwrap();
    for key in ["organization_id", "requester_id", "status", "collaborator_ids", "email_cc_ids"] {
        assert!(warning.contains(key), "{warning}");
    }
}

/// Attack 13: names as SQL.
#[tokio::test]
async fn parameters_are_never_sql() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    ana.open("One").await;
    for query in [
        "sort_by=id;DROP%20TABLE%20requests",
        "sort_by=(CASE%20WHEN%201%20THEN%20id%20END)",
        "sort_order=desc;--",
        "sort=-updated_at,id",
        "status=open'%20OR%201=1",
        "page=1%20UNION%20SELECT",
    ] {
        assert_eq!(ana.get(&format!("/api/v2/requests?{query}")).await.error(), (400, "InvalidParameter"), "{query}");
    }
    assert_eq!(ana.get("/api/v2/requests").await.json["count"], 1);
}

/// Attack 15: line breaks and direction marks in a title end up on one line, everywhere.
#[tokio::test]
async fn a_title_is_one_line() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = ana.open("Hello\r\nBcc: victim@example.com\u{0}\u{1b}[31m\u{85}x\u{2028}y").await;
    let subject =
        ana.get(&format!("/api/v2/requests/{id}")).await.json["request"]["subject"].as_str().unwrap().to_owned();
    assert_eq!(subject, "Hello Bcc: victim@example.com [31m x y");
    let long_key = format!("{{\"request\":{{\"{}\\r\\nSet-Cookie: a=b\":1}}}}", "k".repeat(5_000));
    let answer = ana.send(Method::POST, "/api/v2/requests", &[], long_key).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.header("set-cookie").is_none());
}

/// A link in an answer leads to our own origin, whatever `Host` says.
#[tokio::test]
async fn links_do_not_follow_the_host_header() {
    let desk = Desk::open().await;
    let ana: Person = desk.sign_in("ana", "acme").await;
    ana.open("One").await;
    ana.open("Two").await;
    let headers = [("host", "evil.example"), ("x-forwarded-host", "evil.example")];
    let answer = ana.send(Method::GET, "/api/v2/requests?per_page=1", &headers, "").await;
    assert!(!answer.text.contains("evil.example"), "{}", answer.text);
}
