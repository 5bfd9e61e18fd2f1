//! The export by time, as older programs ask for it. The one by cursor is walked by the clients of `tests/clients`.

use super::Office;
use axum::http::StatusCode;
use balcao_runtime::clock::Clock as _;
use chrono::TimeDelta;
use serde_json::{Value, json};

fn seconds(office: &Office) -> i64 {
    office.app.clock.now().timestamp()
}

fn ids(page: &Value) -> Vec<u64> {
    page["tickets"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn pages_end_with_a_second_and_leave_nothing_out() {
    let office = Office::open().await;
    let start = seconds(&office);
    let mut opened = Vec::new();
    for seconds in [0, 0, 0, 2, 3] {
        office.app.wait(TimeDelta::seconds(seconds));
        opened.push(office.request("Orders stop").await);
    }
    // Of the last minute something may still be written before what is there: no page ends within it.
    let path = format!("/api/v2/incremental/tickets.json?start_time={start}&per_page=2");
    let fresh = office.marina.get(&path).await.json();
    assert_eq!((ids(&fresh), &fresh["end_of_stream"]), (opened.clone(), &json!(true)));
    assert_eq!(fresh["end_time"], start, "all of it is given once more");

    office.app.wait(TimeDelta::minutes(2));
    let first = office.marina.get(&path).await.json();
    assert_eq!(ids(&first), opened[..3], "three changed within the second of the second one");
    assert_eq!((&first["count"], &first["end_of_stream"]), (&json!(3), &json!(false)));
    let mut all = ids(&first);
    let mut page = first;
    while page["end_of_stream"] == false {
        let next = page["next_page"].as_str().unwrap().split_once("/api/").unwrap().1.to_owned();
        page = office.marina.get(&format!("/api/{next}")).await.json();
        all.extend(ids(&page));
    }
    assert_eq!(all, opened);

    // A minute later nothing before is given again, and what changed comes last.
    office.app.wait(TimeDelta::minutes(5));
    office.change(opened[0], json!({ "priority": "low" })).await;
    let end = page["end_time"].as_i64().unwrap();
    assert!(end >= start && end <= seconds(&office) - 60, "the last minute is given once more");
    let later = office.marina.get(&format!("/api/v2/incremental/tickets?start_time={end}")).await.json();
    assert_eq!(ids(&later).last(), Some(&opened[0]));
    assert_eq!(later["end_of_stream"], true);
    let since = seconds(&office);
    let newest = office.marina.get(&format!("/api/v2/incremental/tickets?start_time={since}")).await.json();
    assert_eq!(ids(&newest), [opened[0]]);
    let none = office.marina.get(&format!("/api/v2/incremental/tickets?start_time={}", since + 1)).await.json();
    assert_eq!((&none["tickets"], &none["end_time"]), (&json!([]), &json!(since + 1)));
}

#[tokio::test]
async fn a_start_is_asked_for_and_the_export_is_for_agents() {
    let office = Office::open().await;
    for path in ["/api/v2/incremental/tickets", "/api/v2/incremental/tickets?start_time=yesterday"] {
        assert_eq!(office.marina.get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(office.ana.get("/api/v2/incremental/tickets?start_time=0").await.status, StatusCode::FORBIDDEN);
}
