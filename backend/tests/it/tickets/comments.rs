use super::Desk;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;

#[tokio::test]
async fn a_thread_is_read_in_order_since_and_page_by_page() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = ana.open("Thread").await;
    for body in ["two", "three", "four"] {
        desk.pass(TimeDelta::hours(1));
        let answer =
            ana.put(&format!("/api/v2/requests/{id}"), &json!({ "request": { "comment": { "body": body } } })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    let path = format!("/api/v2/requests/{id}/comments.json");
    let bodies = async |query: &str| -> Vec<String> {
        let answer = ana.get(&format!("{path}{query}")).await;
        let comments = answer.json["comments"].as_array().unwrap_or_else(|| panic!("{query}: {}", answer.text)).clone();
        comments.iter().map(|comment| comment["body"].as_str().unwrap().chars().take(5).collect()).collect()
    };
    assert_eq!(bodies("").await, ["About", "two", "three", "four"]);
    assert_eq!(bodies("?sort=-created_at").await, ["four", "three", "two", "About"]);
    assert_eq!(bodies("?sort_order=desc&per_page=1").await, ["four"]);
    assert_eq!(bodies("?since=2026-11-20T14:00:00Z").await, ["three", "four"]);
    assert_eq!(bodies("?page[size]=3").await, ["About", "two", "three"]);
    for wrong in ["?since=yesterday", "?sort=updated_at", "?page=0"] {
        assert_eq!(ana.get(&format!("{path}{wrong}")).await.error(), (400, "InvalidParameter"), "{wrong}");
    }
}

#[tokio::test]
async fn a_comment_is_text_html_and_a_tree() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let id = ana.open("Shapes").await;
    let body = "See **this** <img src=x onerror=alert(1)> [link](javascript:alert(1))";
    ana.put(&format!("/api/v2/requests/{id}"), &json!({ "request": { "comment": { "body": body } } })).await;
    let plain = ana.get(&format!("/api/v2/requests/{id}/comments?sort=-created_at")).await;
    let comment = &plain.json["comments"][0];
    assert_eq!(
        (&comment["body"], &comment["type"], &comment["public"]),
        (&json!(body), &json!("Comment"), &json!(true))
    );
    let html = comment["html_body"].as_str().unwrap();
    assert!(
        html.contains("<strong>this</strong>") && !html.contains("<img") && !html.contains("href=\"javascript"),
        "{html}"
    );
    assert!(comment.get("rich_text").is_none());
    assert_eq!(plain.json["users"][0]["id"], ana.user);
    let tree = ana.get(&format!("/api/v2/requests/{id}/comments?include=users,rich_text")).await;
    assert_eq!(tree.json["comments"][1]["rich_text"][0]["type"], "paragraph");

    let cid = comment["id"].as_u64().unwrap();
    let one = ana.get(&format!("/api/v2/requests/{id}/comments/{cid}.json")).await;
    assert_eq!(&one.json["comment"], comment);
    for missing in ["999", "x", "0"] {
        assert_eq!(
            ana.get(&format!("/api/v2/requests/{id}/comments/{missing}")).await.error(),
            (404, "RecordNotFound")
        );
    }
    let other = ana.open("Other").await;
    assert_eq!(ana.get(&format!("/api/v2/requests/{other}/comments/{cid}")).await.error(), (404, "RecordNotFound"));
}
