//! A request that grows: what a reply, a list and a download cost must not grow with it.

use super::{Desk, Person, whole};
use axum::http::StatusCode;
use balcao_store::words;
use serde_json::json;

async fn say(person: &Person, request: u64, body: &str) {
    let reply = json!({ "request": { "comment": { "body": body } } });
    let answer = person.put(&format!("/api/v2/requests/{request}"), &reply).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

/// Rows of the full-text index, and how often any of them was written: each writing has an origin of its own.
async fn indexed(desk: &Desk) -> (i64, i64) {
    let sql = "SELECT count(*), coalesce(max(origin), 0) FROM request_words_docsize";
    sqlx::query_as(sql).fetch_one(&mut *desk.app.store.read().await.unwrap()).await.unwrap()
}

/// How many rows were written after that.
async fn written_since(desk: &Desk, origin: i64) -> i64 {
    let sql = "SELECT count(*) FROM request_words_docsize WHERE origin > ?";
    sqlx::query_scalar(sql).bind(origin).fetch_one(&mut *desk.app.store.read().await.unwrap()).await.unwrap()
}

/// Each reply once wrote the words of the whole request anew.
#[tokio::test]
async fn a_reply_indexes_its_own_words_and_no_others() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let request = ana.open("Growing").await;
    for place in 1..=30 {
        let (rows, origin) = indexed(&desk).await;
        say(&ana, request, &format!("Reply {place} {}", "words ".repeat(200))).await;
        assert_eq!((indexed(&desk).await.0, written_since(&desk, origin).await), (rows + 1, 1), "{place}");
    }
}

/// Counted in the steps of SQLite's machine, which do not know how fast the disk is.
#[tokio::test]
async fn the_steps_of_a_reply_do_not_grow_with_its_request() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let request = ana.open("Growing").await;
    let steps = async || {
        let counted = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let mut write = desk.app.store.begin().await.unwrap();
        {
            let counted = counted.clone();
            let mut handle = write.raw().lock_handle().await.unwrap();
            handle.set_progress_handler(1, move || {
                counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                true
            });
        }
        let viewer = balcao_desk::Viewer::own(ana.user.try_into().unwrap(), ana.account.try_into().unwrap());
        let calendars = &desk.app.config.calendars;
        let command =
            balcao_desk::Command { viewer, now: chrono::Utc::now(), channel: "web", most_files: 1, calendars };
        let comment = balcao_desk::NewComment { body: "One more".to_owned(), uploads: Vec::new() };
        let reply = balcao_desk::Reply { comment: Some(comment), ..Default::default() };
        balcao_desk::answer(&mut write, command, request.try_into().unwrap(), &reply).await.unwrap();
        write.raw().lock_handle().await.unwrap().remove_progress_handler();
        write.commit().await.unwrap();
        counted.load(std::sync::atomic::Ordering::Relaxed)
    };
    let few = steps().await;
    let mut write = desk.app.store.begin().await.unwrap();
    for _ in 0..2_000 {
        let sql =
            "INSERT INTO comments (request_id, author_id, channel, created_at, body) VALUES (?, ?, 'web', 0, 'x')";
        sqlx::query(sql).bind(request as i64).bind(ana.user as i64).execute(&mut *write).await.unwrap();
    }
    write.commit().await.unwrap();
    let many = steps().await;
    assert!(many < few + 200, "{few} steps at first, {many} with 2,000 comments more");
}

