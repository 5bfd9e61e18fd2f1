//! Conversations, articles and the help center's search.

use crate::common::{ACCOUNT, Client, TestApp};
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

pub async fn begin(client: &Client, locale: &str, scenario: &str) -> String {
    let new = json!({ "conversation": { "locale": locale, "scenario": scenario } });
    let answer = client.post("/api/panel/conversations", &new).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let id = answer.json()["conversation"]["id"].as_str().unwrap().to_owned();
    assert!(answer.header("location").ends_with(&format!("/api/panel/conversations/{id}")));
    id
}

pub async fn ask(client: &Client, id: &str, question: Value) -> Value {
    let path = format!("/api/panel/conversations/{id}/questions");
    let answer = client.post(&path, &json!({ "question": question })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["turn"].clone()
}

#[tokio::test]
async fn a_conversation_keeps_its_questions_answers_and_feedback() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "pt", "unexpected").await;
    let turn = ask(&ana, &id, json!({ "text": "Não recebi o código no meu email" })).await;
    assert_eq!(turn["number"], 1);
    assert_eq!(turn["helped"], Value::Null);
    assert_eq!(turn["answer"]["passages"][0]["slug"], "one-time-code");
    assert_eq!(turn["answer"]["passages"][0]["locale"], "pt");
    let second = ask(&ana, &id, json!({ "text": "asdf qwer", "problem": "zxcv", "tried": "" })).await;
    assert_eq!(second["number"], 2);
    assert_eq!(second["answer"]["passages"], json!([]));

    let feedback = format!("/api/panel/conversations/{id}/turns/1/feedback");
    assert_eq!(ana.post(&feedback, &json!({ "helped": false })).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ana.post(&feedback, &json!({ "helped": true })).await.status, StatusCode::NO_CONTENT);

    let shown = ana.get(&format!("/api/panel/conversations/{id}.json")).await.json();
    let conversation = &shown["conversation"];
    assert_eq!(conversation["locale"], "pt");
    assert_eq!(conversation["scenario"], "unexpected");
    assert_eq!(conversation["turns"][0]["helped"], true);
    assert_eq!(conversation["turns"][0]["answer"], turn["answer"]);
    assert_eq!(conversation["turns"][1]["question"]["problem"], "zxcv");
}

#[tokio::test]
async fn a_conversation_survives_a_restart() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    ask(&ana, &id, json!({ "text": "How do I reopen a solved request?" })).await;
    let app = app.restarted().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let shown = ana.get(&format!("/api/panel/conversations/{id}")).await.json();
    assert_eq!(shown["conversation"]["turns"][0]["answer"]["passages"][0]["slug"], "request-statuses-and-reopening");
}

#[tokio::test]
async fn faults_of_a_question_are_told_field_by_field_in_the_readers_language() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    let path = format!("/api/panel/conversations/{id}/questions");
    let long = "ã".repeat(4001);
    let answer = ana
        .speaking("es")
        .post(&path, &json!({ "question": { "text": " \u{200b}\n", "problem": long, "tried": "ã".repeat(4000) } }))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let faults = vec!["text BlankValue".to_owned(), "problem ValueTooLong".to_owned()];
    assert_eq!(answer.refusal(), ("RecordInvalid".to_owned(), faults));
    assert!(answer.text().contains("Pregunta: no puede estar en blanco"), "{}", answer.text());
    for (body, status) in [
        (json!({}), StatusCode::BAD_REQUEST),
        (json!({ "question": { "text": 5 } }), StatusCode::BAD_REQUEST),
        (json!({ "question": { "text": "\u{0}" } }), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({ "question": { "text": "\u{202e}شحن 📦 {{x}} ' OR 1=1 --" } }), StatusCode::CREATED),
    ] {
        assert_eq!(ana.post(&path, &body).await.status, status, "{body}");
    }
    for new in
        [json!({ "locale": "fr", "scenario": "doubt" }), json!({ "locale": "en", "scenario": "other" }), json!({})]
    {
        let answer = ana.post("/api/panel/conversations", &json!({ "conversation": new })).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{new}");
    }
}

#[tokio::test]
async fn a_conversation_takes_fifty_questions() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    for number in 1..=50 {
        assert_eq!(ask(&ana, &id, json!({ "text": "Still there?" })).await["number"], number);
    }
    let path = format!("/api/panel/conversations/{id}/questions");
    let answer = ana.post(&path, &json!({ "question": { "text": "One more?" } })).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.refusal().1, ["text TooManyQuestions"]);
}

