//! `/api/panel/surveys`: what the page shows, and answers with.

use super::*;

fn numbers(page: &Value) -> Vec<u64> {
    page["surveys"].as_array().unwrap().iter().map(|survey| survey["id"].as_u64().unwrap()).collect()
}

fn counts(page: &Value) -> (u64, u64, u64) {
    let count = |state: &str| page["counts"][state].as_u64().unwrap();
    (count("pending"), count("reviewed"), count("expired"))
}

fn path(request: u64) -> String {
    format!("/api/panel/surveys/{request}")
}

fn answer(satisfaction: &str) -> Value {
    json!({ "answer": { "satisfaction": satisfaction } })
}

#[tokio::test]
async fn what_one_opened_for_this_store_and_what_is_solved_is_listed_by_state() {
    let app = open().await;
    let ana = ana(&app).await;
    let old = solved(&app, &ana, "Shipping rates").await;
    app.clock.set(at("2026-11-25T20:00:00Z"));
    let rated = solved(&app, &ana, "Gift cards").await;
    assert_eq!(ana.put(&path(rated), &answer("satisfied")).await.status, StatusCode::OK);
    let pending = solved(&app, &ana, "Pix payments").await;
    let reopened = solved(&app, &ana, "Came back").await;
    reopen(&ana, reopened).await;
    let bruno = app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    solved(&app, &bruno, "Of a colleague").await;
    let elsewhere = app.sign_in(ANA, "other").await;
    let other_store = solved(&app, &elsewhere, "Of another store").await;

    let all = ana.get("/api/panel/surveys").await.json();
    assert_eq!(numbers(&all), [pending, rated, old]);
    assert_eq!((counts(&all), &all["count"]), ((2, 1, 0), &json!(3)));
    app.clock.set(at("2026-11-26T15:00:00Z"));
    for (state, expected) in [("pending", pending), ("reviewed", rated), ("expired", old)] {
        let page = ana.get(&format!("/api/panel/surveys?state={state}")).await.json();
        assert_eq!((numbers(&page), &page["count"], counts(&page)), (vec![expected], &json!(1), (1, 1, 1)), "{state}");
        assert_eq!(page["surveys"][0]["state"], state);
        assert_eq!(ana.get(&path(expected)).await.json()["survey"]["state"], state);
    }
    // Closing changes nothing about that.
    assert_eq!(tick(&app).await.closed, 1);
    assert_eq!(counts(&ana.get("/api/panel/surveys").await.json()), (1, 1, 1));
    assert_eq!(numbers(&elsewhere.get("/api/panel/surveys").await.json()), [other_store]);
    assert_eq!(ana.get("/api/panel/surveys?state=x").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(app.nobody().get("/api/panel/surveys").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn it_is_searched_by_number_and_by_title_alone() {
    let app = open().await;
    let ana = ana(&app).await;
    let checkout = solved(&app, &ana, "Checkout não abre").await;
    let pix = solved(&app, &ana, "PIX fails").await;
    let found = async |query: &str| {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let page = ana.get(&format!("/api/panel/surveys?query={query}")).await.json();
        assert_eq!(page["count"].as_u64().unwrap() as usize, numbers(&page).len(), "{query}");
        numbers(&page)
    };
    assert_eq!(found(&format!("#{checkout}")).await, [checkout]);
    assert_eq!(found(&pix.to_string()).await, [pix]);
    assert_eq!(found("nao abr").await, [checkout], "accents and endings do not matter");
    assert_eq!(found("pix").await, [pix]);
    assert_eq!(found("since noon").await, Vec::<u64>::new(), "what is written in the description is no title");
    assert_eq!(found("status:solved").await, Vec::<u64>::new(), "no commands here");
    assert_eq!(found("\" OR * ( ^ NEAR").await, Vec::<u64>::new());
    assert_eq!(found("?!").await, Vec::<u64>::new());
    assert_eq!(found(" ").await, [pix, checkout]);
    assert_eq!(found("#0").await, Vec::<u64>::new());
    assert_eq!(found("99999999999999999999999999").await, Vec::<u64>::new());
    let long = ana.get(&format!("/api/panel/surveys?query={}", "x".repeat(201))).await;
    assert_eq!(long.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn it_comes_in_pages() {
    let app = open().await;
    let ana = ana(&app).await;
    let mut all = Vec::new();
    for number in 0..5 {
        all.push(solved(&app, &ana, &format!("Request {number}")).await);
    }
    all.reverse();
    let first = ana.get("/api/panel/surveys?state=pending&per_page=2").await.json();
    assert_eq!((numbers(&first), &first["previous_page"]), (all[..2].to_vec(), &Value::Null));
    let to = first["next_page"].as_str().unwrap();
    let second = ana.get(&to[to.find("/api/").unwrap()..]).await.json();
    assert_eq!((numbers(&second), &second["count"]), (all[2..4].to_vec(), &json!(5)));
    let third = ana.get("/api/panel/surveys?state=pending&per_page=2&page=3").await.json();
    assert_eq!((numbers(&third), &third["next_page"]), (all[4..].to_vec(), &Value::Null));
    assert!(numbers(&ana.get("/api/panel/surveys?page=9").await.json()).is_empty());
    for wrong in ["page=0", "page=x", "per_page=0", "page=4294967295", "page=501&per_page=20"] {
        assert_eq!(ana.get(&format!("/api/panel/surveys?{wrong}")).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn an_answer_keeps_the_step_and_is_good_or_bad_on_the_wire() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let before = ana.get(&path(request)).await.json();
    let expected = json!({ "survey": {
        "id": request, "subject": "Checkout", "status": "solved", "solved_at": "2026-11-23T15:00:00Z",
        "expires_at": "2026-11-26T15:00:00Z", "state": "pending", "takes_answers": true, "answer": null,
        "earlier": [],
    } });
    assert_eq!(before, expected);
    let body = json!({ "answer": {
        "satisfaction": "dissatisfied", "reason_code": 6, "comment": "Still broken", "solved_at": "2026-11-23T15:00:00Z",
    } });
    let answered = ana.put(&path(request), &body).await;
    assert_eq!(answered.status, StatusCode::OK, "{}", answered.text());
    let given = json!({
        "satisfaction": "dissatisfied", "score": "bad", "reason_code": 6, "comment": "Still broken",
        "solved_at": "2026-11-23T15:00:00Z", "answered_at": "2026-11-23T15:00:00Z",
    });
    assert_eq!(answered.json()["survey"]["answer"], given);
    assert_eq!(answered.json()["survey"]["state"], "reviewed");
    // A client that knows good and bad alone agrees: the step stays. It does not agree: there is none any more.
    assert_eq!(ana.post(&rating_of(request), &score("bad")).await.status, StatusCode::OK);
    assert_eq!(ana.get(&path(request)).await.json()["survey"]["answer"]["satisfaction"], "dissatisfied");
    assert_eq!(ana.post(&rating_of(request), &score("good")).await.status, StatusCode::OK);
    let survey = ana.get(&path(request)).await.json();
    assert_eq!(survey["survey"]["answer"]["satisfaction"], Value::Null);
    // A reason with a high step is not kept.
    let high = json!({ "answer": { "satisfaction": "very_satisfied", "reason_code": 5 } });
    let high = ana.put(&path(request), &high).await.json();
    assert_eq!(
        (&high["survey"]["answer"]["score"], &high["survey"]["answer"]["reason_code"]),
        (&json!("good"), &Value::Null)
    );
}

#[tokio::test]
async fn reading_answers_nothing_however_often_a_scanner_comes() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    for _ in 0..3 {
        for path in [path(request), "/api/panel/surveys".to_owned(), format!("/panel/survey/{request}")] {
            for client in [&ana, &app.nobody()] {
                client.get(&format!("{path}?score=good&satisfaction=very_satisfied")).await;
                client.send(axum::http::Method::HEAD, &path, &[], axum::body::Body::empty()).await;
            }
        }
        let refused = ana.get(&rating_of(request)).await;
        assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED, "there is nothing to get");
    }
    let survey = ana.get(&path(request)).await.json();
    assert_eq!((&survey["survey"]["state"], &survey["survey"]["answer"]), (&json!("pending"), &Value::Null));
    assert!(events(&app, "rated").await.is_empty());
}

#[tokio::test]
async fn asked_again_it_shows_what_was_said_before() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let first = json!({ "answer": { "satisfaction": "very_dissatisfied", "reason_code": 6, "comment": "Not solved" } });
    assert_eq!(ana.put(&path(request), &first).await.status, StatusCode::OK);
    reopen(&ana, request).await;
    let between = ana.get(&path(request)).await.json()["survey"].clone();
    assert_eq!((&between["state"], &between["solved_at"], &between["answer"]), Default::default());
    assert_eq!(between["earlier"][0]["comment"], "Not solved");
    assert_eq!(ana.put(&path(request), &answer("satisfied")).await.refusal().0, "NotSolved");
    app.clock.set(at("2026-11-24T16:00:00Z"));
    solve(&ana, request).await;
    let again = ana.get(&path(request)).await.json()["survey"].clone();
    assert_eq!((&again["state"], &again["answer"]), (&json!("pending"), &Value::Null));
    assert_eq!(again["earlier"][0]["satisfaction"], "very_dissatisfied");
    // An answer that was written for the first solving is not taken for the second.
    let stale = json!({ "answer": { "satisfaction": "satisfied", "solved_at": "2026-11-23T15:00:00Z" } });
    assert_eq!(ana.put(&path(request), &stale).await.status, StatusCode::CONFLICT);
    let fresh = json!({ "answer": { "satisfaction": "satisfied", "solved_at": again["solved_at"] } });
    let fresh = ana.put(&path(request), &fresh).await.json()["survey"].clone();
    assert_eq!((&fresh["state"], &fresh["answer"]["score"]), (&json!("reviewed"), &json!("good")));
    assert_eq!(fresh["earlier"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_wrong_is_said_of_its_field_and_after_the_end_that_it_is_over() {
    let app = open().await;
    let ana = ana(&app).await;
    let request = solved(&app, &ana, "Checkout").await;
    let rows = [
        (json!({}), "satisfaction BlankValue"),
        (json!({ "answer": { "satisfaction": "so-so" } }), "satisfaction InvalidValue"),
        (json!({ "answer": { "satisfaction": "satisfied", "comment": 5 } }), "comment InvalidValue"),
        (json!({ "answer": { "satisfaction": "dissatisfied", "reason_code": 1 } }), "reason_code InvalidValue"),
        (json!({ "answer": { "satisfaction": "satisfied", "solved_at": "yesterday" } }), "solved_at InvalidValue"),
    ];
    for (body, fault) in rows {
        let refused = ana.put(&path(request), &body).await;
        assert_eq!((refused.status, refused.refusal().1), (StatusCode::UNPROCESSABLE_ENTITY, vec![fault.to_owned()]));
    }
    let colleague = app.sign_in("bruno@acmestore.example", ACCOUNT).await;
    assert_eq!(colleague.get(&path(request)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(colleague.put(&path(request), &answer("satisfied")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ana.get("/api/panel/surveys/x").await.status, StatusCode::NOT_FOUND);
    app.clock.set(at("2026-11-26T15:00:00Z"));
    let late = ana.put(&path(request), &answer("satisfied")).await;
    assert_eq!((late.status, late.refusal().0.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "SurveyExpired"));
    let over = ana.get(&path(request)).await.json()["survey"].clone();
    assert_eq!((&over["state"], &over["takes_answers"]), (&json!("expired"), &json!(false)));
}

/// Requests of a database from before the survey: the migration asks about what was solved.
#[tokio::test]
async fn a_request_that_comes_in_closed_is_not_asked_about() {
    let app = open().await;
    let ana = ana(&app).await;
    solved(&app, &ana, "Known").await;
    run(
        &app,
        "INSERT INTO requests (account_id, requester_id, status, channel, created_at, updated_at, solved_at, subject, \
             description) SELECT account_id, requester_id, 'closed', 'web', 1, 2, 2, 'Imported', '' FROM requests",
    )
    .await;
    assert_eq!(counts(&ana.get("/api/panel/surveys").await.json()), (1, 0, 1));
}
