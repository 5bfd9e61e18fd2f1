use super::{Desk, call, whole};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn a_request_is_created_and_shown() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let created = ana.post("/api/v2/requests.json", &whole("Checkout fails")).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    let request = &created.json["request"];
    let id = request["id"].as_u64().unwrap();
    assert_eq!(created.header("location"), request["url"].as_str());
    assert_eq!(request["url"], format!("http://127.0.0.1:8080/api/v2/requests/{id}.json"));
    assert_eq!(
        (&request["status"], &request["priority"], &request["type"], &request["subject"]),
        (&json!("new"), &json!("urgent"), &json!("incident"), &json!("Checkout fails"))
    );
    assert_eq!(request["organization_id"], ana.account);
    assert_eq!(request["requester_id"], ana.user);
    assert_eq!(request["created_at"], "2026-11-20T12:00:00Z");
    assert_eq!(request["can_be_solved_by_me"], false);
    let fields = request["custom_fields"].as_array().unwrap();
    assert_eq!(fields.len(), 6);
    assert!(fields.contains(&json!({ "id": 1106, "value": "critical" })));
    assert!(fields.contains(&json!({ "id": 1104, "value": null })));

    for path in [format!("/api/v2/requests/{id}"), format!("/api/v2/requests/{id}.json")] {
        let shown = ana.get(&path).await;
        assert_eq!((shown.status, &shown.json["request"]), (StatusCode::OK, request));
    }
    let comments = ana.get(&format!("/api/v2/requests/{id}/comments")).await;
    assert_eq!(comments.json["count"], 1);
    assert_eq!(comments.json["comments"][0]["body"], request["description"]);
    assert_eq!(desk.count("events").await, 1);
}

#[tokio::test]
async fn mails_about_a_request_are_in_the_language_it_was_opened_in() {
    let desk = Desk::open().await;
    // Ana's own language is English.
    let ana = desk.sign_in("ana", "acme").await;
    let body = whole("Checkout fails").to_string();
    for (language, kept, subject) in [("es-AR", json!("es"), "recibida"), ("pt-BR", json!("pt"), "recebida")] {
        let opened = ana.send(Method::POST, "/api/v2/requests", &[("accept-language", language)], body.clone()).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text);
        let id = opened.json["request"]["id"].as_u64().unwrap();
        let mut read = desk.app.store.read().await.unwrap();
        let locale: String = sqlx::query_scalar("SELECT locale FROM requests WHERE id = ?")
            .bind(id as i64)
            .fetch_one(&mut *read)
            .await
            .unwrap();
        assert_eq!(json!(locale), kept);
        let mail: (String, String) = sqlx::query_as("SELECT locale, subject FROM outbox WHERE request_id = ?")
            .bind(id as i64)
            .fetch_one(&mut *read)
            .await
            .unwrap();
        assert_eq!(json!(mail.0), kept);
        assert!(mail.1.contains(subject), "{}", mail.1);
        let addressee = balcao_store::letters::addressee(&mut read, id.try_into().unwrap());
        assert_eq!(json!(addressee.await.unwrap().unwrap().locale.code()), kept);
    }
}

#[tokio::test]
async fn missing_answers_are_named_one_by_one_in_the_readers_language() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let body = json!({ "request": { "ticket_form_id": 1001 } }).to_string();
    let answer = ana.send(Method::POST, "/api/v2/requests", &[("accept-language", "pt-BR,pt;q=0.9")], body).await;
    assert_eq!(answer.error(), (422, "RecordInvalid"));
    let keys: Vec<_> = answer.faults().into_iter().map(|(key, error)| format!("{key} {error}")).collect();
    assert_eq!(
        keys,
        [
            "description BlankValue",
            "environment BlankValue",
            "experience BlankValue",
            "problem_type BlankValue",
            "subject BlankValue",
        ]
    );
    assert!(answer.text.contains("Título: não pode ficar em branco"), "{}", answer.text);
    assert_eq!(desk.count("requests").await, 0);
}

#[tokio::test]
async fn every_wrong_value_is_a_fault_of_its_field() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let cases: [(&str, Value, &str, &str); 13] = [
        ("/request/subject", json!("x".repeat(10_000)), "subject", "ValueTooLong"),
        ("/request/subject", json!(7), "subject", "InvalidValue"),
        ("/request/subject", json!({ "a": 1 }), "subject", "InvalidValue"),
        ("/request/subject", json!(" \u{200b} "), "subject", "BlankValue"),
        ("/request/comment", json!({ "body": ["x"] }), "description", "InvalidValue"),
        ("/request/comment", json!({ "body": "x".repeat(70_000) }), "description", "ValueTooLong"),
        ("/request/comment", json!({ "body": "x", "uploads": "nobody's" }), "evidence", "InvalidUpload"),
        ("/request/comment", json!({ "body": "x", "uploads": [7] }), "evidence", "InvalidValue"),
        ("/request/custom_fields/0/value", json!(3.5), "experience", "InvalidValue"),
        ("/request/custom_fields/0/value", json!("wizard"), "experience", "InvalidValue"),
        ("/request/custom_fields/0/id", json!(424_242), "424242", "UnknownField"),
        ("/request/ticket_form_id", json!("no form"), "ticket_form_id", "InvalidValue"),
        ("/request/ticket_form_id", json!(99), "ticket_form_id", "InvalidValue"),
    ];
    for (place, value, key, error) in cases {
        let mut body = whole("Checkout");
        *body.pointer_mut(place).unwrap() = value.clone();
        let answer = ana.post("/api/v2/requests", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{place} {}", answer.text);
        assert!(answer.faults().contains(&(key.to_owned(), error.to_owned())), "{place}: {}", answer.text);
    }
    assert_eq!(desk.count("requests").await, 0);
}

