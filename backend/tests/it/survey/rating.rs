//! `POST /api/v2/tickets/{id}/satisfaction_rating`.

use super::*;
use axum::body::Body;
use axum::http::Method;

#[tokio::test]
async fn a_solved_request_is_rated_and_the_rating_changed_until_it_expires() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let body = json!({ "satisfaction_rating": { "score": "bad", "comment": " Slow\r\nand short ", "reason_code": 5 } });
    let first = ana.post(&rating_of(request), &body).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    let rating = &first.json()["satisfaction_rating"];
    assert!(rating.is_object(), "Zendesk's own description says array");
    assert_eq!((&rating["score"], &rating["comment"]), (&json!("bad"), &json!("Slow\nand short")));
    assert_eq!((&rating["reason"], &rating["reason_code"]), (&json!("It took too long"), &json!(5)));
    assert_eq!((&rating["ticket_id"], &rating["group_id"]), (&json!(request), &Value::Null));
    assert_eq!(rating["assignee_id"], json!(agent(&app).await));
    assert_eq!(rating["created_at"], "2026-11-23T15:00:00Z");
    assert_eq!(first.header("location"), rating["url"].as_str().unwrap());
    let there = first.header("location").split_once("/api/").map(|(_, path)| format!("/api/{path}")).unwrap();
    assert_eq!(&ana.get(&there).await.json()["satisfaction_rating"], rating);

    app.clock.set(at("2026-11-26T14:59:59Z"));
    let second = ana.post(&rating_of(request), &score("good")).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.text());
    let changed = &second.json()["satisfaction_rating"];
    assert_eq!((&changed["id"], &changed["score"], &changed["comment"]), (&rating["id"], &json!("good"), &Value::Null));
    assert_eq!((&changed["reason"], &changed["reason_code"], &changed["reason_id"]), Default::default());
    assert_eq!(changed["created_at"], "2026-11-23T15:00:00Z");
    assert_eq!(changed["updated_at"], "2026-11-26T14:59:59Z");

    // The job that closes has not come round yet: the clock decides.
    app.clock.set(at("2026-11-26T15:00:00Z"));
    let late = ana.speaking("pt-BR").post(&rating_of(request), &score("bad")).await;
    assert_eq!((late.status, late.refusal().0.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "SurveyExpired"));
    assert!(late.text().contains("O prazo para avaliar"), "{}", late.text());
    assert_eq!(tick(&app).await, Closed { closed: 1, reminded: 0 });
    assert_eq!(ana.post(&rating_of(request), &score("bad")).await.refusal().0, "SurveyExpired");

    let rated = events(&app, "rated").await;
    assert_eq!(rated.len(), 2, "{rated:?}");
    assert_eq!(rated[0], json!({ "rating_id": rating["id"], "score": "bad", "reason_code": 5, "again": false }));
    assert_eq!(rated[1], json!({ "rating_id": rating["id"], "score": "good", "reason_code": null, "again": true }));
}

