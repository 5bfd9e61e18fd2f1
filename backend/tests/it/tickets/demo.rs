use super::Desk;
use balcao_backend::demo::seed;
use balcao_runtime::clock::Clock as _;
use serde_json::json;

#[tokio::test]
async fn the_first_start_brings_a_store_with_requests_in_every_status() {
    let desk = Desk::open().await;
    let now = desk.clock.now();
    assert!(seed(&desk.app.store, &desk.app.forms, now).await.unwrap());
    assert!(!seed(&desk.app.store, &desk.app.forms, now).await.unwrap());
    let ana = desk.sign_in("ana", "acmestore").await;
    let list = ana.get("/api/v2/requests?sort_by=updated_at&sort_order=desc&include=users").await;
    let requests = list.json["requests"].as_array().unwrap();
    assert!(requests.len() >= 8);
    for status in ["new", "open", "pending", "hold", "solved", "closed"] {
        assert!(requests.iter().any(|request| request["status"] == status), "{status}");
    }
    assert!(requests.iter().any(|request| request["priority"] == "urgent"));
    assert!(list.json["users"].as_array().unwrap().iter().any(|user| user["name"] == "Marina Costa"));
    assert!(requests.iter().all(|request| request["updated_at"].as_str().unwrap() < "2026-11-20T12:00:00Z"));
    let found = ana.get("/api/v2/requests/search?query=hyphen").await;
    assert_eq!(found.json["count"], 1);
    let bruno = desk.sign_in("bruno", "acmestore").await;
    assert_eq!(bruno.get("/api/v2/requests/search?query=comisiones").await.json["count"], 1);
    assert_eq!(bruno.get("/api/v2/requests/search?query=hyphen").await.json["requests"], json!([]));
}
