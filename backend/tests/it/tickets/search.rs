use super::{Desk, Person};
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;

async fn find(person: &Person, query: &str) -> Vec<u64> {
    let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let answer = person.get(&format!("/api/v2/requests/search?query={query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
    let numbers = answer.numbers();
    assert_eq!(answer.json["count"], numbers.len(), "{query}");
    numbers
}

#[tokio::test]
async fn words_numbers_and_statuses_find_requests() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let agent = desk.agent("marina").await;
    let pix = ana.open("Pagamento com Pix não é confirmado").await;
    desk.pass(TimeDelta::days(2));
    let image = ana.open("Images are cut on the phone").await;
    desk.set(pix, "solved", Some(agent)).await;
    ana.put(&format!("/api/v2/requests/{image}"), &json!({ "request": { "comment": { "body": "A vitrine também" } } }))
        .await;

    let rows: [(&str, Vec<u64>); 26] = [
        ("pix", vec![pix]),
        ("PIX", vec![pix]),
        ("nao", vec![pix]),
        ("NÃO confirmado", vec![pix]),
        ("confirm", vec![pix]),
        ("confirm ", vec![]),
        ("pix images", vec![]),
        ("\"pix não\"", vec![pix]),
        ("\"não pix\"", vec![]),
        ("vitrine", vec![image]),
        ("fails", vec![image, pix]),
        ("fails -pix", vec![image]),
        ("fails status:solved", vec![pix]),
        ("status:new status:open", vec![image]),
        ("status:closed", vec![]),
        ("", vec![image, pix]),
        ("created<2026-11-21", vec![pix]),
        ("created>=2026-11-21", vec![image]),
        ("order_by:created_at sort:asc", vec![pix, image]),
        ("requester:me pix", vec![pix]),
        ("requester:somebody pix", vec![]),
        ("organization_id:999", vec![]),
        ("!!!", vec![]),
        ("🙂", vec![]),
        ("999999", vec![]),
        ("#999999999999999999999", vec![]),
    ];
    for (query, expected) in rows {
        assert_eq!(find(&ana, query).await, expected, "{query}");
    }
    assert_eq!(find(&ana, &format!("#{pix}")).await, [pix]);
    assert_eq!(find(&ana, &format!("#{pix} status:new")).await, [0; 0]);
    assert_eq!(find(&ana, &image.to_string()).await, [image]);
}

#[tokio::test]
async fn a_number_alone_is_a_request_or_a_word() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let first = ana.open("First").await;
    let second = ana.open(&format!("Order {first} is missing")).await;
    assert_eq!(find(&ana, &first.to_string()).await, [first, second]);
    assert_eq!(find(&ana, &format!("#{first}")).await, [first]);
    assert_eq!(find(&ana, &format!("order {first}")).await, [second]);
}

#[tokio::test]
async fn the_request_of_that_number_comes_first_whatever_the_order() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let wanted = ana.open("The oldest").await;
    let mut others = Vec::new();
    for _ in 0..3 {
        desk.pass(TimeDelta::minutes(1));
        others.push(ana.open(&format!("Order {wanted} is late")).await);
    }
    for (order, rest) in [("desc", [others[2], others[1], others[0]]), ("asc", [others[0], others[1], others[2]])] {
        let found = find(&ana, &format!("order_by:updated_at sort:{order} {wanted}")).await;
        assert_eq!(found, [&[wanted][..], &rest].concat(), "{order}");
    }
    let page = |number| format!("/api/v2/requests/search?query={wanted}&per_page=2&page={number}");
    assert_eq!(ana.get(&page(1)).await.numbers(), [wanted, others[2]]);
    assert_eq!(ana.get(&page(2)).await.numbers(), [others[1], others[0]]);
}

#[tokio::test]
async fn a_form_narrows_lists_searches_and_counts() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let technical = ana.open("Checkout is slow").await;
    let plain = json!({ "request": { "subject": "Checkout again", "comment": { "body": "x" } } });
    let other = ana.post("/api/v2/requests", &plain).await.json["request"]["id"].as_u64().unwrap();
    let mut write = desk.app.store.begin().await.unwrap();
    sqlx::query("UPDATE requests SET form_id = 1002 WHERE id = ?")
        .bind(other as i64)
        .execute(&mut *write)
        .await
        .unwrap();
    write.commit().await.unwrap();
    for (path, expected) in [
        ("/api/v2/requests?ticket_form_id=1001", vec![technical]),
        ("/api/v2/requests?ticket_form_id=1001&status=new", vec![technical]),
        ("/api/v2/requests?ticket_form_id=1002", vec![other]),
        ("/api/v2/requests?ticket_form_id=", vec![technical, other]),
        ("/api/v2/requests/search?query=checkout&ticket_form_id=1001", vec![technical]),
        ("/api/v2/requests/search?query=checkout&ticket_form_id=1003", vec![]),
    ] {
        let answer = ana.get(path).await;
        assert_eq!((answer.numbers(), &answer.json["count"]), (expected.clone(), &json!(expected.len())), "{path}");
    }
    for (query, open) in
        [("", 2), ("?query=again", 1), ("?ticket_form_id=1001", 1), ("?query=again&ticket_form_id=1001", 0)]
    {
        let counts = ana.get(&format!("/api/panel/requests/counts{query}")).await;
        assert_eq!(counts.json["counts"]["open"], open, "{query}");
    }
    assert_eq!(ana.get("/api/v2/requests?ticket_form_id=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_query_is_never_sql_nor_the_indexs_language() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let bruno = desk.sign_in("bruno", "other").await;
    ana.open("Mine").await;
    bruno.open("Theirs").await;
    for query in [
        "' OR 1=1 --",
        "\" OR scope:a1u1",
        "scope:*",
        "\"",
        "\"\"",
        "*",
        "^mine",
        "NEAR(mine theirs)",
        "mine OR theirs",
        "subject:theirs",
        "{scope}:a2u2",
        "-",
        "--",
        "a\0b",
        "status:' OR '1'='1",
        "created>='; DROP TABLE requests; --",
        "order_by:(SELECT 1)",
        "%",
        "_",
        ")",
        "mine) OR (theirs",
    ] {
        let found = find(&ana, query).await;
        assert!(found.len() <= 1 && !found.contains(&2), "{query}: {found:?}");
    }
    assert_eq!(desk.count("requests").await, 2);
    let long = "x".repeat(5_000);
    assert_eq!(ana.get(&format!("/api/v2/requests/search?query={long}")).await.error(), (400, "InvalidParameter"));
}

#[tokio::test]
async fn a_search_has_cursors_too() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    for place in 0..3 {
        ana.open(&format!("Pix {place}")).await;
        desk.pass(TimeDelta::seconds(1));
    }
    let first = ana.get("/api/v2/requests/search?query=pix&page[size]=2").await;
    assert_eq!((first.numbers(), &first.json["meta"]["has_more"]), (vec![3, 2], &json!(true)));
    let next = first.json["links"]["next"].as_str().unwrap().replace("http://127.0.0.1:8080", "");
    assert_eq!(ana.get(&next).await.numbers(), [1]);
}
