//! What agents read: `/api/v2/satisfaction_ratings` and `/api/v2/satisfaction_reasons`.

use super::*;
use crate::api_tokens::token_of_administrator;
use crate::common::Answer;
use axum::body::Body;
use axum::http::Method;

async fn get(app: &TestApp, token: &str, path: &str) -> Answer {
    let path = path.strip_prefix("http").map_or(path, |_| &path[path.find("/api/").unwrap()..]);
    app.nobody().send(Method::GET, path, &[("authorization", token)], Body::empty()).await
}

async fn tickets(app: &TestApp, token: &str, query: &str) -> Vec<u64> {
    let list = get(app, token, &format!("/api/v2/satisfaction_ratings.json?{query}")).await;
    assert_eq!(list.status, StatusCode::OK, "{query}: {}", list.text());
    let list = list.json();
    let ratings = list["satisfaction_ratings"].as_array().unwrap();
    ratings.iter().map(|rating| rating["ticket_id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn agents_read_the_ratings_of_every_store() {
    let app = open().await;
    let token = token_of_administrator(&app).await;
    let ana = ana(&app).await;
    let offered = solved(&app, &ana, "Offered").await;
    let good = solved(&app, &ana, "Good").await;
    let eva = app.sign_in("eva@other.example", "other").await;
    let bad = solved(&app, &eva, "Bad").await;
    app.clock.set(at("2026-11-23T16:00:00Z"));
    let comment = json!({ "satisfaction_rating": { "score": "bad", "comment": "Slow", "reason_code": 100 } });
    assert_eq!(eva.post(&rating_of(bad), &comment).await.status, StatusCode::CREATED);
    app.clock.set(at("2026-11-23T17:00:00Z"));
    assert_eq!(ana.post(&rating_of(good), &score("good")).await.status, StatusCode::CREATED);

    let audits = get(&app, &token, &format!("/api/v2/tickets/{bad}/audits")).await.json();
    let rated = &audits["audits"].as_array().unwrap().last().unwrap()["events"];
    assert_eq!((&rated[0]["type"], &rated[0]["score"]), (&json!("SatisfactionRating"), &json!("bad")), "{rated}");
    assert!(!audits.to_string().contains("Slow"), "what was written is with the rating");

    let nobody = Vec::<u64>::new();
    let (four, five) = (at("2026-11-23T16:00:00Z").timestamp(), at("2026-11-23T17:00:00Z").timestamp());
    let rows = [
        ("", vec![offered, bad, good]),
        ("sort_order=desc", vec![good, bad, offered]),
        ("score=received", vec![bad, good]),
        ("score=received_with_comment", vec![bad]),
        ("score=received_without_comment", vec![good]),
        ("score=good", vec![good]),
        ("score=good_with_comment", nobody.clone()),
        ("score=bad", vec![bad]),
        ("score=bad_without_comment", nobody.clone()),
        ("score=offered", vec![offered]),
        ("score=unoffered", nobody.clone()),
        (&format!("start_time={four}"), vec![bad, good]),
        (&format!("start_time={}&end_time={}", four + 1, five), vec![good]),
        (&format!("end_time={}", four - 1), vec![offered]),
    ];
    for (query, expected) in rows {
        assert_eq!(tickets(&app, &token, query).await, expected, "{query}");
    }
    for wrong in
        ["score=great", "score=offered_with_comment", "start_time=x", "end_time=99999999999999999999", "page=0"]
    {
        let refused = get(&app, &token, &format!("/api/v2/satisfaction_ratings?{wrong}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let list = get(&app, &token, "/api/v2/satisfaction_ratings?score=bad").await.json();
    let rating = &list["satisfaction_ratings"][0];
    assert_eq!((&rating["reason"], &rating["reason_id"]), (&json!("Another reason"), &json!(100)));
    let one = get(&app, &token, &format!("/api/v2/satisfaction_ratings/{}.json", rating["id"])).await;
    assert_eq!(&one.json()["satisfaction_rating"], rating);
    let received = get(&app, &token, "/api/v2/satisfaction_ratings/received.json").await.json();
    assert_eq!(received["count"], 2);
}

#[tokio::test]
async fn they_come_in_pages_of_both_kinds() {
    let app = open().await;
    let token = token_of_administrator(&app).await;
    let ana = ana(&app).await;
    let mut expected = Vec::new();
    for number in 0..5 {
        let request = solved(&app, &ana, &format!("Request {number}")).await;
        assert_eq!(ana.post(&rating_of(request), &score("good")).await.status, StatusCode::CREATED);
        expected.push(request);
    }
    for (first, has_more) in [("per_page=2", "next_page"), ("page[size]=2", "links")] {
        let mut seen = Vec::new();
        let mut next = Some(format!("/api/v2/satisfaction_ratings.json?score=good&{first}"));
        while let Some(path) = next {
            let page = get(&app, &token, &path).await.json();
            let ratings = page["satisfaction_ratings"].as_array().unwrap();
            seen.extend(ratings.iter().map(|rating| rating["ticket_id"].as_u64().unwrap()));
            let link = if has_more == "links" { &page["links"]["next"] } else { &page["next_page"] };
            next = link.as_str().map(str::to_owned);
        }
        assert_eq!(seen, expected, "{first}");
    }
}

#[tokio::test]
async fn whoever_is_no_agent_reads_no_list_and_only_their_own() {
    let app = open().await;
    let token = token_of_administrator(&app).await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let own = ana.post(&rating_of(request), &score("good")).await.json()["satisfaction_rating"]["id"].clone();
    let own = format!("/api/v2/satisfaction_ratings/{own}");
    assert_eq!(ana.get(&own).await.status, StatusCode::OK);
    let reasons = "/api/v2/satisfaction_reasons";
    for path in ["/api/v2/satisfaction_ratings", "/api/v2/satisfaction_ratings/received", reasons] {
        assert_eq!(ana.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(app.nobody().get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let colleague = app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    assert_eq!(colleague.get(&own).await.text(), colleague.get("/api/v2/satisfaction_ratings/999999").await.text());
    assert_eq!(get(&app, &token, "/api/v2/satisfaction_ratings/999999").await.status, StatusCode::NOT_FOUND);

    let list = get(&app, &token, reasons).await.json();
    assert_eq!(list["count"], 5);
    for reason in list["reasons"].as_array().unwrap() {
        let one = get(&app, &token, &format!("{reasons}/{}.json", reason["id"])).await.json();
        assert_eq!(&one["reason"], reason);
        let body = json!({ "satisfaction_rating": { "score": "bad", "reason_code": reason["reason_code"] } });
        let rated = ana.post(&rating_of(request), &body).await.json();
        assert_eq!(rated["satisfaction_rating"]["reason"], reason["value"]);
    }
    assert_eq!(get(&app, &token, &format!("{reasons}/1")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_ticket_says_what_was_said_about_its_last_solving() {
    let app = open().await;
    let token = token_of_administrator(&app).await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let said = async || {
        let ticket = get(&app, &token, &format!("/api/v2/tickets/{request}.json")).await.json();
        ticket["ticket"]["satisfaction_rating"].clone()
    };
    assert_eq!(said().await, json!({ "score": "offered" }));
    let body = json!({ "satisfaction_rating": { "score": "bad", "comment": "Slow", "reason_code": 5 } });
    let rating = ana.post(&rating_of(request), &body).await.json()["satisfaction_rating"].clone();
    let bad =
        json!({ "score": "bad", "id": rating["id"], "comment": "Slow", "reason": "It took too long", "reason_id": 5 });
    assert_eq!(said().await, bad);
    reopen(&ana, request).await;
    assert_eq!(said().await, bad, "until it is asked again");
    solve(&ana, request).await;
    assert_eq!(said().await, json!({ "score": "offered" }));
    reopen(&ana, request).await;
    assert_eq!(said().await, json!({ "score": "unoffered" }));
}

#[tokio::test]
async fn an_agent_rates_for_a_requester_whom_they_name_and_for_nobody_else() {
    let app = open().await;
    let token = token_of_administrator(&app).await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let rate = async |more: &[(&str, &str)]| {
        let mut headers = vec![("authorization", token.as_str()), ("content-type", "application/json")];
        headers.extend_from_slice(more);
        app.nobody().send(Method::POST, &rating_of(request), &headers, Body::from(score("good").to_string())).await
    };
    let by_herself = rate(&[]).await;
    assert!(by_herself.status.is_client_error(), "an agent is no requester: {}", by_herself.text());
    let for_ana = rate(&[("x-on-behalf-of", ANA)]).await;
    assert_eq!(for_ana.status, StatusCode::CREATED, "{}", for_ana.text());
}