#[tokio::test]
async fn somebody_elses_conversation_does_not_exist() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let id = begin(&ana, "en", "doubt").await;
    ask(&ana, &id, json!({ "text": "How do I reopen a solved request?" })).await;
    let strangers = [
        app.sign_in("bob@example.com", ACCOUNT).await,
        app.sign_in("ana@example.com", "otherstore").await,
        app.sign_in("eve@example.com", "otherstore").await,
    ];
    for stranger in &strangers {
        let base = format!("/api/panel/conversations/{id}");
        let answers = [
            stranger.get(&base).await,
            stranger.post(&format!("{base}/handover"), &json!({})).await,
            stranger.post(&format!("{base}/questions"), &json!({ "question": { "text": "x" } })).await,
            stranger.post(&format!("{base}/questions"), &json!({ "question": { "text": "" } })).await,
            stranger.post(&format!("{base}/turns/1/feedback"), &json!({ "helped": true })).await,
            stranger.post(&format!("{base}/code"), &json!({})).await,
            stranger.post(&format!("{base}/code/check"), &json!({ "code": "123456" })).await,
        ];
        let unknown = stranger.get("/api/panel/conversations/0123456789abcdef0123456789abcdef").await;
        for answer in answers {
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            assert_eq!(answer.bytes, unknown.bytes);
        }
    }
    for path in ["turns/2/feedback", "turns/0/feedback", "turns/x/feedback", "turns/99999999999/feedback"] {
        let answer = ana.post(&format!("/api/panel/conversations/{id}/{path}"), &json!({ "helped": true })).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(app.nobody().get(&format!("/api/panel/conversations/{id}")).await.status, StatusCode::UNAUTHORIZED);
    let no_csrf = Client { csrf: None, ..ana.clone() };
    let new = json!({ "conversation": { "locale": "en", "scenario": "doubt" } });
    assert_eq!(no_csrf.post("/api/panel/conversations", &new).await.refusal().0, "InvalidCsrfToken");
}