#[tokio::test]
async fn other_clients_need_no_form() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let body = json!({ "request": { "subject": "Hi", "comment": { "html_body": "<p>Hello <script>x</script></p>" }, "priority": "high" } });
    let created = ana.post("/api/v2/requests.json", &body).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    assert_eq!(
        (&created.json["request"]["description"], &created.json["request"]["priority"]),
        (&json!("Hello"), &json!("high"))
    );
    let empty = ana.post("/api/v2/requests", &json!({})).await;
    let keys: Vec<_> = empty.faults().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["description", "subject"]);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_told_so() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    for body in ["", "{", "{\"request\":", "nonsense", "[]", "\"x\"", "{\"request\": []}"] {
        let answer = ana.send(Method::POST, "/api/v2/requests", &[], body.to_owned()).await;
        assert_eq!(answer.error(), (400, "InvalidJson"), "{body}");
    }
    let headers = [("content-type", "text/plain")];
    let answer = ana.send(Method::POST, "/api/v2/requests", &headers, whole("x").to_string()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let huge = format!("{{\"request\":{{\"subject\":\"{}\"}}}}", "x".repeat(2 << 20));
    let answer = ana.send(Method::POST, "/api/v2/requests", &[], huge).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_write_needs_a_session_and_its_second_token() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let request = |headers: &[(&str, String)]| {
        let mut request = Request::post("/api/v2/requests").header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.body(Body::from(whole("x").to_string())).unwrap()
    };
    let nobody = call(&desk.app, request(&[])).await;
    assert_eq!(nobody.json, json!({ "error": "Couldn't authenticate you" }));
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let bearer = ("authorization", format!("Bearer {}", ana.token));
    let forged = call(&desk.app, request(&[bearer])).await;
    assert_eq!(forged.error(), (403, "InvalidCsrfToken"));
    assert_eq!(desk.count("requests").await, 0);
}

#[tokio::test]
async fn text_of_every_script_is_kept() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let subject = "🛒 الدفع لا يعمل — não funciona";
    let id = ana.open(subject).await;
    assert_eq!(ana.get(&format!("/api/v2/requests/{id}")).await.json["request"]["subject"], subject);
    let found = ana.get("/api/v2/requests/search?query=%D8%A7%D9%84%D8%AF%D9%81%D8%B9").await;
    assert_eq!(found.numbers(), [id]);
}

#[tokio::test]
async fn a_follow_up_goes_on_from_ones_own_closed_request() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let bruno = desk.sign_in("bruno", "acme").await;
    let closed = ana.open("First").await;
    let theirs = bruno.open("Theirs").await;
    desk.set(theirs, "closed", None).await;
    let follow = |source: Value| {
        let mut body = whole("Again");
        body["request"]["via_followup_source_id"] = source;
        body
    };
    for wrong in [json!(closed), json!(theirs), json!(999), json!("x")] {
        let answer = ana.post("/api/v2/requests", &follow(wrong.clone())).await;
        assert_eq!(answer.faults(), [("via_followup_source_id".to_owned(), "InvalidValue".to_owned())], "{wrong}");
    }
    desk.set(closed, "closed", None).await;
    let answer = ana.post("/api/v2/requests", &follow(json!(closed))).await;
    assert_eq!(answer.json["request"]["followup_source_id"], closed, "{}", answer.text);
}

#[tokio::test]
async fn without_the_capability_it_says_who_can_grant_it() {
    let desk = Desk::open().await;
    let identity = balcao_backend::identity::HostIdentity {
        email: "ana@acme.example".to_owned(),
        name: Some("Ana".to_owned()),
        account: "acme".to_owned(),
        locale: None,
        region: Some(balcao_contract::support::Region::Brazil),
        resources: Some(Vec::new()),
        support_resource_by_default: true,
        sponsor: false,
        email_verified: false,
    };
    let ana = desk.enter(&identity).await;
    let answer = ana.post("/api/v2/requests", &whole("x")).await;
    assert_eq!(answer.error(), (403, "Forbidden"));
    assert!(answer.text.contains("open-support-ticket"), "{}", answer.text);
    assert_eq!(ana.get("/api/v2/requests").await.status, StatusCode::OK);
}