#[tokio::test]
async fn only_what_is_solved_is_rated_and_only_by_who_opened_it() {
    let app = open().await;
    let ana = ana(&app).await;
    let opened = ana.post("/api/v2/requests", &whole("Not yet")).await.json();
    let not_yet = ana.post(&rating_of(opened["request"]["id"].as_u64().unwrap()), &score("good")).await;
    assert_eq!((not_yet.status, not_yet.refusal().0.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "NotSolved"));
    let request = solved(&app, &ana, "Checkout").await;
    let colleague = app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    let elsewhere = app.sign_in(ANA, "other").await;
    let stranger = app.sign_in("eve@other.example", "other").await;
    for somebody in [&colleague, &elsewhere, &stranger] {
        let theirs = somebody.post(&rating_of(request), &score("bad")).await;
        let none = somebody.post(&rating_of(999_999), &score("bad")).await;
        assert_eq!((theirs.status, theirs.text()), (none.status, none.text()));
        assert_eq!(theirs.status, StatusCode::NOT_FOUND);
        // What is wrong with the body does not tell them either.
        assert_eq!(somebody.post(&rating_of(request), &score("x")).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(app.nobody().post(&rating_of(request), &score("bad")).await.status, StatusCode::UNAUTHORIZED);
    let without_csrf = Client { csrf: None, ..ana.clone() };
    assert_eq!(without_csrf.post(&rating_of(request), &score("bad")).await.refusal().0, "InvalidCsrfToken");
    assert!(events(&app, "rated").await.is_empty());
}

#[tokio::test]
async fn faults_are_those_of_fields() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let long = "x".repeat(5_001);
    let body = json!({ "satisfaction_rating": { "score": "great", "comment": long, "reason_code": 9 } });
    let refused = ana.post(&rating_of(request), &body).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (error, mut faults) = refused.refusal();
    faults.sort();
    assert_eq!(error, "RecordInvalid");
    assert_eq!(faults, ["comment ValueTooLong", "reason_code InvalidValue", "score InvalidValue"]);
    assert_eq!(ana.post(&rating_of(request), &json!({})).await.refusal().1, ["score BlankValue"]);
    let wrong = ana.post(&rating_of(request), &json!({ "satisfaction_rating": "good" })).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let tampered = json!({ "satisfaction_rating": { "score": "good", "requester_id": 1, "id": 5 }, "ticket": {} });
    let tampered = ana.post(&rating_of(request), &tampered).await;
    assert_eq!(tampered.status, StatusCode::CREATED);
    let warned: Vec<_> = tampered.headers.get_all("x-zendesk-api-warn").iter().collect();
    assert!(format!("{warned:?}").contains("requester_id"), "{warned:?}");
}

#[tokio::test]
async fn the_same_rating_twice_is_one() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let key = [("idempotency-key", "rate-1")];
    let path = rating_of(request);
    let first = ana.json(Method::POST, &path, &score("good"), &key).await;
    let again = ana.json(Method::POST, &path, &score("good"), &key).await;
    assert_eq!((first.status, first.header("x-idempotency-lookup")), (StatusCode::CREATED, "miss"));
    assert_eq!((again.status, again.header("x-idempotency-lookup")), (StatusCode::CREATED, "hit"));
    assert_eq!(first.text(), again.text());
    let other = ana.json(Method::POST, &path, &score("bad"), &key).await;
    assert_eq!((other.status, other.refusal().0.as_str()), (StatusCode::BAD_REQUEST, "IdempotentRequestError"));
    // Without a key, too: what is said already is not said again.
    assert_eq!(ana.post(&path, &score("good")).await.status, StatusCode::OK);
    assert_eq!(events(&app, "rated").await.len(), 1);
    let bad = score("bad");
    let (one, two) = tokio::join!(ana.post(&path, &bad), ana.post(&path, &bad));
    assert!(one.status.is_success() && two.status.is_success());
    assert_eq!(events(&app, "rated").await.len(), 2);
}

#[tokio::test]
async fn reopened_and_solved_again_it_is_asked_again() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let first = ana.post(&rating_of(request), &score("bad")).await.json()["satisfaction_rating"]["id"].clone();
    reopen(&ana, request).await;
    assert_eq!(ana.post(&rating_of(request), &score("good")).await.refusal().0, "NotSolved");
    app.clock.set(at("2026-11-24T16:00:00Z"));
    solve(&ana, request).await;
    let second = ana.post(&rating_of(request), &score("good")).await;
    assert_eq!(second.status, StatusCode::CREATED, "a new survey has a new first answer: {}", second.text());
    assert_ne!(second.json()["satisfaction_rating"]["id"], first);
    // The window begins anew: 27 working hours from Tuesday 16:00 end on Friday 16:00.
    app.clock.set(at("2026-11-27T15:59:59Z"));
    assert_eq!(ana.post(&rating_of(request), &score("bad")).await.status, StatusCode::OK);
    app.clock.set(at("2026-11-27T16:00:00Z"));
    assert_eq!(ana.post(&rating_of(request), &score("good")).await.refusal().0, "SurveyExpired");
}

/// A "thank you" that leaves it solved is no new solving: neither the answer nor the clock begins anew.
#[tokio::test]
async fn a_thank_you_does_not_ask_again() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    assert_eq!(ana.post(&rating_of(request), &score("good")).await.status, StatusCode::CREATED);
    app.clock.set(at("2026-11-24T16:00:00Z"));
    let thanks = json!({ "request": { "comment": { "body": "Thank you" }, "solved": true } });
    assert_eq!(ana.put(&format!("/api/v2/requests/{request}"), &thanks).await.json()["request"]["status"], "solved");
    let survey = ana.get(&format!("/api/panel/surveys/{request}")).await.json()["survey"].clone();
    assert_eq!((&survey["state"], &survey["expires_at"]), (&json!("reviewed"), &json!("2026-11-26T15:00:00Z")));
}

#[tokio::test]
async fn a_token_of_the_requester_rates_as_zendesks_clients_do() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let token = crate::api_tokens::basic(ANA, &crate::api_tokens::token_of_ana(&app, "").await);
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    // zenpy sends every attribute that it knows, most of them null.
    let body = json!({ "satisfaction_rating": { "score": "good", "comment": "Nice", "id": null, "group_id": null } });
    let path = format!("{}.json", rating_of(request));
    let answer = app.nobody().send(Method::POST, &path, &headers, Body::from(body.to_string())).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
}
