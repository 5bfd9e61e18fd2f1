use super::Desk;
use balcao_backend::demo::{FillError, Filling, fill};
use balcao_runtime::clock::Clock as _;

/// The bench measures what it fills: counts, words and numbers are those of real requests.
#[tokio::test]
async fn what_is_filled_in_for_the_bench_is_listed_counted_and_found() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let bruno = desk.sign_in("bruno", "acme").await;
    ana.open("Mine").await;
    let mut heard = Vec::new();
    let (store, forms) = (&desk.app.store, &desk.app.forms);
    fill(store, forms, "ana@acme.example", Filling { requests: 2_100, status: None }, desk.clock.now(), |done| {
        heard.push(done)
    })
    .await
    .unwrap();
    assert_eq!(heard, [2_000, 2_100]);

    let all = ana.get("/api/v2/requests?per_page=20&sort_by=updated_at&sort_order=desc").await;
    assert_eq!((all.json["count"].as_u64(), all.numbers().len()), (Some(2_101), 20));
    let counts = ana.get("/api/panel/requests/counts").await.json["counts"].clone();
    let each: Vec<u64> = counts.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).collect();
    assert_eq!(each.iter().sum::<u64>(), 2_101);
    assert!(each.iter().all(|count| *count > 10), "{counts}");
    // The count of a page is the number of what all pages show, beyond the last one too.
    let found = ana.get("/api/v2/requests/search?query=checkout&per_page=100").await;
    let count = found.json["count"].as_u64().unwrap();
    assert!(count > 20 && count < 1_000, "{count}");
    let mut numbers = Vec::new();
    for page in 1..=count.div_ceil(20) + 1 {
        let answer = ana.get(&format!("/api/v2/requests/search?query=checkout&per_page=20&page={page}")).await;
        assert_eq!(answer.json["count"], count, "{page}");
        numbers.extend(answer.numbers());
    }
    let shown = numbers.len() as u64;
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!((shown, numbers.len() as u64), (count, count));
    let counts = ana.get("/api/panel/requests/counts?query=checkout").await.json["counts"].clone();
    assert_eq!(counts.as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum::<u64>(), count);
    assert_eq!(bruno.get("/api/v2/requests/search?query=checkout").await.json["count"], 0);

    let unknown =
        fill(store, forms, "nobody@acme.example", Filling { requests: 1, status: None }, desk.clock.now(), |_| {})
            .await;
    assert!(matches!(unknown, Err(FillError::UnknownRequester(address)) if address == "nobody@acme.example"));
}

#[tokio::test]
async fn words_lead_to_a_list_without_whole_requests() {
    let desk = Desk::open().await;
    let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "EXPLAIN QUERY PLAN SELECT r.id, r.updated_at FROM requests r INDEXED BY requests_by_number \
         WHERE +r.account_id = 1 AND +r.requester_id = 1 AND r.status IN ('open') AND r.id IN \
         (SELECT rowid >> 13 FROM request_words WHERE request_words MATCH 'x' \
          INTERSECT SELECT rowid >> 13 FROM request_words WHERE request_words MATCH 'y')",
    )
    .fetch_all(&mut *desk.app.store.read().await.unwrap())
    .await
    .unwrap();
    let plan = rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n");
    assert!(plan.contains("SEARCH r USING COVERING INDEX requests_by_number (id=?)"), "{plan}");
}