#[tokio::test]
async fn an_article_is_shown_in_the_language_asked_for() {
    let app = TestApp::new().await;
    let nobody = app.nobody();
    for (locale, title) in [
        ("en", "Checkout is failing: what to check first"),
        ("pt", "O checkout está falhando: o que verificar primeiro"),
    ] {
        let answer = nobody.get(&format!("/api/panel/articles/checkout-is-failing?locale={locale}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        let article = &answer.json()["article"];
        assert_eq!((article["title"].as_str(), article["locale"].as_str()), (Some(title), Some(locale)));
        assert_eq!(article["updated_at"], "2026-11-21T00:00:00Z");
        assert!(article["content"].as_array().unwrap().len() > 4);
    }
    let by_header = nobody.speaking("es").get("/api/panel/articles/checkout-is-failing").await.json();
    assert_eq!(by_header["article"]["locale"], "es");
    for path in ["none", "..%2f..%2fetc%2fpasswd", "%00", "CHECKOUT-IS-FAILING/"] {
        assert_eq!(nobody.get(&format!("/api/panel/articles/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_help_center_is_browsed_by_kind_and_by_words() {
    let app = TestApp::new().await;
    let nobody = app.nobody();
    let all = nobody.get("/api/panel/articles?locale=pt").await.json();
    let articles = all["articles"].as_array().unwrap();
    assert_eq!(all["count"], articles.len(), "{all}");
    assert!(articles.len() > 10 && articles.iter().all(|article| article["locale"] == "pt"));
    assert!(articles.iter().all(|article| !article["excerpt"][0]["text"].as_str().unwrap().is_empty()), "{all}");
    let of_kinds: u64 = all["kinds"].as_array().unwrap().iter().map(|kind| kind["count"].as_u64().unwrap()).sum();
    assert_eq!(all["count"], of_kinds);
    let troubles = nobody.get("/api/panel/articles?kind=troubleshooting&locale=en").await.json();
    assert!(troubles["articles"].as_array().unwrap().iter().all(|article| article["kind"] == "troubleshooting"));
    let of_kind = all["kinds"].as_array().unwrap().iter().find(|kind| kind["kind"] == "troubleshooting").unwrap();
    assert_eq!(troubles["count"], of_kind["count"]);
    let found = nobody.get("/api/panel/articles?query=freight&locale=en").await.json();
    assert_eq!(found["articles"][0]["slug"], "shipping-and-freight", "{found}");
    let excerpt = found["articles"][0]["excerpt"].as_array().unwrap();
    assert!(excerpt.iter().any(|piece| piece["type"] == "strong"), "what was searched for stands out: {found}");
    assert_eq!(nobody.get("/api/panel/articles?query=freight&page=2").await.json()["articles"], json!([]));
    for wrong in ["kind=none", "page=0", "page=501", "page=x"] {
        assert_eq!(
            nobody.get(&format!("/api/panel/articles?{wrong}")).await.status,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn announcements_of_a_folder_are_news_where_no_feed_has_any() {
    let folder = tempfile::tempdir().unwrap();
    for (file, title, day) in [("new.md", "Faster checkout", "2026-11-20"), ("old.md", "New search", "2026-10-01")] {
        let text = format!(
            "---\ntitle: {title}\nlocale: en\nstatus: PUBLISHED\ncontentType: updates\npublishedAt: {day}\n\
             updatedAt: 2026-11-22\nannouncementSynopsisEN: What is new in {title}\n---\n\nThe whole text.\n"
        );
        std::fs::write(folder.path().join(file), text).unwrap();
    }
    let app = TestApp::with(|config| config.copilot.articles_dir = Some(folder.path().to_owned())).await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let channels = ana.get("/api/panel/channels").await.json()["channels"].clone();
    let items = &channels["feeds"][0]["channel"]["items"];
    assert_eq!(channels["feeds"][0]["kind"], "announcements", "{channels}");
    assert_eq!((&items[0]["title"], &items[0]["url"]), (&json!("Faster checkout"), &json!("/articles/new")));
    assert_eq!(items[0]["summary"], "What is new in Faster checkout");
    assert_eq!(items[1]["published_at"], "2026-10-01T00:00:00Z");
    let home = ana.get("/api/panel/home").await.json()["home"].clone();
    assert_eq!(home["news"][0]["title"], "Faster checkout");
}

#[tokio::test]
async fn the_help_center_is_searched_as_zendesks_is() {
    let app = TestApp::new().await;
    let nobody = app.nobody();
    let answer = nobody.get("/api/v2/help_center/articles/search.json?query=freight&locale=en-us").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let found = answer.json();
    assert_eq!(found["results"][0]["title"], "Shipping options and freight costs");
    assert!(found["results"][0]["snippet"].as_str().unwrap().contains("<em>"), "{found}");
    assert_eq!(found["results"][0]["locale"], "en-us");
    assert_eq!(found["page"], 1);

    let first = nobody.get("/api/v2/help_center/articles/search?query=request&locale=en&per_page=2").await.json();
    assert_eq!(first["results"].as_array().unwrap().len(), 2);
    assert!(first["count"].as_u64().unwrap() > 4);
    assert_eq!(first["previous_page"], Value::Null);
    let next = first["next_page"].as_str().unwrap();
    let path = &next[next.find("/api/").unwrap()..];
    let second = nobody.get(path).await.json();
    assert_eq!(second["page"], 2);
    assert_ne!(second["results"][0]["id"], first["results"][0]["id"]);
    assert!(second["previous_page"].is_string());

    for query in [
        "",
        "?query=",
        "?query=%20%E2%80%8B",
        "?query=x&locale=tlh",
        "?query=x&page=0",
        "?query=x&per_page=x",
        "?query=x&page=5000",
    ] {
        let answer = nobody.get(&format!("/api/v2/help_center/articles/search{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let none = nobody.get("/api/v2/help_center/articles/search?query=qwertzuiop").await.json();
    assert_eq!((none["count"].as_u64(), none["next_page"].clone()), (Some(0), Value::Null));
    // No language asked for: the reader's first, then any.
    let any = nobody.speaking("en").get("/api/v2/help_center/articles/search?query=transportadora").await.json();
    assert_eq!(any["results"][0]["locale"], "pt-br");
}

#[tokio::test]
async fn a_vote_counts_once_for_each_user() {
    let app = TestApp::new().await;
    let search = "/api/v2/help_center/articles/search?query=freight&locale=en";
    let article = app.nobody().get(search).await.json()["results"][0]["id"].as_u64().unwrap();
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let bob = app.sign_in("bob@example.com", ACCOUNT).await;
    let up = format!("/api/v2/help_center/articles/{article}/up.json");
    let down = format!("/api/v2/help_center/articles/{article}/down");
    let first = ana.post(&up, &json!({})).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    assert_eq!(first.json()["vote"]["value"], 1);
    app.wait(TimeDelta::seconds(5));
    assert_eq!(ana.post(&up, &json!({})).await.status, StatusCode::OK);
    assert_eq!(bob.post(&up, &json!({})).await.status, StatusCode::CREATED);
    let sums = |found: Value| (found["results"][0]["vote_sum"].as_i64(), found["results"][0]["vote_count"].as_i64());
    assert_eq!(sums(app.nobody().get(search).await.json()), (Some(2), Some(2)));
    let changed = ana.post(&down, &json!({})).await.json();
    assert_eq!(changed["vote"]["value"], -1);
    assert_eq!(changed["vote"]["id"], first.json()["vote"]["id"]);
    assert_eq!(sums(app.nobody().get(search).await.json()), (Some(0), Some(2)));
    assert_eq!(app.nobody().post(&up, &json!({})).await.status, StatusCode::UNAUTHORIZED);
    for id in ["1", "0", "x", "99999999999999999999"] {
        let path = format!("/api/v2/help_center/articles/{id}/up");
        assert_eq!(ana.post(&path, &json!({})).await.status, StatusCode::NOT_FOUND, "{id}");
    }
}