#[tokio::test]
async fn words_of_one_search_stand_anywhere_in_a_request() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let first = ana.open("Boleto").await;
    let second = ana.open("Cartão").await;
    say(&ana, first, "giraffe").await;
    say(&ana, first, "zebra").await;
    say(&ana, second, "zebra").await;
    let find = async |query: &str| {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        let mut found = ana.get(&format!("/api/v2/requests/search?query={query}")).await.numbers();
        found.sort_unstable();
        found
    };
    for (query, expected) in [
        ("giraffe zebra ", vec![first]),
        ("boleto zebra ", vec![first]),
        ("boleto giraffe zeb", vec![first]),
        ("zebra ", vec![first, second]),
        ("zebra -giraffe", vec![second]),
        ("cartao -giraffe -zebra", vec![]),
        ("-giraffe", vec![second]),
        ("-zebra", vec![]),
        ("-camel", vec![first, second]),
        ("\"giraffe zebra\"", vec![]),
        ("status:open,new -giraffe", vec![second]),
    ] {
        assert_eq!(find(query).await, expected, "{query}");
    }
    let counts = ana.get("/api/panel/requests/counts?query=-giraffe").await.json["counts"].clone();
    assert_eq!(counts["open"], 1, "{counts}");

    // What is taken out of the index is not found; written anew, it is.
    for (gone, expected) in [(true, vec![second]), (false, vec![first, second])] {
        let mut write = desk.app.store.begin().await.unwrap();
        let id = first.try_into().unwrap();
        if gone {
            words::remove(&mut write, id).await.unwrap()
        } else {
            words::renew(&mut write, id).await.unwrap()
        }
        write.commit().await.unwrap();
        assert_eq!(find("zebra ").await, expected, "{gone}");
    }
}

/// As after so many comments, and so much text.
async fn fill_up(desk: &Desk, request: u64, comments: i64, text_bytes: i64) {
    let mut write = desk.app.store.begin().await.unwrap();
    sqlx::query("UPDATE request_sizes SET comments = ?, text_bytes = ? WHERE request_id = ?")
        .bind(comments)
        .bind(text_bytes)
        .bind(request as i64)
        .execute(&mut *write)
        .await
        .unwrap();
    write.commit().await.unwrap();
}

#[tokio::test]
async fn what_a_request_holds_is_noted_with_each_comment() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let request = ana.open("Growing").await;
    say(&ana, request, "ação").await;
    let sql = "SELECT s.comments, s.text_bytes, (SELECT count(*) FROM comments), \
               (SELECT sum(length(CAST(body AS BLOB))) FROM comments) FROM request_sizes s";
    let (comments, bytes, counted, measured): (i64, i64, i64, i64) =
        sqlx::query_as(sql).fetch_one(&mut *desk.app.store.read().await.unwrap()).await.unwrap();
    assert_eq!((comments, bytes), (counted, measured));
    assert_eq!(comments, 2);
}

#[tokio::test]
async fn a_full_request_takes_no_more_and_leads_to_a_follow_up() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("rui").await;
    for (comments, text_bytes) in [(5_000, 10), (3, 16 * 1024 * 1024)] {
        let request = ana.open("Full").await;
        desk.set(request, "open", Some(agent)).await;
        let path = format!("/api/v2/requests/{request}");
        let followups = format!("/api/panel/requests/{request}/followups");
        fill_up(&desk, request, comments - 1, text_bytes - 1).await;
        assert_eq!(ana.get(&followups).await.json["can_follow_up"], false);
        let mut body = whole("Goes on");
        body["request"]["via_followup_source_id"] = json!(request);
        let early = ana.post("/api/v2/requests", &body).await;
        assert_eq!(early.faults(), [("via_followup_source_id".to_owned(), "InvalidValue".to_owned())]);
        say(&ana, request, "The last one").await;
        fill_up(&desk, request, comments, text_bytes).await;
        let reply = json!({ "request": { "comment": { "body": "One too many" } } });
        for (language, way_on) in
            [("en", "Open a follow-up"), ("pt-BR", "Abra uma continuação"), ("es", "Abre una continuación")]
        {
            let headers = [("accept-language", language)];
            let refused = ana.send(axum::http::Method::PUT, &path, &headers, reply.to_string()).await;
            assert_eq!(refused.error(), (422, "RequestFull"));
            assert!(refused.text.contains(way_on), "{}", refused.text);
        }
        assert!(!ana.get(&format!("{path}/comments")).await.text.contains("One too many"));
        assert_eq!(ana.get(&followups).await.json, json!({ "request_ids": [], "can_follow_up": true }));
        let followup = ana.post("/api/v2/requests", &body).await;
        assert_eq!(followup.status, StatusCode::CREATED, "{}", followup.text);
        assert_eq!(followup.json["request"]["followup_source_id"], request);
        // Solving it adds nothing.
        let solved = ana.put(&path, &json!({ "request": { "solved": true } })).await;
        assert_eq!(solved.json["request"]["status"], "solved", "{}", solved.text);
    }
}
