use super::{Desk, Person};
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::Value;

async fn several(desk: &Desk, person: &Person, count: usize) -> Vec<u64> {
    let mut numbers = Vec::new();
    for place in 0..count {
        numbers.push(person.open(&format!("Request {place}")).await);
        desk.pass(TimeDelta::minutes(1));
    }
    numbers
}

/// The address of a link, as a client on the same origin follows it.
fn path(link: &Value) -> String {
    link.as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
}

#[tokio::test]
async fn pages_by_offset_follow_their_links() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let numbers = several(&desk, &ana, 5).await;
    let first = ana.get("/api/v2/requests.json?per_page=2&sort_by=updated_at&sort_order=desc").await;
    assert_eq!((first.numbers(), &first.json["count"]), (vec![numbers[4], numbers[3]], &Value::from(5)));
    assert!(first.json["previous_page"].is_null());
    let second = ana.get(&path(&first.json["next_page"])).await;
    assert_eq!(second.numbers(), [numbers[2], numbers[1]]);
    let third = ana.get(&path(&second.json["next_page"])).await;
    assert_eq!((third.numbers(), &third.json["next_page"]), (vec![numbers[0]], &Value::Null));
    assert_eq!(ana.get(&path(&third.json["previous_page"])).await.numbers(), second.numbers());
    let beyond = ana.get("/api/v2/requests?page=9&per_page=2").await;
    assert_eq!((beyond.status, beyond.numbers()), (StatusCode::OK, vec![]));
    assert_eq!(ana.get("/api/v2/requests").await.numbers(), numbers);
}

#[tokio::test]
async fn pages_by_cursor_go_forth_and_back() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let numbers = several(&desk, &ana, 5).await;
    let first = ana.get("/api/v2/requests?page[size]=2&sort=-updated_at&include=users").await;
    assert_eq!((first.numbers(), &first.json["meta"]["has_more"]), (vec![numbers[4], numbers[3]], &Value::from(true)));
    assert!(first.json.get("count").is_none() && first.json["links"]["prev"].is_null());
    assert_eq!(first.json["users"][0]["name"], "ana");
    let second = ana.get(&path(&first.json["links"]["next"])).await;
    assert_eq!(second.numbers(), [numbers[2], numbers[1]]);
    // What is added meanwhile moves no page.
    several(&desk, &ana, 1).await;
    let third = ana.get(&path(&second.json["links"]["next"])).await;
    assert_eq!((third.numbers(), &third.json["meta"]["has_more"]), (vec![numbers[0]], &Value::from(false)));
    assert!(third.json["links"]["next"].is_null());
    let back = ana.get(&path(&third.json["links"]["prev"])).await;
    assert_eq!(back.numbers(), second.numbers());
    let start = ana.get(&path(&back.json["links"]["prev"])).await;
    assert_eq!(start.numbers(), first.numbers());
}

#[tokio::test]
async fn equal_moments_are_neither_lost_nor_repeated() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let mut numbers = Vec::new();
    for place in 0..7 {
        numbers.push(ana.open(&format!("At once {place}")).await);
    }
    let mut seen = Vec::new();
    let mut next = "/api/v2/requests?page[size]=2&sort=updated_at".to_owned();
    loop {
        let page = ana.get(&next).await;
        seen.extend(page.numbers());
        if page.json["links"]["next"].is_null() {
            break;
        }
        next = path(&page.json["links"]["next"]);
    }
    assert_eq!(seen, numbers);
}

#[tokio::test]
async fn statuses_narrow_a_list() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let numbers = several(&desk, &ana, 6).await;
    for (number, status) in numbers.iter().zip(["new", "open", "pending", "hold", "solved", "closed"]) {
        desk.set(*number, status, None).await;
    }
    let pick = |places: &[usize]| -> Vec<u64> { places.iter().map(|place| numbers[*place]).collect() };
    let rows = [
        ("/api/v2/requests?status=new,open,hold", pick(&[0, 1, 3])),
        ("/api/v2/requests?status=pending", pick(&[2])),
        ("/api/v2/requests?status=closed,solved&sort_order=desc", pick(&[5, 4])),
        ("/api/v2/requests/open", pick(&[0, 1, 3])),
        ("/api/v2/requests/solved.json", pick(&[4])),
        ("/api/v2/requests/ccd", pick(&[])),
        ("/api/v2/requests?status=", numbers.clone()),
        ("/api/v2/requests?status=new,open,hold&per_page=2&page=2", pick(&[3])),
    ];
    for (path, expected) in rows {
        let answer = ana.get(path).await;
        assert_eq!(answer.numbers(), expected, "{path}");
        if !path.contains("per_page") {
            assert_eq!(answer.json["count"], expected.len(), "{path}");
        }
    }
    let counts = ana.get("/api/panel/requests/counts").await;
    assert_eq!(counts.json["counts"], serde_json::json!({ "open": 3, "pending": 1, "solved": 1, "closed": 1 }));
    let counts = ana.get("/api/panel/requests/counts?query=Request+3+status:solved").await;
    assert_eq!(counts.json["counts"], serde_json::json!({ "open": 1, "pending": 0, "solved": 0, "closed": 0 }));
}

#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    for (query, name) in [
        ("page=0", "page"),
        ("page=abc", "page"),
        ("page=101", "page"),
        ("per_page=-5", "per_page"),
        ("page[size]=x", "page[size]"),
        ("page[after]=zzz", "page[after]"),
        ("sort_by=subject", "sort_by"),
        ("sort_order=upwards", "sort_order"),
        ("status=opened", "status"),
    ] {
        let answer = ana.get(&format!("/api/v2/requests?{query}")).await;
        assert_eq!(answer.error(), (400, "InvalidParameter"), "{query}");
        assert!(answer.json["description"].as_str().unwrap().contains(name), "{query}");
    }
    assert_eq!(ana.get("/api/v2/requests/search?query=x&page=11").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for path in
        ["/api/v2/requests/abc", "/api/v2/requests/0", "/api/v2/requests/-1", "/api/v2/requests/99999999999999999999"]
    {
        assert_eq!(ana.get(path).await.error(), (404, "RecordNotFound"), "{path}");
    }
    assert_eq!(ana.get("/api/v2/nothing").await.error(), (404, "InvalidEndpoint"));
}
