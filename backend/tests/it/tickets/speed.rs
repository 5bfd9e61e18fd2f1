use super::Desk;
use std::time::Instant;

/// No figures here (`cargo xtask bench` has them), only that nothing reads everything: the plans use their indices.
#[tokio::test]
async fn lists_are_read_from_their_indices() {
    let desk = Desk::open().await;
    let plan = async |sql: &str| -> String {
        let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(&format!("EXPLAIN QUERY PLAN {sql}"))
            .fetch_all(&mut *desk.app.store.read().await.unwrap())
            .await
            .unwrap();
        rows.into_iter().map(|row| row.3).collect::<Vec<_>>().join("\n")
    };
    for (column, status) in [("updated_at", ""), ("created_at", ""), ("updated_at", "AND r.status = 'open'")] {
        let plan = plan(&format!(
            "SELECT r.id AS found, r.{column} AS place FROM requests r WHERE r.account_id = 1 AND r.requester_id = 1 \
             {status} ORDER BY r.{column} DESC, r.id DESC LIMIT 20"
        ))
        .await;
        assert!(plan.contains("COVERING INDEX") && !plan.contains("TEMP B-TREE"), "{plan}");
    }
}

/// One requester with 100,000 requests. Ignored: it takes a while to fill; run it by name.
#[tokio::test]
#[ignore = "fills a large database"]
async fn a_hundred_thousand_requests() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let mut tx = desk.app.store.begin().await.unwrap();
    for sql in [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
         INSERT INTO requests (account_id, requester_id, status, channel, created_at, updated_at, subject, description) \
         SELECT ?1, ?2, CASE i % 100 WHEN 0 THEN 'pending' WHEN 1 THEN 'open' ELSE 'closed' END, 'web', i * 1000, i * 1000, \
             'Checkout problem ' || i, 'The checkout shows an error for order ' || (i * 7) FROM n",
        "INSERT INTO comments (request_id, author_id, channel, created_at, body) \
         SELECT id, requester_id, 'web', created_at, description FROM requests WHERE account_id = ?1 AND requester_id = ?2",
        "INSERT INTO request_words (rowid, scope, subject, body) \
         SELECT id << 13, 'a' || account_id || 'u' || requester_id, subject, description FROM requests WHERE account_id = ?1 AND requester_id = ?2",
    ] {
        sqlx::query(sql).bind(ana.account as i64).bind(ana.user as i64).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    for path in [
        "/api/v2/requests?sort_by=updated_at&sort_order=desc&per_page=20",
        "/api/v2/requests?status=new,open,hold&sort_by=updated_at&sort_order=desc&per_page=20",
        "/api/v2/requests?page=500&per_page=20",
        "/api/v2/requests/search?query=%2377777&per_page=20",
        "/api/v2/requests/search?query=77777&per_page=20",
        "/api/v2/requests/search?query=checkout+error&per_page=20",
        "/api/v2/requests/search?query=checkout+error+status:open&per_page=20",
        "/api/v2/requests/search?query=539000&per_page=20",
        "/api/panel/requests/counts",
        "/api/panel/requests/counts?query=checkout",
    ] {
        ana.get(path).await;
        let start = Instant::now();
        let answer = ana.get(path).await;
        println!("{:>9.2} ms {path} {}", start.elapsed().as_secs_f64() * 1000.0, answer.json["count"]);
    }
}
